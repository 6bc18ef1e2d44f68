"""The forms of a dispute: open it, say that it goes on, settle it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.disputes.card import line
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, many_chosen, typed, user_of
from bot.slack.visit import Desk, Visit
from bot.typed import amounts
from bot.typed.words import clean, cut, plain, refusal
from message_templates.catalogue import say
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.company import Company
from receivables.disputes import follow_up_on
from receivables.errors import RelanceError
from receivables.language import Language
from store.disputes.facts import DisputeFacts
from store.invoices.acts import InvoiceFacts
from store.tasks.put_offs import FARTHEST

OPEN, FOLLOW, SETTLE = "dispute_open", "dispute_follow", "dispute_settle"
OUTCOMES = OURS, THEIRS, COMING, PAID = (
    DisputeEnd.OURS,
    DisputeEnd.THEIRS,
    DisputeEnd.CREDIT_COMING,
    DisputeEnd.PAID,
)
NOTE = 1_000


@dataclass(frozen=True, slots=True)
class OpenFields:
    """What the form to open a dispute says."""

    invoice_id: int
    kind: DisputeKind
    disputed: Decimal | None
    released: bool
    resolver: str | None
    follow_up_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SettleFields:
    """What the form to settle a dispute says."""

    dispute_id: int
    outcome: DisputeEnd
    number: str | None
    amount: Decimal | None
    follow_up_on: date | None


@dataclass(frozen=True, slots=True)
class FollowFields:
    """What the form of a dispute that goes on says."""

    dispute_id: int
    until: date | None
    note: str | None
    resolver: str | None


def _modal(visit: Visit, callback: str, part: str, drawn: list[Block], **ids: Any) -> Block:
    known = {"company": visit.company.key, "channel": visit.voice.channel, **ids}
    return blocks.modal(
        callback,
        plain(f"litiges.{part}.title", visit.language),
        drawn,
        submit=plain(f"litiges.{part}.submit", visit.language),
        close=plain("litiges.form.close", visit.language),
        metadata=json.dumps(known),
    )


def open_view(visit: Visit, invoice: InvoiceFacts, *, owner: str | None, note: str = "") -> Block:
    """Return the form to open a dispute on an invoice."""
    facts = {"outstanding": invoice.outstanding, "currency": invoice.currency, "due": invoice.due_date}
    intro = say(
        "litiges.form.intro",
        visit.language,
        number=invoice.number,
        customer=cut(invoice.customer, 100),
        **facts,
    )
    ids = {"invoice": invoice.id, "outstanding": str(invoice.outstanding), "currency": invoice.currency}
    drawn = [blocks.section(intro), *_open_fields(owner or visit.user, note, visit.language)]
    return _modal(visit, OPEN, "form", drawn, **ids)


def _open_fields(resolver: str, note: str, language: Language) -> Iterator[Block]:
    kinds = [blocks.option(_capital(plain(f"litiges.kind.{kind}", language)), kind) for kind in DisputeKind]
    go_on = blocks.checkboxes(
        "released", [blocks.option(plain("litiges.form.released_option", language), "yes")]
    )
    for name, element, optional in (
        ("kind", blocks.select("kind", plain("litiges.form.kind_any", language), kinds), False),
        ("disputed", blocks.text_input("disputed", placeholder="1 200,50", most=40), True),
        ("released", go_on, True),
        ("resolver", blocks.user_input("resolver", resolver), True),
        ("follow_up", blocks.day_input("follow_up"), True),
        ("note", blocks.text_input("note", initial=note, multiline=True, most=NOTE), True),
    ):
        hint = (
            plain(f"litiges.form.{name}_hint", language) if name in {"disputed", "follow_up", "note"} else ""
        )
        yield blocks.field(
            name, plain(f"litiges.form.{name}", language), element, optional=optional, hint=hint
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def open_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the form to open a dispute."""
    known, found = json.loads(view["private_metadata"]), _off(view, "follow_up", company, desk)
    try:
        part = _amount(view, "disputed")
    except RelanceError as error:
        return found | {"disputed": refusal(error, company.language)}
    left = Decimal(known["outstanding"])
    if part is None and many_chosen(view, "released"):
        found["disputed"] = plain("litiges.form.released_amount", company.language)
    if part is not None and part > left:
        found["disputed"] = plain(
            "litiges.form.above", company.language, outstanding=left, currency=known["currency"]
        )
    return found


def _off(view: dict[str, Any], name: str, company: Company, desk: Desk) -> dict[str, str]:
    day = day_of(view, name)
    today = company.day_of(desk.now())
    if day is None or today < day <= today + FARTHEST:
        return {}
    return {name: plain(f"litiges.form.follow_up_{'far' if day > today else 'past'}", company.language)}


