"""/relances escompte: a customer's early-payment discount, and writing it off once it is earned."""

from bot.slack import blocks
from bot.slack.access import FINANCE
from bot.slack.blocks import Block
from bot.slack.outcomes import UNDO_FINANCE, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Terms, Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from store import discounts
from store.customers import terms as customer_terms
from store.discounts import InvoiceDiscount

GRANT = "discount_grant"


def answer_escompte(visit: Visit, said: Understood) -> None:
    """Answer `/relances escompte FAC-123`, and `… 2 % 10 jours` for new terms. Raises RelanceError."""
    if said.help:
        visit.tell(say("penalites.discount.help", visit.language))
        return
    with visit.look() as b:
        invoice, _ = choose(b, said, plain("penalites.discount.example", visit.language))
        found = discounts.of_invoice(b, invoice.id)
    if said.terms is not None:
        _set(visit, found, said.terms)
        return
    text = discount_sentences(visit, found)
    buttons = [blocks.actions(grant_button(visit, found))] if found.earned else []
    visit.tell(text, [blocks.section(text), *buttons])


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


def _set(visit: Visit, found: InvoiceDiscount, terms: Terms) -> None:
    visit.desk.access.check(visit.company, visit.user, FINANCE)
    with visit.books() as b:
        done = customer_terms.set_discount(
            b, found.customer_id, rate=terms.rate, days=terms.days, by=visit.user, at=visit.at
        )
    key = "unset" if terms.rate is None else "set"
    facts = {"customer": cut(done.customer, 100), "rate": done.discount_rate, "days": done.discount_days}
    text = say(f"penalites.discount.{key}", visit.language, by=done.by, **facts)
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
