"""What the columns of a row say of its invoice beside amounts: statuses, flags, promises, comments."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from receivables.codes.files import FileMeaning, FileStanding
from receivables.text import fold
from store.imports.questions import HELD, ImportQuestion, QuestionKind
from store.imports.records import Record, ToldFact
from store.imports.report import EXAMPLES, Findings
from store.imports.rows.cells import Cells
from store.imports.values import flags, statuses
from store.imports.values.statuses import ORDER, Told

_LONGEST = 200
_PAYMENT = frozenset(["paiement", "reglement", "paye", "payee", "payment", "paid"])
"""Words of a title below which yes means paid."""
_HOLDS = frozenset(
    {
        FileMeaning.LOST,
        FileMeaning.COLLECTION,
        FileMeaning.REFUSED,
        FileMeaning.INSOLVENCY,
        FileMeaning.DISPUTED,
        FileMeaning.PROMISED,
        FileMeaning.PROMISED_ON,
        FileMeaning.PAYMENT_LEFT,
        FileMeaning.PAUSED,
        FileMeaning.CREDITED,
        FileMeaning.WITHDRAWN,
    }
)
"""What a comment may speak of, so that somebody has to look."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """What a row says: how its payment stands, in which cell, and facts by column."""

    standing: FileStanding | None = None
    word: ToldFact | None = None
    """The cell that says how it stands."""
    said: tuple[ToldFact, ...] = ()
    day: date | None = None
    """On which a status says that it was paid."""
    unpaid: bool = False
    """In so many words nothing came."""


NOTHING = Sayings()
_ANSWER: Mapping[Told, str] = {FileStanding.PAID: "settled"}
ANSWERS: Mapping[str, Told] = {
    _ANSWER.get(told, told.value): told
    for told in (
        FileStanding.OWED,
        FileStanding.PAID,
        FileMeaning.DISPUTED,
        FileMeaning.PAUSED,
        FileMeaning.PAYMENT_LEFT,
        FileMeaning.WITHDRAWN,
        FileMeaning.LOST,
        FileMeaning.COLLECTION,
        FileStanding.DRAFT,
    )
}
"""What a word may mean that nobody knows."""


class UnknownWords:
    """The words of status of a file that nobody knows: one question for each, however many rows have it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._rows: dict[str, list[int]] = {}
        self._counts: Counter[str] = Counter()

    def meaning(self, text: str, line: int) -> Told:
        """Return what people answered that a word means; unknown while nobody has."""
        about = fold(text) or text
        self._counts[about] += 1
        rows = self._rows.setdefault(about, [])
        if len(rows) < EXAMPLES:
            rows.append(line)
        question = ImportQuestion(
            QuestionKind.STATUS, text, tuple(ANSWERS), HELD, tuple(rows), self._counts[about]
        )
        return ANSWERS.get(self._findings.ask(question), FileMeaning.UNKNOWN)


def of_row(cells: Cells, unknown: UnknownWords) -> Sayings:
    """Read all columns of a row that say more than amounts."""
    said: list[ToldFact] = []
    standing: list[tuple[FileStanding, ToldFact]] = []
    for field in READERS:
        if field not in cells.filled:
            continue
        word = ToldFact(field, cells.text(field)[:_LONGEST], FileMeaning.CONTRADICTED)
        told = READERS[field](cells, word)
        if isinstance(told, ToldFact) and told.meaning is FileMeaning.UNKNOWN:
            answer = unknown.meaning(word.text, cells.line)
            told = _fact(word, answer) if isinstance(answer, FileMeaning) else answer
        if isinstance(told, FileStanding):
            standing.append((told, word))
        elif told is not None:
            said.append(told)
    if not said and not standing:
        return NOTHING
    status = [cells.text(field) for field in _STATUSES if field in cells.filled]
    stands, where = min(standing, key=lambda each: ORDER.index(each[0]), default=(None, None))
    return Sayings(
        stands,
        where,
        _together(said),
        _day(cells, status) if stands is FileStanding.PAID else None,
        any(map(statuses.says_unpaid, status)),
    )


def _day(cells: Cells, status: list[str]) -> date | None:
    return next((day for text in status if (day := cells.day_in(text)) is not None), None)


def _together(said: list[ToldFact]) -> tuple[ToldFact, ...]:
    """Return the facts of a row, less those that others make plain."""
    meanings = {each.meaning for each in said}
    plain = {FileMeaning.COMMENTED} if meanings - {FileMeaning.COMMENTED} else set()
    if FileMeaning.PROMISED_ON in meanings:
        plain.add(FileMeaning.PROMISED)
    return tuple(each for each in said if each.meaning not in plain)


# --- one column -----------------------------------------------------------------------------------------

Reading: TypeAlias = Callable[[Cells, ToldFact], ToldFact | FileStanding | None]


def _fact(word: ToldFact, meaning: FileMeaning, text: str | None = None) -> ToldFact:
    return ToldFact(word.field, text or word.text, meaning)


def _status(cells: Cells, word: ToldFact) -> ToldFact | FileStanding | None:
    """Read a column of statuses; below a title that speaks of payment, also yes and no."""
    ticked = (
        flags.yes_or_no(word.text) if _PAYMENT & set(fold(cells.layout.title(word.field)).split()) else None
    )
    if ticked is not None:
        return FileStanding.PAID if ticked else FileStanding.OWED
    told: Told | None = statuses.read(word.text)
    if told is FileMeaning.PROMISED and (day := cells.day_in(word.text)) is not None:
        return _fact(word, FileMeaning.PROMISED_ON, day.isoformat())
    return _fact(word, told) if isinstance(told, FileMeaning) else told


