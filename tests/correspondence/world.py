"""Books drawn by lot and one morning played on them, to look at each message and then let it leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import select

from correspondence.editing import editing
from receivables.company import Company, Mode
from receivables.errors import RelanceError
from receivables.payment_plans import Instalment
from receivables.policy import parse_policy, shipped_policies
from scheduler.delivery import Down, Result, Sent
from scheduler.email.sender import by_mail
from scheduler.email.transport import Envelope
from scheduler.jobs import tick
from store import pauses
from store.books import Books, open_books
from store.courtesies import statements
from store.credits import acts as credit_acts
from store.db.engine import Database
from store.db.tables import Contact, Customer, Invoice, Reminder
from store.disputes import acts as disputes
from store.invoices import ending
from store.morning import edits, send_now, vetoes
from store.payment_plans import acts as payment_plans
from store.payments import acts as payments
from store.post_room import send_failures
from store.promises import acts as promises
from store.reminders import day_plans
from tests import builders

EVE, DAY = date(2026, 3, 31), date(2026, 4, 1)
"""A Tuesday, and the Wednesday on which the month's statements leave."""
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
TRACE = "pieces"
"""A policy that sends invoices and has something go with most of its mails."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _with_pieces() -> dict[str, Any]:
    rows = (
        ("envoi", "issue+0", "invoice", "invoice", "billing"),
        ("amicale", -5, "pre_reminder", "none", "billing"),
        ("douce", 3, "soft", "invoice", "billing"),
        ("ferme", 10, "firm", "statement", "both"),
        ("stricte", 20, "strong", "invoice", "manager"),
    )
    names = ("key", "day", "template", "attach", "to")
    return {"step": [dict(zip(names, row, strict=True)) | {"channel": "email"} for row in rows]}


POLICIES = shipped_policies() | {TRACE: parse_policy(TRACE, _with_pieces())}


@dataclass(frozen=True)
class Debt:
    """An invoice: how late it is on the day, how much it is of, and what became of its PDF."""

    late: int
    cents: int
    currency: str
    pdf: str
    fresh: bool
    """Issued on the very day, not due for a month."""


@dataclass(frozen=True)
class Debtor:
    """A customer, its contacts (name, address, role, language), its debts, and what is to its credit."""

    name: str
    kind: str | None
    language: str | None
    form: str | None
    policy: str
    contacts: tuple[tuple[str | None, str, str, str | None], ...]
    debts: tuple[Debt, ...]
    credit: int
    broken: bool
    """Whether a promise on its first invoice was broken last week."""
    planned: bool
    """Whether its last invoice is in a payment plan with an instalment on the day."""


@dataclass(frozen=True)
class Plot:
    """A whole example: how the company sends, who owes, and what people do before the mails leave."""

    mode: Mode
    then: Mode
    """The mode when the mails are to leave: the same, nearly always."""
    most: int
    """From how many messages on a morning waits for a person's go."""
    go: bool
    eve: bool
    """Whether the clock struck the day before, too."""
    statements: str
    folder: bool
    words: bool
    """Whether the company has a wrong text of its own for one step."""
    debtors: tuple[Debtor, ...]
    acts: tuple[tuple[str, int, int], ...]
    lost: tuple[int, ...]
    """Which PDFs are gone when the mails are to leave."""


ADDRESSES = (
    "compta@client.example",
    "lea@exämple.example",
    "a.b@client.example",
    "x@y.fr",
    "lea@client.example",
)
LATE = (-5, 0, 3, 4, 7, 8, 10, 11, 15, 16, 20, 21, 30, 45)
ACTS = (
    "pay", "pay", "pay part", "dispute", "dispute part", "pause", "write", "write", "write", "send now",
    "send now", "remove", "put off", "credit", "lose", "find", "bounce", "promise", "statement", "write off",
    "tongue",
)  # fmt: skip


