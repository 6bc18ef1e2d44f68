"""The example company: « Atelier Durand », joiners in Nantes, with its customers and their invoices.

All of it is made up, the same every time, and dated from the day of the demonstration.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from random import Random

from receivables.calendar.workdays import Calendar
from receivables.codes.customers import CustomerKind
from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from receivables.text import fold

FIRST_NUMBER = 101
TERM = timedelta(days=30)
PAST, AHEAD = -48, 31
"""Due dates of the usual invoices, in days from the day of the demonstration."""
COLUMNS = (
    "Code client", "Nom du client", "Contact", "E-mail", "Téléphone", "SIREN", "Type de client", "Commercial",
    "Scénario", "N° facture", "Date de facture", "Échéance", "Montant TTC", "Devise", "Relances effectuées",
)  # fmt: skip


def company() -> Company:
    """Return the example company, live: what is due leaves by itself (to files)."""
    return Company(
        key="durand",
        name="Atelier Durand SAS",
        siren="732829320",
        address="12 rue des Lilas\n44000 Nantes",
        iban="FR7630006000011234567890189",
        slack_team="T0DURAND",
        slack_channel="C0RELANCES",
        email_from="Comptabilité Durand <compta@durand.example>",
        reply_to="compta@durand.example",
        bounce_to="rebonds@durand.example",
        mode=Mode.LIVE,
        digest_at=time(8, 30),
        roles={
            "commercial": ("S0VENTE",),
            "finance": ("U0MARIE", "S0COMPTA"),
            "responsable": ("U0PAUL",),
            "admin": ("U0PAUL",),
        },
        people={"Sophie Martin": "U0SOPHIE", "Karim Benali": "U0KARIM"},
        policies=shipped_policies(),
    )


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer of the example, as `customers.toml` gives it."""

    code: str
    name: str
    contact: str
    owner: str
    kind: str = "business"
    policy: str = ""
    currency: str = "EUR"
    email: str | None = None
    siren: str | None = None
    bills: tuple[str, ...] = ()
    every: int = 0
    pays: tuple[int, int] = (0, 0)
    amounts: tuple[int, int] = (0, 0)

    @property
    def mailbox(self) -> str:
        """Return its address, made from its name; "" when it has none."""
        if self.email is not None:
            return self.email
        user = "bonjour" if self.kind == CustomerKind.CONSUMER else "compta"
        words = [word for word in fold(self.name).split() if len(word) > 2 and word not in {"les", "des"}]
        return f"{user}@{'-'.join(words[:2])}.example"

    @property
    def registration(self) -> str:
        """Return a SIREN with a right check digit; "" for consumers and foreigners."""
        if self.siren is not None or self.kind == CustomerKind.CONSUMER:
            return self.siren or ""
        return _with_check_digit(f"98{int(self.code[1:]) * 7919 % 1_000_000:06d}")

    @property
    def phone(self) -> str:
        """Return a number of the range kept for fiction."""
        return f"02 61 91 {int(self.code[1:]) * 37 % 100:02d} {int(self.code[1:]) * 53 % 100:02d}"


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of the example. `paid_on`: when a usual customer pays it; None: nobody knows yet."""

    number: str
    client: DemoCustomer
    issued: date
    due: date
    amount: Decimal
    prior: int = 0
    paid_on: date | None = None


@dataclass(frozen=True)
class Ledger:
    """All invoices of the example, in order of issue, numbered from FAC-101."""

    today: date
    bills: tuple[Bill, ...] = field(repr=False)

    def of(self, code: str, rank: int = 0) -> Bill:
        """Return a customer's invoice by its rank in `customers.toml`."""
        due = int(_client(code).bills[rank].split()[0])
        wanted = self.today + timedelta(days=due)
        return next(bill for bill in self.bills if bill.client.code == code and bill.due == wanted)

    def known_on(self, day: date, since: date | None = None) -> list[Bill]:
        """Return the invoices issued by `day` (after `since`) and not yet paid then."""
        return [
            bill
            for bill in self.bills
            if bill.issued <= day
            and (since is None or bill.issued > since)
            and (bill.paid_on is None or bill.paid_on > day)
        ]


@lru_cache(maxsize=1)
def clients() -> tuple[DemoCustomer, ...]:
    """Return the customers of the example."""
    raw = tomllib.loads(files(__package__).joinpath("customers.toml").read_text(encoding="utf-8"))
    return tuple(_customer_from(one) for one in raw["customer"])


def _customer_from(raw: Mapping[str, object]) -> DemoCustomer:
    return DemoCustomer(**{key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()})  # type: ignore[arg-type]  # the file's keys are the fields


def _client(code: str) -> DemoCustomer:
    return next(client for client in clients() if client.code == code)


def ledger(today: date, calendar: Calendar) -> Ledger:
    """Return all the invoices as they stand on `today`, always the same for the same day."""
    known = [
        bill
        for client in clients()
        for bill in (*_told_bills(client, today), *_usual(client, today, calendar))
    ]
    known.sort(key=lambda bill: (bill.issued, bill.client.code))
    numbered = tuple(_numbered(bill, rank) for rank, bill in enumerate(known))
    return Ledger(today, numbered)


def _numbered(bill: Bill, rank: int) -> Bill:
    number = f"FAC-{FIRST_NUMBER + rank}"
    return Bill(number, bill.client, bill.issued, bill.due, bill.amount, bill.prior, bill.paid_on)


def _told_bills(client: DemoCustomer, today: date) -> Iterable[Bill]:
    """Return the invoices that the file tells one by one."""
    for line in client.bills:
        due, amount, *prior = line.split()
        day = today + timedelta(days=int(due))
        yield Bill("", client, day - TERM, day, Decimal(amount), int(prior[0]) if prior else 0)


def _usual(client: DemoCustomer, today: date, calendar: Calendar) -> Iterable[Bill]:
    """Return the invoices of a customer that comes back every so many days and pays in its usual time."""
    chance = Random(client.code)  # noqa: S311 - an example's figures, the same every time
    for offset in range(PAST + chance.randrange(6), AHEAD, client.every or AHEAD - PAST):
        if client.every:
            due = today + timedelta(days=offset)
            amount = Decimal(chance.randint(*client.amounts)) * Decimal("1.20")
            paid = calendar.next_open(due + timedelta(days=chance.randint(*client.pays)))
            yield Bill("", client, due - TERM, due, amount, paid_on=paid)


def write_export(path: Path, bills: Iterable[Bill]) -> Path:
    """Write a file such as an accounting program exports, for `relance import`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(COLUMNS)
        lines.writerows(_line(bill) for bill in bills)
    return path


def _line(bill: Bill) -> tuple[object, ...]:
    client = bill.client
    kinds = {"business": "Entreprise", "public": "Public", "consumer": "Particulier"}
    amount = f"{bill.amount:.2f}".replace(".", ",")
    who = (client.code, client.name, client.contact, client.mailbox, client.phone, client.registration)
    how = (kinds[client.kind], client.owner, client.policy)
    return (*who, *how, bill.number, f"{bill.issued:%d/%m/%Y}", f"{bill.due:%d/%m/%Y}", amount,
            client.currency, bill.prior or "")  # fmt: skip


def _with_check_digit(eight: str) -> str:
    """Return eight digits with the ninth that makes a SIREN (Luhn)."""
    digits = [int(sign) * (2 if rank % 2 else 1) for rank, sign in enumerate(eight)]
    total = sum(digit - 9 if digit > 9 else digit for digit in digits)
    return f"{eight}{-total % 10}"
