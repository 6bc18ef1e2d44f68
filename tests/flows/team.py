"""What the team does, told to the books and to the ledger alike."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from receivables.schedule.account import Item
from store import pauses
from store.books import Books, open_books
from store.calls import acts as calls
from store.credits import acts as credit_acts
from store.disputes import acts as disputes
from store.invoices import ending
from store.payments import acts as payments
from store.promises import acts as promises
from store.reminders import day_plans
from store.tasks import acts as tasks
from store.undo import undo
from tests import builders
from tests.builders import MARIE, PAUL
from tests.flows.ledger import Debtor, Job, Ledger
from tests.flows.office import Office

REACHED = "reached"
VOICEMAIL = "voicemail"


@dataclass
class Paid:
    """A payment that may be taken back, and the human steps that lapsed with it."""

    number: str
    entry_id: int
    at: datetime
    lapsed: list[Job]


@dataclass
class Team:
    """People at work on the books; each act is written twice and must come out the same."""

    office: Office
    ledger: Ledger
    ids: dict[str, int] = field(default_factory=dict)
    """Database ids of customers (by name) and invoices (by number)."""
    said: list[str] = field(default_factory=list)
    """What was done, to be shown when something differs."""

    def _books(self) -> Any:
        return open_books(self.office.database, self.office.company)

    def _say(self, at: datetime, what: str) -> None:
        self.said.append(f"{at.astimezone(self.office.company.zone):%a %d/%m %H:%M} {what}")

    def gets_customer(self, name: str, policy: str = "standard", **columns: Any) -> Debtor:
        """A customer comes in, with a mailbox of its own."""
        address = f"{name.lower()}@client.example"
        with self._books() as b:
            row = builders.customer(b, name, email=address, policy=policy, owner=MARIE, **columns)
            self.ids[name] = row.id
        debtor = Debtor(len(self.ledger.debtors) + 1, name, address, policy)
        self.ledger.debtors[name] = debtor
        return debtor

    def invoices(
        self,
        name: str,
        number: str,
        amount: str,
        *,
        issued: date,
        due: date,
        at: datetime,
        currency: str = "EUR",
        reminded: int = 0,
    ) -> None:
        """An invoice comes in at the instant `at`, reminded of so often before Relance."""
        with self._books() as b:
            customer = b.session.get_one(builders.Customer, self.ids[name])
            row = builders.invoice(
                b, customer, number, amount=amount, due=due, issued=issued, learnt_at=at,
                currency=currency, prior_reminders=reminded,
            )  # fmt: skip
            self.ids[number] = row.id
        left, debtor = Decimal(amount), self.ledger.debtors[name]
        learnt = self.office.company.day_of(at)
        key = len(self.ledger.owing) + 1
        item = Item(key, number, issued, due, left, currency, learnt, reminded)
        debtor.items[number] = item
        self.ledger.owing[number] = debtor
        self.ledger.amounts[number] = left
        self._say(at, f"{name}: {number} of {amount} {currency}, due {due}, learnt of")

    def pays(self, number: str, amount: Decimal, at: datetime) -> Paid:
        """A customer pays an invoice, in part, in full or too much."""
        debtor = self.ledger.owing[number]
        before = list(debtor.jobs)
        with self._books() as b:
            done = payments.record(
                b, self.ids[number], amount=amount, received_on=b.today(at), by=MARIE, at=at
            )
        self.ledger.pay(number, amount, at)
        assert done.outstanding == self.ledger.item(number).outstanding, number
        self._say(at, f"{debtor.name} pays {amount} of {number}, {done.outstanding} left")
        return Paid(number, done.entry_id, at, [job for job in before if job not in debtor.jobs])

    def takes_back(self, paid: Paid, at: datetime) -> None:
        """A payment was declared by mistake."""
        with self._books() as b:
            undo(b, paid.entry_id, by=MARIE, at=at)
        self.ledger.unpay(paid.number, at, paid.lapsed)
        self._say(at, f"payment of {paid.number} taken back")

    def uses_credit(self, number: str, at: datetime) -> None:
        """The customer's credit is set against an invoice."""
        with self._books() as b:
            done = credit_acts.allocate(b, self.ids[number], by=MARIE, at=at)
        self.ledger.use_credit(number, at)
        assert done.outstanding == self.ledger.item(number).outstanding, number
        self._say(at, f"credit of {done.allocated} set against {number}")

    def hears_promise(self, number: str, amount: Decimal, on: date, at: datetime) -> None:
        """A customer promises an amount for a day."""
        with self._books() as b:
            promises.make(b, self.ids[number], amount=amount, date=on, by=MARIE, at=at)
        self.ledger.promise(number, amount, on, at)
        self._say(at, f"{amount} of {number} promised for {on}")

    def hears_dispute(self, number: str, disputed: Decimal | None, at: datetime) -> None:
        """A customer contests an invoice, or a part of it while the rest is chased."""
        with self._books() as b:
            disputes.open_dispute(
                b, self.ids[number], kind="quality", disputed=disputed, released=disputed is not None,
                by=MARIE, at=at,
            )  # fmt: skip
        self.ledger.dispute(number, disputed, self.office.company.day_of(at))
        self._say(at, f"{number} disputed ({disputed or 'all'})")

    def settles_dispute(self, number: str, at: datetime) -> None:
        """The dispute is over."""
        with self._books() as b:
            found = disputes.current(b, self.ids[number])
            assert found is not None
            disputes.settle(b, found.id, outcome="unfounded", by=MARIE, at=at)
        self.ledger.settle(number, self.office.company.day_of(at))
        self._say(at, f"dispute of {number} settled")

    def pauses(self, name: str, number: str | None, until: date | None, at: datetime) -> None:
        """Nothing is to leave for an invoice, or for the customer, until a day."""
        with self._books() as b:
            which = {"invoice_id": self.ids[number]} if number else {"customer_id": self.ids[name]}
            pauses.pause(b, **which, until=until, reason="accord", by=MARIE, at=at)
        self.ledger.pause(name, number, until)
        self._say(at, f"{name} {number or ''} paused until {until}")

    def writes_off(self, number: str, at: datetime) -> None:
        """An invoice is given up."""
        with self._books() as b:
            ending.write_off(b, self.ids[number], reason="petit solde", by=PAUL, at=at)
        self.ledger.write_off(number)
        self._say(at, f"{number} written off")

    def calls(self, number: str, outcome: str, at: datetime) -> None:
        """Somebody calls about an invoice."""
        with self._books() as b:
            calls.log(b, self.ids[number], contact="Léa Brun", outcome=outcome, by=MARIE, at=at)
        if outcome != VOICEMAIL:
            self.ledger.call(number, self.office.company.day_of(at))
        self._say(at, f"call about {number}: {outcome}")

    def finishes(self, debtor: Debtor, job: Job, at: datetime, *, skipped: bool = False) -> None:
        """A letter is deposited, a file handed over, or the step is skipped."""
        with self._books() as b:
            task_id = self._task(b, debtor, job)
            outcome, reason = ("skipped", "déjà vu avec le client") if skipped else ("done", None)
            tasks.close(b, task_id, outcome=outcome, reason=reason, by=PAUL, at=at)
        self.ledger.finish(debtor, job, self.office.company.day_of(at), skipped=skipped)
        word = "skipped" if skipped else "done"
        self._say(at, f"{debtor.name}: {job.step.key} of {', '.join(job.slots)} {word}")

    def _task(self, b: Books, debtor: Debtor, job: Job) -> int:
        customer_id = self.ids[debtor.name]
        wanted = {self.ids[number] for number in job.slots}
        for task in tasks.open_tasks(b, kind=job.step.channel.key, customer_id=customer_id):
            if set(task.invoice_ids) == wanted and task.step == job.step.key:
                return task.id
        raise AssertionError(f"no open task {job.step.key} of {debtor.name} about {sorted(job.slots)}")

    def gives_go(self, day: date, at: datetime) -> None:
        """The responsable lets a large morning leave."""
        with self._books() as b:
            day_plans.give_go(b, day, by=PAUL, at=at)
        self.ledger.go()
        self._say(at, "go given")
