"""What to ask on the phone: one aim for the call, from what was said and done before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from receivables.codes.calls import CALL_RESULTS, SILENT, CallResult

TRIED = 2
"""Calls in a row that nobody answered, after which another number or hour is the better idea."""


@dataclass(frozen=True, slots=True)
class Known:
    """What decides the aim of a call. Days are local; amounts in the items' own currency."""

    reply_on: date | None = None
    """Day of a reply that nobody has read."""
    broken_on: date | None = None
    """Date of the last promise, when it was not kept."""
    broken_amount: Decimal = Decimal(0)
    broken_currency: str = "EUR"
    disputed: tuple[str, ...] = ()
    """Numbers that the customer contests."""
    outcomes: tuple[CallResult, ...] = ()
    """Outcomes of the calls so far, the latest first."""
    last_call_on: date | None = None
    paid_part: Decimal = Decimal(0)
    paid_currency: str = "EUR"
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """The sentence to say (its key), and the facts that it names."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def aim(known: Known) -> Aim:
    """Return what this call is to bring about, the most telling case first."""
    if known.reply_on is not None:
        return Aim("reply", {"on": known.reply_on})
    if known.broken_on is not None:
        facts = {"on": known.broken_on, "amount": known.broken_amount, "currency": known.broken_currency}
        return Aim("broken", facts)
    if known.disputed:
        return Aim("disputed", {"numbers": list(known.disputed)})
    return _after_calls(known) or _after_money(known) or Aim("date")


def _after_calls(known: Known) -> Aim | None:
    tried = next((rank for rank, each in enumerate(known.outcomes) if not _silent(each)), len(known.outcomes))
    if tried >= TRIED:
        return Aim("unanswered", {"count": tried})
    spoken = next((each for each in known.outcomes if not _silent(each)), None)
    known_of = CALL_RESULTS.get(spoken) if spoken else None
    comes_back = known_of is not None and known_of.comes_back
    return Aim(spoken, {"on": known.last_call_on}) if spoken and comes_back and known.last_call_on else None


def _silent(outcome: CallResult) -> bool:
    return outcome in SILENT


def _after_money(known: Known) -> Aim | None:
    if not known.paid_part or known.paid_on is None:
        return None
    return Aim("rest", {"amount": known.paid_part, "currency": known.paid_currency, "on": known.paid_on})
