"""Statements of account for customers: an e-mail, and the page that goes with it as a PDF.

Both are written from the same values: amounts and days in words once, in the customer's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from message_templates.catalogue import tell
from message_templates.pages import pdf
from message_templates.pieces.courtesy import render
from message_templates.pieces.foreign import clean
from message_templates.pieces.mail import Rendered
from message_templates.pieces.mail_asked import transfer_day
from message_templates.pieces.mail_context import EmailContext
from message_templates.pieces.statement_lines import accounts, balance_of, received
from message_templates.pieces.transfer import code, grouped, motive
from message_templates.writer import Writer, writer
from receivables.calendar.workdays import ONE_DAY
from receivables.codes.customers import CustomerKind
from receivables.codes.messages import MessageKind
from receivables.company import Company
from receivables.language import Language
from receivables.money import ZERO
from receivables.statements import (
    Net,
    OpenItem,
    Statement,
    covered_items,
    currencies,
    nets,
)

TEMPLATE = "statement"
PAGE = "letter/statement"
SHOWN = 40
"""Items that the e-mail lists; the PDF lists them all."""
PAGE_LONG = 3000
"""Items from which the PDF ends with how many more there are: nobody reads a hundred pages."""
SOON = timedelta(days=8)
"""What a statement leaves to pay what is due already."""
AGES = ("not_due", "to_30", "to_60", "to_90", "beyond")
"""Names, in the words of the e-mail, of the columns of the ageing line."""


@dataclass(frozen=True, slots=True)
class StatementContext:
    """One statement to one customer. `attached`: its PDF goes with the mail.

    `sandbox_for` is the address that the mail would have gone to. `language` is fr or en, `address_form`
    vous or tu.
    """

    company: Company
    customer: str
    statement: Statement
    code: str | None = None
    postal_address: str | None = None
    contact: str | None = None
    owner: str | None = None
    kind: CustomerKind | None = None
    siren: str | None = None
    language: str = "fr"
    address_form: str = "vous"
    attached: bool = True
    sandbox_for: str | None = None
    with_qr: bool = True


def render_statement(context: StatementContext, overrides: Path | None = None) -> Rendered:
    """Return the e-mail of a statement. Raises as `message_templates.pieces.mail.render_email`."""
    values = shown(context)
    more = {"statement": values, "reference": values["reference"], "qr": values["qr"]}
    more |= {"qr_amount": values["qr_amount"], "euro_part": values["euro_part"]}
    more |= {} if values["net"] else {"iban": ""}
    return render(_email(context), TEMPLATE, overrides, more)


def render_pdf(context: StatementContext, overrides: Path | None = None, *, at: datetime) -> bytes:
    """Return the PDF of a statement, dated at the aware instant `at`. Raises SettingsError."""
    return pdf.pdf(PAGE, page_values(context), overrides=overrides, at=at)


def picture(context: StatementContext, overrides: Path | None = None) -> bytes:
    """Return the first page of a statement as a PNG. Raises SettingsError."""
    return pdf.picture(PAGE, page_values(context), overrides=overrides)


def file_name(context: StatementContext) -> str:
    """Return the name of the PDF as the customer sees it."""
    return tell("statement.file", Language(context.language), day=context.statement.on.isoformat())


def _email(context: StatementContext) -> EmailContext:
    return EmailContext(
        company=context.company,
        customer=context.customer,
        today=context.statement.on,
        lines=(),
        contact=context.contact,
        owner=context.owner,
        kind=context.kind,
        siren=context.siren,
        attached=context.attached,
        sandbox_for=context.sandbox_for,
        with_qr=context.with_qr,
        language=context.language,
        address_form=context.address_form,
    )


def page_values(context: StatementContext) -> dict[str, Any]:
    """Return the values of the PDF: as the e-mail's, with the letterhead and every item.

    Named as those of letters are (`message_templates.pieces.letter`), whose page it shares.
    """
    company, siren = context.company, writer(context.language).filters["siren"]
    values = shown(context, most=PAGE_LONG)
    return values | {
        "accounts": accounts(context.statement, context.language),
        "earlier_payments": received(context.statement.earlier_payments, context.language),
        "sender": {
            "name": company.name,
            "lines": _lines(company.address),
            "siren": siren(company.siren) if company.siren else "",
            "legal_line": clean(company.legal_line),
            "phone": company.phone.replace(" ", "\u00a0"),
            "email": company.reply_to,
        },
        "to": {"name": clean(context.customer), "lines": _lines(context.postal_address)},
        "reference": clean(context.code),
        "pay": _pay(context, values),
        "form": context.address_form,
        "language": context.language,
        "sandbox": bool(context.sandbox_for),
    }


def _pay(context: StatementContext, values: Mapping[str, Any]) -> dict[str, Any]:
    company, write = context.company, writer(context.language)
    return {
        "holder": company.name,
        "iban": grouped(company) if values["net"] else "",
        "bic": company.bic,
        "reference": values["reference"],
        "euro_part": values["euro_part"],
        "overdue": write.filters["listed"](values["due"]) if values["due"] and values["later"] else "",
        "qr": values["qr"],
        "qr_amount": values["qr_amount"],
    }


def _lines(text: str | None) -> list[str]:
    return [clean(line) for line in (text or "").splitlines() if clean(line)]


def shown(context: StatementContext, most: int = SHOWN) -> dict[str, Any]:
    """Return what a statement shows, in words: plain values that Jinja and Typst both take."""
    statement, write = context.statement, writer(context.language)
    found, covered = nets(statement), covered_items(statement)
    return {
        "on": write.day(statement.on),
        "on_words": _within_sentence(write, statement.on),
        "since": write.day(statement.since),
        "balances": [balance_of(balance, write) for balance in statement.balances],
        "eve": write.day(statement.since - ONE_DAY),
        "items": [
            _item(item, statement.on, write)
            | {"covered": item.id in covered, "covered_by": covered.get(item.id, "")}
            for item in statement.items[:most]
        ],
        "more": max(len(statement.items) - most, 0),
        "count": len(statement.items),
        "totals": _totals(statement, write),
        "credits": _credits(statement, write),
        "payments": received(statement.payments, context.language),
        "nets": [_net(each, statement, write) for each in found],
        "ageing": _ageing(found, write),
        "net": [write.amount(each.amount, each.currency) for each in found if each.amount > 0],
        "due": [write.amount(each.due, each.currency) for each in found if each.due],
        "all_due": all(each.due == each.amount for each in found if each.amount > 0),
        "favour": [write.amount(-each.amount, each.currency) for each in found if each.amount < 0],
        "has_disputes": any(each.disputed for each in found),
        "has_pulled": any(each.pulled for each in found),
        "has_elsewhere": any(each.elsewhere for each in found),
        "covered": bool(statement.items) and any(each.credits for each in found),
        "covered_by": next(iter(covered.values()), "") if len(statement.items) == 1 else "",
        **_when(context, found, write),
        **_transfer(context, write),
    }


def _when(context: StatementContext, found: Sequence[Net], write: Writer) -> dict[str, Any]:
    """Return by when to pay: what is due by an open day soon, what is to come from its first due date on."""
    statement, calendar = context.statement, context.company.calendar
    days = sorted({i.due_date for i in statement.items if i.asked and i.days_late(statement.on) <= 0})
    banks_open = transfer_day(context.company, days[0], statement.on) if days else None
    later = {each.currency: max(each.amount, ZERO) - each.due for each in found}
    return {
        "pay_by": write.near_day(calendar.next_open(statement.on + SOON)),
        "later": [write.amount(amount, code) for code, amount in later.items() if amount],
        "later_on": write.due_day(days[0]) if days else "",
        "later_transfer": write.near_day(banks_open) if banks_open else "",
        "one_later": len(days) == 1,
    }


def _within_sentence(write: Writer, day: date) -> str:
    words = write.filters["short_day"](day)
    return str(words)


def _item(item: OpenItem, on: date, write: Writer) -> dict[str, Any]:
    late = item.days_late(on)
    return {
        "number": clean(item.number),
        "customer": clean(item.customer),
        "issued": write.day(item.issue_date) if item.issue_date else "",
        "due": write.day(item.due_date),
        "late": write.lateness(late) if late > 0 and not item.pulled else "",
        "amount": write.amount(item.amount, item.currency),
        "left": write.amount(item.left, item.currency),
        "part": item.amount != item.left,
        "disputed": write.amount(item.disputed, item.currency) if ZERO < item.disputed < item.left else "",
        "in_dispute": bool(item.disputed),
        "handed_over": item.handed_over,
        "pulled": item.pulled,
    }


def _totals(statement: Statement, write: Writer) -> list[str]:
    """Return what is left of all items, a sum for each currency."""
    sums: dict[str, Decimal] = {}
    for item in statement.items:
        sums[item.currency] = sums.get(item.currency, ZERO) + item.left
    return [write.amount(sums[code], code) for code in currencies(sums)]


def _ageing(found: Sequence[Net], write: Writer) -> list[dict[str, Any]]:
    """Return what is left by age, a row for each currency in which something is."""
    return [
        {"columns": [write.amount(part, each.currency) for part in each.ages]} for each in found if each.total
    ]


def _net(net: Net, statement: Statement, write: Writer) -> dict[str, Any]:
    """Return how one currency's net comes about: ages, what is taken off, what is left to pay."""

    def money(value: Decimal) -> str:
        return write.amount(value, net.currency) if value else ""

    return {
        "currency": net.currency,
        "parts": [
            {"name": name, "amount": money(part)} for name, part in zip(AGES, net.ages, strict=True) if part
        ],
        "total": money(net.total),
        "bare": net.bare,
        "credits": [each for each in _credits(statement, write) if each["currency"] == net.currency],
        "disputed": money(-net.disputed),
        "elsewhere": money(-net.elsewhere),
        "pulled": money(-net.pulled),
        "amount": write.amount(abs(net.amount), net.currency),
        "in_favour": net.amount < 0,
        "due": money(net.due) if net.due != net.amount else "",
    }


