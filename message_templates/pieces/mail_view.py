"""From the facts of an e-mail to the words its templates use: rows, sums, what is to be paid.

Everything is written once here (amounts, dates, lateness), for the text and the HTML alike, and foreign
text is cleaned: a name can neither break a line nor reach into a header.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from message_templates.pieces.foreign import clean
from message_templates.pieces.greeting import first_name, greeted
from message_templates.pieces.mail_asked import asked, transfer_day
from message_templates.pieces.mail_context import (
    BrokenPromiseShown,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
)
from message_templates.pieces.mail_payment import due_alone, how_to_pay
from message_templates.pieces.mail_sums import Sum, pot, sums
from message_templates.writer import Writer, writer
from receivables.kinds import rank_of
from receivables.penalties import INDEMNITY

NEAR = timedelta(days=180)
"""Days within which nobody needs the year to know which day is meant."""
_LINK = re.compile(r"https?://[^\s<>\"']+\Z")


class Row(NamedTuple):
    """An item as it is printed."""

    number: str
    order: str
    """The customer's own order number."""
    customer: str
    """Whose it is, where who is written to pays for several."""
    issued: str
    issued_short: str
    due: str
    due_words: str
    due_short: str
    late: str
    left: str
    total: str | None
    """The whole invoice, where less is left to pay."""
    partly: bool
    """Whether some of it has been paid."""
    paid: str | None
    """What has been paid of it."""
    disputed: str | None
    link: str | None
    today: bool
    transfer_by: str
    """The last open day before a due date that is none."""


class Title(StrEnum):
    """What stands above a table of items: the block of words that says it."""

    OVERDUE = "overdue"
    TODAY = "to_pay_today"
    TO_COME = "to_come"
    YOUR_INVOICES = "your_invoices"


class Section(NamedTuple):
    """A table of items and their sums."""

    title: Title
    rows: list[Row]
    sums: list[Sum]


class PromiseRow(NamedTuple):
    """A broken promise as it is printed."""

    number: str
    day: str
    amount: str | None
    partly: bool
    of_plan: bool
    has_left: bool
    """The customer said that the transfer had been made."""


class PenaltiesRow(NamedTuple):
    """Penalties as they are printed; no interest below the smallest coin, or while it is `to_confirm`.

    `numbers` names the invoices when they are not all; `waived` leaves every other word out. The indemnity is
    `times` times `each`.
    """

    interest: str | None
    indemnity: str | None
    rate: str | None
    to_confirm: bool
    claimed: bool
    numbers: tuple[str, ...]
    waived: bool
    times: int
    each: str


class DiscountRow(NamedTuple):
    """An early-payment discount as it is printed."""

    number: str
    rate: str
    until: str
    amount: str


def view(context: EmailContext, *, tu: bool = False) -> dict[str, object]:
    """Return the values that every e-mail template may use; `tu` when the mail says tu."""
    write = writer(context.language)
    late = [line for line in context.lines if line.days_late > 0]
    coming = [line for line in context.lines if line.days_late <= 0]
    left = pot(context.credits)
    late_sums, coming_sums = sums(late, left, write), sums(coming, left, write)
    link = shared_link([line for line in context.lines if not line.pulled])
    main, owed = late or coming, late_sums or coming_sums
    rows = [row(line, context, link, write) for line in late]
    coming_rows = [row(line, context, link, write) for line in coming]
    today = [] if late else due_alone(coming, context, write)
    return {
        **who(context, tu=tu),
        "late": rows,
        "coming": coming_rows,
        "late_sums": late_sums,
        "coming_sums": coming_sums,
        "sections": parts_of(context, today, link, write)
        or usual_sections(rows, late_sums, coming_rows, coming_sums),
        "n": len(main),
        "first": next(iter(rows or coming_rows), None),
        "pulled": [clean(line.number) for line in main if line.pulled],
        "all_pulled": all(line.pulled for line in main),
        "all_today": all(line.due_date == context.today for line in main),
        "some_paid": any(row.partly for row in rows or coming_rows),
        "to_pay": [part.net for part in owed if part.to_pay] or [part.net for part in owed],
        "broken": [promise(broken, context.today, write) for broken in context.broken],
        "one_sum": owed[0].net if len(owed) == 1 else "",
        "earlier": earlier(context.earlier, context.today, write),
        "pay_by": write.near_day(context.pay_by) if context.pay_by else "",
        "answer_by": write.near_day(context.answer_by) if context.answer_by else "",
        "next_step": context.next_step.key if context.next_step else "",
        "penalties": penalties(context.penalties, write),
        "discount": [discount(each, write) for each in context.discount],
        "attached": context.attached,
        "e_invoicing": context.company.e_invoicing,
        "language": context.language,
        "tu": tu,
        "payment_link": link,
        "reply_to": clean(context.company.reply_to),
        "sandbox_for": clean(context.sandbox_for),
        **asked(context, main, write),
        **how_to_pay(context, main, owed, write),
    }


