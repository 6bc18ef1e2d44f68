"""Writing what settles what: allocations, what is left of each side, lines of the journal."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.payments import PaymentOrigin
from store.books import Books
from store.db.tables import Allocation, CreditNote, Invoice, Payment
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.books.ledger.entries import money, to_cents
from store.imports.books.ledger.matching import SetOn, Source, StillOwed
from store.traces.money import CreditAllocated, CreditUse, PaymentRecorded

_OLDEST = date(1990, 1, 1)


def open_invoices(b: Books, customer_ids: Sequence[int]) -> list[StillOwed]:
    """Return the open invoices in euros of some customers."""
    found = []
    columns = (Invoice.id, Invoice.customer_id, Invoice.number, Invoice.outstanding, Invoice.issue_date)
    for batch in bulk.batches(customer_ids):
        query = select(*columns, Invoice.due_date).where(
            Invoice.company_id == b.company_id,
            Invoice.customer_id.in_(batch),
            Invoice.outstanding > 0,
            Invoice.currency == "EUR",
            Invoice.owed,
        )
        for id_, customer_id, number, outstanding, issue, due in b.session.execute(query):
            left = to_cents(outstanding)
            found.append(StillOwed(id_, customer_id, number, left, issue, due, left))
    return found


def open_sources(b: Books, customer_ids: Sequence[int]) -> list[Source]:
    """Return money on account and open credit notes in euros of some customers."""
    found = []
    for batch in bulk.batches(customer_ids):
        of_company = Payment.company_id == b.company_id, Payment.customer_id.in_(batch), Payment.open > 0
        payments = select(Payment.id, Payment.customer_id, Payment.open, Payment.received_on).where(
            *of_company, Payment.undone_at.is_(None), Payment.currency == "EUR"
        )
        for id_, customer_id, left, day in b.session.execute(payments):
            found.append(Source(id_, customer_id, note=False, left=to_cents(left), day=day))
        notes = select(
            CreditNote.id, CreditNote.customer_id, CreditNote.open, CreditNote.issue_date, CreditNote.number
        ).where(
            CreditNote.company_id == b.company_id, CreditNote.customer_id.in_(batch), CreditNote.open > 0,
            CreditNote.undone_at.is_(None), CreditNote.currency == "EUR",
        )  # fmt: skip
        for id_, customer_id, left, issue, number in b.session.execute(notes):
            found.append(
                Source(id_, customer_id, note=True, left=to_cents(left), day=issue or _OLDEST, number=number)
            )
    return found


def write(b: Books, sources: Sequence[Source], shares: Sequence[SetOn], trace: Trace) -> list[int]:
    """Write what was set on what, and tell of all money that came; return the invoices that are settled."""
    today = b.today(trace.at)
    rows = [_allocation(b, each, today, trace) for each in shares]
    of_source: dict[tuple[bool, int], list[tuple[int, SetOn]]] = defaultdict(list)
    for id_, share in zip(bulk.add_for_ids(b, Allocation, rows), shares, strict=True):
        of_source[share.source.note, share.source.id].append((id_, share))
    owed = {share.owed.id: share.owed for share in shares}
    bulk.change(b, Invoice, [
        {"id": each.id, "outstanding": money(each.left), "settled_at": None if each.left else trace.at}
        for each in owed.values()
    ])  # fmt: skip
    used = {(share.source.note, share.source.id): share.source for share in shares}
    for of, note in ((Payment, False), (CreditNote, True)):
        bulk.change(b, of, [
            {"id": each.id, "open": money(each.left)} for each in used.values() if each.note is note
        ])  # fmt: skip
    for source in sources:
        _tell(source, of_source.get((source.note, source.id), []), trace)
    return [each.id for each in owed.values() if not each.left]


def _allocation(b: Books, share: SetOn, today: date, trace: Trace) -> dict[str, Any]:
    source = share.source
    return {
        "company_id": b.company_id,
        "invoice_id": share.owed.id,
        "payment_id": None if source.note else source.id,
        "credit_note_id": source.id if source.note else None,
        "amount": money(share.cents),
        "at": trace.at,
        "day": min(source.day, today),
        "undone_at": None,
    }


def _tell(source: Source, used: Sequence[tuple[int, SetOn]], trace: Trace) -> None:
    if source.fresh and not source.note:
        _tell_payment(source, used, trace)
        return
    for id_, share in used:
        references = CreditUse(
            allocation_ids=(id_,),
            payment_ids=() if source.note else (source.id,),
            credit_note_ids=(source.id,) if source.note else (),
        )
        told = CreditAllocated(
            number=share.owed.number, amount=money(share.cents), currency="EUR", used=references
        )
        trace.line(Act.CREDIT_ALLOCATED, told, customer_id=source.customer_id, invoice_id=share.owed.id)


def _tell_payment(source: Source, used: Sequence[tuple[int, SetOn]], trace: Trace) -> None:
    allocated = sum(share.cents for _, share in used)
    told = PaymentRecorded(
        payment_id=source.id,
        allocation_ids=tuple(id_ for id_, _ in used),
        number=", ".join(dict.fromkeys(share.owed.number for _, share in used)) or None,
        amount=money(allocated + source.left),
        allocated=money(allocated),
        credit=money(source.left),
        outstanding=sum((money(share.owed.left) for _, share in used), Decimal("0.00")),
        currency="EUR",
        received_on=source.day,
        origin=PaymentOrigin.IMPORT,
    )
    invoice_id = used[0][1].owed.id if len(used) == 1 else None
    trace.line(Act.PAYMENT_RECORDED, told, customer_id=source.customer_id, invoice_id=invoice_id)
