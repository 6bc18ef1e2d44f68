"""Which invoices a call was about: ticked in its form, their sum filled in as what is promised."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import many_chosen, typed
from bot.typed.words import clean, cut, plain
from message_templates.writer import writer
from receivables.language import Language
from receivables.money import total
from store.calls.sheet import CallInvoice

FIELD = "invoices"
BOXES = 10
"""Boxes that Slack shows; more invoices are chosen in a list."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Ticks:
    """The invoices that a call may be about, and those that are ticked already."""

    invoices: tuple[CallInvoice, ...] = ()
    ticked: tuple[int, ...] = ()

    @property
    def sum(self) -> Decimal | None:
        """What is left on the ticked invoices; None when there is no choice, or several currencies."""
        if self.currency is None:
            return None
        return total(each.outstanding for each in self.invoices if each.invoice_id in self.ticked)

    @property
    def currency(self) -> str | None:
        """The one currency of what is ticked."""
        found = {each.currency for each in self.invoices if each.invoice_id in self.ticked}
        return found.pop() if len(self.invoices) > 1 and len(found) == 1 else None

    def known(self) -> dict[str, Any]:
        """Return what the form has to remember: what was ticked and filled in, currencies that differ."""
        if len(self.invoices) < 2:
            return {}
        currencies = {str(each.invoice_id): each.currency for each in self.invoices}
        return {
            "ticked": list(self.ticked),
            "sum": str(self.sum) if self.sum is not None else None,
            "currencies": currencies if len(set(currencies.values())) > 1 else {},
        }


def filled_in(ticks: Ticks, language: Language) -> str:
    """Return the amount that the form begins with."""
    if ticks.sum is None or ticks.currency is None:
        return ""
    return writer(language).amount(ticks.sum, ticks.currency)


def field(ticks: Ticks, language: Language) -> list[Block]:
    """Return the field to tick; none when there is nothing to choose between."""
    if len(ticks.invoices) < 2:
        return []
    options = {each.invoice_id: _option(each, language) for each in ticks.invoices[:MOST]}
    chosen = [option for id_, option in options.items() if id_ in ticks.ticked]
    shown = list(options.values())
    menu = (
        blocks.checkboxes(FIELD, shown)
        if len(shown) <= BOXES
        else blocks.multi_select(FIELD, plain("appel.form.invoices_any", language), shown)
    )
    if chosen:
        menu["initial_options"] = chosen
    hint = plain("appel.form.invoices_hint", language)
    return [blocks.field(FIELD, plain("appel.form.invoices", language), menu, hint=hint)]


def _option(invoice: CallInvoice, language: Language) -> Block:
    label = plain(
        "appel.form.invoice",
        language,
        number=cut(invoice.number, 30),
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        due=invoice.due_date,
    )
    return blocks.option(label, str(invoice.invoice_id))


def chosen(view: dict[str, Any]) -> tuple[int, ...]:
    """Return the invoices that are ticked, that by which the call was named first; none without the field."""
    ids = [int(id_) for id_ in many_chosen(view, FIELD)]
    named = json.loads(view["private_metadata"])["invoice"]
    return tuple(sorted(ids, key=lambda id_: id_ != named))


def untouched(view: dict[str, Any]) -> bool:
    """Whether the amount is still the one that was filled in: it means all that is left on what is ticked."""
    given = json.loads(view["private_metadata"]).get("sum")
    text = clean(typed(view, "promise_amount"))
    return given is not None and _figures(text) == _figures(given)


def _figures(text: str) -> str:
    return "".join(sign for sign in text.replace(".", ",") if sign.isdigit() or sign == ",")


def errors(view: dict[str, Any], language: Language, *, promised: bool) -> dict[str, str]:
    """Return what is wrong with what is ticked."""
    known, ids = json.loads(view["private_metadata"]), many_chosen(view, FIELD)
    if "ticked" not in known:
        return {}
    if not ids:
        return {FIELD: plain("appel.form.invoices_missing", language)}
    currencies = {known["currencies"].get(id_) for id_ in ids}
    if promised and len(currencies) > 1:
        return {FIELD: plain("appel.form.invoices_currencies", language)}
    return {}
