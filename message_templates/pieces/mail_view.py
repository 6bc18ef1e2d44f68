"""From the facts of an e-mail to the words its templates use: rows, sums, what is to be paid.

Everything is written once here (amounts, dates, lateness), for the text and the HTML alike, and foreign
text is cleaned: a name can neither break a line nor reach into a header.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from message_templates.pieces.foreign import clean
from message_templates.pieces.greeting import first_name, greeted
from message_templates.pieces.mail_asked import asked, first_asked, transfer_day
from message_templates.pieces.mail_context import (
    BrokenPromiseShown,
    Credit,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
)
from message_templates.pieces.transfer import code, grouped, motive
from message_templates.writer import Writer, writer
from receivables.codes.customers import CustomerKind
from receivables.codes.messages import MessageKind
from receivables.kinds import rank_of
from receivables.money import ZERO
from receivables.penalties import INDEMNITY

QR_CID = "virement.png@relance"
NEAR = timedelta(days=180)
"""Days within which nobody needs the year to know which day is meant."""
_LINK = re.compile(r"https?://[^\s<>\"']+\Z")


class Row(NamedTuple):
    """An item as it is printed."""

    number: str
    order: str
    """The customer's own order number."""
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
    disputed: str | None
    link: str | None
    today: bool
    transfer_by: str
    """The last open day before a due date that is none."""


class CreditRow(NamedTuple):
    """A credit as it is printed; `amount` is negative."""

    number: str | None
    day: str | None
    amount: str


class Sum(NamedTuple):
    """What is owed in one currency, the credits set against it, and what is left."""

    currency: str
    named: str
    """The currency as a sentence names it."""
    total: str
    credits: tuple[CreditRow, ...]
    net: str
    to_pay: Decimal


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


@dataclass(slots=True)
class Left:
    """A credit, and how much of it has not been set against anything yet."""

    credit: Credit
    amount: Decimal


def view(context: EmailContext, *, tu: bool = False) -> dict[str, object]:
    """Return the values that every e-mail template may use; `tu` when the mail says tu."""
    write = writer(context.language)
    late = [line for line in context.lines if line.days_late > 0]
    coming = [line for line in context.lines if line.days_late <= 0]
    pot = [Left(credit, credit.amount) for credit in context.credits]
    late_sums, coming_sums = sums(late, pot, write), sums(coming, pot, write)
    link = shared_link([line for line in context.lines if not line.pulled])
    main, owed = late or coming, late_sums or coming_sums
    rows = [row(line, context, link, write) for line in late]
    coming_rows = [row(line, context, link, write) for line in coming]
    return {
        "company": context.company,
        "customer": clean(context.customer),
        "contact": clean(context.contact),
        "first_name": first_name(clean(context.contact)),
        "greeted": greeted(clean(context.contact), context.language, tu=tu),
        "owner": clean(context.owner),
        "kind": rank_of(context.kind, context.siren),
        "today": context.today,
        "late": rows,
        "coming": coming_rows,
        "late_sums": late_sums,
        "coming_sums": coming_sums,
        "n": len(main),
        "first": next(iter(rows or coming_rows), None),
        "pulled": [clean(line.number) for line in main if line.pulled],
        "all_pulled": all(line.pulled for line in main),
        "all_today": all(line.due_date == context.today for line in main),
        "some_paid": any(row.partly for row in rows or coming_rows),
        "to_pay": [part.net for part in owed if part.to_pay] or [part.net for part in owed],
        "broken": [promise(broken, context.today, write) for broken in context.broken],
        "one_sum": owed[0].net if len(owed) == 1 else "",
        "deducted": any(part.credits for part in owed),
        "earlier": earlier(context.earlier, context.today, write),
        "pay_by": write.near_day(context.pay_by) if context.pay_by else "",
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


def row(line: EmailLine, context: EmailContext, shared: str | None, write: Writer) -> Row:
    """Return one item as it is printed; its own payment link only when they differ."""
    whole = line.outstanding if line.amount is None else line.amount
    today, due = context.today, line.due_date
    transfer_by = transfer_day(context.company, due, today)
    return Row(
        number=clean(line.number),
        order=clean(line.order_number),
        issued=write.day(line.issue_date) if line.issue_date else "",
        issued_short=write.day_month(line.issue_date) if line.issue_date else "",
        due=write.day(due),
        due_words=write.due_day(due),
        due_short=write.month_day(due) if near(due, today) else write.short_day(due),
        late=write.lateness(line.days_late) if line.days_late > 0 else "",
        left=write.amount(line.outstanding, line.currency),
        total=write.amount(whole, line.currency) if whole != line.outstanding else None,
        partly=whole > line.outstanding + line.disputed,
        disputed=write.amount(line.disputed, line.currency) if line.disputed else None,
        link=None if shared or line.pulled else safe_link(line.payment_link),
        today=due == today,
        transfer_by=write.near_day(transfer_by) if transfer_by else "",
    )


def sums(lines: Iterable[EmailLine], pot: list[Left], write: Writer) -> list[Sum]:
    """Return a sum for each currency, euros first, taking from the credits in `pot` what they cover."""
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.currency] = totals.get(line.currency, ZERO) + line.outstanding
    codes = sorted(totals, key=lambda code: (code != "EUR", code))
    return [_sum(code, totals[code], pot, write) for code in codes]


