"""The cells of one row, read by field: what cannot be read is refused, with what was expected."""

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from receivables.codes.files import FileStanding
from store.imports.report import Findings
from store.imports.tables.files import Cell
from store.imports.tables.headers import Layout
from store.imports.values import flags, statuses, words
from store.imports.values.amounts import SYMBOLS, BadValue, read_amount, refuse_thousandths
from store.imports.values.days import offset_of, read_day
from store.imports.values.survey import Survey

Value = TypeVar("Value")

LONGEST_NUMBER = 80
LONGEST_LINK = 2_000
_MOST_REMINDERS = 99
_CODE = re.compile(r"[A-Z]{3}\Z")
_FIGURE = re.compile(r"\d")
_DATED = re.compile(r"\d[-/]\d")
_DATE = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b")
_COUNT = re.compile(r"\d{1,3}")
REMINDERS = ("reminder_1", "reminder_2", "reminder_3")
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
        found = self.read(name, self._amount_reader(name))
        by = self.survey.factors.get(name)
        return found if found is None or by is None else (found[0] * by, found[1])

    def _amount_reader(self, name: str) -> Callable[[Cell], tuple[Decimal, str | None]]:
        return lambda cell: read_amount(cell, self.survey.signs.get(name))

    def day(self, name: str) -> date | None:
        """Return a date."""
        return self.read(name, lambda cell: self._day(name, cell))

    def _day(self, name: str, cell: Cell) -> date:
        american = name in self.survey.american if name != "paid" else bool(self.survey.american)
        offset = offset_of(self.layout.title(name))
        return read_day(cell, american=american, zone=self.survey.zone, offset=offset)

    def day_in(self, text: str, name: str = "paid_on") -> date | None:
        """Return the day that a text names, of a column of its own or among other words; None for none."""
        cell = self.filled.get(name) if name in self.filled else None
        if isinstance(cell, str | date) and words.text(cell) == text:
            with contextlib.suppress(BadValue):
                return self._day(name, cell)
        found = _DATE.search(text)
        if found is None:
            return None
        with contextlib.suppress(BadValue):
            return read_day(found[0], american=bool(self.survey.american), zone=self.survey.zone)
        return None

    def paid_in_words(self) -> tuple[FileStanding | None, date | None]:
        """Return what a paid column says that is no amount: yes, no, in part, or the day of the payment."""
        cell = self.filled.get("paid", "")
        said = self._ticked("paid", cell)
        if said is not None or not isinstance(cell, str | date):
            return said, None
        if isinstance(cell, str) and not _DATED.search(cell):
            return None, None
        try:
            return FileStanding.PAID, self._day("paid", cell)
        except BadValue:
            return None, None

    def _ticked(self, name: str, cell: Cell) -> FileStanding | None:
        if not isinstance(cell, str | bool) and name not in self.survey.ticks:
            return None
        text = words.text(cell)
        if not text:
            return None
        ticked = flags.yes_or_no(text) if name in self.survey.ticks or not text.isdecimal() else None
        if ticked is not None:
            return FileStanding.PAID if ticked else FileStanding.OWED
        told = statuses.read(text) if not _FIGURE.search(text) else None
        return told if isinstance(told, FileStanding) else None

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
        """Return the number of reminders made before Relance; None when only days are named."""
        said = self.text("reminders")
        if not said or said.lower() in _NO_COUNT:
            return 0 if said else None
        if self.day_in(said, "reminders") is not None:
            return None
        found = _COUNT.findall(said)
        if len(found) != 1 or int(found[0]) > _MOST_REMINDERS or "/" in said:
            self.bad("reminders", BadValue("imports.a_number_of_reminders"))
            return None
        return int(found[0])

    def reminded_on(self) -> tuple[date, ...]:
        """Return the days of the reminders that columns name; a tick counts as one of long ago."""
        each = [self._reminded(name) for name in REMINDERS if name in self.filled]
        found = tuple(day for day in each if day is not None)
        last = self._reminded("last_reminder") or self.day_in(self.text("reminders"), "reminders")
        return found or ((last,) if last is not None else ())

    def _reminded(self, name: str) -> date | None:
        text = self.text(name)
        day = self.day_in(text, name)
        return day or (date.min if text and flags.yes_or_no(text) else None)

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
