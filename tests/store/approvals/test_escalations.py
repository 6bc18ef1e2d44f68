"""`/escalade`: the next corrective step now, with what speaks against it said first."""

from dataclasses import replace
from datetime import date

from receivables.company import Company, Mode
from receivables.errors import Refused
from store import undo
from store.accounts import facts as accounts
from store.approvals import escalations
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.db.tables import Reminder, ReminderItem, Task
from store.invoices import ending
from store.payments import acts as payments
from store.promises import acts as promises
from tests import builders
from tests.builders import MARIE, at
from tests.refusals import refused, told

NOW = at(date(2026, 4, 9))


def why_not(b: Books, invoice_id: int) -> str:
    """The sentence for which nothing may be sent; empty when something may."""
    code = escalations.preview(b, invoice_id, now=NOW).refusal
    return told(Refused(code)) if code else ""


def test_the_next_step_is_shown_with_what_joins_it(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        client = builders.customer(b)
        first = builders.invoice(b, client, "FAC-1").id
        builders.invoice(b, client, "FAC-2", due=date(2026, 4, 2))
    with read_books(database, company) as b:
        found = escalations.preview(b, first, now=NOW)
    assert (found.step_key, str(found.channel), found.to) == ("ferme", "email", ("compta@client.example",))
    assert [(i.number, i.step) for i in found.items] == [("FAC-1", "ferme"), ("FAC-2", "ferme")]
    assert (found.warnings, found.second_confirmation, found.refusal) == ((), False, None)


def test_sending_now_is_a_planned_row_due_now_and_only_the_last_of_two_leaves(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1").id
        escalations.send_now(b, first, by=MARIE, at=NOW)
    with open_books(database, company) as b:
        done = escalations.send_now(b, first, by=MARIE, at=NOW)
        assert (done.kind, done.step_key) == ("message", "ferme")
    with read_books(database, company) as b:
        rows = [(r.origin, r.state, r.plan_key) for r in b.session.query(Reminder).order_by(Reminder.id)]
        assert rows == [("hand", "cancelled", None), ("hand", "planned", None)]
        assert [i.round for i in b.session.query(ReminderItem).order_by(ReminderItem.id)] == [1, 2]


def test_a_promise_is_warned_of_and_confirmed_twice(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1").id
        promises.make(b, first, amount=None, date=date(2026, 4, 20), by=MARIE, at=NOW)
        found = escalations.preview(b, first, now=NOW)
        assert (found.warnings, found.second_confirmation) == (("promised",), True)
        with refused(Refused, match="seconde confirmation"):
            escalations.send_now(b, first, by=MARIE, at=NOW)
        assert escalations.send_now(b, first, by=MARIE, at=NOW, confirmed=True).kind == "message"


def test_what_is_paid_or_in_draft_mode_is_refused(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1").id
        draft = replace(b, company=replace(company, mode=Mode.DRAFT))
        assert "brouillon" in why_not(draft, first)
        payments.record(b, first, amount=None, received_on=date(2026, 4, 9), means=None, by=MARIE, at=NOW)
        with refused(Refused, match="réglée"):
            escalations.send_now(b, first, by=MARIE, at=NOW)


def test_a_human_step_opens_its_task(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        client = builders.customer(b)
        first = builders.invoice(b, client, "FAC-1", prior_reminders=2).id
        done = escalations.send_now(b, first, by=MARIE, at=NOW)
        assert (done.kind, done.step_key) == ("task", "appel")
        assert "déjà ouverte" in why_not(b, first)
        assert accounts.why(b, first, on=date(2026, 4, 9), now=NOW).reason in {"not_due", "awaiting_task"}


def test_raising_it_opens_a_task_for_the_manager(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1").id
        escalations.raise_to_manager(b, first, by=MARIE, at=NOW)
        task = b.session.query(Task).one()
        assert (task.kind, task.role, task.state) == ("escalation", "responsable", "open")


def test_what_is_not_late_yet_is_refused(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1", due=date(2026, 4, 9)).id
        assert "pas encore en retard" in why_not(b, first)


def test_an_invoice_written_off_takes_its_tasks_with_it_and_brings_them_back(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        first = builders.invoice(b, builders.customer(b), "FAC-1", prior_reminders=2).id
        escalations.send_now(b, first, by=MARIE, at=NOW)
        done = ending.write_off(b, first, reason="liquidée", by=MARIE, at=NOW)
        assert b.session.query(Task).one().state == "cancelled"
        undo.undo(b, done.entry_id, by=MARIE, at=NOW)
        assert b.session.query(Task).one().state == "open"
