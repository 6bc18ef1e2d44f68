"""What words of a file bring about by the acts that people use, and how that ends (SCHEDULE 27, 28)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from sqlalchemy import select

from receivables.codes.disputes import DisputeEnd
from receivables.codes.files import FILE_MEANINGS, FileMeaning
from receivables.codes.tasks import TaskKind
from receivables.errors import RelanceError
from store import pauses
from store.books import Books
from store.db.tables import Dispute, FileFact, Invoice, Pause, Task
from store.direct_debits import acts as direct_debits
from store.disputes import acts as disputes
from store.imports.books.bulk import Trace
from store.invoices import ending, platform
from store.promises import acts as promises
from store.promises import payment_left
from store.tasks import acts as tasks


def begin(b: Books, row: FileFact, trace: Trace) -> bool:
    """Do what a word brings about; return whether it did, a person not having seen to it already."""
    try:
        row.began_id = BEGIN[row.meaning](b, row, trace)
    except RelanceError:
        return False
    finally:
        b.session.flush()
    return True


Begin: TypeAlias = Callable[[Books, FileFact, Trace], int | None]
End: TypeAlias = Callable[[Books, int, FileFact, Trace], object]


def _refuse(b: Books, row: FileFact, trace: Trace) -> int | None:
    return platform.refuse(b, row.invoice_id, by=trace.by, at=trace.at).invoice_id


def _withdraw(b: Books, row: FileFact, trace: Trace) -> int | None:
    done = ending.withdraw(b, row.invoice_id, reason=row.word, by=trace.by, at=trace.at)
    return done.invoice_id


def _write_off(b: Books, row: FileFact, trace: Trace) -> int | None:
    done = ending.write_off(b, row.invoice_id, reason=row.word, by=trace.by, at=trace.at)
    return done.invoice_id


def _hand_over(b: Books, row: FileFact, trace: Trace) -> int | None:
    """Hand it over, which ends by a person alone."""
    ending.hand_over(b, row.invoice_id, reason=row.word, by=trace.by, at=trace.at)
    return None


def _reject(b: Books, row: FileFact, trace: Trace) -> int | None:
    on = b.today(trace.at)
    direct_debits.reject(b, row.invoice_id, on=on, note=row.word, by=trace.by, at=trace.at)
    return None


def _dispute(b: Books, row: FileFact, trace: Trace) -> int | None:
    done = disputes.open_dispute(b, row.invoice_id, note=row.word, by=trace.by, at=trace.at)
    return done.dispute_id


def _left(b: Books, row: FileFact, trace: Trace) -> int | None:
    payment_left.note(b, [row.invoice_id], by=trace.by, at=trace.at)
    return None


def _pause(b: Books, row: FileFact, trace: Trace) -> int | None:
    """Hold the invoice, or the customer, without end, unless a person has paused it already."""
    scope = {"invoice_id": row.invoice_id}
    if FILE_MEANINGS[row.meaning].customer:
        scope = {"customer_id": row.customer_id}
    if pauses.running(b, **scope, on=b.today(trace.at)) is not None:
        return None
    return pauses.pause(b, **scope, until=None, reason=row.word, by=trace.by, at=trace.at).pause_id


def _promise(b: Books, row: FileFact, trace: Trace) -> int | None:
    """Note a promise of all that is left for the day that the file names; it ends by its own rule."""
    promises.make(b, row.invoice_id, amount=None, date=date.fromisoformat(row.word), by=trace.by, at=trace.at)
    return None


def _nothing(b: Books, row: FileFact, trace: Trace) -> int | None:  # noqa: ARG001 - a beginning like the others
    return None


BEGIN: Mapping[FileMeaning, Begin] = {
    FileMeaning.WITHDRAWN: _withdraw,
    FileMeaning.LOST: _write_off,
    FileMeaning.COLLECTION: _hand_over,
    FileMeaning.REFUSED: _refuse,
    FileMeaning.REJECTED: _reject,
    FileMeaning.DISPUTED: _dispute,
    FileMeaning.PAYMENT_LEFT: _left,
    FileMeaning.PROMISED_ON: _promise,
    FileMeaning.UNPAID: _nothing,
    **{
        meaning: _pause
        for meaning, facts in FILE_MEANINGS.items()
        if facts.asked or facts.by_word or meaning is FileMeaning.PAUSED
    },
}
"""What a word brings about when it comes; the row that it began, if a file may end it."""


def _end_refusal(b: Books, invoice_id: int, row: FileFact, trace: Trace) -> None:  # noqa: ARG001 - as the others
    if platform.refused_by(b, invoice_id) == trace.by:
        platform.accept(b, invoice_id, by=trace.by, at=trace.at)


def _take_up(b: Books, invoice_id: int, row: FileFact, trace: Trace) -> None:
    """Have it owed again, unless somebody gave it up anew since."""
    invoice = b.session.get_one(Invoice, invoice_id, populate_existing=True)
    if row.came_at in {invoice.withdrawn_at, invoice.written_off_at}:
        ending.reopen(b, invoice_id, reason=row.word, by=trace.by, at=trace.at)


def _end_dispute(b: Books, dispute_id: int, row: FileFact, trace: Trace) -> None:  # noqa: ARG001 - as above
    if b.session.get_one(Dispute, dispute_id, populate_existing=True).settled_at is None:
        disputes.settle(b, dispute_id, outcome=DisputeEnd.FILE, by=trace.by, at=trace.at)


def _end_pause(b: Books, pause_id: int, row: FileFact, trace: Trace) -> None:
    if FILE_MEANINGS[row.meaning].customer:
        return  # insolvency ends by a person alone
    if b.session.get_one(Pause, pause_id, populate_existing=True).ended_at is None:
        pauses.resume(b, pause_id, by=trace.by, at=trace.at)


ENDS: Mapping[FileMeaning, End] = {
    FileMeaning.WITHDRAWN: _take_up,
    FileMeaning.LOST: _take_up,
    FileMeaning.REFUSED: _end_refusal,
    FileMeaning.DISPUTED: _end_dispute,
}
"""What goes with a word; of all others a pause."""


def end(b: Books, row: FileFact, trace: Trace) -> None:
    """End what a word began, where it stands still; its question closes. Another column may say it, too."""
    if row.began_id is not None and not _handed_on(b, row):
        ENDS.get(row.meaning, _end_pause)(b, row.began_id, row, trace)
    if FILE_MEANINGS[row.meaning].asked and not FILE_MEANINGS[row.meaning].customer:
        open_ones = tasks.all_open_about(b, row.invoice_id, TaskKind.FILE_WORD)
        over = [task.id for task in open_ones if not _still_asked(b, task)]
        tasks.answer(b, over, by=trace.by, at=trace.at)


def _handed_on(b: Books, row: FileFact) -> bool:
    """Have another column that says as much keep what this one began; return whether there is one."""
    ends = ENDS.get(row.meaning, _end_pause)
    others = b.session.scalars(
        select(FileFact)
        .where(FileFact.invoice_id == row.invoice_id, FileFact.gone_at.is_(None))
        .where(FileFact.began_id.is_(None), FileFact.id != row.id)
        .order_by(FileFact.id)
    )
    heir = next((other for other in others if _ends_so(other.meaning, ends)), None)
    if heir is not None:
        heir.began_id, row.began_id = row.began_id, None
        b.session.flush()
    return heir is not None


def _ends_so(meaning: FileMeaning, ends: End) -> bool:
    pauses_so = BEGIN[meaning] is _pause and not FILE_MEANINGS[meaning].customer
    return ENDS.get(meaning) is ends or (ends is _end_pause and pauses_so)


def _still_asked(b: Books, task: Task) -> bool:
    ids = [invoice.id for invoice, _ in tasks.open_items(b, task)]
    meanings = b.session.scalars(
        select(FileFact.meaning).where(FileFact.invoice_id.in_(ids), FileFact.gone_at.is_(None))
    )
    return any(FILE_MEANINGS[meaning].asked for meaning in meanings)
