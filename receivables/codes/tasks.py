"""Tasks: what a person must do, by kind, with all there is to know of each kind (SCHEDULE 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from receivables.codes.calls import CallResult
from receivables.codes.channels import CALL, HANDOVER, LETTER
from receivables.codes.roles import Role


class TaskState(StrEnum):
    """How far a task has come. `waiting`: for the go of its morning."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What is to be done. Those of the ladder are called as the channels of their steps."""

    CALL = "call"
    LETTER = "letter"
    HANDOVER = "handover"
    ESCALATION = "escalation"
    FOLLOW_UP = "follow_up"
    INVOICE_COPY = "invoice_copy"
    TRANSFER_ORDER = "transfer_order"
    """To ask for the order of a transfer that is said to have left, and is not seen."""
    DISCOUNT_EARNED = "discount_earned"
    NO_ADDRESS = "no_address"
    GONE = "gone"
    PAID_SHOWN_UNPAID = "paid_shown_unpaid"
    UNCERTAIN = "uncertain"
    SEND_REFUSED = "send_refused"
    """A mail that a server would not take as it is: it is not tried again before somebody says so."""
    ON_ACCOUNT = "on_account"
    """Money that was set on a withdrawn invoice: to be paid back, or set on another."""
    MISSING_PDF = "missing_pdf"
    DEBIT_UNPAID = "debit_unpaid"
    """A direct debit that did not come in, and of which nobody knows (SCHEDULE 27)."""
    INVOICE_REFUSED = "invoice_refused"
    """Refused on the e-invoicing platform: issue it anew, dispute it, or withdraw it (SCHEDULE 10)."""
    KIND_ASKED = "kind_asked"
    """Whether customers with a SIREN are businesses."""
    FILE_WORD = "file_word"
    """What becomes of invoices of which a file says a word that does not tell (SCHEDULE 28)."""


class TaskOutcome(StrEnum):
    """How a task ended, where it was not by a call that was made: of that, what came of it is the outcome."""

    DONE = "done"
    DEPOSITED = "deposited"
    """Its letter left."""
    RESEND = "resend"
    CONSIDERED_SENT = "considered_sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    UNDONE = "undone"
    POLICY_CHANGED = "policy_changed"


@dataclass(frozen=True, slots=True)
class TaskOutcomeFacts:
    """All there is to know of an outcome."""

    done: bool
    """Whether what the task asks for was done."""
    completes: bool
    """Whether the step of the ladder is over with it."""


_DONE, _NOT_DONE = TaskOutcomeFacts(done=True, completes=True), TaskOutcomeFacts(done=False, completes=False)

TASK_OUTCOMES: Mapping[TaskOutcome | CallResult, TaskOutcomeFacts] = {
    TaskOutcome.DONE: _DONE,
    TaskOutcome.DEPOSITED: _DONE,
    TaskOutcome.RESEND: _DONE,
    TaskOutcome.CONSIDERED_SENT: _DONE,
    TaskOutcome.SKIPPED: TaskOutcomeFacts(done=False, completes=True),
    TaskOutcome.CANCELLED: _NOT_DONE,
    TaskOutcome.SETTLED: _NOT_DONE,
    TaskOutcome.UNDONE: _NOT_DONE,
    TaskOutcome.POLICY_CHANGED: _NOT_DONE,
    **dict.fromkeys(CallResult, _DONE),
}
"""Every outcome with its row: a call that was made is done, whatever came of it."""


@dataclass(frozen=True, slots=True)
class TaskKindFacts:
    """All there is to know of a kind of task. Its words are in the catalogue, by the same code."""

    ladder: bool
    """Whether it is a step of a policy: done, it completes the step."""
    lapses: bool
    """Whether nobody need do it any more once every invoice of its is settled."""
    nudges: bool
    """Whether a ladder or a customer waits for it; questions are asked again by the digest."""
    role: Role
    """Whom it falls to where nobody is named."""
    done_by: Role
    """The least role that may say that it is done, or passed."""
    own_done: bool = False
    """Whether its owner may say so, whatever the role."""
    own_passed: bool = False
    """Whether its owner may pass it."""


TASK_KINDS: Mapping[TaskKind, TaskKindFacts] = {
    TaskKind.CALL: TaskKindFacts(
        ladder=True, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE, own_passed=True
    ),
    TaskKind.LETTER: TaskKindFacts(
        ladder=True, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.HANDOVER: TaskKindFacts(
        ladder=True, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.RESPONSABLE
    ),
    TaskKind.ESCALATION: TaskKindFacts(
        ladder=False, lapses=True, nudges=True, role=Role.RESPONSABLE, done_by=Role.RESPONSABLE
    ),
    TaskKind.FOLLOW_UP: TaskKindFacts(
        ladder=False,
        lapses=True,
        nudges=True,
        role=Role.FINANCE,
        done_by=Role.FINANCE,
        own_done=True,
        own_passed=True,
    ),
    TaskKind.INVOICE_COPY: TaskKindFacts(
        ladder=False,
        lapses=True,
        nudges=True,
        role=Role.FINANCE,
        done_by=Role.FINANCE,
        own_done=True,
        own_passed=True,
    ),
    TaskKind.TRANSFER_ORDER: TaskKindFacts(
        ladder=False,
        lapses=True,
        nudges=True,
        role=Role.FINANCE,
        done_by=Role.FINANCE,
        own_done=True,
        own_passed=True,
    ),
    TaskKind.DISCOUNT_EARNED: TaskKindFacts(
        ladder=False, lapses=True, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.NO_ADDRESS: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.GONE: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.PAID_SHOWN_UNPAID: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.ON_ACCOUNT: TaskKindFacts(
        ladder=False, lapses=False, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.UNCERTAIN: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.SEND_REFUSED: TaskKindFacts(
        ladder=False, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.MISSING_PDF: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.DEBIT_UNPAID: TaskKindFacts(
        ladder=False, lapses=True, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.INVOICE_REFUSED: TaskKindFacts(
        ladder=False, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.FILE_WORD: TaskKindFacts(
        ladder=False, lapses=True, nudges=True, role=Role.FINANCE, done_by=Role.FINANCE
    ),
    TaskKind.KIND_ASKED: TaskKindFacts(
        ladder=False, lapses=False, nudges=False, role=Role.FINANCE, done_by=Role.FINANCE
    ),
}
UNDONE = (TaskState.OPEN, TaskState.WAITING)
"""States in which the ladder waits for a task."""
LADDER = tuple(kind for kind, facts in TASK_KINDS.items() if facts.ladder)
LAPSING = tuple(kind for kind, facts in TASK_KINDS.items() if facts.lapses)
NUDGED = tuple(kind for kind, facts in TASK_KINDS.items() if facts.nudges)

OF_CHANNEL = {CALL: TaskKind.CALL, LETTER: TaskKind.LETTER, HANDOVER: TaskKind.HANDOVER}
"""The task that a step of each human channel opens."""
