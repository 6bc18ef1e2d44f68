"""What an import found and did, as facts: sentences are told by those who show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from receivables.errors import RelanceError
from store.imports.questions import WAIT, Answers, ImportQuestion, QuestionKind
from store.imports.tables.files import Cell, HowRead

SHOWN = 200
"""Refusals that are listed one by one; all are counted."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """One cell that cannot be taken. Without line or column, `expected` is about the whole file."""

    line: int | None
    column: str | None
    """The file's own title, or which column lacks altogether (`MissingColumn`)."""
    value: str | None
    expected: RelanceError


@dataclass(slots=True)
class ImportRemark:
    """Something worth knowing that refuses nothing: its kind, how often, and the first lines and values."""

    kind: str
    count: int = 0
    lines: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


def shown(cell: Cell | None) -> str:
    """Return a cell as a short text for the person."""
    text = cell.isoformat() if isinstance(cell, date | time) else str("" if cell is None else cell)
    return text if len(text) <= 80 else f"{text[:79]}…"


class Findings:
    """Collects refusals, notices and questions, bounded however long the file is.

    `answers`: what people answered, by question.
    """

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.refused: list[CellRefusal] = []
        self.refused_count = 0
        self.notices: dict[str, ImportRemark] = {}
        self.questions: dict[str, ImportQuestion] = {}
        self._answers: Answers = dict(answers or {})

    def remember(self, answers: Mapping[str, str]) -> None:
        """Take in answers given to files of this shape before; those given now come first."""
        self._answers = {**answers, **self._answers}

    @property
    def lets_in(self) -> bool:
        """Whether the file can be taken: nothing is refused, and no question is open that all hangs on."""
        return not self.refused_count and all(each.default != WAIT for each in self.questions.values())

    def ask(self, question: ImportQuestion) -> str:
        """Return the answer to a question; without one its default, and the question is open."""
        answer = self._answers.get(question.id)
        if answer is not None and answer in question.choices:
            return answer
        self.questions[question.id] = question
        return question.default

    def refuse(
        self, line: int | None, column: str | None, value: Cell | None, expected: RelanceError
    ) -> None:
        """Note a cell that cannot be taken: nothing of the file will be written."""
        self.refused_count += 1
        if len(self.refused) < SHOWN:
            self.refused.append(CellRefusal(line, column, None if value is None else shown(value), expected))

    def notice(self, kind: str, line: int | None = None, value: str | None = None) -> None:
        """Note something worth knowing."""
        notice = self.notices.setdefault(kind, ImportRemark(kind))
        notice.count += 1
        if line is not None and len(notice.lines) < EXAMPLES:
            notice.lines.append(line)
        if value is not None and len(notice.values) < EXAMPLES and shown(value) not in notice.values:
            notice.values.append(shown(value))


@dataclass(frozen=True)
class ColumnRead:
    """A column of the file: its header, and the first cell that it holds."""

    title: str
    example: str


@dataclass(frozen=True, slots=True)
class SumOfFile:
    """What a file's invoices and credit notes of one currency add up to; credit notes count negative."""

    currency: str
    count: int
    amount: Decimal
    """Including VAT."""
    outstanding: Decimal
    """As the file shows it."""


@dataclass(slots=True)
class CustomersOfFile:
    """The customers of a file, in figures and first names."""

    total: int = 0
    new: int = 0
    without_address: list[str] = field(default_factory=list)
    unknown_kind: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do when `dry_run`. With anything refused, nothing was written."""

    file: str
    dry_run: bool
    rows: int = 0
    how: HowRead | None = None
    """Encoding and separator, or the sheet."""
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)
    """Which header was read as what, by Relance's field."""
    unread: Sequence[ColumnRead] = ()
    """Columns that hold something and that nothing was read from."""
    sums: Sequence[SumOfFile] = ()
    """What the file adds up to, by currency."""
    customers: CustomersOfFile = field(default_factory=CustomersOfFile)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    refused: list[CellRefusal] = field(default_factory=list)
    refused_count: int = 0
    warnings: list[ImportRemark] = field(default_factory=list)
    questions: list[ImportQuestion] = field(default_factory=list)
    """What a person is asked; held or left out meanwhile."""
    noted: list[ImportRemark] = field(default_factory=list)
    """What words of the file brought about on invoices, new or known: its kind is their meaning."""
    made_numbers: int = 0
    """Invoices that came without a number and got one."""

    def title(self, field: str) -> str | None:
        """Return the header that a field was read from."""
        return self.columns[field].title if field in self.columns else None

    def ask(
        self, kind: QuestionKind, values: Sequence[str], choices: tuple[str, ...] = (), default: str = ""
    ) -> None:
        """Note a question about so many, with the first of them; without choices its task answers it."""
        first = tuple(shown(each) for each in values[:EXAMPLES])
        self.questions.append(ImportQuestion(kind, "", choices, default, count=len(values), values=first))

    def note(self, kind: str, numbers: Sequence[str]) -> None:
        """Note what words brought about, with the numbers of their invoices."""
        self.noted.append(ImportRemark(kind, len(numbers), values=list(numbers)))

    @property
    def waits(self) -> list[ImportQuestion]:
        """The questions without whose answer nothing of the file is taken."""
        return [question for question in self.questions if question.default == WAIT]

    @property
    def done(self) -> bool:
        """Whether the file was taken, or would be."""
        return not self.refused and not self.waits
