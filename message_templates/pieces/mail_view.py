"""From the facts of an e-mail to the words its templates use: rows, sums, what is to be paid.

Everything is written once here (amounts, dates, lateness), for the text and the HTML alike, and foreign
text is cleaned: a name can neither break a line nor reach into a header.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from message_templates.formats import iban
from message_templates.pages import qr_code, transfer_code
from message_templates.pieces.mail_context import (
    BrokenPromiseShown,
    Credit,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
)
from message_templates.writer import Writer, writer
from receivables.company import Company
from receivables.money import ZERO

QR_CID = "virement.png@relance"
MOTIVE = 140
TITLES = frozenset({"m", "mr", "mme", "mlle", "mrs", "ms", "miss", "dr", "me", "maître"})
# Controls, line separators, marks that turn the reading direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_LINK = re.compile(r"https?://[^\s<>\"']+\Z")


class Row(NamedTuple):
    """An item as it is printed."""

    number: str
    issued: str
    due: str
    due_words: str
    late: str
    left: str
    total: str | None
    """The whole invoice, where less is left to pay."""
    partly: bool
    """Whether some of it has been paid."""
    disputed: str | None
    link: str | None
    today: bool


class CreditRow(NamedTuple):
    """A credit as it is printed; `amount` is negative."""

    number: str | None
    day: str | None
    amount: str


class Sum(NamedTuple):
    """What is owed in one currency, the credits set against it, and what is left."""

    currency: str
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


class PenaltiesRow(NamedTuple):
    """Penalties as they are printed; no interest below the smallest coin, or while it is `to_confirm`.

    `numbers` names the invoices when they are not all; `waived` leaves every other word out.
    """

    interest: str | None
    indemnity: str | None
    rate: str | None
    to_confirm: bool
    claimed: bool
    numbers: tuple[str, ...]
    waived: bool


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


def clean(text: str | None) -> str:
    """Return foreign text on one line, without control or direction marks."""
    if not text:
        return ""
    return text.strip() if text.isprintable() else _UNSAFE.sub(" ", text).strip()


def first_name(contact: str) -> str:
    """Return a person's first name, wherever it stands (`MARTIN Claire`); else the whole name.

    A name with a word in small letters is a service's or has a particle: it stays whole.
    """
    words = [word for word in contact.split() if word.rstrip(".").lower() not in TITLES]
    if len(words) < 2 or not all(word[0].isupper() for word in words):
        return contact
    return next((word for word in words if not word.isupper()), contact)


def rank(kind: str | None, siren: str | None) -> str:
    """Return the customer's kind as the legal lines know it: `unknown` gets none of them."""
    return kind or ("business" if siren else "unknown")


def view(context: EmailContext, *, tu: bool = False) -> dict[str, object]:
    """Return the values that every e-mail template may use; `tu` when the mail says tu."""
    write = writer(context.language)
    late = [line for line in context.lines if line.days_late > 0]
    coming = [line for line in context.lines if line.days_late <= 0]
    pot = [Left(credit, credit.amount) for credit in context.credits]
    late_sums, coming_sums = sums(late, pot, write), sums(coming, pot, write)
    link = shared_link(context.lines)
    main = late or coming
    rows = [row(line, context.today, link, write) for line in late]
    coming_rows = [row(line, context.today, link, write) for line in coming]
    return {
        "company": context.company,
        "customer": clean(context.customer),
        "contact": clean(context.contact),
        "first_name": first_name(clean(context.contact)),
        "owner": clean(context.owner),
        "kind": rank(context.kind, context.siren),
        "today": context.today,
        "late": rows,
        "coming": coming_rows,
        "late_sums": late_sums,
        "coming_sums": coming_sums,
        "n": len(main),
        "first": next(iter(rows or coming_rows), None),
        "all_today": all(line.due_date == context.today for line in main),
        "some_paid": any(row.partly for row in rows or coming_rows),
        "broken": [promise(broken, write) for broken in context.broken],
        "penalties": penalties(context.penalties, write),
        "discount": [discount(each, write) for each in context.discount],
        "attached": context.attached,
        "language": context.language,
        "tu": tu,
        "payment_link": link,
        "reply_to": clean(context.company.reply_to),
        "sandbox_for": clean(context.sandbox_for),
        **transfer(context, main, late_sums or coming_sums, write),
    }


def row(line: EmailLine, today: date, shared: str | None, write: Writer) -> Row:
    """Return one item as it is printed; its own payment link only when they differ."""
    whole = line.outstanding if line.amount is None else line.amount
    return Row(
        number=clean(line.number),
        issued=write.day(line.issue_date) if line.issue_date else "",
        due=write.day(line.due_date),
        due_words=write.due_day(line.due_date),
        late=write.lateness(line.days_late) if line.days_late > 0 else "",
        left=write.amount(line.outstanding, line.currency),
        total=write.amount(whole, line.currency) if whole != line.outstanding else None,
        partly=whole > line.outstanding + line.disputed,
        disputed=write.amount(line.disputed, line.currency) if line.disputed else None,
        link=None if shared else safe_link(line.payment_link),
        today=line.due_date == today,
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
    return Sum(currency, written, tuple(taken), write.amount(net, currency) if taken else written, net)


def _credit(credit: Credit, used: Decimal, write: Writer) -> CreditRow:
    number = clean(credit.number) or None
    day = write.day(credit.day) if credit.day else None
    return CreditRow(number, day, write.amount(-used, credit.currency))


def promise(broken: BrokenPromiseShown, write: Writer) -> PromiseRow:
    """Return a broken promise as it is printed."""
    money = None if broken.amount is None else write.amount(broken.amount, broken.currency)
    number, day = clean(broken.number), write.due_day(broken.day)
    return PromiseRow(number, day, money, broken.partly, broken.of_plan)


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


def transfer(
    context: EmailContext, lines: list[EmailLine], owed: list[Sum], write: Writer
) -> dict[str, object]:
    """Return what a bank transfer needs: grouped IBAN, motive, and the QR code for what is due in euros."""
    company = context.company
    euros = [line.number for line in lines if line.currency == "EUR"]
    numbers = euros or [line.number for line in lines]
    due = next((part.to_pay for part in owed if part.currency == "EUR"), ZERO)
    code = None
    if context.with_qr and company.iban and transfer_code.LEAST <= due <= transfer_code.MOST:
        code = qr_code.png(transfer_code.payload(company.name, company.iban, due, " ".join(numbers)))
    return {
        "iban": _grouped(company),
        "reference": motive(numbers),
        "qr": code,
        "qr_cid": QR_CID,
        "qr_amount": write.amount(due, "EUR"),
    }


def motive(numbers: list[str]) -> str:
    """Return what to write as the motive of a transfer, or nothing when the numbers would not fit."""
    text = clean(" ".join(numbers))
    return text if len(text) <= MOTIVE and len(numbers) <= 5 else ""


@lru_cache(maxsize=64)
def _grouped_iban(value: str) -> str:
    return iban(value)


def _grouped(company: Company) -> str:
    return _grouped_iban(company.iban) if company.iban else ""
