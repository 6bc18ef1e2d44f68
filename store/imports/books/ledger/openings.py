"""Balances carried over: what the books know of the years before, and what they learn of them now.

Where a year before came in too, its movements say what is carried over, and nothing is taken twice: only
what the balance adds to them is new. A piece that the balance names is an invoice of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import exists, func, select

from receivables.text import fold
from store.books import Books
from store.db.tables import CreditNote, Invoice, LedgerEntry, Payment
from store.imports.books.ledger.balance import live
from store.imports.books.ledger.documents import Document, KnownPaper, Papers, part
from store.imports.books.ledger.entries import TakenMove, to_cents
from store.imports.fec.facts import CustomerLedger, Move, MoveKind

_NO_PIECE = frozenset({"", "an", "ran", "anv", "a nouveau", "a nouveaux", "anouveau", "anouveaux", "nouveau",
                       "report", "ouverture", "solde", "reprise"})  # fmt: skip

Find = Callable[[str], KnownPaper | None]


@dataclass(slots=True)
class Opening:
    """What is carried over on one account."""

    account: str
    day: date
    named: list[Document] = field(default_factory=list)
    rest: TakenMove | None = None
    """What neither the books nor the pieces named explain: an old debt, or (negative) money on account."""
    before: TakenMove | None = None
    """What invoices of other files come to, whose balance is carried over."""
    targets: dict[int, int] | None = None
    """What is carried over of each invoice of the books, in cents, where every line names one."""
    links: dict[str, int] = field(default_factory=dict)
    """The invoices of the books that movements name, by key."""
    unnamed: set[str] = field(default_factory=set)
    """The movements that name none."""


def openings(
    b: Books, ledger: CustomerLedger, taken: Mapping[str, TakenMove], papers: Papers, ids: Mapping[str, int]
) -> dict[str, Opening]:
    """Return what is carried over, by account."""
    first = ledger.opening
    if first is None:
        return {}
    lines: dict[str, list[Move]] = defaultdict(list)
    holders: dict[str, set[str]] = defaultdict(set)
    for move in ledger.moves:
        if move.kind is MoveKind.OPENING:
            lines[move.account].append(move)
            holders[move.piece].add(move.account)
    prior: dict[str, int] = defaultdict(int)
    for entry in taken.values():
        if entry.day < first:
            prior[entry.account] += entry.cents
    shared = {piece for piece, of in holders.items() if len(of) > 1}
    nets = _nets(b, first)
    found = {}
    for account in dict.fromkeys([*lines, *(account for account, left in prior.items() if left > 0)]):
        if account not in ids:
            continue
        opening = found[account] = Opening(account, first)
        before = _before(opening, prior, taken, nets.get(ids[account], 0))
        find = partial(papers.invoice, customer_id=ids[account])
        rest = _carry(opening, lines[account], shared, taken, find) - before
        if rest:
            opening.rest = TakenMove(f"{account}|AN|{first:%Y%m%d}", account, first, rest)
    return found


def _before(opening: Opening, prior: Mapping[str, int], taken: Mapping[str, TakenMove], net: int) -> int:
    """Return what the books knew of the balance before its day, in cents."""
    if opening.account in prior:
        return prior[opening.account]
    key = f"{opening.account}|PRIOR|{opening.day:%Y%m%d}"
    cents = taken[key].cents if key in taken else net
    if cents:
        opening.before = TakenMove(key, opening.account, opening.day, cents)
    return cents


def _carry(
    opening: Opening,
    moves: Sequence[Move],
    shared: Collection[str],
    taken: Mapping[str, TakenMove],
    find: Find,
) -> int:
    """Part what is carried over by the pieces that it names; return its sum, without pieces that are new."""
    pieces: dict[str, list[Move]] = defaultdict(list)
    for move in moves:
        named = fold(move.piece) not in _NO_PIECE and move.piece not in shared
        pieces[move.piece if named else ""].append(move)
    targets: dict[int, int] = {}
    for piece, of in pieces.items():
        cents = sum(move.cents for move in of)
        paper = find(piece) if piece else None
        if paper is not None and not any(move.key in taken for move in of):
            targets[paper.id] = cents
            opening.links |= {move.key: paper.id for move in of}
        elif piece and cents > 0:
            opening.named.append(_old_debt(piece, of, cents))
        else:
            opening.unnamed |= {move.key for move in of}
    if "" not in pieces:
        opening.targets = targets
    return sum(move.cents for move in moves) - sum(each.cents for each in opening.named)


def _old_debt(piece: str, moves: list[Move], cents: int) -> Document:
    first = moves[0]
    dues = [move.due for move in moves if move.due]
    return Document(
        number=piece, account=first.account, cents=cents, issue=first.piece_day,
        due=max(dues, default=None), line=first.line, carried=True, parts=[part(move) for move in moves],
    )  # fmt: skip


def balance_item(opening: Opening, rest: TakenMove, line: int) -> Document:
    """Return the one item of a balance that names no piece."""
    return Document(
        number=f"AN-{opening.account}-{opening.day.year}", account=opening.account, cents=rest.cents,
        issue=opening.day, due=None, line=line, carried=True, parts=[rest],
    )  # fmt: skip


def _nets(b: Books, first: date) -> dict[int, int]:
    """Return what each customer owed before a day by papers that no ledger brought, in cents."""
    nets: dict[int, int] = defaultdict(int)
    for of, amount, day, link, sign in (
        (Invoice, Invoice.outstanding, Invoice.issue_date, LedgerEntry.invoice_id, 1),
        (CreditNote, CreditNote.open, CreditNote.issue_date, LedgerEntry.credit_note_id, -1),
        (Payment, Payment.open, Payment.received_on, LedgerEntry.payment_id, -1),
    ):
        query = (
            select(of.customer_id, func.sum(amount))
            .where(of.company_id == b.company_id, of.currency == "EUR", amount > 0, live(of))
            .where((day < first) | day.is_(None), ~exists().where(link == of.id))
            .group_by(of.customer_id)
        )
        for customer_id, left in b.session.execute(query):
            nets[customer_id] += sign * to_cents(left)
    return nets
