"""/appel: write down a call, with its outcome and the promise that was made."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.calls import form
from bot.calls.form import CallFields, CallFormBegun
from bot.calls.ticks import Ticks
from bot.promises import command as promesse
from bot.promises.card import numbers_of
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, who, with_undo
from bot.slack.visit import Visit
from bot.tasks import call_sheet
from bot.tasks.card import when
from bot.typed.choosing import rows, the_meaning
from bot.typed.meaning import Named
from bot.typed.together import MeantTogether, choose_together
from bot.typed.values import CallAgain, CallDetails, Choice, Unclear, Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from message_templates.writer import writer
from receivables import duty
from receivables.codes.calls import CALL_AGAIN, CallResult
from receivables.codes.tasks import TaskKind, TaskState
from receivables.errors import Refused
from receivables.language import Language
from receivables.people import Person
from store.books import Books
from store.calls import acts as calls
from store.calls import sheet as call_sheets
from store.calls.acts import CallOutcome
from store.customers import facts as customers
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts
from store.invoices.settling import AlreadySettled
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
        meant = _meant(b, said, plain("appel.example", visit.language))
    callback_at = call_again(visit, said)
    if said.outcome is None or (said.outcome == CallResult.CALLBACK and callback_at is None):
        ask(visit, meant.invoices, outcome=said.outcome, note=meant.reading.rest)
        return
    with visit.look() as b:
        amount = meant.amount(b, said)
    details = said.call or CallDetails()
    fields = CallFields(
        contact=details.contact,
        outcome=said.outcome,
        promise_date=said.day if said.outcome == CallResult.PROMISE else None,
        promise_amount=amount.amount if amount else None,
        note=meant.reading.rest or None,
        moves=details.moves,
        callback_at=callback_at,
        next_action=form.next_action(details),
        ticked=details.ticked,
    )
    log(visit, meant.invoices, fields)


def _meant(b: Books, said: Understood, example: str) -> MeantTogether:
    """Return the invoices that the call is about; for the form, all that a customer who is named owes."""
    if said.outcome is None:
        meaning = the_meaning(b, said, example, lists=False)
        if meaning.how is Named.NAME:
            return MeantTogether(tuple(rows(b, meaning)), meaning.reading)
    return choose_together(b, said, example, lists=said.outcome is not None)


def call_again(visit: Visit, said: Understood) -> datetime | None:
    """Return when to call again, at nine without an hour. Raises Unclear for an hour gone by today."""
    details = said.call or CallDetails()
    if details.callback_at is not None or said.outcome not in CALL_AGAIN:
        return details.callback_at
    again = details.again or CallAgain()
    if again.minutes is not None:
        return visit.at.replace(second=0, microsecond=0) + timedelta(minutes=again.minutes)
    if said.day is None and again.hour is None:
        return None
    hour = again.hour or form.HOUR
    at = visit.company.instant(said.day or visit.today, hour)
    if said.day is not None or at > visit.at:
        return at
    day = visit.company.calendar.add_open(visit.today, 1)
    choice = Choice(writer(visit.language).day(day), replace(said, day=day))
    raise Unclear("saisie.hour_past", (choice,), hour=hour.hour, minute=f"{hour.minute:02d}")


def open_for_invoice(visit: Visit, carried: str) -> None:
    """Answer « Appel » in a menu, or a task's button: the form. Raises Refused when the task is closed."""
    invoice_id, _, task_id = carried.partition(":")
    with visit.look() as b:
        task = tasks.get_task(b, int(task_id)) if task_id else None
        invoice = invoices.get_invoice(b, int(invoice_id))
    if task is not None and task.state != TaskState.OPEN:
        by = Person(task.closed_by) if task.closed_by and duty.is_user(task.closed_by) else None
        raise Refused("saisie.task_closed", by=by)
    ask(visit, [invoice])


def ask(
    visit: Visit, about: Sequence[InvoiceFacts], *, outcome: CallResult | None = None, note: str = ""
) -> None:
    """Open the form about invoices of a customer, with what is good to know before calling.

    What a call to make about it is for is ticked, so that a promise covers all of it.
    """
    with visit.look() as b:
        invoice, named = about[0], {each.id for each in about}
        customer = customers.get_customer(b, invoice.customer_id)
        waiting = (
            task for task in tasks.open_tasks(b, kind=TaskKind.CALL) if not named.isdisjoint(task.invoice_ids)
        )
        ids = named | {id_ for task in waiting for id_ in task.invoice_ids}
        sheet = call_sheets.of_invoices(b, invoice.customer_id, sorted(ids), visit.today)
        shown = call_sheets.to_choose(b, invoice.customer_id, sorted(ids), visit.today)
    ticks = Ticks(shown, tuple(each.invoice_id for each in shown if each.invoice_id in ids))
    prepared = CallFormBegun(customer, ticks, outcome, cut(note, form.NOTE))
    view = form.view(visit, invoice, prepared, call_sheet.lines(visit.company, sheet))
    if not visit.change_modals(view):  # in place of the task's page, which is over with it
        visit.open(view)


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Act on the form that was sent; its fields are checked already. Raises RelanceError."""
    log_as_said(visit, form.understood(view, visit.company))


def log(visit: Visit, about: Sequence[InvoiceFacts], fields: CallFields) -> None:
    """Write the call down and say so. Already settled: say by whom, and do nothing."""
    try:
        with visit.books() as b:
            done = calls.log(
                b,
                about[0].id,
                others=[each.id for each in about[1:]],
                ticked=fields.ticked,
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
            *promesse.left_sentences(done.left, visit.language),
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