@dataclass
class Lot:
    """Draws an example from a seed: all that is random about it."""

    draw: Random

    def _rarely(self, often: Any, *seldom: Any) -> Any:
        return self.draw.choice(seldom) if self.draw.random() < 0.15 else often

    def plot(self) -> Plot:
        """Return a whole example."""
        choice = self.draw.choice
        mode = choice([Mode.LIVE, Mode.LIVE, Mode.LIVE, Mode.SANDBOX, Mode.SANDBOX, Mode.MANUAL, Mode.DRAFT])
        return Plot(
            mode=mode,
            then=self._rarely(mode, *Mode),
            most=self._rarely(200, 1),
            go=choice([True, False]),
            eve=choice([True, False, False]),
            statements=choice(["off", "off", "monthly"]),
            folder=self._rarely(True, False),
            words=self._rarely(False, True),
            debtors=tuple(self._debtor() for _ in range(choice([1, 2, 3]))),
            acts=tuple(
                (choice(ACTS), self.draw.randint(0, 11), self.draw.randint(1, 9))
                for _ in range(choice([0, 1, 2, 4]))
            ),
            lost=choice([(), (), (0,), (1,), (0, 2)]),
        )

    def _debtor(self) -> Debtor:
        choice = self.draw.choice
        addresses = self.draw.sample(ADDRESSES, choice([1, 1, 2, 3]))
        policy = choice(["standard", "cinq-etapes", "public", "particulier", TRACE, TRACE, TRACE])
        fresh = choice([False, False, policy == TRACE])
        return Debtor(
            name=choice(["Garage Martin", "Ateliers & Cie <b>", "Société d’Été", "Mairie\u202eX"]),
            kind=choice(["business", "business", "public", "consumer", None]),
            language=choice([None, None, "fr", "en", "de"]),
            form=choice([None, None, "tu"]),
            policy=policy,
            contacts=tuple(
                (
                    choice([None, "Léa Brun", "MARTIN Claire", "Zoë <z>", "Service comptabilité"]),
                    self._rarely(address, "é@client.example") if rank else address,
                    choice(["billing", "billing", "manager"]),
                    choice([None, None, "fr", "en"]),
                )
                for rank, address in enumerate(addresses)
            ),
            debts=tuple(self._debt(fresh) for _ in range(choice([1, 2, 3]))),
            credit=choice([0, 0, 5_000, 200_000]),
            broken=choice([True, False]),
            planned=choice([True, False, False]),
        )

    def _debt(self, fresh: bool) -> Debt:
        choice = self.draw.choice
        return Debt(
            late=choice(LATE),
            cents=choice([300, 12_000, 99_999, 1_234_567]),
            currency=choice(["EUR", "EUR", "EUR", "CHF"]),
            pdf=choice(["there", "there", "windows", "marked", "missing", "none", "outside", "page"]),
            fresh=fresh or choice([True, False, False, False]),
        )


@dataclass
class Server:
    """A mail server that takes everything, and keeps it by the reminder's number."""

    mails: dict[int, Envelope] = field(default_factory=dict)

    def ready(self) -> Down | None:
        return None

    def send(self, mail: Envelope) -> Result:
        self.mails[int(mail.name)] = mail
        return Sent("250 ok")

    def close(self) -> None:
        pass


