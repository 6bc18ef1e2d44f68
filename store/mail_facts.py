"""What a mail shows besides its invoices: the customer, whom to write to, credits, broken promises."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.steps import StepHow
from receivables.correspondence import (
    Addressee,
    BrokenPromise,
    Correspondent,
    LatePenalties,
    MailFacts,
)
from receivables.money import ZERO
from receivables.schedule.holds import last_broken
from store import payers
from store.accounts import promises as promise_facts
from store.books import Books
from store.credits import facts as credit_facts
from store.credits.facts import CreditFacts
from store.db.tables import Customer, Dispute, Invoice, StepDone
from store.direct_debits.means import pulled
from store.penalties import facts as penalties
from store.promises import payment_left
from store.reminders import earlier
from store.reminders.recipients import reached
from store.reminders.rows import last_messages


def read_mail_facts(
    b: Books,
    customer_ids: Sequence[int],
    *,
    today: date,
    penalties_of: Sequence[int] = (),
    earlier_of: Sequence[int] = (),
) -> MailFacts:
    """Read the facts for the mails of these customers on local day `today`.

    `penalties_of`: the invoices whose mails speak of penalties, `earlier_of` those whose mails recall earlier
    ones; none cost nothing.
    """
    covered = payers.covered(b, customer_ids)
    everyone = list(covered)
    return MailFacts(
        _customers(b, customer_ids, covered, today),
        _promises(b, everyone, today),
        _penalties(b, penalties_of, today) if penalties_of else {},
        earlier.days(b, earlier_of) if earlier_of else {},
        pulled(b, everyone, today),
        _whose(b, covered) if len(everyone) > len(customer_ids) else {},
    )


def _whose(b: Books, covered: Mapping[int, int]) -> dict[int, str]:
    """Return the customer of each open invoice, by name, of those who are written to as one with others."""
    several = set(covered.values()) & {payer for key, payer in covered.items() if payer != key}
    ids = [key for key, payer in covered.items() if payer in several]
    rows = b.session.execute(
        select(Invoice.id, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(ids), Invoice.outstanding > 0)
    )
    return dict(rows.all())


def _penalties(b: Books, invoice_ids: Sequence[int], today: date) -> dict[int, LatePenalties]:
    return {
        invoice_id: LatePenalties(each.computed, each.decision.decision if each.decision else None)
        for invoice_id, each in penalties.of_invoices(b, invoice_ids, on=today).items()
    }


def _customers(
    b: Books, ids: Sequence[int], covered: Mapping[int, int], today: date
) -> dict[int, Correspondent]:
    addressees, last = _addressees(b, ids), last_messages(b, ids)
    credit: dict[int, list[CreditFacts]] = defaultdict(list)
    for key, found_credits in credit_facts.of_customers(b, list(covered)).items():
        credit[covered[key]] += found_credits
    rows = b.session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.code,
            Customer.siren,
            Customer.kind,
            Customer.language,
            Customer.address_form,
            Customer.owner,
            Customer.owner_name,
            Customer.thread_id,
            Customer.discount_rate,
            Customer.discount_days,
            Customer.postal_address,
        ).where(Customer.company_id == b.company_id, Customer.id.in_(ids))
    )
    found: dict[int, Correspondent] = {}
    for row in rows:
        found[row.id] = Correspondent(
            **row._mapping,  # noqa: SLF001 - the documented way to a row's names
            last_message=last.get(row.id),
            addressees=tuple(addressees.get(row.id, [])),
            credits=tuple(each.shown for each in credit.get(row.id, ())),
        )
    in_credit = [key for key, facts in found.items() if facts.credits]
    owing = {key: payer for key, payer in covered.items() if payer in in_credit}
    for customer_id, late in (_late(b, owing, today) if owing else {}).items():
        found[customer_id] = replace(found[customer_id], late=late)
    return found


def _late(b: Books, owing: Mapping[int, int], today: date) -> dict[int, dict[str, Decimal]]:
    ids = list(owing)
    disputed = select(Dispute.invoice_id).where(Dispute.customer_id.in_(ids), Dispute.settled_at.is_(None))
    rows = b.session.execute(
        select(Invoice.customer_id, Invoice.currency, func.sum(Invoice.outstanding))
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(ids), Invoice.outstanding > 0)
        .where(Invoice.due_date < today, Invoice.id.not_in(disputed))
        .where(Invoice.owed, Invoice.handed_over_at.is_(None))
        .group_by(Invoice.customer_id, Invoice.currency)
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for customer_id, currency, amount in rows:
        found[owing[customer_id]][currency] += amount
    return found


def _addressees(b: Books, ids: Sequence[int]) -> dict[int, list[Addressee]]:
    found: dict[int, list[Addressee]] = defaultdict(list)
    for reach in b.company.reaches:
        for one in reached(b, ids, reach):
            found[one.customer_id].append(Addressee(one.name, one.address, one.role, one.language, reach))
    return found


def _promises(b: Books, customer_ids: Sequence[int], today: date) -> dict[int, BrokenPromise]:
    """Return the last promise of each invoice if it is broken and no reminder has left since.

    That a payment has left, said again without money in between, asks for the transfer order at once.
    """
    calendar, grace = b.company.calendar, b.company.grace_days
    found: dict[int, BrokenPromise] = {}
    made = promise_facts.of_customers(b, customer_ids)
    for invoice_id, promises in made.items():
        broken = last_broken(promises, calendar, grace, today)
        if broken is not None and not _told_since(b, invoice_id, broken[1]):
            last = broken[0]
            came = max(last.received - last.before, Decimal(0))
            found[invoice_id] = BrokenPromise(
                last.promised_on, last.amount, came, last.of_plan, last.payment_left
            )
    for row in payment_left.repeated(b, customer_ids):
        said_since = any(each.id > row.id for each in made.get(row.invoice_id, ()))
        if not said_since and not _told_since(b, row.invoice_id, b.company.day_of(row.made_at) + ONE_DAY):
            found[row.invoice_id] = BrokenPromise(row.date, row.amount, ZERO, payment_left=True)
    return found


def _told_since(b: Books, invoice_id: int, broken: date) -> bool:
    """Whether a reminder of the invoice has left since the promise was broken: it spoke of it."""
    later = select(StepDone.id).where(
        StepDone.company_id == b.company_id,
        StepDone.invoice_id == invoice_id,
        StepDone.how == StepHow.SENT,
        StepDone.done_on >= broken,
        StepDone.undone_at.is_(None),
    )
    return b.session.scalar(later.limit(1)) is not None
