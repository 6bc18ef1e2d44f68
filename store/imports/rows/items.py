"""Lists with a row for each item, or each payment, of an invoice: one row for each number."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from itertools import groupby

from store.imports.columns import glance
from store.imports.columns.glance import taxed
from store.imports.questions import EACH, WAIT, WHOLE, ImportQuestion, QuestionKind
from store.imports.report import Findings
from store.imports.tables.files import Cell, Row, Table
from store.imports.tables.headers import Layout, normal
from store.imports.values.amounts import BadValue, read_amount
from store.imports.values.survey import survey
from store.imports.values.words import text

_ITEMS = frozenset((
    "ligne", "numero ligne", "line", "description", "designation", "article", "quantite", "quantity", "qte",
    "qty", "prix unitaire", "prix unitaire ht", "pu ht", "unit price", "unit amount", "item", "item name",
    "product", "produit", "libelle ligne", "line amount", "product service", "reference article",
))  # fmt: skip
"""Headers of a list with a row for each item."""
_NET = frozenset((
    "total ht", "montant ht", "line amount", "total ligne", "montant ligne", "prix total ht", "net amount",
    "total ligne ht", "montant ligne ht", "item total", "amount excl vat", "total net",
))  # fmt: skip
"""Headers of what an item costs before VAT."""
_PAYMENTS = frozenset((
    "id reglement", "numero reglement", "reference reglement", "ref reglement", "payment id", "payment ref",
    "payment number", "payment reference", "mode reglement", "date reglement", "date paiement",
    "payment date", "paiement numero", "reglement numero",
))  # fmt: skip
"""Headers of a list with a row for each payment."""
_MONEY = ("amount", "paid", "left")
_WHOSE = ("number", "customer", "code", "issue", "due")
"""Fields in which the rows of one invoice agree."""
_Rows = Sequence[tuple[int, Row]]


def one_a_number(table: Table, layout: Layout, findings: Findings) -> Table:
    """Return the table with one row for each number, its items and payments added up.

    A total that each row repeats counts once. Rows of one number that follow each other are one invoice
    when they agree on customer and dates.
    """
    names = {normal(title): at for at, title in enumerate(layout.titles) if title}
    itemised = bool(_ITEMS & names.keys())
    by_payment = "paid" in layout.columns and bool(_PAYMENTS & names.keys())
    if "number" not in layout.columns or not (itemised or by_payment):
        return table
    reader = _Reader(table, layout, names)
    several = [group for group in reader.groups() if len(group) > 1]
    summed = {
        field
        for field in _MONEY
        if field in layout.columns and reader.adds_up(field, itemised=itemised, by_payment=by_payment)
    }
    if "amount" in layout.columns and itemised and "amount" not in summed and reader.doubtful():
        summed |= {"amount"} if _asked(reader, several, findings) else set()

    def rows() -> Iterator[tuple[int, Row]]:
        for group in reader.groups():
            yield reader.together(group, summed) if len(group) > 1 else group[0]

    for group in several:
        findings.notice("rows_together", group[0][0], reader.cell(group[0][1], "number"))
    return replace(table, rows=rows) if several else table


def _asked(reader: "_Reader", several: Sequence[_Rows], findings: Findings) -> bool:
    """Ask whether the amounts of rows of one number add up."""
    first = several[: glance.EXAMPLES]
    question = ImportQuestion(
        QuestionKind.ITEMS,
        reader.layout.title("amount"),
        (EACH, WHOLE),
        WAIT,
        rows=tuple(group[0][0] for group in first),
        count=len(several),
        values=tuple(reader.cell(group[0][1], "number") for group in first),
    )
    return findings.ask(question) == EACH


@dataclass
class _Reader:
    """Reads the rows that belong together."""

    table: Table
    layout: Layout
    names: Mapping[str, int]

    def __post_init__(self) -> None:
        self._signs = survey(self.table, self.layout, UTC).signs
        self._net = next((at for name, at in self.names.items() if name in _NET), None)
        self._marks = [at for name, at in self.names.items() if name in _PAYMENTS]

    def cell(self, row: Row, field: str) -> str:
        """Return a field's cell as text."""
        at = self.layout.columns.get(field)
        return text(row[at]) if at is not None and at < len(row) else ""

    def groups(self) -> Iterator[list[tuple[int, Row]]]:
        """Yield rows that follow each other and are of one invoice; others alone."""
        for key, rows in groupby(self.table.rows(), self._key):
            if key is None:
                yield from ([row] for row in rows)
            else:
                yield list(rows)

    def _key(self, numbered: tuple[int, Row]) -> tuple[str, ...] | None:
        line, row = numbered
        if line <= self.layout.line or not self.cell(row, "number"):
            return None
        return tuple(self.cell(row, field) for field in _WHOSE)

    def money(self, row: Row, field: str) -> tuple[Decimal, str | None] | None:
        """Return an amount with its currency, if the cell has one."""
        cell = row[at] if (at := self.layout.columns[field]) < len(row) else ""
        if not text(cell):
            return None
        try:
            return read_amount(cell, self._signs.get(field))
        except BadValue:
            return None

    def adds_up(self, field: str, *, itemised: bool, by_payment: bool) -> bool:
        """Tell whether a column has its part of the invoice on each row, and not the whole each time."""
        several = [[row for _, row in group] for group in self.groups() if len(group) > 1]
        alike = [len({self.cell(row, field) for row in rows}) == 1 for rows in several]
        if field == "paid" and by_payment:
            return any(not same for same in alike) or any(map(self._paid_apart, several))
        if field == "amount" and itemised and several and all(map(self._taxed, several)):
            return True
        return itemised and any(not same for same in alike)

    def doubtful(self) -> bool:
        """Tell whether rows of one number, of one amount and not the same, may be items of one price."""
        several = [[row for _, row in group] for group in self.groups() if len(group) > 1]
        return self._net is None and any(row != rows[0] for rows in several for row in rows)

    def _paid_apart(self, rows: Sequence[Row]) -> bool:
        """Tell whether rows name different payments."""
        marks = [tuple(text(row[at]) for at in self._marks if at < len(row)) for row in rows]
        return len(set(marks)) == len(marks)

    def _taxed(self, rows: Sequence[Row]) -> bool:
        """Tell whether the amount of each row is its item's."""
        if self._net is None:
            return False
        for row in rows:
            gross = self.money(row, "amount")
            try:
                net = read_amount(row[self._net] if self._net < len(row) else "")[0]
            except BadValue:
                return False
            if gross is None or not (net == gross[0] or taxed(net, gross[0])):
                return False
        return True

    def together(self, group: _Rows, summed: Set[str]) -> tuple[int, Row]:
        """Return the rows of one invoice as one."""
        (line, first), rows = group[0], [row for _, row in group]
        whole: list[Cell] = list(first)
        for field in summed:
            found = [money for row in rows if (money := self.money(row, field)) is not None]
            if found:
                total, code = sum((each for each, _ in found), Decimal(0)), found[0][1]
                whole[self.layout.columns[field]] = f"{total:.2f} {code}" if code else f"{total:.2f}"
        paid_on = self.layout.columns.get("paid_on")
        if paid_on is not None and paid_on < len(whole):
            told = [row[paid_on] for row in rows if paid_on < len(row) and text(row[paid_on])]
            whole[paid_on] = told[-1] if told else whole[paid_on]
        return line, whole
