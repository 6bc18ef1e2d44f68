"""What a letter on paper is about: addressee, invoices, penalties, credits, as the books stand."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables import letters as letter
from receivables.codes.reasons import REASONS, Reason
from receivables.codes.roles import ContactRole
from receivables.errors import Refused
from receivables.kinds import rank_of
from receivables.letters import SIMPLE, LetterContext, LetterCredit, LetterItem
from receivables.money import ZERO
from receivables.schedule.account import Account, Item
from receivables.schedule.decisions import evaluate
from store import payers
from store.accounts import facts as accounts
from store.books import Books
from store.credits import facts as credit_facts
from store.customers import facts as customers
from store.customers.facts import ContactFacts
from store.db.tables import Customer, Invoice, Task, TaskItem
from store.penalties import facts as penalties
from store.penalties.facts import InvoicePenalties
from store.reminders import earlier

EARLIER = 4
"""How many earlier reminders a letter recalls, at most."""
SPOKEN = ("fr", "en")


def of_task(b: Books, task_id: int, *, at: datetime) -> LetterContext:
    """Return the letter of a task as the books stand at `at`, dated that local day.

    Raises Refused when there is no such task.
    """
    task = b.session.get(Task, task_id)
    if task is None or task.company_id != b.company_id or task.customer_id is None:
        raise Refused("tasks.absent")
    customer = b.session.get_one(Customer, task.customer_id)
    step = b.company.policy_for(customer.policy).step(task.step or "")
    ids = b.session.scalars(select(TaskItem.invoice_id).where(TaskItem.task_id == task_id)).all()
    template = step.template if step else letter.FORMAL
    return _sheet(b, customer, template, ids, at=at, step=task.step, task_id=task_id)


def by_hand(
    b: Books,
    customer_id: int,
    *,
    at: datetime,
    invoice_ids: Sequence[int] | None = None,
    template: str = SIMPLE,
) -> LetterContext:
    """Return a simple reminder letter about all that the customer is late with at `at`, or these invoices.

    It goes to who pays for the customer, about all for whom that one pays.

    With another `template`, that letter: to be looked at, since none leaves but from its task.
    """
    customer = b.session.get(Customer, payers.payer_of(b, customer_id))
    if customer is None or customer.company_id != b.company_id:
        raise Refused("customers.absent")
    if invoice_ids is None:
        late = select(Invoice.id).where(
            Invoice.company_id == b.company_id,
            Invoice.customer_id.in_(payers.covered(b, [customer.id])),
            Invoice.outstanding > 0,
            Invoice.due_date < b.today(at),
        )
        invoice_ids = b.session.scalars(late).all()
    return _sheet(b, customer, template, invoice_ids, at=at)


def _sheet(
    b: Books,
    customer: Customer,
    template: str,
    invoice_ids: Sequence[int],
    *,
    at: datetime,
    step: str | None = None,
    task_id: int | None = None,
) -> LetterContext:
    today = b.today(at)
    kind = rank_of(customer.kind, customer.siren)
    chosen = letter.template_for(template, kind)
    free, held = _free(b, customer.id, invoice_ids, at)
    people = customers.contacts(b, customer.id)
    return LetterContext(
        company=b.company,
        customer_id=customer.id,
        customer=customer.name,
        day=today,
        template=chosen,
        address=address_lines(customer.postal_address),
        kind=kind,
        siren=customer.siren,
        code=customer.code,
        contract_rate=b.company.penalty_rate if customer.penalty_rate is None else customer.penalty_rate,
        items=_items(b, free, today, formal=chosen != SIMPLE),
        credits=_credits(b, customer.id),
        earlier=_earlier(b, [item.id for item in free]),
        contact=_contact(people),
        language=_language(people, customer),
        form=letter.form_for(chosen, customer.address_form or "vous"),
        step=step,
        task_id=task_id,
        held=held,
    )


def address_lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a postal address, however they were separated."""
    lines = (text or "").replace(";", "\n").splitlines()
    if len(lines) == 1:
        lines = lines[0].split(",")
    return tuple(line.strip() for line in lines if line.strip())