def _amount(view: dict[str, Any], name: str) -> Decimal | None:
    return amounts.read_in(typed(view, name), json.loads(view["private_metadata"])["currency"])


def read_open(view: dict[str, Any]) -> OpenFields:
    """Return what the form to open a dispute says. Raises Refused as `bot.typed.amounts` does."""
    return OpenFields(
        invoice_id=json.loads(view["private_metadata"])["invoice"],
        kind=DisputeKind(chosen(view, "kind") or DisputeKind.OTHER),
        disputed=_amount(view, "disputed"),
        released=bool(many_chosen(view, "released")),
        resolver=user_of(view, "resolver"),
        follow_up_on=day_of(view, "follow_up"),
        note=typed(view, "note").strip() or None,
    )


def follow_view(visit: Visit, dispute: DisputeFacts) -> Block:
    """Return the form of a dispute that goes on."""
    day = follow_up_on(dispute.kind, visit.today, visit.company.calendar)
    drawn = [
        blocks.section(line(dispute, visit.today, visit.language)),
        blocks.field(
            "until", plain("litiges.follow.until", visit.language), blocks.day_input("until", day.isoformat())
        ),
        blocks.field(
            "resolver",
            plain("litiges.follow.resolver", visit.language),
            blocks.user_input("resolver", dispute.resolver),
            optional=True,
        ),
        blocks.field(
            "note",
            plain("litiges.follow.note", visit.language),
            blocks.text_input("note", multiline=True, most=NOTE),
            optional=True,
            hint=plain("litiges.form.note_hint", visit.language),
        ),
    ]
    return _modal(visit, FOLLOW, "follow", drawn, dispute=dispute.id)


def follow_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the form of a dispute that goes on."""
    return _off(view, "until", company, desk)


def read_follow(view: dict[str, Any]) -> FollowFields:
    """Return what the form of a dispute that goes on says."""
    return FollowFields(
        dispute_id=json.loads(view["private_metadata"])["dispute"],
        until=day_of(view, "until"),
        note=typed(view, "note").strip() or None,
        resolver=user_of(view, "resolver"),
    )


def settle_view(visit: Visit, dispute: DisputeFacts) -> Block:
    """Return the form that settles a dispute."""
    options = [blocks.option(plain(f"litiges.settle.option.{key}", visit.language), key) for key in OUTCOMES]
    part = dispute.disputed if dispute.disputed is not None else None
    initial = f"{part:.2f}".replace(".", ",") if part is not None and dispute.outcome else ""
    later = follow_up_on(dispute.kind, visit.today, visit.company.calendar).isoformat()
    number = blocks.text_input("number", placeholder="AV-12", most=60)
    amount = blocks.text_input("amount", initial=initial, placeholder="120,00", most=40)
    drawn = [
        blocks.section(line(dispute, visit.today, visit.language)),
        blocks.field(
            "how",
            plain("litiges.settle.how", visit.language),
            blocks.select("how", plain("litiges.form.kind_any", visit.language), options),
        ),
        blocks.field("number", plain("litiges.settle.number", visit.language), number, optional=True),
        blocks.field(
            "amount",
            plain("litiges.settle.amount", visit.language),
            amount,
            optional=True,
            hint=plain("litiges.settle.amount_hint", visit.language),
        ),
        blocks.field(
            "follow_up",
            plain("litiges.settle.follow_up", visit.language),
            blocks.day_input("follow_up", later),
            optional=True,
        ),
    ]
    return _modal(visit, SETTLE, "settle", drawn, dispute=dispute.id, currency=dispute.currency)


def settle_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the form that settles a dispute."""
    how, found = chosen(view, "how"), {}
    try:
        amount = _amount(view, "amount")
    except RelanceError as error:
        return {"amount": refusal(error, company.language)}
    if how in {THEIRS, COMING} and amount is None:
        found["amount"] = plain("litiges.settle.amount_missing", company.language)
    if how in {OURS, PAID} and amount is not None:
        found["amount"] = plain("litiges.settle.amount_useless", company.language)
    if how == THEIRS and not clean(typed(view, "number")):
        found["number"] = plain("litiges.settle.number_missing", company.language)
    return found | (_off(view, "follow_up", company, desk) if how == COMING else {})


def read_settle(view: dict[str, Any]) -> SettleFields:
    """Return what the form that settles a dispute says. Raises Refused as `bot.typed.amounts` does."""
    return SettleFields(
        dispute_id=json.loads(view["private_metadata"])["dispute"],
        outcome=DisputeEnd(chosen(view, "how") or OURS),
        number=clean(typed(view, "number")) or None,
        amount=_amount(view, "amount"),
        follow_up_on=day_of(view, "follow_up"),
    )
