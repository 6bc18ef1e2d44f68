"""Plays a year: draws what happens, does it to the books, and writes down what truly happened."""

import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from receivables.codes.payments import Means
from receivables.company import Company, Mode
from receivables.payment_plans import Instalment
from receivables.policy import Policy
from scheduler.email.sender import by_mail
from scheduler.jobs import tick
from store import pauses
from store.addresses import acts as addresses
from store.approvals import acts as approvals
from store.approvals import giving
from store.books import Books, open_books
from store.calls import acts as calls
from store.credits import acts as credit_acts
from store.customers import acts as customer_file
from store.db.engine import Database
from store.db.tables import Approval, Customer, Invoice, Reminder, ReminderItem, StepDone
from store.disputes import acts as disputes
from store.invoices import ending
from store.morning import vetoes
from store.payment_plans import acts as payment_plans
from store.payments import acts as payments
from store.post_room import bounced, bursts, uncertain
from store.promises import acts as promises
from store.reminders import day_plans
from store.replies import acts as incoming
from store.tasks import acts as tasks
from store.undo import undo
from tests import builders
from tests.builders import MARIE, PAUL
from tests.flows.year import audit
from tests.flows.year.audit import Gone, Line
from tests.flows.year.facts import (
    DAY,
    Chore,
    Client,
    Climbed,
    Debt,
    Letter,
    Money,
    Plan,
    Rung,
    Vow,
    collected,
    end_of,
    hold,
    in_instalments,
    is_open,
    next_late,
    next_slot,
)
from tests.flows.year.post import Post

CENT = Decimal("0.01")
POLICIES = ("standard", "standard", "strict", "souple", "cinq-etapes", "trois-temps", "particulier")
DEBTORS = (
    ("business", None), ("business", "552100554"), ("consumer", None), ("public", None),
    (None, None), (None, "552100554"), (None, "217500016"),
)  # fmt: skip
"""Kind and SIREN of customers."""
HUMAN = ("call", "letter", "handover")
CHORES = {
    "sells": 22, "pays_all": 26, "pays_part": 10, "pays_too_much": 3, "takes_back": 2, "uses_credit": 5,
    "promises": 10, "disputes": 3, "contests_part": 2, "settles": 6, "pauses_invoice": 2, "pauses_client": 1,
    "does_chore": 18, "calls_in_vain": 3, "writes_off": 1, "gives_credit_note": 2, "goes_bankrupt": 0.3,
    "moves_policy": 1, "agrees_on_plan": 3, "pays_instalment": 8, "writes_back": 2,
    "reads_reply": 8, "takes_out": 4, "answers_request": 14,
    "edits_policy": 0.5, "address_dies": 1.4, "mail_comes_back": 8, "mends_address": 6, "says_fate": 12,
}  # fmt: skip
"""What happens, and how often compared with the rest."""


def rungs(policy: Policy) -> list[Rung]:
    """Return the steps of a policy as plain facts."""
    return [Rung(s.key, s.day, s.channel.key, s.from_issue, s.wait_days) for s in policy.steps]


