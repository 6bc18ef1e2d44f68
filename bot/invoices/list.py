"""Late invoices as Slack shows them: a paragraph each with its menu, by priority, under their customer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import escape, say
from receivables.codes.statuses import LateState
from receivables.codes.steps import LastActKind
from receivables.company import Company
from receivables.language import Language
from store.invoices.last_acts import LastAct
from store.morning.late import LateCustomer, LateInvoice

MENU = "late_menu"
CHOICES = ("paye", "appel", "escalade", "pourquoi")
SHOWN = 30
"""Invoices shown in one message; Slack takes fifty blocks."""

CHARACTERS = 12_000
"""All texts of one message together: near 13,000 Slack refuses (`msg_blocks_too_long`)."""

NAME, NUMBER = 60, 40
_USER = re.compile(r"[UW][A-Z0-9]{2,20}\Z")


@dataclass(frozen=True, slots=True)
class LateLine:
    """An invoice to show, with its customer when it is the first of that customer."""

    invoice: LateInvoice
    heading: LateCustomer | None


def lines(late: Iterable[LateCustomer]) -> Iterator[LateLine]:
    """Return all invoices in order, each customer named once."""
    for customer in late:
        for rank, invoice in enumerate(customer.invoices):
            yield LateLine(invoice, customer if rank == 0 else None)


def first_ids(late: Sequence[LateCustomer], most: int = SHOWN) -> list[int]:
    """Return the ids of the invoices that may be shown."""
    return [line.invoice.id for line, _ in zip(lines(late), range(most), strict=False)]


def sections(
    company: Company,
    late: Sequence[LateCustomer],
    acts: Mapping[int, LastAct],
    *,
    room: int,
    most: int = SHOWN,
) -> list[Block]:
    """Return a paragraph for each of the first invoices, as many as `room` characters hold."""
    drawn: list[Block] = []
    for line, _ in zip(lines(late), range(most), strict=False):
        block = _section(company, line, acts.get(line.invoice.id))
        room -= weight([block])
        if room < 0:
            break
        drawn.append(block)
    return drawn


def _section(company: Company, line: LateLine, act: LastAct | None) -> Block:
    text = _invoice(line.invoice, act, company.language)
    if line.heading is not None:
        text = f"{_customer(line.heading, company.language)}\n{text}"
    return blocks.section(text, _menu(company, line.invoice.id), block_id=f"late:{line.invoice.id}")


def _customer(customer: LateCustomer, language: Language) -> str:
    several = len(customer.invoices) if len(customer.invoices) > 1 else 0
    name = cut(customer.name, NAME)
    return say(
        "digest.customer",
        language,
        name=name,
        owner=owner_of(customer, language),
        several=several,
        totals=customer.totals,
        credit=customer.credit,
    )


def owner_of(customer: LateCustomer, language: Language) -> str:
    """Return a mention of the owner who is in Slack, else the name in the files."""
    if customer.owner and _USER.match(customer.owner):
        return say("digest.owner", language, owner=customer.owner)
    return escape(cut(customer.owner_name or "", NAME)) or say("digest.nobody", language)


def _invoice(invoice: LateInvoice, act: LastAct | None, language: Language) -> str:
    first = say(
        "digest.invoice",
        language,
        number=cut(invoice.number, NUMBER),
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        days=invoice.days_late,
    )
    state = state_of(invoice, language)
    done = act_of(act, language) if act is not None or not state else ""
    return f"{first}\n_{' · '.join(filter(None, (state, done)))}_"


def state_of(invoice: LateInvoice, language: Language) -> str:
    """Return what holds an invoice, or the promise that was broken; nothing when it is only late."""
    return (
        ""
        if invoice.state is LateState.LATE
        else say(f"digest.state.{invoice.state}", language, on=invoice.on)
    )


def act_of(act: LastAct | None, language: Language) -> str:
    """Return what was last done, in words."""
    if act is None:
        return say("digest.act.none", language)
    what = (
        say(f"digest.call.{act.what}", language)
        if act.kind == LastActKind.CALL
        else labels.step(act.what, language)
    )
    return say(f"digest.act.{act.kind}", language, on=act.on, what=what)


def _menu(company: Company, invoice_id: int) -> Block:
    return blocks.overflow(
        MENU,
        [
            blocks.option(plain(f"digest.menu.{key}", company.language), f"{key}|{company.key}:{invoice_id}")
            for key in CHOICES
        ],
    )


def weight(drawn: Iterable[object]) -> int:
    """Return the characters of all texts in blocks, as Slack adds them up."""
    total = 0
    for piece in drawn:
        if isinstance(piece, dict):
            text = piece.get("text")
            total += len(text) if isinstance(text, str) else 0
            total += weight(value for value in piece.values() if isinstance(value, dict | list))
        elif isinstance(piece, list):
            total += weight(piece)
    return total
