"""Who pays for whom, as a file says: one customer is written to for several (SCHEDULE 4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.reasons import Reason
from receivables.text import fold
from store.books import Books
from store.db.tables import Customer, Invoice
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.records import Client
from store.imports.report import Findings
from store.reminders import acts as reminders
from store.traces.accounts import CustomerUpdated


def bring_payers(
    b: Books, clients: Sequence[Client], ids: Mapping[str, int], trace: Trace, findings: Findings
) -> set[int]:
    """Note who pays for whom, known by code or name; return the ids of the customers that changed.

    What was planned for them is called off. Who is nobody of the books, and who would pay for each other, is
    noted and left as it was. The payer of a payer pays for all.
    """
    told = {ids[client.key]: client for client in clients if client.payer}
    if not told:
        return set()
    rows = _rows(b)
    said = {key: _found(rows, client, findings) for key, client in told.items()}
    changes = _changes(rows, {key: payer for key, payer in said.items() if payer is not None})
    for key in [key for key, (_, top) in changes.items() if top == key]:
        findings.notice("payers_in_a_circle", value=next(row.name for row in rows if row.id == key))
        del changes[key]
    return _write(b, changes, trace)


def set_payers(b: Books, said: Mapping[int, int], trace: Trace) -> set[int]:
    """Note who pays for whom, as somebody answered; return the ids of the customers that changed."""
    return _write(b, _changes(_rows(b), said), trace)


def _changes(rows: Sequence[Known], said: Mapping[int, int]) -> dict[int, tuple[int | None, int | None]]:
    """Return the payer before and after of each customer for whom another pays than before."""
    wanted = {row.id: row.payer_id for row in rows}
    wanted |= {key: None if payer == key else payer for key, payer in said.items()}
    return {row.id: (row.payer_id, top) for row in rows if (top := _top(row.id, wanted)) != row.payer_id}


def _write(b: Books, changes: Mapping[int, tuple[int | None, int | None]], trace: Trace) -> set[int]:
    for key, (before, after) in changes.items():
        trace.line(
            Act.CUSTOMER_UPDATED, CustomerUpdated(changes={"payer_id": (before, after)}), customer_id=key
        )
    bulk.change(b, Customer, [{"id": key, "payer_id": after} for key, (_, after) in changes.items()])
    _call_off(b, list(changes), trace)
    return {*changes, *(after for _, after in changes.values() if after)}


def _rows(b: Books) -> Sequence[Known]:
    own = bulk.table(Customer)
    columns = own.c.id, own.c.code, own.c.name, own.c.folded, own.c.payer_id
    return b.session.execute(select(*columns).where(own.c.company_id == b.company_id)).all()


def _found(rows: Sequence[Known], client: Client, findings: Findings) -> int | None:
    """Return the one customer whom a file names as payer, by its code, else by its name."""
    by_text: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for text in {row.code, row.folded} - {None}:
            by_text[text].append(row.id)
    named = by_text.get(client.payer or "") or by_text.get(fold(client.payer or ""), [])
    if len(named) == 1:
        return int(named[0])
    findings.notice("unknown_payer", value=f"{client.name} : {client.payer}")
    return None


def _top(customer_id: int, payers: Mapping[int, int | None]) -> int | None:
    """Return who pays in the end; the customer itself where they pay for each other, None for nobody."""
    seen, top = {customer_id}, payers.get(customer_id)
    while top is not None and (upper := payers.get(top)) is not None:
        if upper in seen:
            return customer_id
        seen.add(top)
        top = upper
    return top


def _call_off(b: Books, customer_ids: Sequence[int], trace: Trace) -> None:
    for batch in bulk.batches(customer_ids):
        open_ones = select(Invoice.id).where(
            Invoice.company_id == b.company_id, Invoice.customer_id.in_(batch), Invoice.outstanding > 0
        )
        reminders.call_off(b, b.session.scalars(open_ones).all(), reason=Reason.REPLACED, at=trace.at)
