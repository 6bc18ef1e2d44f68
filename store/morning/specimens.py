"""What a customer would be told at a step of its policy today: read from the books, nothing is written."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from receivables.correspondence import Told
from receivables.policy import Step
from receivables.schedule.account import Item
from receivables.schedule.specimen import Chosen, Specimen, SpecimenItem, choose
from store import mail_facts, payers
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Invoice


def specimen_of(
    b: Books, customer_id: int, step: Step, *, now: datetime, told: Collection[Told] = ()
) -> Specimen:
    """Return what `step` would tell the customer at the aware instant `now`, on its own invoices if any.

    `told`: what of its words costs reading.
    """
    today, customer_id = b.today(now), payers.payer_of(b, customer_id)
    account = accounts.account(b, customer_id, today=today, now=now)
    how, chosen = Chosen.SAMPLE, tuple[tuple[Item, str | None], ...]()
    if account is not None and account.items:
        played, evaluation = accounts.on_day(b, account, today, now)
        how, chosen = choose(played, evaluation, step, today)
    ids = [item.id for item, _ in chosen]
    facts = mail_facts.read_mail_facts(
        b,
        [customer_id],
        today=today,
        penalties_of=ids if Told.PENALTIES in told else (),
        earlier_of=ids if Told.EARLIER in told else (),
    )
    return Specimen(
        customer=facts.customers[customer_id],
        facts=facts,
        step=step,
        items=_items(b, chosen),
        chosen=how,
        today=today,
        account=account,
    )


def _items(b: Books, items: Sequence[tuple[Item, str | None]]) -> tuple[SpecimenItem, ...]:
    rows = b.session.execute(
        select(
            Invoice.id, Invoice.amount, Invoice.payment_link, Invoice.pdf_path, Invoice.order_number
        ).where(Invoice.company_id == b.company_id, Invoice.id.in_([item.id for item, _ in items]))
    )
    more = {row.id: row for row in rows}
    return tuple(
        SpecimenItem(
            invoice_id=item.id,
            number=item.number,
            issue_date=item.issue_date,
            due_date=item.due_date,
            amount=more[item.id].amount,
            outstanding=item.outstanding,
            claimed=item.claimed,
            currency=item.currency,
            payment_link=more[item.id].payment_link,
            pdf_path=more[item.id].pdf_path,
            order_number=more[item.id].order_number,
            step=own,
        )
        for item, own in items
    )
