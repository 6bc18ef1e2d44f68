"""From rows of cells to records: an invoice or a credit note for each row that holds one."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from receivables.codes.files import FileMeaning, FileStanding
from receivables.company import Company
from store.imports.columns.asking import Columns
from store.imports.columns.glance import says_something
from store.imports.records import Client, Record, ToldFact
from store.imports.report import Findings
from store.imports.rows import doubts, said
from store.imports.rows.cells import LONGEST_NUMBER, Cells
from store.imports.rows.clients import Clients
from store.imports.rows.footers import Footers
from store.imports.rows.said import Sayings, UnknownWords
from store.imports.tables.files import Cell, Row, Table
from store.imports.values import amounts, days, statuses, units, words
from store.imports.values.amounts import BadValue
from store.imports.values.survey import Survey, data_rows
from store.imports.values.terms import DEFAULT_TERM


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip("\x00 \t\r\n\u00a0\u202f")


class Reader:
    """Reads the rows of one file. Refusals and notices go to `findings`."""

    def __init__(
        self, company: Company, table: Table, columns: Columns, survey: Survey, findings: Findings
    ) -> None:
        layout = columns.layout
        self.clients = Clients(company, findings)
        self.made = 0
        self.footers = Footers(layout, findings)
        self._table = table
        self._layout = layout
        self._survey = doubts.settle(layout, survey, findings)
        self._findings = findings
        self._ranks: Counter[str] = Counter()
        self._columns = tuple(layout.columns.items())
        self._doubtful = columns.doubts
        self._unknown = UnknownWords(findings)
        self._says = bool(said.READERS.keys() & layout.columns.keys())

    def records(self, progress: Callable[[int], None]) -> Iterator[Record]:
        """Yield a record for every row that can be read; `progress` hears how many rows were looked at."""
        for count, (line, row) in enumerate(data_rows(self._table, self._layout), 1):
            filled = self._filled(row)
            if not self.footers.skip(line, row, filled):
                cells = Cells(line, filled, self._layout, self._survey, self._findings)
                if (record := self._row(cells)) is not None:
                    record.said += self._doubted(row)
                    yield record
            progress(count)

    def _doubted(self, row: Row) -> tuple[ToldFact, ...]:
        """Return what columns in doubt say of a row: it is held until somebody says what they hold."""
        return tuple(
            ToldFact(column.field, words.text(row[column.position]), FileMeaning.UNKNOWN)
            for column in self._doubtful
            if column.position < len(row) and says_something(row[column.position])
        )

    def _filled(self, row: Row) -> dict[str, Cell]:
        width = len(row)
        return {
            name: row[position]
            for name, position in self._columns
            if position < width and not _blank(row[position])
        }

    def _row(self, cells: Cells) -> Record | None:
        kind = words.document(cells.text("type")) if "type" in cells.filled else "invoice"
        if kind in {"payment", "offer", "purchase"}:
            self._findings.notice("not_an_invoice", cells.line, cells.text("type"))
            return None
        found = said.of_row(cells, self._unknown) if self._says else said.NOTHING
        if found.standing is FileStanding.DRAFT or statuses.read(cells.text("number")) is FileStanding.DRAFT:
            self._findings.notice(
                "draft_left_out", cells.line, cells.text("number") or cells.text("customer")
            )
            return None
        before = self._findings.refused_count
        record = self._record(cells, found, credit=kind == "credit")
        return record if self._findings.refused_count == before else None

    def _record(self, cells: Cells, found: Sayings, *, credit: bool) -> Record | None:
        """Read a whole row, so that all its bad cells are told at once."""
        client = self.clients.of_row(cells)
        issue, due = self._days(cells)
        money = _Money(cells)
        number, reminders = cells.number(), cells.reminders()
        if client is None or due is None or not money.known:
            return None
        credit = credit or money.negative
        if not credit and "due" not in cells.filled:
            self._findings.notice("default_term", cells.line)
        record = Record(
            line=cells.line,
            client=client,
            number=number or self._made(client, issue or due, money, credit=credit),
            made=not number,
            issue=issue,
            due=due,
            due_given="due" in cells.filled,
            amount=money.amount,
            currency=money.currency,
            paid=money.paid,
            left=money.left,
            unpaid=money.unpaid,
            paid_on=cells.day("paid_on") or money.paid_on,
            reminders=reminders,
            reminded_on=cells.reminded_on(),
            link=cells.link(),
            pdf=cells.text("pdf") or None,
            order=cells.text("order_number")[:LONGEST_NUMBER] or None,
            means=self._means(cells),
            credit=credit,
        )
        said.settle(record, money.beside(found))
        only_day = not cells.filled.keys() & {"status", "payment_status", "paid", "left"}
        record.settled = record.settled or (only_day and record.paid_on is not None)
        return record

    def _means(self, cells: Cells) -> str | None:
        """Return by what the invoice is to be paid; words that say none are noted and change nothing."""
        word = cells.text("means")
        said = words.means(word) if word else None
        if word and said is None:
            self._findings.notice("unknown_means", cells.line, word)
        return said

    def _days(self, cells: Cells) -> tuple[date | None, date | None]:
        """Return issue and due date; without one of its own, an invoice is due 30 days after its issue."""
        issue, due = cells.day("issue"), cells.day("due")
        if "due" not in cells.filled:
            if issue is not None:
                return issue, issue + DEFAULT_TERM
            if "issue" not in cells.filled:
                cells.bad("due" if "due" in self._layout.columns else "issue", BadValue(days.EXPECTED))
        elif due is not None and issue is not None and due < issue:
            self._findings.notice("due_before_issue", cells.line)
        return issue, due

    def _made(self, client: Client, day: date, money: "_Money", *, credit: bool) -> str:
        """Make a number from folded name, day, amount and rank among equals: the same at each import."""
        name = client.folded.replace(" ", "-").upper()[:40]
        amount = money.amount if money.amount is not None else money.left
        base = f"{'AVOIR-' if credit else ''}{name}-{day:%Y%m%d}-{amount}"
        self._ranks[base] += 1
        self.made += 1
        rank = self._ranks[base]
        return base if rank == 1 else f"{base}-{rank}"


class _Money:
    """The amounts of a row, in one currency, made positive."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.unpaid = False
        self.standing: FileStanding | None = None
        self.paid_on: date | None = None
        self._codes: set[str] = {code} if (code := cells.currency()) else set()
        amount, left = self._read(cells, "amount"), self._read(cells, "left")
        paid = self._paid(cells)
        self.negative = (amount if amount is not None else left or Decimal(0)) < 0
        self.amount, self.left, self.paid = (None if x is None else abs(x) for x in (amount, left, paid))
        if left is not None and amount is not None and left * amount < 0:
            self.left = Decimal("0.00")
        self.known = self.amount is not None or self.left is not None
        if self.known is False and not cells.filled.keys() & {"amount", "left"}:
            cells.bad("amount" if "amount" in cells.layout.columns else "left", BadValue(amounts.EXPECTED))
        if len(self._codes) > 1:
            cells.bad("currency", BadValue("imports.one_currency", found=sorted(self._codes)))
        self.currency = next(iter(self._codes), None) or self._of_titles()

    def _of_titles(self) -> str | None:
        """Return the currency that the titles of amounts say, where no cell says one."""
        layout = self._cells.layout
        named = (units.of_title(layout.title(name)).currency for name in ("amount", "left"))
        return next(filter(None, named), None)

    def _read(self, cells: Cells, name: str) -> Decimal | None:
        found = cells.amount(name)
        if found is None:
            return None
        if found[1]:
            self._codes.add(found[1])
        return found[0]

    def _paid(self, cells: Cells) -> Decimal | None:
        """Read the paid column: an amount, yes or no, or the day on which all was paid."""
        self.standing, self.paid_on = cells.paid_in_words()
        if self.standing is None:
            paid = self._read(cells, "paid")
            self.unpaid = paid is not None and paid == 0
            return paid
        self.unpaid = self.standing is FileStanding.OWED
        return None

    def beside(self, found: Sayings) -> Sayings:
        """Return what a row says, its paid column taken in."""
        if self.standing is None:
            return found
        word = ToldFact("paid", self._cells.text("paid"), FileMeaning.CONTRADICTED)
        standings = [(self.standing, word)]
        if found.standing is not None:
            standings.append((found.standing, found.word or word))
        standing, where = min(standings, key=lambda each: statuses.ORDER.index(each[0]))
        return replace(found, standing=standing, word=where)
