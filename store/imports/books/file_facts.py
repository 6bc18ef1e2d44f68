"""Words of files that are facts of an invoice: each acts when it comes and when it goes (SCHEDULE 28).

Repeated, a word does nothing; so what a person ended it does not begin anew. What it did not begin it does
not end: never does a file end what a person did.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import select

from receivables.codes.files import FILE_MEANINGS, FileMeaning
from receivables.codes.payments import PULLED
from receivables.codes.tasks import TaskKind
from receivables.text import fold
from store.books import Books
from store.db.tables import FileFact, Invoice
from store.direct_debits import means as debit_means
from store.direct_debits import news as debit_news
from store.imports.books import bulk, file_acts
from store.imports.books.bulk import Trace
from store.imports.questions import HELD, QuestionKind
from store.imports.records import ToldFact
from store.imports.report import ImportReport
from store.tasks import acts as tasks

_WORD = 200
PROMISE_PASSED = "promise_passed"
"""Kind of a remark: promises of a file whose day is over, which hold nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a file says of one invoice, beside its amounts."""

    invoice_id: int
    number: str
    said: tuple[ToldFact, ...]
    unpaid: bool
    """In so many words nothing came."""


@dataclass(frozen=True, slots=True)
class AskedInvoice:
    """What a person is asked about one invoice."""

    invoice_id: int
    told: str


class _Taking:
    """One file's words being taken: what is asked and noted of them."""

    def __init__(self, b: Books, trace: Trace) -> None:
        self.asked: dict[int, list[AskedInvoice]] = defaultdict(list)
        self.noted: dict[str, list[str]] = defaultdict(list)
        self._b = b
        self._trace = trace

    def take(self, word: Word, invoice: Invoice | None, standing: Mapping[str, FileFact]) -> None:
        """Take what is said of one invoice; a settled one (None) keeps nothing."""
        said = {each.field: each for each in word.said} if invoice is not None else {}
        for field in sorted(said.keys() | standing.keys()):
            new = _meant(self._b, invoice, said.get(field))
            row = _took(self._b, standing.get(field), new, invoice, self._trace)
            if row is not None and new is not None:
                self._note(word, new, row, began=file_acts.begin(self._b, row, self._trace))

    def _note(self, word: Word, said: ToldFact, row: FileFact, *, began: bool) -> None:
        if FILE_MEANINGS[row.meaning].by_word:
            return
        if FILE_MEANINGS[row.meaning].asked:
            told = f"{word.number} : {said.text[:40]}"
            self.asked[row.customer_id].append(AskedInvoice(word.invoice_id, told))
        elif began and row.meaning is not FileMeaning.UNPAID:
            self.noted[row.meaning].append(word.number)
        elif row.meaning is FileMeaning.PROMISED_ON:
            self.noted[PROMISE_PASSED].append(word.number)


def take(
    b: Books, words: Sequence[Word], fields: AbstractSet[str], trace: Trace, report: ImportReport
) -> None:
    """Have the words of a file act, of a file that has these columns; `report` tells what is asked."""
    taking = _Taking(b, trace)
    for batch in bulk.batches(words):
        known = _standing(b, [word.invoice_id for word in batch], fields)
        telling = [word for word in batch if word.invoice_id in known or word.said]
        open_ones = _open(b, [word.invoice_id for word in telling])
        for word in telling:
            taking.take(word, open_ones.get(word.invoice_id), known.get(word.invoice_id, {}))
    for kind, numbers in taking.noted.items():
        report.note(kind, numbers)
    _ask(b, taking.asked, trace, report)
    _ask_about_debits(b, words, trace, report)


def _standing(b: Books, ids: Sequence[int], fields: AbstractSet[str]) -> dict[int, dict[str, FileFact]]:
    """Return the facts that earlier files told by these columns, by invoice and column."""
    rows = b.session.scalars(
        select(FileFact)
        .where(FileFact.company_id == b.company_id, FileFact.invoice_id.in_(ids))
        .where(FileFact.field.in_(fields), FileFact.gone_at.is_(None))
        .order_by(FileFact.id)
    )
    found: dict[int, dict[str, FileFact]] = defaultdict(dict)
    for row in rows:
        found[row.invoice_id][row.field] = row
    return found


def _open(b: Books, ids: Sequence[int]) -> dict[int, Invoice]:
    rows = b.session.scalars(
        select(Invoice)
        .where(Invoice.company_id == b.company_id, Invoice.id.in_(ids), Invoice.outstanding > 0)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def _meant(b: Books, invoice: Invoice | None, said: ToldFact | None) -> ToldFact | None:
    """Return what is said of this invoice: « rejeté » of a direct debit is the bank's word (SCHEDULE 27)."""
    if said is None or invoice is None or said.meaning is not FileMeaning.REFUSED:
        return said
    pulled = debit_means.means_of(b, invoice) in PULLED
    return ToldFact(said.field, said.text, FileMeaning.REJECTED) if pulled else said


def _took(
    b: Books, known: FileFact | None, said: ToldFact | None, invoice: Invoice | None, trace: Trace
) -> FileFact | None:
    """End what went, and write down what came; return it when something new was said."""
    if known is not None:
        same = said is not None and known.meaning is said.meaning
        if (
            same
            and said is not None
            and (known.meaning not in _BY_WORD or fold(known.word) == fold(said.text))
        ):
            return None
        known.gone_at = trace.at
        b.session.flush()
        file_acts.end(b, known, trace)
    if said is None or invoice is None:
        return None
    row = FileFact(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        field=said.field,
        word=said.text[:_WORD],
        meaning=said.meaning,
        came_at=trace.at,
    )
    b.session.add(row)
    return row


_BY_WORD = {FileMeaning.UNKNOWN, FileMeaning.COMMENTED, FileMeaning.PROMISED_ON}
"""Meanings of which another word is something new."""


def _ask(b: Books, asked: Mapping[int, Sequence[AskedInvoice]], trace: Trace, report: ImportReport) -> None:
    """Ask finance, one task a customer, what becomes of the invoices whose words do not say."""
    for customer_id, words in asked.items():
        tasks.open_task(
            b,
            kind=TaskKind.FILE_WORD,
            customer_id=customer_id,
            invoice_ids=list(dict.fromkeys(each.invoice_id for each in words)),
            note=", ".join(each.told for each in words[:5]),
            at=trace.at,
        )
    told = [each.told for words in asked.values() for each in words]
    if told:
        report.ask(QuestionKind.FILE_WORD, told, default=HELD)


def _ask_about_debits(b: Books, words: Iterable[Word], trace: Trace, report: ImportReport) -> None:
    """Ask about direct debits that a file says unpaid, once they are past their days (SCHEDULE 27)."""
    unpaid = {word.invoice_id for word in words if word.unpaid}
    told = debit_news.ask(b, at=trace.at, only=unpaid) if unpaid else ()
    if told:
        report.ask(QuestionKind.DEBIT_UNPAID, told, default=HELD)