def who(context: EmailContext, *, tu: bool) -> dict[str, object]:
    """Return who writes to whom, and on which day."""
    return {
        "company": context.company,
        "customer": clean(context.customer),
        "contact": clean(context.contact),
        "first_name": first_name(clean(context.contact)),
        "greeted": greeted(clean(context.contact), context.language, tu=tu),
        "owner": clean(context.owner),
        "kind": rank_of(context.kind, context.siren),
        "today": context.today,
    }


def usual_sections(
    late: list[Row], late_sums: list[Sum], coming: list[Row], coming_sums: list[Sum]
) -> list[Section]:
    """Return the tables of a mail: what is late, and what is to come."""
    title = Title.TO_COME if late else Title.YOUR_INVOICES
    found = (Section(Title.OVERDUE, late, late_sums), Section(title, coming, coming_sums))
    return [section for section in found if section.rows]


def parts_of(context: EmailContext, today: list[EmailLine], link: str | None, write: Writer) -> list[Section]:
    """Return what is due today, its credits taken off, then the rest; nothing without `today`."""
    if not today:
        return []
    later, left = [line for line in context.lines if line not in today], pot(context.credits)
    return [
        Section(title, [row(line, context, link, write) for line in lines], sums(lines, left, write))
        for title, lines in ((Title.TODAY, today), (Title.TO_COME, later))
    ]


def row(line: EmailLine, context: EmailContext, shared: str | None, write: Writer) -> Row:
    """Return one item as it is printed; its own payment link only when they differ."""
    whole = line.outstanding if line.amount is None else line.amount
    paid = whole - line.outstanding - line.disputed
    today, due = context.today, line.due_date
    transfer_by = transfer_day(context.company, due, today)
    return Row(
        number=clean(line.number),
        order=clean(line.order_number),
        customer=clean(line.customer),
        issued=write.day(line.issue_date) if line.issue_date else "",
        issued_short=write.day_month(line.issue_date) if line.issue_date else "",
        due=write.day(due),
        due_words=write.due_day(due),
        due_short=write.month_day(due) if near(due, today) else write.short_day(due),
        late=write.lateness(line.days_late) if line.days_late > 0 else "",
        left=write.amount(line.outstanding, line.currency),
        total=write.amount(whole, line.currency) if whole != line.outstanding else None,
        partly=paid > 0,
        paid=write.amount(paid, line.currency) if paid > 0 else None,
        disputed=write.amount(line.disputed, line.currency) if line.disputed else None,
        link=None if shared or line.pulled else safe_link(line.payment_link),
        today=due == today,
        transfer_by=write.near_day(transfer_by) if transfer_by else "",
    )


def promise(broken: BrokenPromiseShown, today: date, write: Writer) -> PromiseRow:
    """Return a broken promise as it is printed."""
    money = None if broken.amount is None else write.amount(broken.amount, broken.currency)
    day = write.near_day(broken.day) if near(broken.day, today) else write.due_day(broken.day)
    return PromiseRow(clean(broken.number), day, money, broken.partly, broken.of_plan, broken.has_left)


def near(day: date, today: date) -> bool:
    """Whether a day can be told without its year."""
    return abs(day - today) < NEAR


def earlier(days: Iterable[date], today: date, write: Writer) -> list[str]:
    """Return the days of earlier messages as a sentence names them."""
    return [write.month_day(day) if near(day, today) else write.short_day(day) for day in days]


def penalties(shown: PenaltiesShown | None, write: Writer) -> PenaltiesRow | None:
    """Return penalties as they are printed: no interest while it cannot be told."""
    if shown is None:
        return None
    told = not shown.to_confirm
    return PenaltiesRow(
        interest=write.amount(shown.interest, shown.currency) if told and shown.interest else None,
        indemnity=write.amount(shown.indemnity, "EUR") if shown.indemnity else None,
        rate=clean(shown.rate_text) or None,
        to_confirm=shown.to_confirm,
        claimed=shown.claimed,
        numbers=tuple(clean(number) for number in shown.numbers),
        waived=shown.waived,
        times=int(shown.indemnity / INDEMNITY),
        each=write.amount(INDEMNITY, "EUR"),
    )


def discount(shown: DiscountShown, write: Writer) -> DiscountRow:
    """Return an early-payment discount as it is printed."""
    money = write.amount(shown.amount, shown.currency)
    return DiscountRow(clean(shown.number), write.percent(shown.rate), write.due_day(shown.until), money)


def safe_link(link: str | None) -> str | None:
    """Return a payment link if it is a web address, else nothing."""
    return link if link and _LINK.match(link) else None


def shared_link(lines: Iterable[EmailLine]) -> str | None:
    """Return the one payment link that all items share, if it is so."""
    links = {line.payment_link for line in lines}
    return safe_link(links.pop()) if len(links) == 1 else None
