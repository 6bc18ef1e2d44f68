"""The two pages of a payment plan: how often and from when, then its lines as they will be noted."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, typed
from bot.slack.visit import Desk, Visit
from bot.typed import amounts, dates
from bot.typed.words import clean, cut, plain, refusal
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import Refused, RelanceError
from receivables.language import Language
from receivables.money import total
from receivables.payment_plans import MOST, RHYTHMS, Instalment, even

ASK, CHECK = "plan", "plan_check"
FREE = "free"
NOTE, INTRO, NUMBERS = 800, 500, 10
_MARKS = re.compile(r"\s*[:;|=]\s*|\s+-\s+")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a plan is about: invoices of one customer and currency, and what is left on them."""

    invoice_ids: tuple[int, ...]
    customer: str
    numbers: tuple[str, ...]
    total: Decimal
    currency: str
    running: bool
    """Whether a plan or a promise runs on one of them."""


@dataclass(frozen=True, slots=True)
class PlanFields:
    """What the second page says."""

    invoice_ids: tuple[int, ...]
    instalments: tuple[Instalment, ...]
    note: str | None


def view(visit: Visit, subject: Subject) -> Block:
    """Return the first page."""
    numbers = [cut(number, 40) for number in subject.numbers[:NUMBERS]]
    if len(subject.numbers) > NUMBERS:
        numbers.append("…")
    facts = {"total": subject.total, "currency": subject.currency, "numbers": numbers}
    intro = str(say("promesses.plan.intro", visit.language, customer=cut(subject.customer, 100), **facts))
    if subject.running:
        intro = f"{intro}\n{say('promesses.plan.replaces', visit.language)}"
    known = {
        "company": visit.company.key,
        "channel": visit.voice.channel,
        "invoices": list(subject.invoice_ids),
        "total": str(subject.total),
        "currency": subject.currency,
        "intro": cut(intro, INTRO),
    }
    return _modal(
        ASK,
        [blocks.section(intro), *_questions(visit.today, visit.language)],
        known,
        "submit",
        visit.language,
    )


def _modal(
    callback: str, drawn: list[Block], known: dict[str, Any], submit: str, language: Language
) -> Block:
    return blocks.modal(
        callback,
        plain("promesses.plan.title", language),
        drawn,
        submit=plain(f"promesses.plan.{submit}", language),
        close=plain("promesses.plan.close", language),
        metadata=json.dumps(known, ensure_ascii=False),
    )


def _questions(today: date, language: Language) -> Iterator[Block]:
    options = [
        blocks.option(plain(f"promesses.plan.option.{key}", language), key) for key in (*RHYTHMS, FREE)
    ]
    monthly = options[RHYTHMS.index("monthly")]
    later = (today + timedelta(days=30)).isoformat()
    for name, element, optional in (
        ("count", blocks.text_input("count", initial="3", most=3), False),
        ("first", blocks.day_input("first", later), False),
        (
            "rhythm",
            blocks.select("rhythm", plain("promesses.plan.rhythm", language), options, monthly),
            False,
        ),
        ("note", blocks.text_input("note", multiline=True, most=NOTE), True),
    ):
        hint = plain("promesses.plan.note_hint", language) if name == "note" else ""
        yield blocks.field(
            name, plain(f"promesses.plan.{name}", language), element, optional=optional, hint=hint
        )


