"""The forms of penalties: why they are given up, and the rates of a half-year as somebody read them."""

import json
from decimal import Decimal
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import typed
from bot.slack.visit import Desk, Visit
from bot.typed.amounts import read_percent
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.company import Company
from receivables.language import Language
from receivables.rates import MOST_REFINANCING, HalfYear, Semester, parse_semester
from store.invoices.acts import InvoiceFacts
from store.penalties.acts import LONGEST_REASON
from store.penalties.facts import InvoicePenalties

WAIVE, RATES = "penalties_waive_form", "rates_confirm_form"


def waiving(visit: Visit, invoice: InvoiceFacts, found: InvoicePenalties) -> Block:
    """Return the form that asks why penalties are given up."""
    computed = found.computed
    intro = say(
        "penalites.form.intro",
        visit.language,
        number=invoice.number,
        customer=cut(invoice.customer, 100),
        interest=computed.interest,
        indemnity=computed.indemnity,
        currency=computed.currency,
    )
    reason = blocks.text_input("reason", multiline=True, most=LONGEST_REASON)
    hint = plain("penalites.form.reason_hint", visit.language)
    return blocks.modal(
        WAIVE,
        plain("penalites.form.title", visit.language),
        [
            blocks.section(intro),
            blocks.field("reason", plain("penalites.form.reason", visit.language), reason, hint=hint),
        ],
        submit=plain("penalites.form.submit", visit.language),
        close=plain("penalites.form.close", visit.language),
        metadata=_metadata(visit, invoice=invoice.id),
    )


def _metadata(visit: Visit, **more: Any) -> str:
    return json.dumps({"company": visit.company.key, "channel": visit.voice.channel, **more})


def waiving_errors(view: dict[str, Any], _company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the reason."""
    return (
        {}
        if clean(typed(view, "reason"))
        else {"reason": plain("penalites.form.reason_missing", _company.language)}
    )


def waived(view: dict[str, Any]) -> tuple[int, str]:
    """Return the invoice, and why its penalties are given up."""
    return int(json.loads(view["private_metadata"])["invoice"]), typed(view, "reason").strip()


def confirming(visit: Visit, semester: Semester, known: HalfYear | None) -> Block:
    """Return the form that asks for the rates of a half-year; what is known is a hint, never filled in."""
    return blocks.modal(
        RATES,
        plain("penalites.rates.form_title", visit.language),
        [
            blocks.section(
                say(
                    "penalites.rates.form_intro", visit.language, semester=str(semester), first=semester.first
                )
            ),
            _rate("refinancing", "2,40", known.refinancing if known else None, language=visit.language),
            _rate("legal", "2,75", known.legal if known else None, optional=True, language=visit.language),
        ],
        submit=plain("penalites.rates.form_submit", visit.language),
        close=plain("penalites.form.close", visit.language),
        metadata=_metadata(visit, semester=str(semester)),
    )


def _rate(
    name: str, example: str, known: Decimal | None, *, optional: bool = False, language: Language
) -> Block:
    hints = [plain("penalites.rates.form_hint", language, rate=known)] if known is not None else []
    if optional:
        hints.append(plain("penalites.rates.form_legal_hint", language))
    element = blocks.text_input(name, placeholder=example, most=20)
    label = plain(f"penalites.rates.form_{name}", language)
    return blocks.field(name, label, element, optional=optional, hint=" ".join(hints))


def confirming_errors(view: dict[str, Any], _company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the rates, by the field it is shown under."""
    found = {}
    for name in ("refinancing", "legal"):
        text = clean(typed(view, name))
        if not text and name == "legal":
            continue
        rate = read_percent(text)
        if rate is None or rate > MOST_REFINANCING:
            found[name] = plain("penalites.rates.form_percent", _company.language)
    return found


def confirmed(view: dict[str, Any]) -> tuple[Semester, Decimal, Decimal | None]:
    """Return the half-year and its two rates. The form was checked already."""
    semester = parse_semester(json.loads(view["private_metadata"])["semester"])
    refinancing = read_percent(clean(typed(view, "refinancing")))
    if refinancing is None:
        raise LookupError("the form asks for a rate")
    return semester, refinancing, read_percent(clean(typed(view, "legal")))
