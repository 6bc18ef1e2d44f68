"""What a mail asks for, as its words say it: of which invoices, by which days, how much at once."""

from collections.abc import Sequence
from datetime import date

from message_templates.formats import NBSP
from message_templates.pieces.foreign import clean
from message_templates.pieces.mail_context import EmailContext, EmailLine
from message_templates.writer import Writer
from receivables.company import Company

NAMED = 5
"""Invoices that a sentence names, at most: beyond, it counts them."""


def asked(context: EmailContext, main: Sequence[EmailLine], write: Writer) -> dict[str, object]:
    """Return how to ask for the items `main`: together or each on its day, and what else to say of them."""
    days = sorted({line.due_date for line in main}) or [context.today]
    today = [clean(line.number) for line in main if line.due_date == context.today]
    left = {clean(broken.number) for broken in context.broken if broken.has_left}
    whole = all_attached(context, len(main))
    return {
        "one_day": len(days) == 1,
        "one_other_day": len(days) == 2 and context.today in days,
        "first_due": write.near_day(days[0]),
        "first_short": write.month_day(days[0]),
        "last_short": write.month_day(days[-1]),
        "first_of_span": first_of_span(days, write),
        "n_days": len(days),
        "last_due": write.near_day(days[-1]),
        "at_once_by": write.near_day(transfer_day(context.company, days[0], context.today) or days[0]),
        "due_today": today if len(today) <= NAMED else [str(len(today))],
        "n_today": len(today),
        "some_less": any(line.amount not in {None, line.outstanding} for line in main),
        "payment_left": any(broken.has_left for broken in context.broken),
        "left_only": {clean(line.number) for line in main} <= left,
        "whole": whole,
        "copies_lack": len(main) > 1 and not whole,
    }


def first_of_span(days: Sequence[date], write: Writer) -> str:
    """Return the first of some days before the last one is named: without its month where both share it."""
    first, last = days[0], days[-1]
    said = write.month_day(first)
    return said.partition(NBSP)[0] if (first.year, first.month) == (last.year, last.month) else said


def first_asked(main: Sequence[EmailLine], today: date) -> list[EmailLine]:
    """Return the items due today where others of `main` are due later: they alone are to be paid today.

    Nothing where all are, none is, or some are late.
    """
    due = [line for line in main if line.due_date == today]
    return due if len(due) < len(main) and all(line.days_late <= 0 for line in main) else []


def all_attached(context: EmailContext, count: int) -> bool:
    """Whether a copy of each of `count` invoices goes with the mail, beside those of credit notes."""
    if isinstance(context.attached, bool):
        return context.attached
    return len(context.attached) - sum(each.attached for each in context.credits) == count


def transfer_day(company: Company, due: date, today: date) -> date | None:
    """Return the last open day before a due date on which banks are closed; None where nothing is to say."""
    open_day = company.calendar.previous_open(due)
    return open_day if today <= open_day < due else None
