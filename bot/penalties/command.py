"""/relances penalites: what an invoice's lateness gives a right to, to be claimed or waived."""

from decimal import Decimal
from typing import Any

from bot.penalties import card as penalty_view
from bot.penalties import form
from bot.slack import blocks
from bot.slack.access import FINANCE
from bot.slack.outcomes import UNDO_FINANCE, joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused
from store import undo
from store.invoices import acts as invoices
from store.penalties import acts as penalty_decisions
from store.penalties import facts as penalties
from store.penalties.acts import DecisionOutcome
from store.penalties.facts import InvoicePenalties


def answer_penalites(visit: Visit, said: Understood) -> None:
    """Answer `/relances penalites FAC-123`, or `… taux 12,5`: the contract's rate. Raises RelanceError."""
    if said.help:
        visit.tell(say("penalites.help", visit.language))
        return
    with visit.look() as b:
        invoice, _ = choose(b, said, plain("penalites.example", visit.language))
    if said.terms is None:
        show_computation(visit, invoice.id)
    else:
        _set_rate(visit, invoice.customer_id, said.terms.rate)


def show_computation(visit: Visit, invoice_id: int, *, instead: bool = False) -> None:
    """Whisper the computation up to today, and the two ways on."""
    with visit.look() as b:
        invoice = invoices.get_invoice(b, invoice_id)
        found = penalties.about(b, invoice_id, on=visit.today)
        entry_id = penalty_decisions.live_entry(b, invoice_id)
    drawn = penalty_view.shown(visit, invoice, found, entry_id)
    visit.tell(_text(drawn), drawn, instead=instead)


def _text(drawn: list[blocks.Block]) -> str:
    """Return the sections as text, for those who hear the message instead of seeing it."""
    return "\n".join(block["text"]["text"] for block in drawn if block["type"] == "section")


def claim(visit: Visit, carried: str) -> None:
    """Answer *Réclamer*: the computation then shows it, and the channel is told. Raises Refused."""
    with visit.books() as b:
        done = penalty_decisions.claim(b, int(carried), by=visit.user, at=visit.at)
    show_computation(visit, done.invoice_id, instead=True)
    _publish(visit, done)


def ask_why(visit: Visit, carried: str) -> None:
    """Answer *Renoncer*: ask for the reason."""
    with visit.look() as b:
        invoice = invoices.get_invoice(b, int(carried))
        found = penalties.about(b, invoice.id, on=visit.today)
    _refuse_waived(found)
    visit.open(form.waiving(visit, invoice, found))


def _refuse_waived(found: InvoicePenalties) -> None:
    if found.waived:
        raise Refused("penalties.waived_already", number=found.number)


def waived(visit: Visit, view: dict[str, Any]) -> None:
    """Give penalties up, for the reason in the form. Raises Refused."""
    invoice_id, reason = form.waived(view)
    with visit.books() as b:
        done = penalty_decisions.waive(b, invoice_id, reason=reason, by=visit.user, at=visit.at)
    _publish(visit, done)


def _publish(visit: Visit, done: DecisionOutcome) -> None:
    text = say(
        f"penalites.{done.decision}",
        visit.language,
        by=done.by,
        number=done.number,
        customer=cut(done.customer, 100),
        interest=done.interest,
        indemnity=done.indemnity,
        currency=done.currency,
        on=done.on,
        reason=cut(done.reason or "", 300),
    )
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))


def take_back(visit: Visit, carried: str) -> None:
    """Answer *Annuler* beside a decision: take it back, and say so. Raises Refused."""
    with visit.books() as b:
        undone = undo.undo(b, int(carried), by=visit.user, at=visit.at)
    text = say(
        "penalites.taken_back",
        visit.language,
        by=visit.user,
        number=undone.number or "",
        customer=undone.customer or "",
    )
    visit.publish(text, [blocks.section(text)])


def _set_rate(visit: Visit, customer_id: int, rate: Decimal | None) -> None:
    visit.desk.access.check(visit.company, visit.user, FINANCE)
    with visit.books() as b:
        done = penalties.set_rate(b, customer_id, rate=rate, by=visit.user, at=visit.at)
    key = "rate_legal" if rate is None else "rate_set"
    text = joined(
        [say(f"penalites.{key}", visit.language, by=done.by, customer=cut(done.customer, 100), rate=rate)]
    )
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
