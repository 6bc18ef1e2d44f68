"""What would leave on a day and what is held back, as plain data: `relance plan` and `relance why`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from message_templates.why import detail
from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Standing
from receivables.schedule.account import Account, Message
from receivables.schedule.coming import comings
from receivables.schedule.decisions import Decision, Evaluation
from receivables.schedule.explanation import follow
from receivables.schedule.morning import MORNINGS, needs_go
from store.accounts import facts as accounts
from store.books import Books
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts
from store.morning import planning
from store.reminders import sent_today
from store.reminders.recipients import addressed


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _next(decision: Decision) -> dict[str, Any] | None:
    if decision.next_step is None:
        return None
    return {"step": decision.next_step, "on": _date(decision.next_on)}


def money(amount: Decimal) -> str:
    """Return an amount with two places, as the JSON shapes have it."""
    return f"{amount:.2f}"


def message_json(b: Books, message: Message, name: str, to: Sequence[str], on: date) -> dict[str, Any]:
    """Return one message in the shape of `plan --json` (DESIGN 5)."""
    return {
        "customer": name,
        "channel": message.channel.key,
        "kind": message.kind,
        "step": message.step.key,
        "to": list(to),
        "leaves_at": leaves_at(b, on),
        "items": [
            {
                "invoice": row.item.number,
                "step": row.step.key if row.step else None,
                "days_late": (on - row.item.due_date).days,
                "outstanding": money(row.item.claimed),
                "currency": row.item.currency,
            }
            for row in message.items
        ],
    }


def leaves_at(b: Books, on: date) -> str:
    """Return the instant from which the mails of a day leave, with the company's offset."""
    return b.company.instant(on, b.company.window[0]).astimezone(b.company.zone).isoformat()


def held_json(number: str, decision: Decision) -> dict[str, Any]:
    """Return one held item in the shape of `plan --json`."""
    return {
        "invoice": number,
        "reason": decision.reason,
        "until": _date(decision.until),
        "by": decision.by,
        "next": _next(decision),
    }


def _is_held(decision: Decision, on: date) -> bool:
    """Whether `held` lists it: the holds, and the waits whose slot has come (DESIGN 5)."""
    if decision.decision == Standing.HOLD:
        return True
    return decision.decision == Standing.WAIT and decision.slot is not None and decision.slot <= on


def preview(b: Books, *, on: date, now: datetime) -> dict[str, Any]:
    """Return what would leave on `on` and what is held back and why, customer by customer.

    For a day to come, all mails planned before are supposed to have left, no human step to be done and
    nothing to be paid (SCHEDULE 25). In draft mode the messages are listed all the same.
    """
    ids = accounts.with_open_items(b)
    messages = sent_today.messages(b, on)
    held: list[dict[str, Any]] = []
    for start in range(0, len(ids), accounts.BATCH):
        batch = ids[start : start + accounts.BATCH]
        known = accounts.accounts(b, batch, today=min(on, b.today(now)), now=now)
        days = [accounts.on_day(b, account, on, now) for account in known]
        numbers = accounts.numbers(b, batch)
        messages += _messages(b, [evaluation for _, evaluation in days], batch, on)
        for account, evaluation in days:
            held += _held(b, account, evaluation, numbers, on, now)
    emails = Counter(m["kind"] for m in messages if b.company.channel(m["channel"]).written)
    reminders, invoices = emails[MessageKind.REMINDER], emails[MessageKind.INVOICE]
    others, past = sent_today.others(b, on), planning.past_mornings(b, on, MORNINGS)
    return {
        "on": on.isoformat(),
        "company": b.company.key,
        "mode": b.company.mode.value,
        "needs_go": needs_go(b.company, reminders, past, len(others), invoices),
        "messages": messages + others,
        "held": held,
    }


def _messages(b: Books, days: Iterable[Evaluation], batch: Sequence[int], on: date) -> list[dict[str, Any]]:
    names = accounts.names(b, batch)
    found = [message for evaluation in days for message in evaluation.messages]
    return [
        message_json(b, message, names[message.customer_id], to, on)
        for message, to in zip(found, addressed(b, found), strict=True)
    ]


def _held(  # noqa: PLR0917 - a customer on a day, with the names to tell it by
    b: Books, account: Account, evaluation: Evaluation, numbers: dict[int, str], on: date, now: datetime
) -> list[dict[str, Any]]:
    held = {key: each for key, each in evaluation.decisions.items() if _is_held(each, on)}
    if held:
        found = comings(account, b.company, on, held, accounts.announced(b, on, now))
        for invoice_id, decision in held.items():
            follow(decision, found.get(invoice_id))
    return [held_json(numbers[invoice_id], decision) for invoice_id, decision in held.items()]


def why(b: Books, number: str, *, on: date, now: datetime) -> dict[str, Any]:
    """Return the explanation of one invoice on a day, in the shape of `why --json` (DESIGN 5).

    `retrying`: the addresses for which the last message waits still.
    Raises UnknownInvoice, with the closest numbers.
    """
    facts = invoices.find(b, number)
    return _why(b, facts, accounts.why(b, facts.id, on=on, now=now), on)


def whys(b: Books, number: str, *, on: date, now: datetime) -> list[dict[str, Any]]:
    """Return the explanation of an invoice, or of each of its instalments by due date, as `why` does."""
    ids = [each.id for each in search.instalments(b, number)]
    if not ids:
        return [why(b, number, on=on, now=now)]
    decisions = zip(ids, accounts.whys(b, ids, on=on, now=now), strict=True)
    return [_why(b, invoices.get_invoice(b, key), decision, on) for key, decision in decisions]


def _why(b: Books, facts: InvoiceFacts, decision: Decision, on: date) -> dict[str, Any]:
    return {
        "invoice": facts.number,
        "status": facts.status(on),
        "outstanding": money(facts.outstanding),
        "currency": facts.currency,
        "decision": decision.decision,
        "reason": decision.reason,
        "detail": detail(decision, b.company.language),
        "step": decision.step,
        "on": _date(decision.on),
        "until": _date(decision.until),
        "next": _next(decision),
        "retrying": decision.facts.get("waiting_for", []),
    }
