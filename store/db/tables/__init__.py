"""The tables of the books, by subject. Statuses are derived from facts; nothing here says "late" or "paid".

They are imported from here, so that the metadata is whole whoever asks for it.
"""

from store.db.schema import Base
from store.db.tables.agreements import (
    Acknowledgement,
    Dispute,
    FileFact,
    Pause,
    PaymentPlan,
    PenaltyDecision,
    Promise,
    RateConfirmation,
    Rejection,
)
from store.db.tables.companies import (
    Arrival,
    CompanyRow,
    Delivery,
    ImportMapping,
    ImportRun,
    Keeper,
    KeptRequest,
    MailAccess,
    Run,
    Secret,
)
from store.db.tables.customers import Contact, Customer
from store.db.tables.inbox import Incoming, Mailbox
from store.db.tables.invoices import Allocation, CreditNote, Invoice, LedgerEntry, Payment
from store.db.tables.journal import Announcement, JournalLine
from store.db.tables.reminders import Approval, Forcing, Recipient, Reminder, ReminderItem, StepDone, Veto
from store.db.tables.tasks import Call, CallItem, Letter, Task, TaskItem

__all__ = [
    "Acknowledgement",
    "Allocation",
    "Announcement",
    "Approval",
    "Arrival",
    "Base",
    "Call",
    "CallItem",
    "CompanyRow",
    "Contact",
    "CreditNote",
    "Customer",
    "Delivery",
    "Dispute",
    "FileFact",
    "Forcing",
    "ImportMapping",
    "ImportRun",
    "Incoming",
    "Invoice",
    "JournalLine",
    "Keeper",
    "KeptRequest",
    "LedgerEntry",
    "Letter",
    "MailAccess",
    "Mailbox",
    "Pause",
    "Payment",
    "PaymentPlan",
    "PenaltyDecision",
    "Promise",
    "RateConfirmation",
    "Recipient",
    "Rejection",
    "Reminder",
    "ReminderItem",
    "Run",
    "Secret",
    "StepDone",
    "Task",
    "TaskItem",
    "Veto",
]
