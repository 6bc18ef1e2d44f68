"""Whatever is done and undone, in any order: the books add up, and what is undone was never there."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.payment_plans import Instalment
from store import pauses
from store.books import Books, open_books
from store.calls import acts as calls
from store.claims import acts as claims
from store.credits import acts as credit_acts
from store.customers import facts as customers
from store.db.engine import Database
from store.db.tables import Acknowledgement, Invoice, JournalLine, Pause, Promise, Rejection, StepDone
from store.direct_debits import acts as direct_debits
from store.direct_debits import means as debit_means
from store.disputes import acts as disputes
from store.disputes import facts as dispute_facts
from store.disputes import follow_up as dispute_follow_up
from store.health.check import check
from store.invoices import acts as invoices
from store.invoices import ending, platform
from store.payment_plans import acts as payment_plans
from store.payment_plans import facts as plan_facts
from store.payment_plans import payments as plan_payments
from store.payments import acts as payments
from store.promises import acts as promises
from store.promises import payment_left
from store.tasks import acts as tasks
from store.undo import undo
from tests.builders import MARIE, at, customer, invoice
from tests.refusals import told

DAY = date(2026, 4, 20)
KEYS = itertools.count(1)

amounts = st.sampled_from(["0.01", "99.99", "250.00", "700.00", "1200.00", "1500.00"]).map(Decimal)
items = st.integers(0, 2)
soon = st.integers(1, 20).map(lambda days: DAY + timedelta(days=days))

acts = st.one_of(
    st.tuples(st.just("pay"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("pay"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("note"), st.one_of(st.none(), items), amounts),
    st.tuples(st.just("use credit"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("promise"), items, soon),
    st.tuples(st.just("promise of several"), st.integers(0, 1), soon),
    st.tuples(st.just("left"), items, st.booleans()),
    st.tuples(st.just("call"), items, st.sampled_from([*CallResult])),
    st.tuples(st.just("call back"), items, soon),
    st.tuples(st.just("dispute"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("settle"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("follow"), items, st.one_of(st.none(), amounts)),
    st.tuples(st.just("plan"), items, soon),
    st.tuples(st.just("pay plan"), st.none(), amounts),
    st.tuples(st.just("pause"), st.one_of(st.none(), items), soon),
    st.tuples(st.just("resume"), st.none(), st.none()),
    st.tuples(st.just("task"), items, st.sampled_from(["call", "letter", "handover", "escalation"])),
    st.tuples(st.just("close"), st.none(), st.sampled_from(["done", "skipped", "cancelled"])),
    st.tuples(st.just("write off"), items, st.none()),
    st.tuples(st.just("withdraw"), items, st.none()),
    st.tuples(st.just("hand over"), items, st.none()),
    st.tuples(st.just("reopen"), items, st.none()),
    st.tuples(st.just("means"), items, st.sampled_from([None, "direct_debit", "transfer"])),
    st.tuples(st.just("customer means"), items, st.sampled_from([None, "draft"])),
    st.tuples(st.just("reject"), items, st.none() | soon),
    st.tuples(st.just("present"), items, soon),
    st.tuples(st.just("refuse"), items, st.none()),
    st.tuples(st.just("accept"), items, st.none()),
    st.tuples(st.just("acknowledge"), items, st.none()),
)
moves = st.lists(st.one_of(acts, st.tuples(st.just("undo"), st.integers(0, 30), st.none())), max_size=10)


@dataclass
class History:
    """Books with three invoices of two customers, and what was done to them."""

    b: Books
    clients: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    done: list[tuple[int, Any]] = field(default_factory=list)
    """Journal line and picture before it, of each act that stands."""

    def do(self, what: str, which: int | None, how: Any) -> Any:
        """Do one act and return its outcome."""
        b, now = self.b, {"by": MARIE, "at": at(DAY)}
        target = self.items[which] if which is not None else 0
        step = {"call": "appel", "letter": "mise_en_demeure", "handover": "remise"}.get(how)
        client = self.clients[0 if which is None or which < 2 else 1]
        match what:
            case "pay":
                return payments.record(b, target, amount=how, received_on=DAY, **now)
            case "note":
                return credit_acts.add_credit_note(
                    b,
                    client,
                    number=f"AV-{next(KEYS)}",
                    amount=how,
                    currency="EUR",
                    issue_date=DAY,
                    invoice_id=target or None,
                    **now,
                )
            case "use credit":
                return credit_acts.allocate(b, target, amount=how, **now)
            case "promise" | "promise of several" | "left" | "call" | "call back":
                return self.hear(what, target, how, now)
            case "dispute":
                return disputes.open_dispute(b, target, disputed=how, released=how is not None, **now)
            case "settle" | "follow" | "plan" | "pay plan":
                return self.agree(what, target, how, now)
            case "pause":
                scope = {} if which is None else {"invoice_id": target}
                return pauses.pause(b, until=how, reason=None, **scope, **now)
            case "resume":
                return pauses.resume(b, pauses.running(b, on=DAY) or 0, **now)
            case "task":
                return tasks.open_task(
                    b, kind=how, customer_id=client, invoice_ids=[target], step=step, **now
                )
            case "close":
                opened_tasks = tasks.open_tasks(b)
                return tasks.close(
                    b, opened_tasks[0].id if opened_tasks else 0, outcome=how, reason="vu", **now
                )
            case _:
                return self.claim(what, target, how, now)

    def hear(self, what: str, target: int, how: Any, now: dict[str, Any]) -> Any:
        """Note what a customer says: by when it pays, that it has paid, when to call back."""
        b = self.b
        match what:
            case "promise":
                return promises.make(b, target, amount=None, date=how, **now)
            case "promise of several":
                return promises.make_for(b, self.items[:2], amount=Decimal("1500.00"), date=how, **now)
            case "left":
                own = self.items[:2] if how and target in self.items[:2] else [target]
                return payment_left.note(b, own, **now)
            case "call back":
                return calls.log(b, target, outcome=CallResult.CALLBACK, callback_at=at(how, 12), **now)
            case _:
                promised = DAY + timedelta(days=5) if how == "promise" else None
                return calls.log(b, target, outcome=how, promise_date=promised, **now)

    def claim(self, what: str, target: int, how: Any, now: dict[str, Any]) -> Any:
        """Do one act on what is collected, refused, acknowledged, or given up."""
        b = self.b
        match what:
            case "means":
                return debit_means.set_of_invoice(b, target, means=Means(how) if how else None, **now)
            case "customer means":
                client = b.session.get_one(Invoice, target).customer_id
                return debit_means.set_of_customer(b, client, means=Means(how) if how else None, **now)
            case "reject":
                return direct_debits.reject(b, target, on=DAY, again_on=how, **now)
            case "present":
                return direct_debits.present_again(b, target, on=how, **now)
            case "acknowledge":
                return claims.acknowledge(b, target, on=DAY, **now)
            case "refuse" | "accept":
                return (platform.refuse if what == "refuse" else platform.accept)(b, target, **now)
            case _:
                end = {"withdraw": ending.withdraw, "hand over": ending.hand_over, "reopen": ending.reopen}
                return end.get(what, ending.write_off)(b, target, **now)

    def agree(self, what: str, target: int, how: Any, now: dict[str, Any]) -> Any:
        """Do one act on disputes that go on, or on payment plans."""
        b = self.b
        if what == "settle":
            opened = disputes.current(b, target)
            note = {"credit_note": f"AV-{next(KEYS)}", "credited": how} if how else {}
            return disputes.settle(b, opened.id if opened else 0, outcome="theirs", **note, **now)
        if what == "follow":
            opened = disputes.current(b, target)
            key, later = opened.id if opened else 0, DAY + timedelta(days=9)
            return dispute_follow_up.follow(b, key, until=later, credit=how, note="Vu", **now)
        if what == "plan":
            left = b.session.get_one(Invoice, target).outstanding
            halves = [Instalment(how, left / 2), Instalment(how + timedelta(days=30), left / 2)]
            return payment_plans.make(b, [target], instalments=halves, **now)
        live = plan_facts.live(b)
        return plan_payments.record(b, live[-1].id if live else 0, amount=how, received_on=DAY, **now)

    def picture(self) -> Any:
        """Return all the facts that people see, without what is only history."""
        b = self.b
        b.session.flush()
        b.session.expire_all()
        return (
            [replace(invoices.get_invoice(b, id_)) for id_ in self.items],
            [customers.credit(b, id_) for id_ in self.clients],
            tasks.open_tasks(b),
            dispute_facts.open_disputes(b),
            [(plan.instalments, plan.ended) for plan in plan_facts.live(b)],
            self._live(Promise, Promise.ended_at.is_(None)),
            self._live(Pause, Pause.ended_at.is_(None)),
            self._live(StepDone, StepDone.undone_at.is_(None)),
            self._live(Acknowledgement, Acknowledgement.undone_at.is_(None)),
            self._rejections(),
            [(row.means_said, debit_means.means_of(b, row)) for row in self._invoices()],
        )

    def _invoices(self) -> list[Invoice]:
        return [self.b.session.get_one(Invoice, id_) for id_ in self.items]

    def _rejections(self) -> list[tuple[int, Any]]:
        query = select(Rejection.id, Rejection.again_on).where(Rejection.undone_at.is_(None))
        return [(id_, again_on) for id_, again_on in self.b.session.execute(query.order_by(Rejection.id))]

    def _live(self, table: Any, still: Any) -> list[int]:
        query = select(table.id).where(table.company_id == self.b.company_id, still)
        return list(self.b.session.scalars(query.order_by(table.id)))

    def lines(self) -> int:
        """Return the number of lines in the journal."""
        query = select(func.count()).where(JournalLine.company_id == self.b.company_id)
        return self.b.session.scalar(query) or 0


def begin(b: Books) -> History:
    history = History(b)
    for name, numbers in (("Garage Martin", ("FAC-1", "FAC-2")), ("Boulangerie Petit", ("FAC-3",))):
        client = customer(b, name)
        history.clients.append(client.id)
        history.items += [invoice(b, client, number).id for number in numbers]
    return history


def attempt(history: History, deed: Callable[[], Any]) -> Any:
    """Do one deed: one journal line; or None, refused with a sentence and nothing changed."""
    lines, refusal = history.lines(), None
    try:
        with history.b.session.begin_nested():
            outcome = deed()
    except RelanceError as error:
        refusal = told(error)
    assert refusal != ""
    assert history.lines() == lines + (refusal is None)
    return outcome if refusal is None else None


def act(history: History, what: str, which: int | None, how: Any) -> None:
    before = history.picture()
    outcome = attempt(history, lambda: history.do(what, which, how))
    if outcome is None:
        assert history.picture() == before
    else:
        history.done.append((outcome.entry_id, before))


def undo_one(history: History, which: int) -> None:
    """Undo some act that stands. The last one gives back the very facts of before."""
    if not history.done:
        return
    which %= len(history.done)
    entry_id, before = history.done[which]
    last = which == len(history.done) - 1
    now = None if last else history.picture()
    undone = attempt(history, lambda: undo(history.b, entry_id, by=MARIE, at=at(DAY)))
    if undone is None:
        assert not last
        assert history.picture() == now
        return
    if before is not None and last:
        assert history.picture() == before
    history.done[which:] = [(later, None) for later, _ in history.done[which + 1 :]]


@settings(
    max_examples=10,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=moves)
def test_the_books_add_up_and_undoing_gives_the_facts_back(
    database: Database, company: Company, moves: list[tuple[str, Any, Any]]
) -> None:
    with open_books(database, replace(company, key=f"company{next(KEYS)}")) as b:
        history = begin(b)
        for what, which, how in moves:
            if what == "undo":
                undo_one(history, which)
            else:
                act(history, what, which, how)
        assert check(b) == []
        while history.done:
            undo_one(history, -1)
        assert check(b) == []