@dataclass
class World:
    """The books of an example, up to the moment before its mails leave."""

    database: Database
    plot: Plot
    company: Company
    folder: Path
    server: Server = field(default_factory=Server)
    files: list[Path] = field(default_factory=list)

    def play(self) -> None:
        """Open the books, let a day pass, plan the next morning, and let people act on it."""
        with open_books(self.database, self.company) as b:
            for number, debtor in enumerate(self.plot.debtors):
                self._owes(b, number, debtor)
        if self.plot.eve:
            self._tick(at(EVE, 6, 35))
            self._go(EVE)
            self._tick(at(EVE, 8, 30))
            self._pays_after_reminders()
        self._tick(at(DAY, 6, 35))
        if self.plot.go:
            self._go(DAY)
        for act in self.plot.acts:
            self._act(*act)
        for which in self.plot.lost:
            self._lose(which)
        self.company = replace(self.company, mode=self.plot.then)

    def _tick(self, now: datetime) -> None:
        tick(self.database, self.company, by_mail(self.server, builders.KEYS), at=now)

    def _go(self, day: date) -> None:
        with open_books(self.database, self.company) as b:
            try:
                day_plans.give_go(b, day, by=builders.PAUL, at=at(day, 6, 40))
            except RelanceError:
                b.session.rollback()

    def _owes(self, b: Books, number: int, debtor: Debtor) -> None:
        customer = builders.customer(
            b,
            f"{debtor.name} {number}",
            email=None,
            kind=debtor.kind,
            policy=debtor.policy,
            language=debtor.language,
            address_form=debtor.form,
            owner=builders.PAUL,
            owner_name="Paul Petit",
            statement=self.plot.statements,
            discount_rate=Decimal(2),
            discount_days=40,
        )
        for name, email, role, language in debtor.contacts:
            builders.contact(b, customer, email, name=name, role=role, language=language)
        rows = [
            self._invoice(b, customer, f"FAC-{number}{rank}", debt) for rank, debt in enumerate(debtor.debts)
        ]
        if debtor.credit:
            credit_acts.add_credit_note(
                b,
                customer.id,
                number=f"AV-{number}",
                amount=Decimal(debtor.credit) / 100,
                currency="EUR",
                issue_date=EVE - timedelta(days=20),
                invoice_id=None,
                by=builders.MARIE,
                at=at(EVE - timedelta(days=20), 9),
            )
        self._promises(b, debtor, rows)

    def _promises(self, b: Books, debtor: Debtor, rows: Sequence[Invoice]) -> None:
        known = {"by": builders.MARIE, "at": at(EVE - timedelta(days=14), 9)}
        if debtor.broken and not debtor.debts[0].fresh:
            _tried(lambda: promises.make(b, rows[0].id, amount=None, date=EVE - timedelta(days=7), **known))
        if debtor.planned and not debtor.debts[-1].fresh:
            left = b.session.get_one(Invoice, rows[-1].id).outstanding
            first = (left / 2).quantize(Decimal("0.01"))
            halves = [Instalment(DAY, first), Instalment(DAY + timedelta(days=30), left - first)]
            _tried(lambda: payment_plans.make(b, [rows[-1].id], instalments=halves, **known))

    def _invoice(self, b: Books, customer: Customer, number: str, debt: Debt) -> Invoice:
        due = DAY + timedelta(days=30) if debt.fresh else DAY - timedelta(days=debt.late)
        return builders.invoice(
            b,
            customer,
            number,
            amount=Decimal(debt.cents) / 100,
            currency=debt.currency,
            due=due,
            issued=DAY if debt.fresh else None,
            learnt_at=at(EVE, 5) if debt.fresh else at(EVE - timedelta(days=60), 5),
            pdf_path=self._pdf(number, debt.pdf),
        )

    def _pdf(self, number: str, which: str) -> str | None:
        file = self.folder / "factures" / "2026" / f"{number}.pdf"
        file.parent.mkdir(parents=True, exist_ok=True)
        if which in {"there", "windows", "marked", "page"}:
            head = {"marked": b"\xef\xbb\xbf", "page": b"<html>"}.get(which, b"")
            file.write_bytes(head if which == "page" else head + PDF)
            self.files.append(file)
        paths = {"none": None, "windows": f"2026\\{number}.pdf", "outside": f"../{number}.pdf"}
        return paths.get(which, f"2026/{number}.pdf")

    def _pays_after_reminders(self) -> None:
        """The first customer's first invoice is settled in the afternoon: thanks are due."""
        with open_books(self.database, self.company) as b:
            row = b.session.scalars(select(Invoice).order_by(Invoice.id)).first()
            if row is not None and self.plot.debtors[0].debts[0].cents % 2:
                builders.payment(b, row, None, received_on=EVE, at_hour=14)

    # --- what people do once the plan is made ----------------------------------------------------------

    def _act(self, what: str, which: int, how: int) -> None:
        with open_books(self.database, self.company) as b:
            try:
                self._one(b, what, which, how)
            except (RelanceError, TemplateError):
                b.session.rollback()

    def _one(self, b: Books, what: str, which: int, how: int) -> None:
        now: dict[str, Any] = {"by": builders.MARIE, "at": at(DAY, 7)}
        rows = list(b.session.scalars(select(Invoice).order_by(Invoice.id)))
        mails = list(b.session.scalars(select(Reminder).where(Reminder.day == DAY).order_by(Reminder.id)))
        row, mail = rows[which % len(rows)], mails[which % len(mails)] if mails else None
        part = (row.outstanding * how / 10).quantize(Decimal("0.01"))
        match what:
            case "pay" | "pay part":
                amount = part if what == "pay part" else None
                payments.record(b, row.id, amount=amount, received_on=DAY, means=None, **now)
            case "dispute" | "dispute part":
                disputed = part if what == "dispute part" else None
                disputes.open_dispute(b, row.id, disputed=disputed, released=disputed is not None, **now)
            case "pause":
                pauses.pause(b, until=DAY + timedelta(days=9), reason=None, invoice_id=row.id, **now)
            case "promise":
                promises.make(b, row.id, amount=None, date=DAY + timedelta(days=5), **now)
            case "write off":
                ending.write_off(b, row.id, **now)
            case "statement":
                statements.ask(b, row.customer_id, **now)
            case "credit":
                credit_acts.add_credit_note(
                    b, row.customer_id, number=f"AV-9{which}{how}", amount=part, currency=row.currency,
                    issue_date=DAY, invoice_id=None, **now,
                )  # fmt: skip
            case "tongue":
                b.session.get_one(Customer, row.customer_id).language = "en"
            case "lose" | "find" | "bounce":
                self._fate(b, what, which, row)
            case _:
                if mail is not None:
                    self._on_mail(b, what, mail, how, now)

    def _fate(self, b: Books, what: str, which: int, row: Invoice) -> None:
        """A file goes or comes behind our back; an address is known to be dead."""
        if what == "lose":
            self._lose(which)
        elif what == "find":
            file = self.folder / "factures" / "2026" / f"{row.number}.pdf"
            file.write_bytes(PDF)
        elif what == "bounce":
            found = b.session.scalars(select(Contact.email).where(Contact.customer_id == row.customer_id))
            dead = dict.fromkeys([each for each in found if each][:1], "550 5.1.1")
            send_failures.bounced(b, row.customer_id, dead, at=at(DAY, 7))

    def _lose(self, which: int) -> None:
        for file in self.files[which : which + 1]:
            file.unlink(missing_ok=True)

    def _on_mail(self, b: Books, what: str, mail: Reminder, how: int, now: dict[str, Any]) -> None:
        match what:
            case "write":
                words = editing(b, mail.id, now=now["at"])
                if words is not None:
                    text = "Bonjour,\n\nun mot à nous." if how % 2 else None
                    edits.edit(b, mail.id, subject=f"Objet {how} à nous", text=text, about=words.mark, **now)
            case "send now":
                send_now.send(b, mail.id, confirmed=True, **now)
            case "remove":
                vetoes.remove(b, mail.id, **now)
            case "put off":
                vetoes.put_off(b, mail.id, until=DAY + timedelta(days=7), reason=None, **now)


def _tried(act: Callable[[], object]) -> None:
    """Do what can be done: a refusal is no act."""
    try:
        act()
    except RelanceError:
        return


def company_of(plot: Plot, folder: Path, base: Company) -> Company:
    """Return the company of an example."""
    texts = folder / "templates"
    if plot.words:
        wrong = texts / "email" / "soft" / "words.txt"
        wrong.parent.mkdir(parents=True)
        wrong.write_text("{% block opening %}{{ nobody.knows }}{% endblock %}", encoding="utf-8")
    return replace(
        base,
        mode=plot.mode,
        policies=POLICIES,
        policy="standard",
        thank_you=True,
        max_messages=plot.most,
        bounce_to="rebonds@durand.example",
        invoices_folder=str(folder / "factures") if plot.folder else "",
        templates=str(texts) if plot.words else "",
    )
