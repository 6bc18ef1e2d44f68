"""What a step of a policy says beside its channel, how it was done, and what else may be done last."""

from enum import StrEnum


class Attach(StrEnum):
    """What goes with the message of a step."""

    INVOICE = "invoice"
    STATEMENT = "statement"
    NONE = "none"


class AttachFrom(StrEnum):
    """From where on copies of invoices go with messages whose steps say nothing of it."""

    FIRST_CORRECTIVE = "first_corrective"
    ALWAYS = "always"
    NEVER = "never"


class Approving(StrEnum):
    """Whether a person approves a step's message before it leaves (SCHEDULE 17)."""

    AUTO = "auto"
    ASK = "ask"


class LastActKind(StrEnum):
    """What may have been done last about an invoice."""

    STEP = "step"
    CALL = "call"
    PROMISE = "promise"
    PAYMENT = "payment"


class StepHow(StrEnum):
    """How a step was done."""

    SENT = "sent"
    TASK = "task"
    CALL = "call"
    PROMISE = "promise"
    """A promise came before the call that was due."""
    SKIPPED = "skipped"
