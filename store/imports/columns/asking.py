"""The questions that columns raise, and the layout once they are answered.

A column of unknown header that smells of money, payment, dispute or status holds the invoices of which it
says something, until somebody says what it holds: an invoice that it may call paid is not reminded of.
"""

from dataclasses import dataclass, replace
from itertools import islice

from store.imports.columns import glance
from store.imports.columns.glance import ColumnSeen
from store.imports.columns.smells import Smell, smell
from store.imports.questions import HELD, LATER, WAIT, ImportQuestion, QuestionKind
from store.imports.report import Findings, shown
from store.imports.tables.fields import UNREAD
from store.imports.tables.files import Table
from store.imports.tables.headers import Layout, meanings, normal

_OFFERED = {
    Smell.MONEY: ("amount", "left", "paid"),
    Smell.PAYMENT: ("paid", "paid_on", "status"),
    Smell.DISPUTE: ("dispute", "status"),
    Smell.STATUS: ("status", "dispute"),
    Smell.ADDRESS: ("email",),
}
_RIVAL = frozenset({"amount", "left", "paid", "due"})
"""Fields of which two columns that differ are asked about, though their headers are not the same."""
_LOOSE = 12
"""Names of a field beyond this rank are loose ones: « Montant », « Total » beside « Net à payer »."""


@dataclass(frozen=True)
class DoubtfulColumn:
    """A column whose cells hold their invoices until somebody says what it is."""

    position: int
    field: str


@dataclass(frozen=True)
class Columns:
    """The layout as it is read, and the columns in doubt."""

    layout: Layout
    doubts: tuple[DoubtfulColumn, ...] = ()


def doubt_of(name: str) -> str:
    """Return the name under which a column's cells are kept as doubts of their invoices."""
    return f"column:{normal(name)}"


def settle(table: Table, layout: Layout, findings: Findings) -> Columns:
    """Ask about the columns of a table; return the layout with the answers, and what stays in doubt."""
    layout = _settle_rivals(table, layout, findings)
    doubts = []
    suspects = {at: found for at in _unsaid(layout) if (found := smell(layout.titles[at]))}
    seen = glance.columns_seen(table, layout, suspects)
    for at, about in suspects.items():
        if seen[at].filled and not _says_what_is_read(table, layout, at):
            layout, doubtful = _ask(layout, at, about, seen[at], findings)
            doubts += [DoubtfulColumn(at, doubt_of(layout.names[at]))] if doubtful else []
    return Columns(layout, tuple(doubts))


def _unsaid(layout: Layout) -> list[int]:
    """Return the unread columns of which nobody said that they stay so."""
    return [at for at in layout.unread if at not in layout.mapped]


def _says_what_is_read(table: Table, layout: Layout, at: int) -> bool:
    """Tell whether a column repeats one that is read."""
    read = [position for field, position in layout.columns.items() if field in _RIVAL | {"email", "status"}]
    amount = layout.columns.get("amount")
    may_be_net = amount is not None and "amount" in dict(meanings(layout.titles[at]))
    if amount is not None and may_be_net and glance.before_tax(table, layout, at, amount):
        return True
    return any(next(glance.unlike(table, layout, at, other), None) is None for other in read)


def _ask(layout: Layout, at: int, about: Smell, seen: ColumnSeen, findings: Findings) -> tuple[Layout, bool]:
    free = [field for field in _OFFERED[about] if field not in layout.columns]
    default = LATER if about is Smell.ADDRESS else HELD
    question = ImportQuestion(
        QuestionKind.COLUMN,
        layout.names[at],
        (*free, UNREAD),
        default,
        rows=tuple(seen.lines),
        count=seen.filled,
        values=tuple(seen.examples),
    )
    answer = findings.ask(question)
    if answer in free:
        return replace(layout, columns={**layout.columns, answer: at}), False
    return layout, answer == HELD


def _settle_rivals(table: Table, layout: Layout, findings: Findings) -> Layout:
    """Ask which of several columns of one meaning counts, where they do not say the same."""
    for field, chosen in list(layout.columns.items()):
        others = [at for at in _unsaid(layout) if _rivals(layout, field, chosen, at)]
        unlike = [
            (at, line, cells)
            for at in others
            for line, *cells in islice(glance.unlike(table, layout, chosen, at), glance.EXAMPLES)
        ]
        if not unlike or chosen in layout.mapped:
            continue
        names = layout.names
        choices = tuple(names[at] for at in (chosen, *dict.fromkeys(at for at, _, _ in unlike)))
        values = tuple(f"{shown(one)} / {shown(other)}" for _, _, (one, other) in unlike[: glance.EXAMPLES])
        question = ImportQuestion(
            QuestionKind.MEANING,
            field,
            choices,
            WAIT,
            rows=tuple(line for _, line, _ in unlike[: glance.EXAMPLES]),
            count=len(unlike),
            values=values,
        )
        answer = findings.ask(question)
        if answer in choices:
            said = layout.mapped | {names.index(each) for each in choices}
            layout = replace(layout, columns={**layout.columns, field: names.index(answer)}, mapped=said)
    return layout


def _rivals(layout: Layout, field: str, chosen: int, other: int) -> bool:
    """Tell whether another column may be the one that is meant."""
    if normal(layout.titles[chosen]) == normal(layout.titles[other]):
        return True
    ranks = [dict(meanings(layout.titles[at])).get(field) for at in (chosen, other)]
    return field in _RIVAL and all(rank is not None and rank < _LOOSE for rank in ranks)
