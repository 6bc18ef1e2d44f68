"""Accounting exports as eight producers write them, with invented customers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

HEADER = ("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
          "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet",
          "ValidDate", "Montantdevise", "Idevise")  # fmt: skip
Amount = Callable[[Decimal], str]


@dataclass
class Book:
    """Entries of a year, written down as an accountant would."""

    year: int = 2026
    rows: list[dict[str, str | Decimal]] = field(default_factory=list)
    number: int = 0

    def entry(
        self, journal: str, title: str, day: date, piece: str, label: str,
        *lines: tuple[str, str, str, str, str], letter: str = "", lettered: str = "",
    ) -> None:  # fmt: skip
        """Write an entry: account, its name, auxiliary account, its name, signed amount; 411 is lettered."""
        self.number += 1
        for account, name, aux, aux_name, amount in lines:
            signed = Decimal(amount)
            is_customer = account.startswith("411")
            self.rows.append({
                "JournalCode": journal, "JournalLib": title, "EcritureNum": str(self.number),
                "EcritureDate": f"{day:%Y%m%d}", "CompteNum": account, "CompteLib": name, "CompAuxNum": aux,
                "CompAuxLib": aux_name, "PieceRef": piece, "PieceDate": f"{day:%Y%m%d}", "EcritureLib": label,
                "Debit": max(signed, Decimal(0)), "Credit": max(-signed, Decimal(0)),
                "EcritureLet": letter if is_customer else "", "DateLet": lettered if is_customer else "",
                "ValidDate": f"{day:%Y%m%d}", "Montantdevise": "", "Idevise": "",
            })  # fmt: skip

    def sale(
        self, customer: "Who", piece: str, day: date, amount: str, letter: str = "", lettered: str = ""
    ) -> None:
        """Write an invoice, or with a negative amount a credit note."""
        gross = Decimal(amount)
        net = (gross / Decimal("1.2")).quantize(Decimal("0.01"))
        self.entry(
            "VE", "Ventes", day, piece, f"Facture {piece} {customer.name}", customer.line(gross),
            ("706000", "Prestations", "", "", str(-net)),
            ("445710", "TVA collectee", "", "", str(net - gross)), letter=letter, lettered=lettered,
        )  # fmt: skip

    def payment(
        self, customer: "Who", day: date, amount: str, letter: str = "", piece: str = "", lettered: str = ""
    ) -> None:
        """Write money received."""
        self.entry(
            "BQ", "Banque", day, piece or f"VIR{day:%d%m}", f"VIR {customer.name}",
            ("512000", "Banque", "", "", amount), customer.line(-Decimal(amount)), letter=letter,
            lettered=lettered,
        )  # fmt: skip

    def opening(self, customer: "Who", amount: str, piece: str = "AN", letter: str = "") -> None:
        """Write a balance carried over."""
        self.entry(
            "AN", "A nouveaux", date(self.year, 1, 1), piece, "A nouveau", customer.line(Decimal(amount)),
            ("110000", "Report a nouveau", "", "", str(-Decimal(amount))), letter=letter,
        )  # fmt: skip

    def other(
        self, customer: "Who", day: date, amount: str, against: str = "658000", piece: str = "OD1"
    ) -> None:
        """Write an entry that is neither sale nor money."""
        self.entry(
            "OD", "Operations diverses", day, piece, "OD", customer.line(Decimal(amount)),
            (against, "Divers", "", "", str(-Decimal(amount))),
        )  # fmt: skip


@dataclass(frozen=True)
class Who:
    """A customer, and where its code stands."""

    code: str
    name: str
    in_account: bool = False

    def line(self, amount: Decimal) -> tuple[str, str, str, str, str]:
        """Return its line of an entry."""
        if self.in_account:
            return self.code, self.name, "", "", str(amount)
        return "411000", "Clients", self.code, self.name, str(amount)


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _short(amount: Decimal) -> str:
    return f"{amount.normalize():f}".replace(".", ",")


def _signed(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else '+'}{abs(amount):012.2f}".replace(".", ",")


def _padded(amount: Decimal) -> str:
    return f" {amount:018.2f}".replace(".", ",")


@dataclass(frozen=True)
class Producer:
    """How one producer writes its export."""

    name: str
    sign: str = "\t"
    encoding: str = "utf-8"
    end: str = "\r\n"
    amount: Amount = _comma
    header: Sequence[str] = HEADER
    sense: bool = False
    more: Sequence[str] = ()
    trailing: str = ""
    day: str = "{0}{1}{2}"
    rename: tuple[tuple[str, str], ...] = ()
    letters: bool = True
    negative: bool = False
    in_account: bool = False
    file: str = "FEC.txt"

    def text(self, rows: Iterable[dict[str, str | Decimal]]) -> str:
        """Return the whole export."""
        titles = [dict(self.rename).get(title, title) for title in self.header]
        if self.sense:
            titles[11:13] = ["Montant", "Sens"]
        titles += self.more
        lines = [self.sign.join(titles) + self.trailing]
        lines += [
            self.sign.join([*self._cells(row), *("" for _ in self.more)]) + self.trailing for row in rows
        ]
        return self.end.join([*lines, ""])

    def write(self, folder: Path, book: Book) -> Path:
        """Write the export into a folder."""
        path = folder / self.file
        path.write_bytes(self.text(book.rows).encode(self.encoding))
        return path

    def _cells(self, row: dict[str, str | Decimal]) -> list[str]:
        cells = []
        for title in self.header:
            value = row[title]
            if title in {"EcritureDate", "PieceDate", "ValidDate", "DateLet"} and value:
                value = self.day.format(str(value)[:4], str(value)[4:6], str(value)[6:])
            if title in {"EcritureLet", "DateLet"} and not self.letters:
                value = ""
            cells.append(value if isinstance(value, str) else self.amount(value))
        debit, credit = row["Debit"], row["Credit"]
        assert isinstance(debit, Decimal)
        assert isinstance(credit, Decimal)
        if self.sense:
            cells[11:13] = [self.amount(debit or credit), "D" if debit else "C"]
        elif self.negative and credit:
            cells[11:13] = [self.amount(-credit), self.amount(Decimal(0))]
        return cells


PRODUCERS = (
    Producer("plain"),
    Producer("marked", encoding="utf-8-sig", sign="|", amount=_short),
    Producer("windows", encoding="cp1252", end="\r\r\n"),
    Producer(
        "dos",
        encoding="cp850",
        trailing="\t",
        rename=(("CompteLib", "CompteLIB"), ("Montantdevise", "MontantDevise")),
    ),
    Producer("farm", amount=_signed, negative=True, letters=False, in_account=True),
    Producer("padded", amount=_padded, rename=(("EcritureLet", "EcrtureLet"),), file="export.csv"),
    Producer("sense", sense=True, day="{2}/{1}/{0}", sign="|", file="compta"),
    Producer("profession", more=("DateRglt", "ModeRglt", "NatOp", "IdClient"), end="\n"),
    Producer("slashes", day="{0}-{1}-{2}", more=("Date echeance",), file="123456789FEC20261231.TXT"),
    Producer("semicolons", sign=";", more=("", "", ""), file="fec.csv"),
)
