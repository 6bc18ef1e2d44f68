"""/relances escompte: a customer's early-payment discount, and writing it off once it is earned."""

from decimal import Decimal

from bot.penalties.form import percent
from bot.slack import blocks
from bot.slack.access import FINANCE
from bot.slack.blocks import Block
from bot.slack.outcomes import UNDO_FINANCE, with_undo
from bot.slack.visit import Visit
from bot.typed import parsing
from bot.typed.choosing import number_only
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused
from receivables.text import fold_typed
from store import discounts
from store.customers import terms as customer_terms
from store.discounts import InvoiceDiscount

GRANT = "discount_grant"
_NONE = frozenset({"aucun", "non", "sans"})


def answer_escompte(visit: Visit, text: str) -> None:
    """Answer `/relances escompte FAC-123`, and `… 2 % 10 jours` for new terms. Raises RelanceError."""
    if not clean(text) or fold_typed(text) in parsing.HELP:
        visit.tell(say("penalites.discount.help", visit.language))
        return
    words = parsing.words_of(text, plain("penalites.discount.example", visit.language))
    named, terms = _cut(words)
    with visit.look() as b:
        invoice = number_only(b, " ".join(named), plain("penalites.discount.example", visit.language))
        found = discounts.of_invoice(b, invoice.id)
    if terms:
        _set(visit, found, terms)
        return
    said = discount_sentences(visit, found)
    buttons = [blocks.actions(grant_button(visit, found))] if found.earned else []
    visit.tell(said, [blocks.section(said), *buttons])


def _cut(words: list[str]) -> tuple[list[str], list[str]]:
    """Cut the words into the invoice and the terms that follow it: `2 % 10 jours`, or `aucun`."""
    for place in range(1, len(words)):
        if fold_typed(words[place]) in _NONE or "%" in words[place]:
            alone = words[place] == "%"
            return (words[: place - 1], words[place - 1 :]) if alone else (words[:place], words[place:])
    return words, []


def discount_sentences(visit: Visit, found: InvoiceDiscount) -> str:
    """Return the discount of an invoice, and where it stands."""
    facts = {"number": found.number, "customer": cut(found.customer, 100), "currency": found.currency}
    if found.discount is None:
        return say("penalites.discount.none", visit.language, **facts)
    said = say(
        "penalites.discount.terms",
        visit.language,
        rate=found.rate,
        days=found.days,
        until=found.discount.until,
        amount=found.discount.amount,
        **facts,
    )
    if found.outstanding <= 0:
        state = "settled"
    elif found.earned:
        state = "earned"
    else:
        state = "open" if visit.today <= found.discount.until else "over"
    left = {"left": found.outstanding, "currency": found.currency}
    return f"{said} {say(f'penalites.discount.{state}', visit.language, **left)}"


def grant_button(visit: Visit, found: InvoiceDiscount) -> Block:
    """Return the button that writes an earned discount off."""
    sure = blocks.confirm(
        plain("penalites.discount.grant_title", visit.language),
        plain("penalites.discount.grant_text", visit.language, number=found.number),
        plain("penalites.yes", visit.language),
        plain("penalites.no", visit.language),
    )
    label = plain("penalites.discount.grant", visit.language)
    return blocks.button(label, GRANT, visit.value(found.invoice_id), style="primary", confirm=sure)


def offer(visit: Visit, invoice_id: int) -> list[Block]:
    """Return the offer to write the discount off, when what came in is what the discount asks for."""
    with visit.look() as b:
        found = discounts.of_invoice(b, invoice_id)
    if not found.earned or found.discount is None:
        return []
    said = say(
        "penalites.discount.offered", visit.language, rate=found.discount.rate, until=found.discount.until
    )
    return [blocks.section(said), blocks.actions(grant_button(visit, found))]


def grant(visit: Visit, carried: str) -> None:
    """Answer *Accorder l’escompte*. Raises AlreadySettled, Refused."""
    with visit.books() as b:
        done = discounts.grant(b, int(carried), by=visit.user, at=visit.at)
    text = say(
        "penalites.discount.granted",
        visit.language,
        by=visit.user,
        number=done.number or "",
        customer=cut(done.customer, 100),
        amount=done.amount,
        currency=done.currency,
        note=done.note_number or "",
    )
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))


def _set(visit: Visit, found: InvoiceDiscount, terms: list[str]) -> None:
    visit.desk.access.check(visit.company, visit.user, FINANCE)
    none = fold_typed(terms[0]) in _NONE
    rate, days = (None, None) if none else _read_terms(terms)
    with visit.books() as b:
        done = customer_terms.set_discount(
            b, found.customer_id, rate=rate, days=days, by=visit.user, at=visit.at
        )
    key = "unset" if none else "set"
    facts = {"customer": cut(done.customer, 100), "rate": done.discount_rate, "days": done.discount_days}
    text = say(f"penalites.discount.{key}", visit.language, by=done.by, **facts)
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))


def _read_terms(terms: list[str]) -> tuple[Decimal, int]:
    rate_text, _, rest = " ".join(terms).partition("%")
    rate = percent(clean(rate_text))
    days = [word for word in rest.replace("j", " j").split() if word.isdecimal()]
    if rate is None or len(days) != 1 or len(days[0]) > 4:
        raise Refused("discounts.terms_missing")
    return rate, int(days[0])