def asked_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the first page."""
    found: dict[str, str] = {}
    if chosen(view, "rhythm") != FREE and not 1 <= _count(view) <= MOST:
        found["count"] = plain("promesses.plan.count_wrong", company.language, most=MOST)
    first = day_of(view, "first")
    if first is None or first < company.day_of(desk.now()):
        found["first"] = plain("promesses.plan.first_past", company.language)
    return found


def _count(view: dict[str, Any]) -> int:
    text = clean(typed(view, "count"))
    return int(text) if text.isdecimal() and len(text) <= 3 else 0


def after_asked(view: dict[str, Any], company: Company, desk: Desk) -> Block:
    """Return the second page, with the lines that the first one makes."""
    known = _known(view)
    whole, first = Decimal(known["total"]), day_of(view, "first") or company.day_of(desk.now())
    rhythm = chosen(view, "rhythm")
    lines = (
        [Instalment(first, whole)]
        if rhythm in {None, FREE}
        else even(whole, _count(view), first, rhythm or "")
    )
    note = typed(view, "note").strip()
    return _checking(known | {"note": cut(note, NOTE), "round": 0}, lines, company.language)


def _known(view: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(view["private_metadata"]))


def _checking(known: dict[str, Any], lines: Sequence[Instalment], language: Language) -> Block:
    """Return the page that shows what will be noted, and lets it be corrected."""
    currency, whole = known["currency"], Decimal(known["total"])
    amount = total(each.amount for each in lines)
    shown = "\n".join(
        say("promesses.plan.preview_line", language, on=each.on, amount=each.amount, currency=currency)
        for each in lines
    )
    facts = {"count": len(lines), "amount": amount, "outside": whole - amount, "currency": currency}
    preview = say("promesses.plan.preview", language, lines="{}", **facts).replace("{}", shown)
    name = f"lines{known['round']}"
    text = "\n".join(f"{each.on:%d/%m/}{each.on.year} {_typed(each.amount)}" for each in lines)
    field = blocks.text_input(name, initial=text, multiline=True)
    drawn = [
        blocks.section(known["intro"]),
        blocks.section(preview),
        blocks.field(
            name,
            plain("promesses.plan.lines", language),
            field,
            hint=plain("promesses.plan.lines_hint", language),
        ),
        blocks.context(say("promesses.plan.preview_how", language)),
    ]
    marks = [[each.on.isoformat(), str(each.amount)] for each in lines]
    return _modal(CHECK, drawn, known | {"lines": marks}, "record", language)


def checked_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the lines."""
    known, today = _known(view), company.day_of(desk.now())
    try:
        lines = _lines(view, known, today)
        _refuse(lines, known, today)
    except RelanceError as error:
        return {f"lines{known['round']}": refusal(error, company.language)}
    return {}


def after_checked(view: dict[str, Any], company: Company, desk: Desk) -> Block | None:
    """Return the page again when its lines are not those that it showed: what is noted was seen."""
    known = _known(view)
    lines = _lines(view, known, company.day_of(desk.now()))
    if [[each.on.isoformat(), str(each.amount)] for each in lines] == known["lines"]:
        return None
    return _checking(known | {"round": known["round"] + 1}, lines, company.language)


def read_fields(view: dict[str, Any], today: date) -> PlanFields:
    """Return what the second page says. Raises Refused as `checked_errors` finds."""
    known = _known(view)
    lines = _lines(view, known, today)
    return PlanFields(tuple(known["invoices"]), tuple(lines), known["note"] or None)


def _lines(view: dict[str, Any], known: dict[str, Any], today: date) -> list[Instalment]:
    text = typed(view, f"lines{known['round']}")
    return sorted(_line(line, known["currency"], today) for line in text.splitlines() if clean(line))


def _line(line: str, currency: str, today: date) -> Instalment:
    """Read « 15/12/2026 400 ». Raises Refused."""
    words = clean(_MARKS.sub(" ", line)).split(" ")
    for end in range(len(words) - 1, 0, -1):
        day, rest = " ".join(words[:end]), " ".join(words[end:])
        if dates.looks_like(day) and amounts.looks_like(rest):
            amount = amounts.read_in(rest, currency)
            if amount is not None:
                return Instalment(dates.read_date(day, today=today, side=dates.Side.FUTURE), amount)
    raise Refused("payment_plans.line_wrong", line=cut(line.strip(), 60))


def _refuse(lines: Sequence[Instalment], known: dict[str, Any], today: date) -> None:
    """Refuse lines that cannot be a plan; the books look again when it is noted."""
    if not lines:
        raise Refused("payment_plans.lines_missing")
    if len(lines) > MOST:
        raise Refused("payment_plans.lines_many", most=MOST)
    if lines[0].on < today:
        raise Refused("payment_plans.day_gone_by", day=lines[0].on)
    for earlier, later in pairwise(lines):
        if earlier.on == later.on:
            raise Refused("payment_plans.same_day", day=later.on)
    amount, whole = total(each.amount for each in lines), Decimal(known["total"])
    if amount > whole:
        facts = {"amount": amount, "total": whole, "currency": known["currency"]}
        raise Refused("payment_plans.lines_above", **facts)


def _typed(amount: Decimal) -> str:
    """Return an amount as people type it: `1 200,50`."""
    return f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")
