"""Undoing: facts as they were, both lines in the journal, once, and not under a later act."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from receivables.acts import Act
from receivables.errors import Refused
from store import journal, pauses
from store.approvals import escalations
from store.books import Books
from store.calls import acts as calls
from store.credits import acts as credit_acts
from store.customers import facts as customers
from store.db.tables import Invoice, JournalLine, Reminder, Task
from store.disputes import acts as disputes
from store.invoices import acts as invoices
from store.invoices import ending
from store.promises import acts as promises
from store.tasks import acts as tasks
from store.traces.accounts import ActUndone
from store.traces.codec import ActData
from store.traces.messages import MorningGo, ReminderEnded
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)
NOW = at(DAY)


def test_an_undone_payment_is_owed_again_and_both_lines_stay(books: Books) -> None:
    row = invoice(books, customer(books))
    paid = payment(books, row, received_on=DAY)
    told = undo(books, paid.entry_id, by=PAUL, at=at(DAY, 15))
    assert (told.act, told.number, told.customer, told.by) == (
        "payment.recorded",
        "FAC-123",
        "Garage Martin",
        MARIE,
    )
    facts = invoices.get_invoice(books, row.id)
    assert (facts.outstanding, facts.status(DAY), facts.settled_at) == (Decimal("1200.00"), "late", None)
    recorded, undone = books.session.query(JournalLine).filter_by(invoice_id=row.id).order_by(JournalLine.id)
    assert (recorded.act, recorded.by) == ("payment.recorded", MARIE)
    assert (undone.act, undone.by, undone.undoes_id) == ("payment.undone", PAUL, recorded.id)


def test_an_invoice_resumes_from_the_day_its_payment_was_undone_late_or_not(books: Books) -> None:
    late, early = (
        invoice(books, customer(books)),
        invoice(books, customer(books, "B"), "F-2", due=date(2026, 5, 1)),
    )
    for row in (late, early):
        undo(books, payment(books, row, received_on=DAY).entry_id, by=MARIE, at=NOW)
    assert late.resuming_since == DAY
    assert early.resuming_since == DAY


def test_undoing_twice_says_who_did_it_first(books: Books) -> None:
    paid = payment(books, invoice(books, customer(books)), received_on=DAY)
    undo(books, paid.entry_id, by=PAUL, at=NOW)
    with refused(Refused, match="Déjà annulé par U0PAUL le 20/04/2026"):
        undo(books, paid.entry_id, by=MARIE, at=NOW)


def test_credit_used_since_is_named_and_must_be_undone_first(books: Books) -> None:
    client = customer(books)
    paid = payment(books, invoice(books, client), "1500.00", received_on=DAY)
    used = credit_acts.allocate(books, invoice(books, client, "FAC-124").id, by=PAUL, at=NOW)
    sentence = "utilisation du crédit de 300,00\xa0€ sur FAC-124 du 20/04/2026 par U0PAUL"
    with refused(Refused, match=sentence):
        undo(books, paid.entry_id, by=MARIE, at=NOW)
    undo(books, used.entry_id, by=MARIE, at=NOW)
    undo(books, paid.entry_id, by=MARIE, at=NOW)
    assert customers.credit(books, client.id) == {}


def test_an_undone_credit_note_can_be_added_again(books: Books) -> None:
    client = customer(books)

    def add() -> credit_acts.CreditOutcome:
        return credit_acts.add_credit_note(
            books,
            client.id,
            number="AV-1",
            amount=Decimal(100),
            currency="EUR",
            issue_date=DAY,
            by=MARIE,
            at=NOW,
        )

    undo(books, add().entry_id, by=MARIE, at=NOW)
    assert customers.credit(books, client.id) == {}
    add()
    assert customers.credit(books, client.id) == {"EUR": Decimal("100.00")}


def test_an_undone_call_takes_its_promise_and_its_step_with_it(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    tasks.open_task(books, kind="call", customer_id=client.id, invoice_ids=[row.id], step="appel", at=NOW)
    logged = calls.log(
        books, row.id, contact=None, outcome="promise", promise_date=date(2026, 5, 4), by=MARIE, at=NOW
    )
    undo(books, logged.entry_id, by=MARIE, at=NOW)
    assert invoices.get_invoice(books, row.id).status(DAY) == "late"
    assert [task.step for task in tasks.open_tasks(books, invoice_id=row.id)] == ["appel"]


def test_a_promise_that_was_postponed_since_is_not_undone(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promises.make(books, row.id, amount=None, date=date(2026, 4, 24), by=MARIE, at=NOW)
    second = promises.make(books, row.id, amount=None, date=date(2026, 5, 4), by=PAUL, at=NOW)
    with refused(Refused, match=r"report de la promesse.*FAC-123.*U0PAUL"):
        undo(books, first.entry_id, by=MARIE, at=NOW)
    undo(books, second.entry_id, by=MARIE, at=NOW)
    assert invoices.get_invoice(books, row.id).promise_date == date(2026, 4, 24)


def test_a_dispute_settled_since_is_not_undone(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = disputes.open_dispute(books, row.id, kind="price", by=MARIE, at=NOW)
    settled = disputes.settle(books, opened.dispute_id, outcome="accepted", by=PAUL, at=NOW)
    with refused(Refused, match="règlement du litige"):
        undo(books, opened.entry_id, by=MARIE, at=NOW)
    undo(books, settled.entry_id, by=MARIE, at=NOW)
    assert (row.resuming_since, invoices.get_invoice(books, row.id).status(DAY)) == (None, "disputed")


def test_a_settlement_under_a_newer_dispute_is_not_undone(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = disputes.open_dispute(books, row.id, kind="price", by=MARIE, at=NOW)
    settled = disputes.settle(books, opened.dispute_id, outcome="accepted", by=MARIE, at=NOW)
    disputes.open_dispute(books, row.id, kind="quality", by=PAUL, at=NOW)
    with refused(Refused, match="le litige sur FAC-123"):
        undo(books, settled.entry_id, by=MARIE, at=NOW)


def test_a_pause_that_replaced_another_gives_it_back(books: Books) -> None:
    client = customer(books)
    first = pauses.pause(books, customer_id=client.id, until=None, reason=None, by=MARIE, at=NOW)
    second = pauses.pause(books, customer_id=client.id, until=date(2026, 5, 4), reason=None, by=MARIE, at=NOW)
    with refused(Refused, match="la suspension"):
        undo(books, first.entry_id, by=MARIE, at=NOW)
    undo(books, second.entry_id, by=MARIE, at=NOW)
    assert pauses.running(books, customer_id=client.id, on=DAY) == first.pause_id


def test_a_company_s_pause_lifted_by_mistake_runs_again(books: Books) -> None:
    row = invoice(books, customer(books))
    paused = pauses.pause(books, until=None, reason=None, by=MARIE, at=NOW)
    lifted = pauses.resume(books, paused.pause_id, by=MARIE, at=NOW)
    row.look_on = date(2026, 6, 1)
    undo(books, lifted.entry_id, by=MARIE, at=NOW)
    assert pauses.running(books, on=DAY) == paused.pause_id
    books.session.refresh(row)
    assert row.look_on is None


def test_a_hand_over_closed_by_mistake_is_open_again(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    task = tasks.open_task(
        books, kind="handover", customer_id=client.id, invoice_ids=[row.id], step="remise", at=NOW
    )
    closed = tasks.close(books, task.id, outcome="done", by=PAUL, at=NOW)
    assert closed.completed
    assert invoices.get_invoice(books, row.id).status(DAY) == "handed_over"
    with refused(Refused, match="la clôture de la tâche"):
        undo(books, task.entry_id or 0, by=MARIE, at=NOW)
    undo(books, closed.entry_id, by=MARIE, at=NOW)
    assert invoices.get_invoice(books, row.id).status(DAY) == "late"
    assert tasks.get_task(books, task.id).state == "open"


@pytest.mark.parametrize("act", [ending.write_off, ending.hand_over])
def test_an_invoice_given_up_by_mistake_is_chased_again(
    books: Books, act: Callable[..., ending.InvoiceEnded]
) -> None:
    row = invoice(books, customer(books))
    ended = act(books, row.id, by=PAUL, at=NOW)
    assert invoices.get_invoice(books, row.id).status(DAY) in {"written_off", "handed_over"}
    with refused(Refused, match="rien n’a changé"):
        act(books, row.id, by=PAUL, at=NOW)
    undo(books, ended.entry_id, by=MARIE, at=NOW)
    assert invoices.get_invoice(books, row.id).status(DAY) == "late"


def test_a_task_that_lapsed_with_a_payment_is_open_again(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    task = tasks.open_task(books, kind="call", customer_id=client.id, invoice_ids=[row.id], at=NOW)
    paid = payment(books, row, received_on=DAY)
    assert books.session.get_one(Task, task.id).state == "cancelled"
    undo(books, paid.entry_id, by=MARIE, at=NOW)
    assert books.session.get_one(Task, task.id).state == "open"


@pytest.mark.parametrize(
    ("act", "told", "sentence"),
    [
        (Act.REMINDER_SENT, ReminderEnded(reminder_id=1), "Un e-mail parti ne s’annule pas"),
        (Act.PAYMENT_UNDONE, ActUndone(undone_act=Act.PAYMENT_RECORDED), "Une annulation ne s’annule pas"),
        (Act.MORNING_GO, MorningGo(day=DAY), "Cette opération ne s’annule pas"),
    ],
)
def test_what_cannot_be_undone_says_what_to_do(books: Books, act: Act, told: ActData, sentence: str) -> None:
    client = customer(books)
    entry_id = journal.write(books, act, told, by=MARIE, at=NOW, customer_id=client.id)
    with refused(Refused, match=sentence):
        undo(books, entry_id, by=MARIE, at=NOW)


def test_an_unknown_operation_is_refused(books: Books) -> None:
    with refused(Refused, match="pas dans l’historique"):
        undo(books, 404, by=MARIE, at=NOW)


def test_a_part_payment_undone_leaves_the_other_one(books: Books) -> None:
    row: Invoice = invoice(books, customer(books))
    first = payment(books, row, "500.00", received_on=DAY)
    payment(books, row, "700.00", received_on=DAY)
    undo(books, first.entry_id, by=MARIE, at=NOW)
    assert invoices.get_invoice(books, row.id).outstanding == Decimal("500.00")


def test_a_mail_escalated_by_hand_can_be_stopped_until_it_has_left(books: Books) -> None:
    row, other = invoice(books, customer(books)), invoice(books, customer(books, "B"), "F-2")
    stopped = escalations.send_now(books, row.id, by=PAUL, at=NOW)
    left = escalations.send_now(books, other.id, by=PAUL, at=NOW)
    assert (stopped.kind, left.kind) == ("message", "message")
    books.session.get_one(Reminder, left.reminder_id).state = "sent"
    undo(books, stopped.entry_id, by=MARIE, at=NOW)
    with refused(Refused, match="L’e-mail est déjà parti"):
        undo(books, left.entry_id, by=MARIE, at=NOW)
    books.session.expire_all()
    assert books.session.get_one(Reminder, stopped.reminder_id).state == "cancelled"


def test_an_invoice_raised_to_the_manager_by_mistake_is_taken_back(books: Books) -> None:
    row = invoice(books, customer(books))
    raised = escalations.raise_to_manager(books, row.id, by=PAUL, at=NOW)
    undo(books, raised.entry_id, by=MARIE, at=NOW)
    assert tasks.open_tasks(books) == []
