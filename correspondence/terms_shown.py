"""What an e-mail says of lateness and of early payment: penalties claimed or possible, discounts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from message_templates.pieces.mail_context import DiscountShown, PenaltiesShown
from receivables.codes.penalties import PenaltyChoice
from receivables.correspondence import Claimed, Correspondent, LatePenalties, MailFacts
from receivables.discounts import discount, reachable
from receivables.money import ZERO, total


def penalties_shown(
    facts: MailFacts, items: Sequence[Claimed], *, today: date, language: str
) -> PenaltiesShown | None:
    """Return what the lateness of the late items comes to; None when nothing is to be said.

    What a person claimed goes before what is only possible; what was waived is left out, and when all was,
    the e-mail says nothing at all of it. Two currencies are not added up: nothing is said then.
    """
    found = [
        (item.number, facts.penalties[item.invoice_id])
        for item in items
        if item.due_date < today and item.invoice_id in facts.penalties
    ]
    bearing = [(number, each) for number, each in found if each.computed.any]
    if not bearing:
        return None
    open_ones = [(number, each) for number, each in bearing if each.decision != PenaltyChoice.WAIVED]
    if not open_ones:
        return PenaltiesShown(None, ZERO, waived=True)
    claimed = [(number, each) for number, each in open_ones if each.decision == PenaltyChoice.CLAIMED]
    told = claimed or open_ones
    if len({each.computed.currency for _, each in told}) > 1:
        return None
    named = tuple(number for number, _ in told) if len(told) < len(found) else ()
    return _summed([each for _, each in told], language, claimed=bool(claimed), numbers=named)


def _summed(
    told: Sequence[LatePenalties], language: str, *, claimed: bool, numbers: tuple[str, ...]
) -> PenaltiesShown:
    computed = [each.computed for each in told]
    known = [each.owed for each in computed if each.owed is not None]
    complete = len(known) == len(computed)
    return PenaltiesShown(
        interest=total(known) if complete else None,
        indemnity=total(each.indemnity for each in computed),
        currency=computed[0].currency,
        rate_text=_rate({part.rate for each in computed for part in each.slices}, language),
        to_confirm=not complete,
        claimed=claimed,
        numbers=numbers,
    )


def _rate(rates: set[Decimal | None], language: str) -> str | None:
    """Return the yearly rate when one says all."""
    rate = rates.pop() if len(rates) == 1 else None
    if rate is None:
        return None
    return f"{rate:.2f}%" if language == "en" else f"{rate:.2f}\u00a0%".replace(".", ",")


def discounts_shown(
    customer: Correspondent, items: Sequence[Claimed], *, today: date
) -> tuple[DiscountShown, ...]:
    """Return the early-payment discounts that can still be had on items not yet due, on what is left."""
    if not customer.discount_rate:
        return ()
    shown = []
    for item in items:
        left = item.outstanding
        found = discount(left, item.issue_date, customer.discount_rate, customer.discount_days)
        if found and item.due_date >= today and item.claimed == left and reachable(found, left, today):
            shown.append(DiscountShown(item.number, found.rate, found.until, found.amount, item.currency))
    return tuple(shown)
