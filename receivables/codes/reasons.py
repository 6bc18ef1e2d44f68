"""Why an item is reminded or not: the codes of SCHEDULE rule 10, and all there is to know of each.

Who decides a reason is the rule named in its row; its words are in the catalogue, by the same code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Where an item stands on a day."""

    REMIND = "remind"
    HOLD = "hold"
    WAIT = "wait"
    DONE = "done"


class Look(StrEnum):
    """When the plan looks again at an item with a reason: not before it may have lifted by itself."""

    NEXT_PLAN = "next_plan"
    """Time, files or settings may lift it: at each plan."""
    NEVER = "never"
    """Only an act lifts it, and every act on a customer has its items looked at again."""
    WITH_OTHERS = "with_others"
    """Only an act lifts it, but rules 7, 8 and 13 count the item as due: when its customer is looked at."""
    SLOT = "slot"
    """On the slot of its next step."""
    UNTIL = "until"
    """On the day that the reason names; without one only an act lifts it."""
    AFTER = "after"
    """On the day after the last one that the reason names; without one only an act lifts it."""


class Against(StrEnum):
    """What a reason does to a person who wants a message to leave all the same."""

    NOTHING = "nothing"
    CONFIRM = "confirm"
    """It is told, and confirmed a second time."""
    APPROVE = "approve"
    """A second person has to approve it first."""
    REFUSE = "refuse"
    """No confirmation helps."""


class Reason(StrEnum):
    """Why an item is reminded, held back, waited with or done, in the order of rule 10."""

    DUE = "due"
    PAID = "paid"
    CREDIT = "credit"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    INSOLVENCY = "insolvency"
    OLD_CLAIM = "old_claim"
    DISPUTED = "disputed"
    PROMISED = "promised"
    PLAN = "plan"
    DIRECT_DEBIT = "direct_debit"
    PAUSED = "paused"
    REPLY_UNREAD = "reply_unread"
    GONE = "gone"
    UNMATCHED_PAYMENT = "unmatched_payment"
    UNCERTAIN = "uncertain"
    RETRYING = "retrying"
    VETOED = "vetoed"
    STALE_BOOKS = "stale_books"
    NO_ADDRESS = "no_address"
    MISSING_PDF = "missing_pdf"
    BELOW_MINIMUM = "below_minimum"
    AWAITING_TASK = "awaiting_task"
    APPROVAL = "approval"
    GO = "go"
    LADDER_DONE = "ladder_done"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    NOT_DUE = "not_due"
    RESUMING = "resuming"
    WAITING_STEP = "waiting_step"
    SPACING = "spacing"
    CLOSED_DAY = "closed_day"
    OUTSIDE_WINDOW = "outside_window"
    DRAFT_MODE = "draft_mode"
    MANUAL_MODE = "manual_mode"


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """All there is to know of a reason. What it does to people and letters has no default: each says it."""

    standing: Standing
    """Of an item that has it; `credit` is done instead when nothing is left of the item."""
    rule: str
    """The rules of SCHEDULE that decide it."""
    look: Look
    escalating: Against
    """Against `/escalade`."""
    sending: Against
    """Against *Envoyer maintenant*; what does nothing there drops the invoice out, or changes nothing."""
    keeps_letter: bool
    """Whether it keeps an invoice out of a letter on paper: the others concern e-mails, or the task."""
    lasting: bool = False
    """Whether it does not pass within the month: the customer gets no statement by the clock."""
    keeps_specimen: bool = False
    """Whether the invoice is no good example of what a step would say."""


_REMIND, _HOLD, _WAIT, _DONE = Standing.REMIND, Standing.HOLD, Standing.WAIT, Standing.DONE
_NO, _CONFIRM, _APPROVE, _REFUSE = Against.NOTHING, Against.CONFIRM, Against.APPROVE, Against.REFUSE