@dataclass
class Player:
    """One company, its customers and its people, for as long as the play goes on."""

    database: Database
    company: Company
    draw: random.Random
    post: Post = field(default_factory=Post)
    clients: dict[str, Client] = field(default_factory=dict)
    debts: dict[str, Debt] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    policies: dict[str, list[Rung]] = field(default_factory=dict)
    paid: list[tuple[Debt, Money, Decimal, int]] = field(default_factory=list)
    unsure: dict[int, tuple[Client, Letter, list[tuple[Debt, Climbed]]]] = field(default_factory=dict)
    gone: dict[int, tuple[Client, Letter, list[tuple[Debt, Climbed]]]] = field(default_factory=dict)
    """What each mail that left has changed: what counts for spacing, the steps climbed."""
    resent: set[int] = field(default_factory=set)
    """Mails of unknown fate that are to leave again."""
    ended: set[int] = field(default_factory=set)
    """Letters that were looked at."""
    said: list[str] = field(default_factory=list)
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    sent: int = 0
    others: Mapping[Callable[["Player"], None], float] = field(default_factory=dict)
    """What may happen besides, and how often."""
    draft_until: date | None = None
    lists: dict[date, dict[str, set[str]]] = field(default_factory=dict)
    """Old claims that were told of, by day."""

    def __post_init__(self) -> None:
        self.policies = {key: rungs(policy) for key, policy in self.company.policies.items()}

    # --- the frame ------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The local day."""
        return self.company.day_of(self.at)

    @property
    def drafting(self) -> bool:
        """Whether the company is in `draft`: nothing leaves."""
        return self.company.mode is Mode.DRAFT

    def books(self) -> AbstractContextManager[Books]:
        """Open the books for one act."""
        return open_books(self.database, self.company)

    def say(self, what: str) -> None:
        """Keep what was done, to be shown when something is wrong."""
        self.said.append(f"{self.at.astimezone(self.company.zone):%a %d/%m/%y %H:%M} {what}")

    def clock(self, day: date, clock: str) -> None:
        """Set the time."""
        self.at = self.company.instant(day, time.fromisoformat(clock))

    def opens(self, day: date, clients: int) -> None:
        """The company begins with some customers and some old invoices."""
        self.clock(day, "07:00")
        for number in range(clients):
            name = f"Client{number}"
            policy = self.draw.choice(POLICIES)
            kind, siren = self.draw.choice(DEBTORS)
            means = self.draw.choice((None, None, None, Means.DIRECT_DEBIT))
            client = Client(
                name, f"{name.lower()}@client.example", policy, self.policies,
                kind=kind, siren=siren, means=means,
            )  # fmt: skip
            self.clients[name] = client
            with self.books() as b:
                row = builders.customer(
                    b, name, email=client.address, policy=policy, owner=MARIE, kind=kind, siren=siren,
                    means=means,
                )  # fmt: skip
                self.ids[name] = row.id
        for _ in range(clients * 2):
            self.sells(age=self.draw.randint(0, 60))

    def happens(self, day: date, clock: str, count: int) -> None:
        """So many things happen, from a local time on, a minute apart."""
        for minute in range(count):
            self.clock(day, clock)
            self.at += timedelta(minutes=minute)
            acts = {getattr(Player, name): weight for name, weight in CHORES.items()} | dict(self.others)
            [act] = self.draw.choices(list(acts), list(acts.values()))
            act(self)
            self.sync()

    # --- the clock ------------------------------------------------------------------------------------

    def tick(self, day: date, clock: str) -> None:
        """Let the clock work, then hold what left against the rules."""
        self.clock(day, clock)
        tick(self.database, self.company, by_mail(self.post, builders.KEYS), at=self.at)
        self._look_at_mails()
        self.sync()

    def gives_go(self) -> None:
        """The responsable lets a large morning leave, if it waits."""
        with self.books() as b:
            run = day_plans._run(b, self.today)
            if run is not None and run.needs_go and run.go_at is None:
                day_plans.give_go(b, self.today, by=PAUL, at=self.at)

    def _look_at_mails(self) -> None:
        for letter in self.post.refused:
            for client in self.clients.values():
                client.bounced |= client.address in letter.recipients
        self.post.refused.clear()
        for letter in [*self.post.taken, *self.post.unsure]:
            if id(letter) not in self.ended:
                self.ended.add(id(letter))
                self._look_at(int(letter.name), letter.recipients, unsure=letter in self.post.unsure)

    def _look_at(self, reminder_id: int, to: tuple[str, ...], *, unsure: bool) -> None:
        with self.books() as b:
            row = b.session.get_one(Reminder, reminder_id)
            client = next(each for each in self.clients.values() if self.ids[each.name] == row.customer_id)
            if row.kind not in {"reminder", "invoice"}:
                self._look_at_courtesy(client, row.kind, to)
                return
            lines, local = self._lines(b, row.id), self.at.astimezone(self.company.zone)
            mail = Gone(client, local, to, row.step, lines, row.kind)
            by_clock, planned = row.origin == "clock", row.planned_at
        assert not self.drafting, "rule 20: a mail of a company in draft"
        self.say(f"mail {reminder_id} to {client.name}: {mail.tone} {mail.lines}{' ?' if unsure else ''}")
        if by_clock:
            audit.check_mail(mail)
            assert self.company.day_of(planned) == self.today, "rule 16: not announced this morning"
        self.sent += 1
        self._write_down(mail, reminder_id, unsure=unsure, by_clock=by_clock)

    def _look_at_courtesy(self, client: Client, kind: str, to: tuple[str, ...]) -> None:
        """Hold a mail that is no reminder against the rules: an open day, one a day, nobody unreachable."""
        self.say(f"{kind} to {client.name}")
        assert to == (client.address,), "the wrong mailbox"
        assert all(before.on != self.today for before in client.sent), "rule 4: twice in a day"
        assert not client.bounced, "rule 14: an address that bounced"

    @staticmethod
    def _lines(b: Books, reminder_id: int) -> tuple[Line, ...]:
        query = (
            select(Invoice.number, ReminderItem.step, ReminderItem.joined)
            .join(Invoice, Invoice.id == ReminderItem.invoice_id)
            .where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
            .order_by(Invoice.number)
        )
        return tuple(Line(*row) for row in b.session.execute(query))

    def _write_down(self, mail: Gone, reminder_id: int, *, unsure: bool, by_clock: bool) -> None:
        """Note what a mail changes; one of unknown fate counts for spacing and holds its invoices."""
        before = self.unsure.pop(reminder_id, None)
        self.resent.discard(reminder_id)
        if before is not None and before[1] in mail.client.sent:
            mail.client.sent.remove(before[1])
        climbs = self._climbs(mail)
        audit.left(mail)
        letter = Letter(mail.day, late=False)
        if mail.kind == "reminder":
            letter = mail.client.sent[-1]
            letter.late = letter.late or not by_clock
        if unsure:
            self.unsure[reminder_id] = (mail.client, letter, climbs)
            for line in mail.lines:
                mail.client.debts[line.number].unsure = True
            return
        for debt, climbed in climbs:
            debt.climbed.append(climbed)
        self._reminds(reminder_id, mail.client, letter, [line.number for line in mail.lines])
        self.gone[reminder_id] = (mail.client, letter, climbs)

    @staticmethod
    def _reminds(reminder_id: int, client: Client, letter: Letter, numbers: list[str]) -> None:
        """A late mail reminds in writing of all that it lists (rule 26)."""
        for number in numbers if letter.late else ():
            client.debts[number].reminded[reminder_id] = letter.on

    def _climbs(self, mail: Gone) -> list[tuple[Debt, Climbed]]:
        found = []
        for line in mail.lines:
            debt, rung = mail.client.debts[line.number], audit.rung_of(mail.client, line.step)
            if rung is not None:
                slot = self._slot(debt, rung)
                found.append((debt, Climbed(rung.key, rung.day, rung.from_issue, slot, mail.day)))
        return found

    def _slot(self, debt: Debt, rung: Rung) -> date | None:
        step = next_slot(debt, self.today)
        return step[1] if rung.late and step and step[0].key == rung.key else None

    def sync(self) -> None:
        """See which human steps are open; a new one is held against the rules."""
        with self.books() as b:
            found = {task.id: task for kind in HUMAN for task in tasks.open_tasks(b, kind=kind)}
        for client in self.clients.values():
            client.chores = [chore for chore in client.chores if chore.task_id in found]
        known = {chore.task_id for client in self.clients.values() for chore in client.chores}
        for task in found.values():
            if task.id not in known:
                self._new_chore(task)

    def _new_chore(self, task: tasks.TaskFacts) -> None:
        client = self.clients[task.customer or ""]
        rung = audit.rung_of(client, task.step)
        assert rung is not None, f"rule 3: a task for {task.step}, no step of {client.policy}"
        if task.opened_on == self.today:
            assert not self.drafting, "rule 20: a step of a company in draft"
            assert is_open(self.today), "rule 9: a task on a closed day"
            for number in task.numbers:
                debt = client.debts[number]
                step = next_late(debt, self.today)
                assert hold(debt, self.today) is None, (
                    f"rule 10: a task about {number}, {hold(debt, self.today)}"
                )
                assert step is not None, f"rule 2: a task about {number}, whose ladder is done"
                assert step[0].key == rung.key, f"rule 2: a task {rung.key} about {number}, due {step[0].key}"
                assert step[1] < self.today + audit.GAP * DAY, "rule 2: a task before its slot"
        client.chores.append(Chore(rung, task.opened_on, list(task.numbers), task.id))

    # --- what people do -------------------------------------------------------------------------------

    def one(self, *, late: bool | None = None, disputed: bool | None = None) -> Debt | None:
        """Return an invoice that is still chased, drawn by lot."""
        found = [
            debt
            for debt in self.debts.values()
            if debt.alive()
            and late in {None, debt.due < self.today}
            and disputed in {None, debt.disputed or debt.contested > 0}
        ]
        return self.draw.choice(found) if found else None

    def sells(self, age: int = 0) -> None:
        """An invoice comes in."""
        client = self.draw.choice(list(self.clients.values()))
        terms = self.draw.choice((10, 30, 30, 45, 60))
        issued = self.today - age * DAY
        due = issued + terms * DAY
        number = f"FAC-{len(self.debts) + 1:04}"
        cents = (
            self.draw.randint(100, 480) if self.draw.random() < 0.12 else self.draw.randint(4_000, 900_000)
        )
        currency = "CHF" if self.draw.random() < 0.1 else "EUR"
        prior = self.draw.choice((0, 0, 1, 2)) if due < self.today else 0
        means = self.draw.choice((None,) * 6 + (Means.TRANSFER, Means.DIRECT_DEBIT, Means.DRAFT))
        self.comes_in(
            Debt(number, client, issued, due, cents * CENT, currency, self.today, prior, means=means)
        )

    def comes_in(self, debt: Debt) -> None:
        """Put an invoice into the books."""
        client = debt.who
        with self.books() as b:
            customer = b.session.get_one(Customer, self.ids[client.name])
            row = builders.invoice(
                b, customer, debt.number, amount=debt.amount, due=debt.due, issued=debt.issued,
                learnt_at=self.at, currency=debt.currency, prior_reminders=debt.prior, means=debt.means,
            )  # fmt: skip
            self.ids[debt.number] = row.id
        client.debts[debt.number] = self.debts[debt.number] = debt
        client.touched = self.today  # what comes in after the plan leaves tomorrow
        what = f"{debt.number}, {debt.amount} {debt.currency}, due {debt.due:%d/%m/%y}, {debt.means}"
        self.say(f"{client.name} ({client.policy}, {client.kind}, {client.means}): {what}")

    def _pays(self, debt: Debt, amount: Decimal) -> None:
        with self.books() as b:
            done = payments.record(
                b, self.ids[debt.number], amount=amount, received_on=self.today, by=MARIE, at=self.at
            )
        used = min(amount, debt.left)
        money = Money(used, self.at, self.today)
        debt.money.append(money)
        debt.who.credit[debt.currency] += amount - used
        debt.who.touched = self.today
        self.paid.append((debt, money, amount - used, done.entry_id))
        assert done.outstanding == debt.left
        self.say(f"{amount} paid on {debt.number}, {debt.left} left")

    def pays_all(self) -> None:
        """A customer pays what is left."""
        debt = self.one(late=self.draw.random() < 0.7)
        if debt:
            self._pays(debt, debt.left)

    def pays_part(self) -> None:
        """A customer pays a part."""
        debt = self.one()
        if debt and debt.left > 1:
            self._pays(debt, (debt.left * self.draw.randint(2, 8) / 10).quantize(CENT))

    def pays_too_much(self) -> None:
        """A customer pays too much."""
        debt = self.one(late=True)
        if debt:
            self._pays(debt, debt.left + self.draw.randint(1, 600))

    def takes_back(self) -> None:
        """The last payment, declared by mistake, is taken back."""
        if not self.paid or self.at - self.paid[-1][1].at > timedelta(days=6):
            return
        debt, money, credit, entry = self.paid.pop()
        last = [each for each in debt.money if not each.undone][-1:] == [money]
        if debt.written_off or debt.handed_over or not last or debt.who.credit[debt.currency] < credit:
            return
        if credit and any(m.credit and m.at > money.at for d in debt.who.debts.values() for m in d.money):
            return
        with self.books() as b:
            undo(b, entry, by=MARIE, at=self.at)
        money.undone = True
        debt.who.credit[debt.currency] -= credit
        debt.who.touched = self.today
        debt.back_since = self.today
        self.say(f"payment of {money.amount} on {debt.number} taken back")

    def uses_credit(self) -> None:
        """The customer's credit is set against an invoice."""
        debt = self.one()
        if debt is None or debt.who.credit[debt.currency] <= 0 or debt.due < self.today - 500 * DAY:
            return  # from which day an old claim counted anew would depend on where the credit came from
        with self.books() as b:
            credit_acts.allocate(b, self.ids[debt.number], by=MARIE, at=self.at)
        used = min(debt.left, debt.who.credit[debt.currency])
        debt.money.append(Money(used, self.at, self.today, credit=True))
        debt.who.credit[debt.currency] -= used
        debt.who.touched = self.today
        self.say(f"credit of {used} set against {debt.number}")

    def gives_credit_note(self) -> None:
        """The company owes the customer something."""
        client = self.draw.choice(list(self.clients.values()))
        amount = self.draw.randint(1_000, 60_000) * CENT
        number = f"AV-{len(self.said)}"
        with self.books() as b:
            credit_acts.add_credit_note(
                b, self.ids[client.name], number=number, amount=amount, currency="EUR",
                issue_date=self.today, by=MARIE, at=self.at,
            )  # fmt: skip
        client.credit["EUR"] += amount
        client.touched = self.today
        self.say(f"credit note of {amount} for {client.name}")

    def promises(self) -> None:
        """A customer names a day."""
        debt = self.one(late=self.draw.random() < 0.8)
        if debt is None or in_instalments(debt, self.today):
            return
        amount = debt.left if self.draw.random() < 0.7 else max((debt.left / 2).quantize(CENT), CENT)
        on = self.today + self.draw.randint(0, 12) * DAY
        call = self._call_due(debt)
        with self.books() as b:
            promises.make(b, self.ids[debt.number], amount=amount, date=on, by=MARIE, at=self.at)
        self._spared(debt, call)
        self._replaced(debt)
        debt.vows.append(Vow(on, amount, self.at, self.today))
        debt.who.touched = self.today
        self.say(f"{amount} of {debt.number} promised for {on:%d/%m/%y}")

    def _call_due(self, debt: Debt) -> Chore | None:
        """Return the call that is to be made about an invoice, its task opened or not yet."""
        for chore in debt.who.chores:
            if chore.rung.channel == "call" and debt.number in chore.numbers:
                return chore
        step = next_late(debt, self.today)
        if step is None or step[0].channel != "call" or not debt.due < self.today >= step[1]:
            return None
        if self.today >= debt.over_on or collected(debt, self.today):
            return None  # rules 26, 27: there is no step to be done
        return Chore(step[0], self.today, [debt.number], 0)

    def _spared(self, debt: Debt, call: Chore | None) -> None:
        """A word given while a call is due stands for it, for that invoice alone (rule 3)."""
        if call is not None:
            call.numbers.remove(debt.number)
            self._climbs_by_hand(debt, call, skipped=False)

    def _replaced(self, debt: Debt) -> None:
        """What was promised before, and still runs, is replaced (rule 11)."""
        for vow in debt.vows:
            vow.live = vow.live and (self.today > end_of(vow) or debt.kept(vow))
        for plan in debt.plans:
            missed = debt.missed(plan)
            plan.live = plan.live and missed is not None and missed <= self.today

    def agrees_on_plan(self) -> None:
        """A customer will pay by instalments."""
        debt = self.one(late=True)
        if debt is None or debt.left < 10:
            return
        count = self.draw.randint(2, 4)
        first = self.today + self.draw.randint(1, 10) * DAY
        share = (debt.left / count).quantize(CENT)
        amounts = [share] * (count - 1) + [debt.left - share * (count - 1)]
        parts = [(first + 14 * number * DAY, amount) for number, amount in enumerate(amounts)]
        call = self._call_due(debt)
        with self.books() as b:
            instalments = [Instalment(on, amount) for on, amount in parts]
            payment_plans.make(b, [self.ids[debt.number]], instalments=instalments, by=MARIE, at=self.at)
        self._spared(debt, call)
        self._replaced(debt)
        debt.plans.append(Plan(parts, self.at, self.today))
        debt.who.touched = self.today
        self.say(f"{debt.number} by instalments: {[(f'{on:%d/%m/%y}', str(amount)) for on, amount in parts]}")

    def pays_instalment(self) -> None:
        """A customer pays the next instalment, near its day."""
        for debt in self.debts.values():
            for plan in debt.plans:
                for on, amount in plan.parts:
                    if debt.alive() and plan.live and abs(on - self.today) <= DAY and amount <= debt.left:
                        self._pays(debt, amount)
                        return

    def writes_back(self) -> None:
        """A customer answers: nothing leaves for it until somebody has read that."""
        client = self.draw.choice(list(self.clients.values()))
        if not client.sent:
            return
        mark = f"<{len(self.said)}@client.example>"
        reply = incoming.Arrived(
            key=mark, digest=mark, received_at=self.at, kind="reply", sender=client.address,
            sender_name=None, subject="Re: vos factures", text="Nous regardons.", raw=None,
            customer_id=self.ids[client.name],
        )  # fmt: skip
        with self.books() as b:
            taken = incoming.take_in(b, reply, at=self.at)
        assert taken is not None
        client.replies.add(taken)
        client.touched = self.today
        self.say(f"{client.name} writes back")

    def reads_reply(self) -> None:
        """Somebody reads an answer."""
        for client in self.clients.values():
            if client.replies:
                with self.books() as b:
                    incoming.handle(b, client.replies.pop(), how="answered", by=MARIE, at=self.at)
                client.touched = self.today
                self.say(f"answer of {client.name} read")
                return

    def takes_out(self) -> None:
        """A mail of the morning is taken out, or put off."""
        with self.books() as b:
            query = select(Reminder.id).where(Reminder.state == "planned", Reminder.day == self.today)
            query = query.where(Reminder.kind.in_(["reminder", "invoice"]))
            planned = list(b.session.scalars(query.where(Reminder.origin == "clock").order_by(Reminder.id)))
            if not planned:
                return
            reminder_id = self.draw.choice(planned)
            until = self.today + self.draw.randint(2, 9) * DAY
            if self.draw.random() < 0.5:
                done = vetoes.remove(b, reminder_id, by=MARIE, at=self.at)
            else:
                done = vetoes.put_off(b, reminder_id, until=until, by=MARIE, at=self.at)
        for number in done.numbers:
            self.debts[number].put_off_until = done.until
            self.debts[number].who.touched = self.today
        self.say(f"{done.numbers} taken out until {done.until:%d/%m/%y}")

    def answers_request(self) -> None:
        """A responsable approves what waits for that, or refuses it until a day."""
        with self.books() as b:
            query = select(Approval).where(Approval.state == "asked").order_by(Approval.id)
            asked = b.session.scalars(query).all()
            if not asked:
                return
            row = self.draw.choice(asked)
            request_id, items = row.id, list(row.shown["items"])
            if self.draw.random() < 0.75:
                done = giving.approve(b, request_id, by=PAUL, at=self.at)
                until, void = None, done.leaves is giving.Leaves.VOID
            else:
                until, void = self.today + self.draw.randint(1, 9) * DAY, False
                approvals.refuse(b, request_id, until=until, reason=None, by=PAUL, at=self.at)
        told = [(self.debts[item["number"]], item["step"]) for item in items]
        for debt, step in told:
            debt.who.touched = self.today
            if until is not None:
                debt.put_off_until = max(debt.put_off_until or until, until)
            elif not void:
                debt.agreed.add((step, debt.claimed))
        what = "void" if void else f"refused until {until:%d/%m/%y}" if until else "approved"
        self.say(f"request about {[debt.number for debt, _ in told]} {what}")

    def disputes(self) -> None:
        """A customer contests an invoice."""
        debt = self.one(disputed=False)
        if debt:
            self._contests(debt, None)
            debt.disputed = True

    def contests_part(self) -> None:
        """A customer contests a part; the rest goes on."""
        debt = self.one(disputed=False)
        if debt and debt.left > 1:
            part = (debt.left / 2).quantize(CENT)
            self._contests(debt, part)
            debt.contested = part

    def _contests(self, debt: Debt, part: Decimal | None) -> None:
        with self.books() as b:
            disputes.open_dispute(
                b, self.ids[debt.number], kind="quality", disputed=part, released=part is not None,
                by=MARIE, at=self.at,
            )  # fmt: skip
        debt.who.touched = self.today
        self.say(f"{debt.number} disputed ({part or 'all'})")

    def settles(self) -> None:
        """A dispute is over."""
        debt = self.one(disputed=True)
        if debt is None:
            return
        with self.books() as b:
            found = disputes.current(b, self.ids[debt.number])
            assert found is not None
            disputes.settle(b, found.id, outcome="unfounded", by=MARIE, at=self.at)
        debt.disputed, debt.contested, debt.back_since = False, Decimal(0), self.today
        debt.who.touched = self.today
        self.say(f"dispute of {debt.number} settled")

    def pauses_invoice(self) -> None:
        """An invoice is left in peace for a while."""
        debt = self.one()
        if debt:
            debt.paused_until = self._pauses(invoice_id=self.ids[debt.number])
            debt.who.touched = self.today

    def pauses_client(self) -> None:
        """A customer is left in peace for a while."""
        client = self.draw.choice(list(self.clients.values()))
        client.paused_until = self._pauses(customer_id=self.ids[client.name])
        client.touched = self.today

    def _pauses(self, **which: int) -> date:
        until = self.today + self.draw.randint(1, 15) * DAY
        with self.books() as b:
            pauses.pause(b, **which, until=until, reason="accord", by=MARIE, at=self.at)
        self.say(f"paused until {until:%d/%m/%y}: {which}")
        return until

    def does_chore(self) -> None:
        """Somebody does a human step, or skips it."""
        found = [(client, chore) for client in self.clients.values() for chore in client.chores]
        if not found:
            return
        client, chore = self.draw.choice(found)
        skipped = self.draw.random() < 0.1
        left = [number for number in chore.numbers if client.debts[number].left > 0]
        if chore.rung.channel == "call" and not skipped:
            with self.books() as b:
                calls.log(b, self.ids[left[0]], contact="Léa", outcome="reached", by=MARIE, at=self.at)
        else:
            with self.books() as b:
                self._closes(b, chore, skipped=skipped)
        for number in left:
            self._climbs_by_hand(client.debts[number], chore, skipped=skipped)
        if chore.rung.channel == "letter" and not skipped:
            client.sent.append(Letter(self.today, late=True))
            self._reminds(-chore.task_id, client, client.sent[-1], chore.numbers)
        client.touched = self.today
        self.say(f"{client.name}: {chore.rung.key} of {left} {'skipped' if skipped else 'done'}")

    def _closes(self, b: Books, chore: Chore, *, skipped: bool) -> None:
        if skipped:
            tasks.close(b, chore.task_id, outcome="skipped", reason="accord oral", by=PAUL, at=self.at)
        else:
            tasks.close(b, chore.task_id, outcome="done", by=PAUL, at=self.at)

    def _climbs_by_hand(self, debt: Debt, chore: Chore, *, skipped: bool) -> None:
        with self.books() as b:
            slot = b.session.scalar(
                select(StepDone.slot).where(
                    StepDone.invoice_id == self.ids[debt.number],
                    StepDone.step == chore.rung.key,
                    StepDone.undone_at.is_(None),
                )
            )
        debt.climbed.append(Climbed(chore.rung.key, chore.rung.day, False, slot, self.today))
        debt.handed_over |= chore.rung.channel == "handover" and not skipped

    def calls_in_vain(self) -> None:
        """Nobody answers: nothing is done by that."""
        debt = self.one(late=True)
        if debt:
            with self.books() as b:
                calls.log(b, self.ids[debt.number], outcome="voicemail", by=MARIE, at=self.at)
            self.say(f"voicemail about {debt.number}")

    def writes_off(self) -> None:
        """A small invoice is given up."""
        debt = self.one(late=True)
        if debt and debt.left < 300:
            with self.books() as b:
                ending.write_off(b, self.ids[debt.number], reason="petit solde", by=PAUL, at=self.at)
            debt.written_off = True
            debt.who.touched = self.today
            self.say(f"{debt.number} written off")

    def goes_bankrupt(self) -> None:
        """A court opens proceedings against a customer: everything stops."""
        client = self.draw.choice(list(self.clients.values()))
        with self.books() as b:
            values = {"insolvent_on": self.today}
            customer_file.change(b, self.ids[client.name], values, by=PAUL, at=self.at)
        client.insolvent, client.touched = True, self.today
        self.say(f"{client.name} insolvent")

    def moves_policy(self) -> None:
        """A customer is followed by another policy."""
        client = self.draw.choice(list(self.clients.values()))
        client.policy = self.draw.choice(POLICIES)
        with self.books() as b:
            values = {"policy": client.policy}
            customer_file.change(b, self.ids[client.name], values, by=PAUL, at=self.at)
        client.touched = self.today
        self.say(f"{client.name} now by {client.policy}")

    def edits_policy(self) -> None:
        """The company changes the days of a policy, or drops one of its steps."""
        if self.at.astimezone(self.company.zone).hour < 16:
            return  # settings are read when Relance starts: not between a plan and its mails
        key = self.draw.choice(sorted(set(POLICIES)))
        policy = self.company.policies[key]
        late = [step for step in policy.steps if step.day > 0 and not step.from_issue]
        if self.draw.random() < 0.3 and len(late) > 2:
            steps = tuple(step for step in policy.steps if step is not late[1])
        else:
            shift = self.draw.choice((-1, 1, 2))
            steps = tuple(replace(s, day=s.day + shift) if s in late[1:] else s for s in policy.steps)
        days = [s.day for s in steps if not s.from_issue]
        if days != sorted(set(days)):
            return
        changed = dict(self.company.policies) | {key: Policy(key, steps)}
        self.company = replace(self.company, policies=changed)
        self.policies[key] = rungs(changed[key])
        for client in self.clients.values():
            client.touched = self.today
        self.say(f"policy {key} is now {[(s.key, s.day) for s in steps]}")

    def address_dies(self) -> None:
        """A mailbox is closed; nobody knows until a mail comes back."""
        address = self.draw.choice(list(self.clients.values())).address
        if address not in self.post.dead | self.post.silent:
            self.draw.choice((self.post.dead, self.post.silent)).add(address)

    def mail_comes_back(self) -> None:
        """A report says that a mail that was taken has reached nobody: it completes nothing (rule 14)."""
        if not self.post.returning:
            return
        mail = self.post.returning.pop(0)
        reminder_id, [address] = int(mail.name), mail.recipients
        client = next(each for each in self.clients.values() if each.address == address)
        mark = f"<back-{reminder_id}@client.example>"
        report = incoming.Arrived(
            key=mark, digest=mark, received_at=self.at, kind="bounce", sender="mailer@client.example",
            sender_name=None, subject="Undelivered", text="550 5.1.1", raw=None,
            customer_id=self.ids[client.name], reminder_id=reminder_id,
        )  # fmt: skip
        with self.books() as b:
            bounced.take_in(b, report, [bounced.Dead(address, "550 5.1.1")], at=self.at)
            bursts.conclude(b, at=self.at)
        client.bounced, client.touched = True, self.today
        self.post.returned.add(reminder_id)
        self._never_left(reminder_id)
        self.say(f"mail {reminder_id} to {client.name} comes back")

    def _never_left(self, reminder_id: int) -> None:
        if reminder_id not in self.gone:
            return  # a word that climbs nothing
        client, letter, climbs = self.gone.pop(reminder_id)
        if letter in client.sent:
            client.sent.remove(letter)
        for debt in client.debts.values():
            debt.reminded.pop(reminder_id, None)
        for debt, climbed in climbs:
            debt.climbed.remove(climbed)

    def mends_address(self) -> None:
        """Somebody finds the address of a customer whose mail came back."""
        for client in self.clients.values():
            if client.bounced:
                with self.books() as b:
                    addresses.correct(b, self.ids[client.name], client.address, by=MARIE, at=self.at)
                self.post.dead.discard(client.address)
                self.post.silent.discard(client.address)
                client.bounced, client.touched = False, self.today
                self.say(f"address of {client.name} mended")

    def says_fate(self) -> None:
        """A person says what became of a mail of unknown fate."""
        reminder_id = min(self.unsure.keys() - self.resent, default=None)
        if reminder_id is None:
            return
        client, letter, climbs = self.unsure[reminder_id]
        again = self.draw.random() < 0.4
        with self.books() as b:
            settle = uncertain.resend if again else uncertain.consider_sent
            settle(b, reminder_id, by=MARIE, at=self.at)
        for debt in client.debts.values():
            debt.unsure = False
        client.touched = self.today
        self.say(f"mail {reminder_id}: {'send it again' if again else 'taken as sent'}")
        if again:
            self.resent.add(reminder_id)
            return
        del self.unsure[reminder_id]
        with self.books() as b:
            numbers = [line.number for line in self._lines(b, reminder_id)]
        self._reminds(reminder_id, client, letter, numbers)
        climbs = [(debt, replace(climbed, on=letter.on)) for debt, climbed in climbs]
        for debt, climbed in climbs:
            debt.climbed.append(climbed)
        self.gone[reminder_id] = (client, letter, climbs)
