"""What an accounting export says is owed: movements put together to invoices and credit notes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, count

from sqlalchemy import select

from store.books import Books
from store.db.tables import CreditNote, Invoice
from store.imports.books import bulk
from store.imports.books.ledger.entries import TakenMove, money
from store.imports.fec.facts import Move, MoveKind

LONGEST = 80


@dataclass(slots=True)
class Document:
    """An invoice, or (negative) a credit note, with the movements that it is made of."""

    number: str
    account: str
    cents: int
    issue: date
    due: date | None
    line: int
    journal: str = ""
    """The journal of what is no sale."""
    foreign: str = ""
    """Amount and currency of what was not made out in euros."""
    carried: bool = False
    """It comes from the balances carried over: an old debt."""
    parts: list[TakenMove] = field(default_factory=list)

    @property
    def word(self) -> str:
        """Why it is held until a person has said what it is: no sale, or not in euros."""
        if self.cents < 0:
            return ""
        return f"journal {self.journal}" if self.journal else self.foreign


def of_moves(moves: Iterable[Move]) -> list[Document]:
    """Return sales and other movements as documents: those of one piece, day and account are one."""
    found: dict[tuple[str, ...], list[Move]] = defaultdict(list)
    for move in moves:
        paper = move.piece or move.entry
        if move.kind is MoveKind.SALE:
            found[move.account, "", paper or move.key, move.piece_day.isoformat()].append(move)
        elif move.kind is MoveKind.OTHER:
            side = "+" if move.cents > 0 else "-"
            found[move.account, move.journal, paper or move.key, move.day.isoformat(), side].append(move)
    return [_document(each) for each in found.values()]


def _document(moves: Sequence[Move]) -> Document:
    first = moves[0]
    paper = first.piece or f"{first.journal}-{first.entry}"
    sale = first.kind is MoveKind.SALE
    dues = [move.due for move in moves if move.due]
    return Document(
        number=(paper if sale else f"{first.journal} {first.piece or first.entry}")[:LONGEST],
        account=first.account,
        cents=sum(move.cents for move in moves),
        issue=first.piece_day if sale else first.day,
        due=max(dues, default=None),
        line=first.line,
        journal="" if sale else first.journal,
        foreign=next((move.foreign for move in moves if move.foreign), ""),
        parts=[part(move) for move in moves],
    )


def part(move: Move) -> TakenMove:
    """Return a movement as the books keep it."""
    return TakenMove(move.key, move.account, move.day, move.cents)


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """An invoice or a credit note of the books."""

    id: int
    number: str
    customer_id: int
    issue: date | None
    amount: Decimal
    credit: bool


class Papers:
    """The invoices and credit notes of the books that a file may mean, by number."""

    def __init__(self, b: Books, numbers: Iterable[str], taken: Mapping[str, TakenMove]) -> None:
        self._b = b
        self._numbers: dict[str, KnownPaper] = {}
        self._looked: set[str] = set()
        self.by_id: dict[tuple[bool, int], KnownPaper] = {}
        self.look(numbers)
        self._load("id", sorted({e.invoice_id for e in taken.values() if e.invoice_id}), only=Invoice)
        self._load(
            "id", sorted({e.credit_note_id for e in taken.values() if e.credit_note_id}), only=CreditNote
        )

    def _load(self, column: str, values: Sequence[object], only: type | None = None) -> None:
        for of in (Invoice, CreditNote) if only is None else (only,):
            target = bulk.table(of)
            columns = [target.c[name] for name in ("id", "number", "customer_id", "issue_date", "amount")]
            for batch in bulk.batches(values):
                query = select(*columns).where(
                    target.c.company_id == self._b.company_id, target.c[column].in_(batch)
                )
                for row in self._b.session.execute(query):
                    paper = KnownPaper(
                        row.id, row.number, row.customer_id, row.issue_date, row.amount, of is CreditNote
                    )
                    self._numbers[paper.number] = self.by_id[paper.credit, paper.id] = paper

    def look(self, numbers: Iterable[str]) -> None:
        """Look numbers up that were not before."""
        new = [number for number in dict.fromkeys(numbers) if number not in self._looked]
        self._load("number", new)
        self._looked.update(new)

    def get(self, number: str) -> KnownPaper | None:
        """Return the paper of a number."""
        self.look([number])
        return self._numbers.get(number)

    def invoice(self, number: str, customer_id: int | None) -> KnownPaper | None:
        """Return an invoice of a customer by its number, of those loaded."""
        found = self._numbers.get(number)
        return found if found and not found.credit and found.customer_id == customer_id else None


def give_numbers(
    documents: Sequence[Document], papers: Papers, taken: Mapping[str, TakenMove], ids: Mapping[str, int]
) -> None:
    """Give each document the number that it has in the books, or one that no other has there.

    A piece used twice (each year anew, or by several customers) gets its day behind it, then its account.
    """
    used: set[str] = set()
    rest = []
    for document in documents:
        number = _known_number(document, papers, taken)
        if number is None or number in used:
            rest.append(document)
        else:
            document.number = number
            used.add(number)
    papers.look(number for document in _contested(rest, papers, used) for number in _choices(document))
    for document in rest:
        document.number = _free_number(document, papers, ids, used)
        used.add(document.number)


def _contested(documents: Sequence[Document], papers: Papers, used: set[str]) -> list[Document]:
    times = Counter(document.number for document in documents)
    return [
        each
        for each in documents
        if times[each.number] > 1 or each.number in used or papers.get(each.number) is not None
    ]


def _choices(document: Document) -> tuple[str, ...]:
    dated = f"{document.number}-{document.issue:%Y%m%d}"
    return document.number, dated, f"{dated}-{document.account}"


def _known_number(document: Document, papers: Papers, taken: Mapping[str, TakenMove]) -> str | None:
    credit = document.cents < 0
    for each in document.parts:
        entry = taken.get(each.key)
        if entry is not None:
            id_ = entry.credit_note_id if credit else entry.invoice_id
            if id_ is not None and (paper := papers.by_id.get((credit, id_))) is not None:
                return paper.number
    return None


def _free_number(document: Document, papers: Papers, ids: Mapping[str, int], used: set[str]) -> str:
    choices = _choices(document)
    more = (f"{choices[-1]}-{rank}" for rank in count(2))
    return next(
        number
        for number in chain(choices, more)
        if number not in used and _fits(papers.get(number), document, ids)
    )


def _fits(paper: KnownPaper | None, document: Document, ids: Mapping[str, int]) -> bool:
    """Tell whether a number is free for a document, or that document's own."""
    if paper is None:
        return True
    if paper.credit != (document.cents < 0):
        return False
    if paper.customer_id == ids.get(document.account):
        return document.carried or paper.issue in {None, document.issue}
    return paper.issue == document.issue and paper.amount == money(abs(document.cents))
