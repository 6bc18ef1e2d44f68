"""Letters on paper: from what a letter is about to its page, one sheet of A4.

Everything is written out here (amounts, dates, lateness) in the letter's language; the templates in `letter/`
only set it. Up to LISTED invoices stand on the page itself, in smaller print if need be; beyond, the page
gives their sum for each month and lists them one by one in an annex.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from message_templates import formats, formats_en
from message_templates.catalogue import tell
from message_templates.formats import siren
from message_templates.pages import pdf
from message_templates.pieces.foreign import clean
from message_templates.pieces.greeting import greeted, name_of
from message_templates.pieces.transfer import ALL_THAT_FIT, NUMBERS, code, grouped, motive
from message_templates.sources.paragraphs import held
from message_templates.writer import Writer, writer
from receivables.codes.customers import CustomerKind
from receivables.company import Company
from receivables.language import Language
from receivables.letters import AskedSum, LetterContext, LetterItem
from receivables.money import ZERO
from receivables.penalties import INDEMNITY

LISTED = 20
NAME = 90
LINE = 60
LINES = 6
_PLACE = re.compile(r"\b\d{5}\s+(.+)$")


def render_letter(
    context: LetterContext, values: Mapping[str, object], overrides: Path | None, *, at: datetime
) -> bytes:
    """Return the page of a letter as a PDF bearing the instant `at`, from the `values` of its context.

    `overrides` is the company's templates folder. Raises SettingsError when the template is missing or wrong.
    """
    return pdf.pdf(file_of(context.template, context.language, overrides), values, overrides=overrides, at=at)


def picture_of(
    template: str, language: str, values: Mapping[str, object], overrides: Path | None = None
) -> bytes:
    """Return a PNG of a letter's page, from the same values. Raises as `render_letter`."""
    return pdf.picture(file_of(template, language, overrides), values, overrides=overrides)


def file_of(template: str, language: str, overrides: Path | None = None) -> str:
    """Return the file of a letter's text; a company's own text that is not in English stands in French."""
    english = f"letter/en/{template}"
    if language == "en" and pdf.exists(english, overrides):
        return english
    return f"letter/{template}"


def values_of(context: LetterContext) -> dict[str, object]:
    """Return the words that a letter's template is set from: JSON values, pictures as lists of bytes.

    Raises SettingsError when the company's IBAN is wrong.
    """
    write, english = writer(context.language), context.language == "en"
    words = formats_en if english else formats
    many, of = len(context.items) > LISTED, "" if english else "du "
    return {
        "language": context.language,
        "form": context.form,
        "kind": context.kind,
        "title": clean(context.company.name),
        "author": clean(context.company.name),
        "sender": _sender(context.company),
        "to": {
            "name": _short(context.customer, NAME),
            "lines": [_short(line, LINE) for line in context.address[:LINES]],
        },
        "reference": clean(context.code or ""),
        "place": _place(context.company.address),
        "day": words.short_day(context.day),
        "n": len(context.items),
        "rows": [_row(item, write) for item in context.items],
        "months": _months(context, write) if many else [],
        "first": clean(context.items[0].number) if context.items else "",
        "mixed": any(item.issue_date is None for item in context.items),
        "asked": [_asked(context, each, write) for each in context.asked],
        "total": words.listed([write.amount(each.total, each.currency) for each in context.asked]),
        "principal": words.listed(
            [write.amount(each.principal - each.credit, each.currency) for each in context.asked]
        ),
        "bears": any(item.bears for item in context.items),
        "unknown_interest": any(each.interest is None for each in context.asked),
        "rate": _rate(context, write),
        "rate_now": write.rate(context.rate) if context.rate is not None else "",
        "late_days": context.items[0].days_late if len(context.items) == 1 else 0,
        "first_due": words.short_day(context.items[0].due_date) if context.items else "",
        "salutation": _salutation(context),
        "greeted": greeted(clean(context.person), context.language, tu=context.form == "tu"),
        "earlier": words.listed([f"{of}{words.short_day(day)}" for day in context.earlier]),
        "earlier_n": len(context.earlier),
        "deadline": words.long_day(context.deadline),
        "notice_days": context.notice_days,
        "delay": write.lateness(context.notice_days),
        "privacy_url": clean(context.company.privacy_url),
        "mediator": held(clean(context.company.mediator)),
        "pay": _means(context, write),
        "signatory": _short(context.company.signatory, NAME),
    }


