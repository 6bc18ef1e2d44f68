"""Outcomes of calls, and what each means for the next one (SCHEDULE 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CallResult(StrEnum):
    """What came of a call, as the form offers it."""

    REACHED = "reached"
    PROMISE = "promise"
    PAYMENT_SENT = "payment_sent"
    DISPUTE = "dispute"
    WAITING_APPROVAL = "waiting_approval"
    IN_PAYMENT = "in_payment"
    INVOICE_NOT_RECEIVED = "invoice_not_received"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class CallResultFacts:
    """All there is to know of an outcome. Its words are in the catalogue, by the same code."""

    answered: bool
    """Whether somebody was spoken to: it moves the ladder unless a time to call again was agreed."""
    again: bool
    """Whether the call is made again, at a date and time when one is given."""
    comes_back: bool
    """Whether the next call comes back to it first."""


CALL_RESULTS: Mapping[CallResult, CallResultFacts] = {
    CallResult.REACHED: CallResultFacts(answered=True, again=False, comes_back=False),
    CallResult.PROMISE: CallResultFacts(answered=True, again=False, comes_back=False),
    CallResult.PAYMENT_SENT: CallResultFacts(answered=True, again=False, comes_back=True),
    CallResult.DISPUTE: CallResultFacts(answered=True, again=False, comes_back=False),
    CallResult.WAITING_APPROVAL: CallResultFacts(answered=True, again=False, comes_back=True),
    CallResult.IN_PAYMENT: CallResultFacts(answered=True, again=False, comes_back=True),
    CallResult.INVOICE_NOT_RECEIVED: CallResultFacts(answered=True, again=False, comes_back=True),
    CallResult.CALLBACK: CallResultFacts(answered=True, again=True, comes_back=True),
    CallResult.VOICEMAIL: CallResultFacts(answered=False, again=True, comes_back=False),
    CallResult.UNREACHABLE: CallResultFacts(answered=False, again=True, comes_back=False),
}
SILENT = frozenset(outcome for outcome, facts in CALL_RESULTS.items() if not facts.answered)
CALL_AGAIN = tuple(outcome for outcome, facts in CALL_RESULTS.items() if facts.again)
