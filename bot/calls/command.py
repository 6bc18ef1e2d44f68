"""/appel: write down a call, with its outcome and the promise that was made."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bot.calls import form
from bot.calls.form import CallFields
from bot.promises import command as promesse
from bot.promises.card import numbers_of
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, who, with_undo
from bot.slack.visit import Visit
from bot.tasks import call_sheet
from bot.tasks.card import when
from bot.typed.choosing import which_one
from bot.typed.together import choose_together
from bot.typed.values import CallDetails, Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables import duty
from receivables.codes.calls import CallResult
from receivables.codes.tasks import TaskState
from receivables.errors import Refused
from receivables.language import Language
from receivables.people import Person
from store.calls import acts as calls
from store.calls import sheet as call_sheets
from store.calls.acts import CallOutcome
from store.customers import facts as customers
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts
from store.invoices.settling import AlreadySettled
from store.promises.payment_left import LeftPut
from store.tasks import acts as tasks


def answer_appel(visit: Visit, said: Understood) -> None:
    """Answer `/appel …`: with an outcome, write the call down; else open the form. Raises RelanceError."""
    if said.help:
        visit.tell(say("appel.help", visit.language))
    elif said.readings:
        log_as_said(visit, said)
    else:
        visit.open(form.view(visit, None))


def log_as_said(visit: Visit, said: Understood) -> None:
    """Write down the call that was typed, or open the form. Raises Unclear when it could be several."""
    with visit.look() as b:
        promised = said.outcome == CallResult.PROMISE
        meant = choose_together(b, said, plain("appel.example", visit.language), lists=promised)
        amount, reading = meant.amount(b, said), meant.reading
        if said.outcome is None and len(meant.invoices) > 1:
            raise which_one(b, said, reading, meant.invoices)
    invoice, *others = meant.invoices
    if said.outcome is None:
        ask(visit, invoice, reading.rest)
        return
    details = said.call or CallDetails()
    fields = CallFields(
        contact=details.contact,
        outcome=said.outcome,
        promise_date=said.day,
        promise_amount=amount.amount if amount else None,
        note=reading.rest or None,
        moves=details.moves,
        callback_at=details.callback_at,
        next_action=form.next_action(details),
    )
    log(visit, invoice, fields, others=[each.id for each in others])


def open_for_invoice(visit: Visit, carried: str) -> None:
    """Answer « Appel » in a menu, or a task's button: the form. Raises Refused when the task is closed."""
    invoice_id, _, task_id = carried.partition(":")
    with visit.look() as b:
        task = tasks.get_task(b, int(task_id)) if task_id else None
        invoice = invoices.get_invoice(b, int(invoice_id))
    if task is not None and task.state != TaskState.OPEN:
        by = Person(task.closed_by) if task.closed_by and duty.is_user(task.closed_by) else None
        raise Refused("saisie.task_closed", by=by)
    ask(visit, invoice, "")


def ask(visit: Visit, invoice: InvoiceFacts, note: str) -> None:
    """Open the form about one invoice, with what is good to know before calling."""
    with visit.look() as b:
        customer = customers.get_customer(b, invoice.customer_id)
        sheet = call_sheets.of_invoices(b, invoice.customer_id, [invoice.id], visit.today)
    told = call_sheet.lines(visit.company, sheet)
    view = form.view(visit, invoice, customer, cut(note, form.NOTE), told)
    if not visit.change_modals(view):  # in place of the task's page, which is over with it
        visit.open(view)


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Act on the form that was sent; its fields are checked already. Raises RelanceError."""
    log_as_said(visit, form.understood(view, visit.company))


def log(visit: Visit, invoice: InvoiceFacts, fields: CallFields, *, others: Sequence[int] = ()) -> None:
    """Write the call down and say so. Already settled: say by whom, and do nothing."""
    try:
        with visit.books() as b:
            done = calls.log(
                b,
                invoice.id,
                others=others,
                contact=fields.contact,
                outcome=fields.outcome,
                note=fields.note,
                promise_date=fields.promise_date,
                promise_amount=fields.promise_amount,
                moves=fields.moves,
                callback_at=fields.callback_at,
                next_action=fields.next_action,
                by=visit.user,
                at=visit.at,
            )
    except AlreadySettled as error:
        visit.tell(_already(error.number, error.by, error.on, visit.language))
        return
    text = call_sentences(done, visit)
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _already(number: str, by: str | None, on: date | None, language: Language) -> str:
    return say("appel.already", language, number=number, who=who(by, language), on=on)


def call_sentences(done: CallOutcome, visit: Visit) -> str:
    """Return what was understood and written down, in sentences."""
    return joined(
        (
            say(
                "appel.logged",
                visit.language,
                by=visit.user,
                customer=cut(done.customer, 150),
                contact=cut(done.contact or "", 120),
                numbers=numbers_of(done.numbers),
                outcome=_outcome(done, visit.language),
            ),
            say("appel.holds", visit.language, until=done.holds_until) if done.holds_until else None,
            *left_sentences(done.left, visit.language),
            promesse.replaced(done, visit.language),
            promesse.earlier_promises(done.record, visit.language)
            if done.record and done.record.ended
            else None,
            say("appel.dispute", visit.language) if done.dispute_id else None,
            say("appel.step_done", visit.language) if done.step else None,
            *_follow_up(done, visit),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            what_follows(visit, done.invoice_ids),
            f"\n{say('appel.note', visit.language, note=cut(done.note, form.NOTE))}" if done.note else None,
        )
    )


def _follow_up(done: CallOutcome, visit: Visit) -> Iterator[str]:
    """Yield what is left to do after the call."""
    if done.callback_at is not None:
        yield say("appel.callback", visit.language, at=when(visit.company, done.callback_at))
        if done.paused_until is not None:
            yield say("appel.paused", visit.language, until=done.paused_until)
    elif done.waits and not done.step:
        yield say("appel.step_waits", visit.language)
    if done.copy_task_id is not None:
        yield say("appel.copy", visit.language)
    if done.next_action is not None:
        action, owner = done.next_action, done.next_owner
        key = "appel.next_action" if owner else "appel.next_action_nobody"
        yield say(key, visit.language, owner=owner or "", on=action.on, what=cut(action.what, 300))


def left_sentences(left: LeftPut | None, language: Language) -> Iterator[str]:
    """Yield what the word that a payment has left brings about, besides the hold."""
    if left is None:
        return
    if left.again:
        key = "appel.left_again" if left.owner else "appel.left_again_nobody"
        yield say(key, language, numbers=numbers_of(left.again), owner=left.owner or "")
    if left.planned:
        yield say("appel.left_planned", language, numbers=numbers_of(left.planned))


def _outcome(done: CallOutcome, language: Language) -> str:
    if done.promise_date is not None and done.promise_amount is not None:
        return say(
            "appel.promise",
            language,
            amount=done.promise_amount,
            currency=done.currency,
            on=done.promise_date,
        )
    return say(f"appel.outcome.{done.outcome}", language)