def _credits(statement: Statement, write: Writer) -> list[dict[str, str]]:
    return [
        {
            "number": clean(credit.number),
            "day": write.day(credit.day) if credit.day else "",
            "amount": write.amount(ZERO - credit.amount, credit.currency),
            "currency": credit.currency,
        }
        for credit in statement.credits
    ]


def _transfer(context: StatementContext, write: Writer) -> dict[str, Any]:
    """Return the motive of a transfer and the QR code for what is due in euros, or is to be paid later."""
    company, statement = context.company, context.statement
    net = next((each for each in nets(statement) if each.currency == "EUR"), None)
    pay = (net.due or max(net.amount, ZERO)) if net else ZERO
    asked = [item for item in statement.items if item.asked]
    told = [item for item in asked if item.days_late(statement.on) > 0] if net and net.due else asked
    euros = [item.number for item in told if item.currency == "EUR"]
    numbers = euros or [item.number for item in asked]
    who = context.code or context.customer
    taken = [each.number for each in statement.credits if each.currency == "EUR" and each.number]
    text = motive(
        numbers, who, statement.on, context.language, what=MessageKind.STATEMENT, also=" ".join(taken)
    )
    shown = code(company, pay, text) if context.with_qr else None
    codes = {item.currency for item in asked}
    return {
        "reference": text,
        "qr": shown,
        "qr_amount": write.amount(pay, "EUR"),
        "euro_part": bool(euros) and len(codes) > 1,
        "later_motive": _later_motive(context) if net and net.due else "",
    }


def _later_motive(context: StatementContext) -> str:
    """Return the motive of a transfer of what is not due yet, beside that of what is."""
    later = [item for item in context.statement.items if item.asked and item.currency == "EUR"]
    numbers = [item.number for item in later if item.days_late(context.statement.on) <= 0]
    who = context.code or context.customer
    return motive(numbers, who, context.statement.on, context.language, what=MessageKind.STATEMENT)
