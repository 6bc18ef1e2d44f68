"""Words of files that are facts of an invoice: each acts when it comes and when it goes (SCHEDULE 28).

Repeated, a word does nothing; so what a person ended it does not begin anew. What it did not begin it does
not end: never does a file end what a person did.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select

from receivables.codes.disputes import DisputeEnd
from receivables.codes.files import FILE_MEANINGS, FileMeaning
from receivables.codes.payments import PULLED
from receivables.codes.tasks import TaskKind
from receivables.errors import RelanceError
from receivables.text import fold
from store import pauses
from store.books import Books
from store.db.tables import Dispute, FileFact, Invoice, Pause, Task
from store.direct_debits import acts as direct_debits
from store.direct_debits import means as debit_means
from store.direct_debits import news as debit_news
from store.disputes import acts as disputes
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.questions import HELD, QuestionKind
from store.imports.report import ImportReport
from store.imports.values import statuses
from store.invoices import ending, platform
from store.promises import payment_left
from store.tasks import acts as tasks

FIELD = "status"
_WORD = 200


@dataclass(frozen=True, slots=True)
class Word:
    """What a file says of one invoice; empty where its cell is."""

    invoice_id: int
    number: str
    text: str


def take(b: Books, words: Sequence[Word], trace: Trace, report: ImportReport) -> None:
    """Have the words of a file act, of a file that has the column; `report` tells what is asked."""
    asked: dict[int, list[Word]] = defaultdict(list)
    noted: dict[FileMeaning, list[str]] = defaultdict(list)
    for batch in bulk.batches(words):
        known = _standing(b, [word.invoice_id for word in batch])
        telling = [word for word in batch if word.invoice_id in known or statuses.meaning(word.text)]
        open_ones = _open(b, [word.invoice_id for word in telling])
        for word in telling:
            invoice = open_ones.get(word.invoice_id)
            meaning = _meaning(b, invoice, word) if invoice is not None else None
            row = _took(b, known.get(word.invoice_id), word, meaning, trace)
            if row is None:
                continue
            began = _begin(b, row, trace)
            if FILE_MEANINGS[row.meaning].asked:
                asked[row.customer_id].append(word)
            elif began and row.meaning is not FileMeaning.UNPAID:
                noted[row.meaning].append(word.number)
    for meaning_, numbers in noted.items():
        report.note(meaning_, numbers)
    _ask(b, asked, trace, report)
    _ask_about_debits(b, words, trace, report)


def _standing(b: Books, ids: Sequence[int]) -> dict[int, FileFact]:
    rows = b.session.scalars(
        select(FileFact)
        .where(FileFact.company_id == b.company_id, FileFact.invoice_id.in_(ids))
        .where(FileFact.field == FIELD, FileFact.gone_at.is_(None))
        .order_by(FileFact.id)
    )
    return {row.invoice_id: row for row in rows}


def _open(b: Books, ids: Sequence[int]) -> dict[int, Invoice]:
    rows = b.session.scalars(
        select(Invoice)
        .where(Invoice.company_id == b.company_id, Invoice.id.in_(ids), Invoice.outstanding > 0)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def _meaning(b: Books, invoice: Invoice, word: Word) -> FileMeaning | None:
    """Return what a word means of this invoice: « rejeté » of a direct debit is the bank's (SCHEDULE 27)."""
    found = statuses.meaning(word.text)
    if found is FileMeaning.REFUSED and debit_means.means_of(b, invoice) in PULLED:
        return FileMeaning.REJECTED
    return found


def _took(
    b: Books, known: FileFact | None, word: Word, meaning: FileMeaning | None, trace: Trace
) -> FileFact | None:
    """End what went, and write down what came; return it when something new was said."""
    if known is not None:
        same = known.meaning == meaning
        if same and (meaning is not FileMeaning.UNKNOWN or fold(known.word) == fold(word.text)):
            return None
        _end(b, known, trace)
        known.gone_at = trace.at
    if meaning is None:
        return None
    customer_id = b.session.get_one(Invoice, word.invoice_id).customer_id
    row = FileFact(
        company_id=b.company_id,
        customer_id=customer_id,
        invoice_id=word.invoice_id,
        field=FIELD,
        word=word.text[:_WORD],
        meaning=meaning,
        came_at=trace.at,
    )
    b.session.add(row)
    return row


def _begin(b: Books, row: FileFact, trace: Trace) -> bool:
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
    FileMeaning.UNPAID: _nothing,
    **{
        meaning: _pause
        for meaning, facts in FILE_MEANINGS.items()
        if facts.asked or meaning is FileMeaning.PAUSED
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


def _end(b: Books, row: FileFact, trace: Trace) -> None:
    """End what a word began, where it stands still; its question closes."""
    if row.began_id is not None:
        ENDS.get(row.meaning, _end_pause)(b, row.began_id, row, trace)
    if FILE_MEANINGS[row.meaning].asked and not FILE_MEANINGS[row.meaning].customer:
        row.gone_at = trace.at
        b.session.flush()
        open_ones = tasks.all_open_about(b, row.invoice_id, TaskKind.FILE_WORD)
        over = [task.id for task in open_ones if not _still_asked(b, task)]
        tasks.answer(b, over, by=trace.by, at=trace.at)


def _still_asked(b: Books, task: Task) -> bool:
    rows = _standing(b, [invoice.id for invoice, _ in tasks.open_items(b, task)]).values()
    return any(FILE_MEANINGS[row.meaning].asked for row in rows)


def _ask(b: Books, asked: Mapping[int, Sequence[Word]], trace: Trace, report: ImportReport) -> None:
    """Ask finance, one task a customer, what becomes of the invoices whose words do not say."""
    for customer_id, words in asked.items():
        note = ", ".join(f"{word.number} : {word.text[:40]}" for word in words[:5])
        tasks.open_task(
            b,
            kind=TaskKind.FILE_WORD,
            customer_id=customer_id,
            invoice_ids=[word.invoice_id for word in words],
            note=note,
            at=trace.at,
        )
    told = [f"{word.number} : {word.text[:40]}" for words in asked.values() for word in words]
    if told:
        report.ask(QuestionKind.FILE_WORD, told, default=HELD)


def _ask_about_debits(b: Books, words: Iterable[Word], trace: Trace, report: ImportReport) -> None:
    """Ask about direct debits that a file says unpaid, once they are past their days (SCHEDULE 27)."""
    unpaid = {word.invoice_id for word in words if word.text and statuses.says_unpaid(word.text)}
    told = debit_news.ask(b, at=trace.at, only=unpaid) if unpaid else ()
    if told:
        report.ask(QuestionKind.DEBIT_UNPAID, told, default=HELD)
