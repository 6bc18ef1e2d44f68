"""The cells of one row, read by field: what cannot be read is refused, with what was expected."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from store.imports.report import Findings
from store.imports.tables.files import Cell
from store.imports.tables.headers import Layout
from store.imports.values import words
from store.imports.values.amounts import SYMBOLS, BadValue, read_amount, refuse_thousandths
from store.imports.values.days import offset_of, read_day
from store.imports.values.survey import Survey

Value = TypeVar("Value")

LONGEST_NUMBER = 80
LONGEST_LINK = 2_000
_MOST_REMINDERS = 99
_CODE = re.compile(r"[A-Z]{3}\Z")
_DATED = re.compile(r"\d[-/]\d")
_COUNT = re.compile(r"\d{1,3}")
_NO_COUNT = frozenset({"non", "aucune", "aucun", "no", "none", "-", "jamais"})


@dataclass(slots=True)
class Cells:
    """One row. `filled` holds its cells by field, empty ones left out."""

    line: int
    filled: Mapping[str, Cell]
    layout: Layout
    survey: Survey
    findings: Findings

    def bad(self, name: str, expected: BadValue) -> None:
        """Refuse the cell of a field, saying what was expected."""
        self.findings.refuse(self.line, self.layout.title(name), self.filled.get(name), expected)

    def text(self, name: str) -> str:
        """Return a cell as text; empty when there is none."""
        return words.text(self.filled[name]) if name in self.filled else ""

    def read(self, name: str, reader: Callable[[Cell], Value]) -> Value | None:
        """Return what `reader` makes of a cell; None when it is empty or refused."""
        if name not in self.filled:
            return None
        try:
            return reader(self.filled[name])
        except BadValue as bad:
            self.bad(name, bad)
            return None

    def amount(self, name: str) -> tuple[Decimal, str | None] | None:
        """Return an amount and the currency written beside it."""
        return self.read(name, self._amount_reader(name))

    def _amount_reader(self, name: str) -> Callable[[Cell], tuple[Decimal, str | None]]:
        return lambda cell: read_amount(cell, self.survey.signs.get(name))

    def day(self, name: str) -> date | None:
        """Return a date."""
        return self.read(name, lambda cell: self._day(name, cell))

    def _day(self, name: str, cell: Cell) -> date:
        american = name in self.survey.american if name != "paid" else bool(self.survey.american)
        offset = offset_of(self.layout.title(name))
        return read_day(cell, american=american, zone=self.survey.zone, offset=offset)

    def paid_in_words(self) -> tuple[bool | None, date | None]:
        """Return what a paid column says that is no amount: yes or no, or the day of the payment."""
        cell = self.filled.get("paid", "")
        said = words.yes_or_no(words.text(cell)) if isinstance(cell, str | bool) else None
        if said is not None:
            return said, None
        if not isinstance(cell, str | date) or (isinstance(cell, str) and not _DATED.search(cell)):
            return None, None
        try:
            return True, self._day("paid", cell)
        except BadValue:
            return None, None

    def number(self) -> str:
        """Return the invoice's number; empty when it has none."""
        number = self.text("number")
        if len(number) > LONGEST_NUMBER:
            self.bad("number", BadValue("imports.a_shorter_number", most=LONGEST_NUMBER))
        return number

    def currency(self) -> str | None:
        """Return the code of the currency column."""
        said = self.text("currency")
        return self.read("currency", lambda _: _currency_code(said)) if said else None

    def reminders(self) -> int | None:
        """Return the number of reminders made before Relance."""
        said = self.text("reminders")
        if not said or said.lower() in _NO_COUNT:
            return 0 if said else None
        found = _COUNT.findall(said)
        if len(found) != 1 or int(found[0]) > _MOST_REMINDERS or "/" in said:
            self.bad("reminders", BadValue("imports.a_number_of_reminders"))
            return None
        return int(found[0])

    def link(self) -> str | None:
        """Return the payment link; what is not a web address is only noted."""
        link = self.text("link")
        if link and (
            not link.lower().startswith(("https://", "http://")) or len(link) > LONGEST_LINK or " " in link
        ):
            self.findings.notice("invalid_link", self.line, link)
            return None
        return link or None


def _currency_code(said: str) -> str:
    code = SYMBOLS.get(said.lower(), said.upper())
    if not _CODE.match(code):
        raise BadValue("imports.a_currency")
    refuse_thousandths(code)
    return code