REASONS: Mapping[Reason, ReasonFacts] = {
    Reason.DUE: ReasonFacts(_REMIND, "2", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.PAID: ReasonFacts(_DONE, "10", Look.NEVER, _REFUSE, _NO, keeps_letter=True, keeps_specimen=True),
    Reason.CREDIT: ReasonFacts(
        _HOLD, "10, 13", Look.NEXT_PLAN, _NO, _NO, keeps_letter=True, keeps_specimen=True
    ),
    Reason.WITHDRAWN: ReasonFacts(
        _DONE, "10", Look.NEVER, _REFUSE, _REFUSE, keeps_letter=True, keeps_specimen=True
    ),
    Reason.WRITTEN_OFF: ReasonFacts(
        _DONE, "10", Look.NEVER, _REFUSE, _REFUSE, keeps_letter=True, keeps_specimen=True
    ),
    Reason.HANDED_OVER: ReasonFacts(
        _DONE, "10", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True, lasting=True, keeps_specimen=True
    ),
    Reason.REFUSED: ReasonFacts(
        _HOLD, "10", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True, lasting=True, keeps_specimen=True
    ),
    Reason.INSOLVENCY: ReasonFacts(
        _HOLD, "10", Look.NEVER, _REFUSE, _REFUSE, keeps_letter=True, lasting=True
    ),
    Reason.OLD_CLAIM: ReasonFacts(
        _HOLD, "26", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True, keeps_specimen=True
    ),
    Reason.DISPUTED: ReasonFacts(
        _HOLD, "12", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True, keeps_specimen=True
    ),
    Reason.PROMISED: ReasonFacts(_HOLD, "11", Look.AFTER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.PLAN: ReasonFacts(_HOLD, "11", Look.AFTER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.DIRECT_DEBIT: ReasonFacts(_HOLD, "27", Look.AFTER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.PAUSED: ReasonFacts(_HOLD, "10", Look.UNTIL, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.REPLY_UNREAD: ReasonFacts(_HOLD, "15", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.GONE: ReasonFacts(_HOLD, "10", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.UNMATCHED_PAYMENT: ReasonFacts(_HOLD, "13", Look.NEXT_PLAN, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.UNCERTAIN: ReasonFacts(_HOLD, "10, 22", Look.NEVER, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.RETRYING: ReasonFacts(_WAIT, "10, 22", Look.NEXT_PLAN, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.VETOED: ReasonFacts(_HOLD, "16", Look.NEXT_PLAN, _CONFIRM, _CONFIRM, keeps_letter=True),
    Reason.STALE_BOOKS: ReasonFacts(_HOLD, "14", Look.NEXT_PLAN, _CONFIRM, _CONFIRM, keeps_letter=False),
    Reason.NO_ADDRESS: ReasonFacts(
        _HOLD, "10", Look.WITH_OTHERS, _NO, _REFUSE, keeps_letter=False, lasting=True
    ),
    Reason.MISSING_PDF: ReasonFacts(_HOLD, "1", Look.NEXT_PLAN, _NO, _CONFIRM, keeps_letter=False),
    Reason.BELOW_MINIMUM: ReasonFacts(_HOLD, "8", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.AWAITING_TASK: ReasonFacts(_HOLD, "7", Look.WITH_OTHERS, _CONFIRM, _CONFIRM, keeps_letter=False),
    Reason.APPROVAL: ReasonFacts(_HOLD, "17", Look.NEXT_PLAN, _NO, _APPROVE, keeps_letter=False),
    Reason.GO: ReasonFacts(_HOLD, "18", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.LADDER_DONE: ReasonFacts(_DONE, "10", Look.NEVER, _NO, _NO, keeps_letter=False),
    Reason.LAPSED: ReasonFacts(_WAIT, "1", Look.SLOT, _NO, _NO, keeps_letter=False),
    Reason.REPLACED: ReasonFacts(_WAIT, "1", Look.SLOT, _NO, _NO, keeps_letter=False),
    Reason.NOT_DUE: ReasonFacts(_WAIT, "2", Look.SLOT, _NO, _NO, keeps_letter=False),
    Reason.RESUMING: ReasonFacts(_WAIT, "12", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.WAITING_STEP: ReasonFacts(_WAIT, "4, 8", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.SPACING: ReasonFacts(_WAIT, "6", Look.NEXT_PLAN, _CONFIRM, _CONFIRM, keeps_letter=False),
    Reason.CLOSED_DAY: ReasonFacts(_WAIT, "9", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.OUTSIDE_WINDOW: ReasonFacts(_WAIT, "9", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.DRAFT_MODE: ReasonFacts(_HOLD, "20", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
    Reason.MANUAL_MODE: ReasonFacts(_HOLD, "20", Look.NEXT_PLAN, _NO, _NO, keeps_letter=False),
}
"""Every reason with its row."""


class Obstacle(StrEnum):
    """Why a message, or an invoice in it, does not leave, where it is none of the reasons of rule 10."""

    DAY_OVER = "day_over"
    """Planned, never attempted, and planned anew by the next plan (SCHEDULE 21)."""
    EMPTY = "empty"
    """Nothing was left in it."""
    JOINED_ALONE = "joined_alone"
    """Only invoices were left that had joined others (SCHEDULE 4)."""
    SENT_BY_HAND = "sent_by_hand"
    """A person has sent another message about it."""
    SENT_TODAY = "sent_today"
    """A message has left that day already: told to a person who wants another."""
    MESSAGE_TODAY = "message_today"
    """The customer gets another message that day: never two by the clock."""
    MODE = "mode"
    """The mode has changed since it was planned."""
    AMOUNT = "amount"
    """What is owed is no longer what was shown."""
    UNDONE = "undone"
    """What asked for it was undone."""
    NOTHING_DUE = "nothing_due"
    """There is nothing to tell any more."""
    PAYMENT_UNDONE = "payment_undone"
    """Of thanks: the payment was undone."""
    INSTALMENT_MET = "instalment_met"
    """Of the mail of an instalment: it came in."""
    PLAN_OVER = "plan_over"
    """Of the mail of an instalment: its plan has ended."""


Why = Reason | Obstacle
"""Whatever keeps a message, or an invoice in it, from leaving."""


def why(code: str) -> Why:
    """Return the reason, or the obstacle, that `code` writes. Raises ValueError."""
    try:
        return Reason(code)
    except ValueError:
        return Obstacle(code)


def lasting(found: Why) -> bool:
    """Whether it does not pass within the month; every obstacle is of its day."""
    return not isinstance(found, Obstacle) and REASONS[found].lasting


def escalating(found: Why) -> Against:
    """Return what a warning does to an escalation: a message that left today is told like spacing."""
    if isinstance(found, Obstacle):
        return Against.CONFIRM if found is Obstacle.SENT_TODAY else Against.NOTHING
    return REASONS[found].escalating
