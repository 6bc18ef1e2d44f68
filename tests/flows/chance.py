"""A quarter of a company's life, drawn by lot from a seed: who owes, who pays, who promises, who argues."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from receivables.schedule.account import Item
from tests.flows.ledger import CALL, Debtor
from tests.flows.team import REACHED, VOICEMAIL, Paid, Team

POLICIES = (
    "standard",
    "standard",
    "standard",
    "strict",
    "souple",
    "cinq-etapes",
    "trois-temps",
    "public",
    "particulier",
)
TERMS = (15, 30, 30, 45, 60)
CENT = Decimal("0.01")
CHORES = {
    "pays_all": 30,
    "pays_part": 10,
    "pays_too_much": 4,
    "promises": 14,
    "disputes": 5,
    "disputes_part": 3,
    "settles": 8,
    "pauses_invoice": 4,
    "pauses_customer": 2,
    "calls": 12,
    "finishes_step": 14,
    "uses_credit": 6,
    "takes_back": 2,
    "writes_off": 1,
}
"""What happens, and how often compared with the rest."""


@dataclass
class Chance:
    """Draws what happens. It looks at the ledger alone, to draw only what people could do."""

    team: Team
    seed: int
    paid: list[Paid] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    # --- who owes what --------------------------------------------------------------------------------

    def opens_books(self, day: date, customers: int, invoices: int) -> None:
        """The company comes to Relance with its customers and their invoices, some of them old."""
        at = self.team.office.instant(day, "07:30")
        for number in range(customers):
            self.team.gets_customer(f"Client{number:02}", self.draw.choice(POLICIES))
        for _ in range(invoices):
            due = day + timedelta(days=self.draw.randint(-40, 40))
            issued = due - timedelta(days=self.draw.choice(TERMS))
            self._invoice(min(issued, day), due, at)

    def sells(self, day: date) -> None:
        """An invoice is made out, and comes in the same morning."""
        at = self.team.office.instant(day, "07:30")
        self._invoice(day, day + timedelta(days=self.draw.choice(TERMS)), at)

    def _invoice(self, issued: date, due: date, at: datetime) -> None:
        self.numbers += 1
        small = self.draw.random() < 0.12
        cents = self.draw.randint(100, 600) if small else self.draw.randint(4_000, 900_000)
        self.team.invoices(
            self.draw.choice(sorted(self.team.ledger.debtors)),
            f"FAC-{self.numbers:04}",
            str(Decimal(cents) * CENT),
            issued=issued,
            due=due,
            at=at,
            currency="CHF" if self.draw.random() < 0.12 else "EUR",
            reminded=self.draw.choice((0, 0, 1, 2)) if (at.date() - due).days > 10 else 0,
        )

    # --- what people do -------------------------------------------------------------------------------

    def acts(self, day: date, clock: str, count: int) -> None:
        """So many things happen at a local time, a minute apart."""
        for number in range(count):
            at = self.team.office.instant(day, clock) + timedelta(minutes=number)
            [what] = self.draw.choices(list(CHORES), list(CHORES.values()))
            getattr(self, what)(at)

    def _items(self, **wanted: bool) -> list[Item]:
        """Return invoices with something left, not given up, for which `late` or `disputed` is so."""
        found = []
        for debtor in self.team.ledger.debtors.values():
            for item in debtor.items.values():
                facts = {"late": item.late(self._day), "disputed": item.dispute is not None}
                gone = item.outstanding <= 0 or item.written_off or item.handed_over
                if not gone and all(facts[name] is value for name, value in wanted.items()):
                    found.append(item)
        return found

    def _one(self, at: datetime, **wanted: bool) -> Item | None:
        self._day = self.team.office.company.day_of(at)
        found = self._items(**wanted)
        return self.draw.choice(found) if found else None

    def _part(self, amount: Decimal) -> Decimal:
        return max((amount * self.draw.randint(2, 8) / 10).quantize(CENT), CENT)

    def pays_all(self, at: datetime) -> None:
        item = self._one(at, late=self.draw.random() < 0.8)
        if item:
            self.paid.append(self.team.pays(item.number, item.outstanding, at))

    def pays_part(self, at: datetime) -> None:
        item = self._one(at)
        if item and item.outstanding > 1:
            self.paid.append(self.team.pays(item.number, self._part(item.outstanding), at))

    def pays_too_much(self, at: datetime) -> None:
        item = self._one(at, late=True)
        if item:
            self.team.pays(item.number, item.outstanding + self.draw.randint(1, 900), at)

    def promises(self, at: datetime) -> None:
        item = self._one(at, late=self.draw.random() < 0.8)
        if item:
            amount = item.outstanding if self.draw.random() < 0.7 else self._part(item.outstanding)
            on = self._day + timedelta(days=self.draw.randint(0, 12))
            self.team.hears_promise(item.number, amount, on, at)

    def disputes(self, at: datetime) -> None:
        item = self._one(at, disputed=False)
        if item:
            self.team.hears_dispute(item.number, None, at)

    def disputes_part(self, at: datetime) -> None:
        item = self._one(at, disputed=False)
        if item and item.outstanding > 1:
            self.team.hears_dispute(item.number, self._part(item.outstanding), at)

    def settles(self, at: datetime) -> None:
        item = self._one(at, disputed=True)
        if item:
            self.team.settles_dispute(item.number, at)

    def pauses_invoice(self, at: datetime) -> None:
        item = self._one(at)
        if item:
            until = self._day + timedelta(days=self.draw.randint(1, 15))
            self.team.pauses(self.team.ledger.owing[item.number].name, item.number, until, at)

    def pauses_customer(self, at: datetime) -> None:
        item = self._one(at)
        if item:
            until = self._day + timedelta(days=self.draw.randint(1, 10))
            self.team.pauses(self.team.ledger.owing[item.number].name, None, until, at)

    def calls(self, at: datetime) -> None:
        """Most often about a call that is asked for."""
        asked = [(each, job) for each, job in self._jobs() if job.step.channel is CALL]
        outcome = REACHED if self.draw.random() < 0.8 else VOICEMAIL
        if asked and self.draw.random() < 0.8:
            debtor, job = self.draw.choice(asked)
            left = [number for number in job.slots if debtor.items[number].outstanding > 0]
            self.team.calls(self.draw.choice(left), outcome, at)
            return
        item = self._one(at, late=True)
        if item:
            self.team.calls(item.number, outcome, at)

    def _jobs(self) -> list[tuple[Debtor, "object"]]:
        return [
            (debtor, job)
            for debtor in self.team.ledger.debtors.values()
            for job in debtor.jobs
            if not job.waiting
        ]

    def finishes_step(self, at: datetime) -> None:
        found = [(each, job) for each, job in self._jobs() if job.step.channel is not CALL]
        if found:
            debtor, job = self.draw.choice(found)
            self.team.finishes(debtor, job, at, skipped=self.draw.random() < 0.1)

    def uses_credit(self, at: datetime) -> None:
        self._day = self.team.office.company.day_of(at)
        owing = self.team.ledger.owing
        found = [item for item in self._items() if owing[item.number].credit[item.currency] > 0]
        if found:
            self.team.uses_credit(self.draw.choice(found).number, at)

    def takes_back(self, at: datetime) -> None:
        """Only the last thing that was paid on an invoice, and not long ago."""
        recent = [each for each in self.paid if at - each.at < timedelta(days=6)]
        if recent:
            paid = self.draw.choice(recent)
            self.paid.remove(paid)
            receipts = [each for each in self.team.ledger.receipts[paid.number] if not each.undone]
            if receipts and receipts[-1].at == paid.at:
                self.team.takes_back(paid, at)

    def writes_off(self, at: datetime) -> None:
        item = self._one(at, late=True)
        if item and item.outstanding < 500:
            self.team.writes_off(item.number, at)