def _short(text: str, most: int) -> str:
    text = clean(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _sender(company: Company) -> dict[str, object]:
    lines = [part.strip() for part in company.address.replace("\n", ",").split(",")]
    return {
        "name": _short(company.name, NAME),
        "lines": [_short(line, LINE) for line in lines if line][:LINES],
        "siren": siren(company.siren) if company.siren else "",
        "legal_line": _short(company.legal_line, NAME),
        "phone": _short(company.phone, LINE),
        "email": _short(company.reply_to, LINE),
    }


def _place(address: str) -> str:
    """Return the town of an address that ends with a postal code and a town, else nothing."""
    found = _PLACE.search(address.strip().rpartition("\n")[2])
    return _short(found[1], LINE) if found else ""


def _row(item: LetterItem, write: Writer) -> dict[str, str]:
    return {
        "number": _short(item.number, 28),
        "issued": write.day(item.issue_date) if item.issue_date else "",
        "due": write.day(item.due_date),
        "late": write.lateness(item.days_late),
        "amount": write.amount(item.amount, item.currency),
        "left": write.amount(item.claimed, item.currency),
    }


def _months(context: LetterContext, write: Writer) -> list[dict[str, object]]:
    """Return the invoices summed by the month of their due date, and by currency."""

    def month(item: LetterItem) -> tuple[int, int, str]:
        return item.due_date.year, item.due_date.month, item.currency

    found: list[dict[str, object]] = []
    for (year, number, currency), group in groupby(sorted(context.items, key=month), month):
        items = list(group)
        left = sum((item.claimed for item in items), ZERO)
        found.append({"month": f"{number:02d}/{year}", "n": len(items), "left": write.amount(left, currency)})
    return found[-LISTED:] if len(found) <= LISTED else _years(context.items, write)


def _years(items: Sequence[LetterItem], write: Writer) -> list[dict[str, object]]:
    def year(item: LetterItem) -> tuple[int, str]:
        return item.due_date.year, item.currency

    found: list[dict[str, object]] = []
    for (number, currency), group in groupby(sorted(items, key=year), year):
        each = list(group)
        left = sum((item.claimed for item in each), ZERO)
        found.append({"month": str(number), "n": len(each), "left": write.amount(left, currency)})
    return found


def _asked(context: LetterContext, asked: AskedSum, write: Writer) -> dict[str, object]:
    def money(value: Decimal) -> str:
        return write.amount(value, asked.currency) if value else ""

    numbers = [
        clean(each.number) for each in context.credits if each.currency == asked.currency and each.number
    ]
    return {
        "principal": write.amount(asked.principal, asked.currency),
        "credit": money(-asked.credit),
        "credit_numbers": ", ".join(numbers[:3]) + ("…" if len(numbers) > 3 else ""),
        "interest": money(asked.interest or ZERO),
        "unknown": asked.interest is None,
        "indemnity": money(asked.indemnity),
        "indemnity_n": int(asked.indemnity / INDEMNITY),
        "each": write.amount(INDEMNITY, "EUR"),
        "total": write.amount(asked.total, asked.currency),
    }


def _salutation(context: LetterContext) -> str:
    """Return the title by which a person is addressed, where the name says it; else nothing."""
    title = name_of(clean(context.person)).title
    return tell(f"mail.title.{title}", Language(context.language)) if title else ""


def _rate(context: LetterContext, write: Writer) -> str:
    """Return the contract's rate, or nothing when the legal default holds."""
    return write.percent(context.contract_rate) if context.contract_rate is not None else ""


def _means(context: LetterContext, write: Writer) -> dict[str, object]:
    """Return how to pay; without a code for a public body, which does not pay by scanning."""
    company = context.company
    euros = [item.number for item in context.items if item.currency == "EUR"]
    numbers = euros or [item.number for item in context.items]
    euro = next((each for each in context.asked if each.currency == "EUR"), None)
    due = ZERO if euro is None else euro.principal - euro.credit if context.principal_only else euro.total
    credited = [each.number for each in context.credits if each.currency == "EUR" and each.number]
    text = motive(
        numbers,
        context.code or context.customer,
        context.day,
        context.language,
        also=" ".join(credited),
        most=ALL_THAT_FIT if context.kind == CustomerKind.PUBLIC else NUMBERS,
    )
    shown = None if context.kind == CustomerKind.PUBLIC else code(company, due, text)
    return {
        "holder": _short(company.name, NAME),
        "iban": grouped(company),
        "bic": clean(company.bic),
        "reference": text,
        "euro_part": bool(euros) and len(context.asked) > 1,
        "qr": list(shown) if shown else None,
        "qr_amount": write.amount(due, "EUR") if shown else "",
    }