def _contact(people: Sequence[ContactFacts]) -> str:
    """Return the name of the first billing contact who has one, else nothing."""
    return next((each.name or "" for each in people if each.role == ContactRole.BILLING and each.name), "")


def _language(people: Sequence[ContactFacts], customer: Customer) -> str:
    """Return the language to write in: the billing contact's, else the customer's, else French."""
    told = next(
        (each.language for each in people if each.role == ContactRole.BILLING and each.language), None
    )
    code = (told or customer.language or "fr").strip().lower()[:2]
    return code if code in SPOKEN else "en"


def _free(
    b: Books, customer_id: int, invoice_ids: Sequence[int], at: datetime
) -> tuple[list[Item], tuple[tuple[str, str], ...]]:
    """Return the invoices that a letter may be about, oldest first, and those that are held, with why."""
    today = b.today(at)
    account = accounts.account(b, customer_id, today=today, now=at, also=invoice_ids)
    asked = [item for item in (account.items if account else ()) if item.id in set(invoice_ids)]
    asked.sort(key=lambda item: (item.due_date, item.number))
    reasons = _reasons(b, account, today) if account else {}
    kept_out = {id_: reason for id_, reason in reasons.items() if REASONS[reason].keeps_letter}
    free = [item for item in asked if item.id not in kept_out and item.claimed > 0]
    held = tuple((item.number, kept_out[item.id]) for item in asked if item.id in kept_out)
    return free, held


def _reasons(b: Books, account: Account, today: date) -> dict[int, Reason]:
    decisions = evaluate(account, b.company, today).decisions
    return {invoice_id: decision.reason for invoice_id, decision in decisions.items()}


def _items(b: Books, items: Sequence[Item], today: date, *, formal: bool) -> tuple[LetterItem, ...]:
    ids = [item.id for item in items]
    rows = b.session.execute(select(Invoice.id, Invoice.amount).where(Invoice.id.in_(ids)))
    amounts = dict(rows.all())
    found = penalties.of_invoices(b, ids, on=today)
    return tuple(_item(item, amounts[item.id], found[item.id], today, formal=formal) for item in items)


def _item(item: Item, amount: Decimal, about: InvoicePenalties, today: date, *, formal: bool) -> LetterItem:
    """Return an invoice as a letter gives it.

    What is left and the interest run from the due date add up to the same whichever a part payment reduced
    first. Of an invoice disputed in part no interest is reckoned: on which part is what the dispute is about.
    """
    bears = about.computed.any and not about.waived and about.computed.rule not in {"consumer", "unknown"}
    interest: Decimal | None = ZERO
    if formal and bears:
        interest = about.computed.interest if item.claimed == item.outstanding else None
    return LetterItem(
        invoice_id=item.id,
        number=item.number,
        issue_date=item.issue_date,
        due_date=item.due_date,
        days_late=(today - item.due_date).days,
        amount=amount,
        claimed=item.claimed,
        currency=item.currency,
        interest=interest,
        indemnity=about.computed.indemnity if formal and bears else ZERO,
        bears=bears,
        rate=_rate(about) if formal and interest else None,
    )


def _rate(about: InvoicePenalties) -> Decimal | None:
    """Return the yearly rate of an invoice's interest when one says all."""
    rates = {part.rate for part in about.computed.slices}
    return rates.pop() if len(rates) == 1 else None


def _credits(b: Books, customer_id: int) -> tuple[LetterCredit, ...]:
    found = [
        LetterCredit(amount=each.open, currency=each.currency, number=each.number)
        for key in payers.covered(b, [customer_id])
        for each in credit_facts.of_customer(b, key)
    ]
    return tuple(sorted(found, key=lambda each: (each.number or "~", each.currency, each.amount)))


def _earlier(b: Books, invoice_ids: Sequence[int]) -> tuple[date, ...]:
    """Return the days of the last reminders that left about these invoices once they were late."""
    told = {day for days in earlier.days(b, invoice_ids).values() for day in days}
    return tuple(sorted(told)[-EARLIER:])
