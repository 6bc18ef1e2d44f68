"""What a customer would be told at a step of its policy today: read from the books, nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from receivables.account import Item
from receivables.correspondence import SPEAK_OF_PENALTIES
from receivables.policy import Step
from receivables.specimen import Chosen, Specimen, SpecimenItem, choose
from store import accounts, letter_facts
from store.books import Books
from store.tables import Invoice


def of(b: Books, customer_id: int, step: Step, *, now: datetime) -> Specimen:
    """Return what `step` would tell the customer at the aware instant `now`, on its own invoices if any."""
    today = b.today(now)
    account = accounts.account(b, customer_id, today=today, now=now)
    chosen: tuple[Chosen, tuple[Item, ...]] = (Chosen.SAMPLE, ())
    if account is not None and account.items:
        played, evaluation = accounts.on_day(b, account, today, now)
        chosen = choose(played, evaluation, step, today)
    speaks = [item.id for item in chosen[1]] if step.template in SPEAK_OF_PENALTIES else []
    facts = letter_facts.read(b, [customer_id], today=today, penalties_of=speaks)
    return Specimen(
        customer=facts.customers[customer_id],
        facts=facts,
        step=step,
        items=_items(b, chosen[1]),
        chosen=chosen[0],
        today=today,
    )


def _items(b: Books, items: Sequence[Item]) -> tuple[SpecimenItem, ...]:
    rows = b.session.execute(
        select(Invoice.id, Invoice.amount, Invoice.payment_link).where(
            Invoice.company_id == b.company_id, Invoice.id.in_([item.id for item in items])
        )
    )
    more = {invoice_id: (amount, link) for invoice_id, amount, link in rows}
    return tuple(
        SpecimenItem(
            invoice_id=item.id,
            number=item.number,
            issue_date=item.issue_date,
            due_date=item.due_date,
            amount=more[item.id][0],
            outstanding=item.outstanding,
            claimed=item.claimed,
            currency=item.currency,
            payment_link=more[item.id][1],
        )
        for item in items
    )