def _sum(currency: str, total: Decimal, pot: list[Left], write: Writer) -> Sum:
    net, taken = total, []
    for left in pot:
        if left.credit.currency == currency and left.amount and net:
            used = min(left.amount, net)
            left.amount -= used
            net -= used
            taken.append(_credit(left.credit, used, write))
    written = write.amount(total, currency)
    owed = write.amount(net, currency) if taken else written
    return Sum(currency, write.currency(currency), written, tuple(taken), owed, net)


def _credit(credit: Credit, used: Decimal, write: Writer) -> CreditRow:
    number = clean(credit.number) or None
    day = write.day(credit.day) if credit.day else None
    return CreditRow(number, day, write.amount(-used, credit.currency))


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


def how_to_pay(
    context: EmailContext, main: list[EmailLine], owed: list[Sum], write: Writer
) -> dict[str, object]:
    """Return what to pay by transfer, and what otherwise: of some items due today, these alone."""
    first = first_asked(main, context.today)
    of_first = sums(first, [Left(each, each.amount) for each in context.credits], write)
    if not any(part.to_pay for part in of_first):
        first, of_first = main, owed
    return {
        "due_first": "" if first is main else write.filters["listed"]([part.net for part in of_first]),
        "other_numbers": [clean(line.number) for line in main if line.currency != "EUR"],
        "other_sums": [part.net for part in owed if part.currency != "EUR"],
        **to_transfer(context, first, of_first, write),
    }


def to_transfer(
    context: EmailContext, lines: list[EmailLine], owed: list[Sum], write: Writer
) -> dict[str, object]:
    """Return what a bank transfer needs: grouped IBAN, motive, and the QR code for what is due in euros.

    No code invites to pay twice what the customer says has been paid, or what we collect; none is for public
    bodies, which do not scan.
    """
    ours = any(line.pulled for line in lines)
    lines = [line for line in lines if not line.pulled]
    euros = [line.number for line in lines if line.currency == "EUR"]
    numbers = euros or [line.number for line in lines]
    of_euros = next((part for part in owed if part.currency == "EUR"), None)
    due = of_euros.to_pay if of_euros else ZERO
    text = motive(
        numbers,
        context.code or context.customer,
        context.today,
        context.language,
        what=MessageKind.REMINDER if any(line.days_late > 0 for line in lines) else MessageKind.INVOICE,
        also=" ".join(credit.number for credit in of_euros.credits if credit.number) if of_euros else "",
    )
    public = rank_of(context.kind, context.siren) == CustomerKind.PUBLIC
    left = any(broken.has_left for broken in context.broken)
    scanned = context.with_qr and not public and not left and not ours
    return {
        "iban": grouped(context.company) if lines or not ours else "",
        "reference": text,
        "euro_part": bool(euros) and len(owed) > 1,
        "qr": code(context.company, due, text) if scanned else None,
        "qr_cid": QR_CID,
        "qr_amount": write.amount(due, "EUR"),
    }