def _dispute(cells: Cells, word: ToldFact) -> ToldFact | None:
    """Read a column of disputes: yes, or what it is about; « résolu » and « aucun » say none."""
    return _flag(cells, word, FileMeaning.DISPUTED)


def _paused(cells: Cells, word: ToldFact) -> ToldFact | None:
    """Read a column that says what is blocked, or not to be reminded."""
    return _flag(cells, word, FileMeaning.PAUSED)


def _flag(cells: Cells, word: ToldFact, meaning: FileMeaning) -> ToldFact | None:
    ticked, title = flags.yes_or_no(word.text), cells.layout.title(word.field)
    if ticked is not None or statuses.says_none(word.text):
        return _fact(word, meaning, title) if ticked else None
    told = statuses.read(word.text)
    disputed = told is FileMeaning.DISPUTED
    return _fact(word, FileMeaning.DISPUTED if disputed else meaning, f"{title} : {word.text}"[:_LONGEST])


def _to_remind(cells: Cells, word: ToldFact) -> ToldFact | None:
    """Read a column that says what may be reminded of: only « non » holds."""
    if flags.yes_or_no(word.text) is not False:
        return None
    return _fact(word, FileMeaning.PAUSED, f"{cells.layout.title(word.field)} : {word.text}"[:_LONGEST])


def _promise(cells: Cells, word: ToldFact) -> ToldFact | None:
    """Read a promise: its day, or that there is one."""
    day = cells.day_in(word.text, word.field)
    if day is not None:
        return _fact(word, FileMeaning.PROMISED_ON, day.isoformat())
    none = flags.yes_or_no(word.text) is False or statuses.says_none(word.text)
    return None if none else _fact(word, FileMeaning.PROMISED)


def _comment(cells: Cells, word: ToldFact) -> ToldFact | None:  # noqa: ARG001 - a reading like the others
    """Read a comment, of which no word acts: what speaks of a hold is asked about."""
    return _fact(word, FileMeaning.COMMENTED) if statuses.speaks_of(word.text) & _HOLDS else None


_STATUSES = ("status", "payment_status")
READERS: Mapping[str, Reading] = {
    **dict.fromkeys(_STATUSES, _status),
    "dispute": _dispute,
    "blocked": _paused,
    "do_not_remind": _paused,
    "to_remind": _to_remind,
    "promise_on": _promise,
    "comment": _comment,
}
"""How each of these columns is read."""
FIELDS = frozenset(READERS) | {"left", "paid"}
"""Columns of whose cells facts are made: a file that holds one and says no more ends what it began."""


# --- beside the amounts ---------------------------------------------------------------------------------


def settle(record: Record, found: Sayings) -> None:
    """Take into a record what its row says; what columns say against each other is a fact to ask about."""
    record.said, record.says_unpaid = found.said, found.unpaid
    record.paid_on = record.paid_on or found.day
    if record.credit:
        _of_credit(record, found)
        return
    standing = found.standing
    record.settled = standing is FileStanding.PAID and not _paid_with_rest(record)
    record.unpaid = not record.settled and (record.unpaid or standing is not None or _speaks(found))
    if standing is FileStanding.PAID and not record.settled:
        _doubt(record, found.word)
    elif standing is FileStanding.OWED and _nothing_left(record):
        record.left = record.paid = None
        _doubt(record, found.word)
    elif standing is FileStanding.PARTIAL and record.left is None and not record.paid:
        _doubt(record, found.word, FileMeaning.PART_PAID)
    elif standing is None and _too_much_left(record):
        _doubt(record, ToldFact("left", f"{record.left}", FileMeaning.CONTRADICTED))


def _speaks(found: Sayings) -> bool:
    """Tell whether words other than « annulé » say that the invoice stands."""
    return any(each.meaning is not FileMeaning.WITHDRAWN for each in found.said)


def _doubt(record: Record, word: ToldFact | None, meaning: FileMeaning = FileMeaning.CONTRADICTED) -> None:
    if word is not None:
        others = tuple(each for each in record.said if each.field != word.field)
        record.said = (*others, ToldFact(word.field, word.text, meaning))


def _paid_with_rest(record: Record) -> bool:
    """Tell whether amounts say that something is left; what was paid and the total may agree without it."""
    if record.paid is not None and record.amount is not None and record.paid >= record.amount:
        return False
    if record.left is not None:
        return record.left > 0
    return record.paid is not None and record.amount is not None and record.paid < record.amount


def _nothing_left(record: Record) -> bool:
    if record.left is not None:
        return record.left == 0
    return bool(record.amount and record.paid is not None and record.paid >= record.amount)


def _too_much_left(record: Record) -> bool:
    """Tell whether more is left than total and paid say: less may be a credit that was deducted."""
    if record.left is None or record.paid is None or record.amount is None:
        return False
    return record.paid + record.left > record.amount and record.left > 0 and record.paid > 0


def _of_credit(record: Record, found: Sayings) -> None:
    """Take in what is said of a credit note: whether anything is left of it."""
    meanings = {each.meaning for each in found.said}
    words = [each.text for each in found.said] + ([found.word.text] if found.word else [])
    record.withdrawn = FileMeaning.WITHDRAWN in meanings
    record.settled = found.standing is FileStanding.PAID or any(map(statuses.used_up, words))
    record.said = ()
