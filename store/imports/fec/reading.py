"""A whole accounting export, from its rows to the movements on customers' accounts."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from store.imports.fec import customers, values
from store.imports.fec.facts import CustomerLedger, LedgerAccount, Move
from store.imports.fec.journals import EntryKey, Journals
from store.imports.questions import LEFT_OUT, TAKEN, WAIT, YES, ImportQuestion, QuestionKind
from store.imports.report import ColumnRead, Findings
from store.imports.tables.files import Cell, Row, Table, Unreadable
from store.imports.tables.headers import Layout
from store.imports.values.amounts import BadValue
from store.imports.values.days import EXPECTED

_SHOWN = {
    "customer": "compauxlib",
    "code": "compauxnum",
    "number": "pieceref",
    "issue": "piecedate",
    "amount": "debit",
    "due": "dateecheance",
}


@dataclass(slots=True)
class _Line:
    """One line on an account of customers, before it is known what it is."""

    line: int
    entry: EntryKey
    number: str
    account_name: str
    code: str
    name: str
    title: str
    label: str
    piece: str
    piece_day: date
    cents: int
    letter: str
    lettered_on: str
    due: date | None
    foreign: str


class LedgerReader:
    """Reads one accounting export. Refusals, notices and questions go to `findings`."""

    def __init__(self, layout: Layout, findings: Findings) -> None:
        self.rows = 0
        self.shown: dict[str, ColumnRead] = {}
        """What the report tells of columns, by field."""
        self.unread: list[ColumnRead] = []
        self._layout = layout
        self._columns = layout.columns
        self._findings = findings
        self._journals = Journals()
        self._balances: dict[str, int] = defaultdict(int)
        self._aside: dict[str, int] = defaultdict(int)
        self._lines: list[_Line] = []
        self._days: set[date] = set()

    def read(self, table: Table, progress: Callable[[int], None]) -> CustomerLedger:
        """Read all rows below the header. Raises Unreadable for a file without customers' accounts."""
        for line, row in table.rows():
            if line <= self._layout.line:
                continue
            self._row(line, row)
            self.rows += 1
            progress(self.rows)
        self._ask_about_balances()
        for root in sorted(self._aside):
            if self._aside[root]:
                self._findings.notice("fec_aside", value=f"{root} ({told(self._aside[root])})")
        return self._ledger()

    def _show(self, row: Row) -> None:
        """Tell of the columns by a first line of a customer, and of those that go unread."""
        for field, name in _SHOWN.items():
            if name in self._columns:
                title = self._layout.titles[self._columns[name]]
                self.shown[field] = ColumnRead(title, self._text(row, name))
        cells = {at: values.text(row[at]) for at in self._layout.unread if at < len(row)}
        self.unread = [ColumnRead(self._layout.names[at], cell) for at, cell in cells.items() if cell]

    def _text(self, row: Row, name: str) -> str:
        at = self._columns.get(name)
        return "" if at is None or at >= len(row) else values.text(row[at])

    def _row(self, line: int, row: Row) -> None:
        number = self._text(row, "comptenum")
        at = self._columns["ecrituredate"]
        day, amount = values.day(row[at]) if at < len(row) else None, self._amount(row)
        if not number and not amount:
            return
        if day is None or amount is None:
            expected = BadValue(EXPECTED if day is None else "imports.an_amount")
            title = "ecrituredate" if day is None else "debit" if "debit" in self._columns else "montant"
            self._findings.refuse(line, title, self._text(row, title), expected)
            return
        journal, piece = self._text(row, "journalcode"), self._text(row, "pieceref")
        entry = (journal, self._text(row, "ecriturenum") or piece, day)
        self._days.add(day)
        self._balances[journal] += amount
        self._journals.learn(entry, number)
        if number.startswith(customers.ROOT):
            if not self._lines:
                self._show(row)
            self._lines.append(self._line(line, row, entry, amount))
        elif number.startswith(customers.ASIDE):
            self._aside[number[:3]] += amount

    def _amount(self, row: Row) -> int | None:
        """Return debit less credit in cents; None when a cell is no amount."""
        if "debit" in self._columns:
            debit, credit = (values.cents(self._cell(row, name)) for name in ("debit", "credit"))
            return None if debit is None or credit is None else debit - credit
        amount = values.cents(self._cell(row, "montant"))
        sense = self._text(row, "sens").upper()
        return -amount if amount is not None and sense[:1] in {"C", "-"} else amount

    def _cell(self, row: Row, name: str) -> Cell:
        at = self._columns[name]
        return row[at] if at < len(row) else ""

    def _line(self, line: int, row: Row, entry: EntryKey, cents: int) -> _Line:
        text = self._text
        number = text(row, "comptenum")
        code = text(row, "compauxnum")
        return _Line(
            line=line,
            entry=entry,
            number=number,
            account_name=text(row, "comptelib"),
            code="" if code == number else code,
            name=text(row, "compauxlib"),
            title=text(row, "journallib"),
            label=text(row, "ecriturelib"),
            piece=text(row, "pieceref"),
            piece_day=values.day(text(row, "piecedate")) or entry[2],
            cents=cents,
            letter=text(row, "ecriturelet"),
            lettered_on=text(row, "datelet"),
            due=values.day(text(row, "dateecheance") or text(row, "echeance")),
            foreign=self._foreign(row),
        )

    def _foreign(self, row: Row) -> str:
        currency = self._text(row, "idevise").upper()
        amount = self._text(row, "montantdevise")
        return f"{amount} {currency}" if currency not in {"", "EUR"} and values.cents(amount) else ""

    def _ask_about_balances(self) -> None:
        """Ask before entries are taken that do not balance: lines of the export are missing."""
        wrong = {journal: left for journal, left in self._balances.items() if left}
        if wrong:
            shown = tuple(f"{journal} ({told(left)})" for journal, left in wrong.items())
            self._findings.ask(
                ImportQuestion(
                    QuestionKind.FEC_UNBALANCED, "", (YES,), WAIT, count=len(wrong), values=shown[:5]
                )
            )

    # --- accounts and movements -------------------------------------------------------------------------

    def _ledger(self) -> CustomerLedger:
        if self._findings.refused_count:
            return CustomerLedger([], {}, date.min, date.min)  # nothing of it is taken
        if not self._lines:
            raise Unreadable("imports.fec_no_customers")
        with_others = {each.number for each in self._lines if each.code}
        out = self._left_out(with_others)
        groups, ranks = _Groups(self._lines), Counter[str]()
        accounts: dict[str, LedgerAccount] = {}
        moves = []
        for each in self._lines:
            code = each.code or each.number
            if not each.code and each.number in out:
                continue
            name = customers.name_of(each.name if each.code else each.account_name, code, each.number)
            both = customers.seen(accounts, code, each.number, name, each.line)
            if both is not None:
                self._findings.notice("code_with_two_names", each.line, f"{code} : {both[0]}, {both[1]}")
            if each.cents:
                moves.append(self._move(each, code, groups, ranks))
        if not accounts:
            raise Unreadable("imports.fec_shared_alone", accounts=sorted(out)[:5])
        return CustomerLedger(moves, accounts, min(self._days), max(self._days))

    def _move(self, each: _Line, code: str, groups: "_Groups", ranks: Counter[str]) -> Move:
        journal, entry, day = each.entry
        base = f"{code}|{each.number}|{journal}|{day:%Y%m%d}|{each.piece}|{each.cents}"
        ranks[base] += 1
        return Move(
            line=each.line,
            account=code,
            kind=self._journals.kind(each.entry, each.title, each.label, each.cents),
            day=day,
            journal=journal,
            entry=entry,
            piece=each.piece,
            piece_day=each.piece_day,
            cents=each.cents,
            group=groups.of(each),
            due=each.due,
            foreign=each.foreign,
            key=f"{base}|{ranks[base]}",
        )

    def _left_out(self, with_others: set[str]) -> set[str]:
        """Return the accounts that stand for many customers: without figures of their own, or asked about."""
        sums: dict[str, int] = defaultdict(int)
        lines: dict[str, _Line] = {}
        for each in self._lines:
            if not each.code:
                sums[each.number] += each.cents
                lines[each.number] = each
        out = set()
        for number, each in lines.items():
            if number in with_others or number[len(customers.ROOT) :].strip("0") == "":
                self._findings.notice(
                    "fec_shared", value=f"{number} {each.account_name} ({told(sums[number])})"
                )
                out.add(number)
            elif customers.is_shared(each.account_name, number) and self._asked(number, each, sums[number]):
                out.add(number)
        return out

    def _asked(self, number: str, each: _Line, left: int) -> bool:
        question = ImportQuestion(
            QuestionKind.FEC_SHARED,
            number,
            (TAKEN, LEFT_OUT),
            LEFT_OUT,
            rows=(each.line,),
            count=1,
            values=(f"{number} {each.account_name} ({told(left)})",),
        )
        return self._findings.ask(question) == LEFT_OUT


class _Groups:
    """What is lettered together: codes are used again, in other accounts and in the course of a year.

    A code whose lines of one day of lettering balance by themselves, each day, is as many groups.
    """

    def __init__(self, lines: list[_Line]) -> None:
        days: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for each in lines:
            if each.letter:
                days[_base(each)][each.lettered_on] += each.cents
        self._parted = {base for base, sums in days.items() if len(sums) > 1 and not any(sums.values())}

    def of(self, line: _Line) -> str:
        """Return the group of a line; empty when it is not lettered."""
        if not line.letter:
            return ""
        base = _base(line)
        return f"{base}|{line.lettered_on}" if base in self._parted else base


def _base(line: _Line) -> str:
    return f"{line.number}|{line.code}|{line.letter}"


def told(cents: int) -> str:
    """Return an amount as it is told among other words of the file."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d} EUR"
