"""The metadata that all tables share, and the columns that all of them have."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd
from receivables.codes.announcements import AnnouncementKind, AnnouncementState
from receivables.codes.approvals import ApprovalState
from receivables.codes.calls import CallResult
from receivables.codes.customers import CustomerKind, StatementRhythm
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.codes.files import FileMeaning
from receivables.codes.letters import LetterState, LetterVoid
from receivables.codes.mail_access import AccessTrouble
from receivables.codes.messages import MessageKind, MessageState, Origin, RecipientState, VetoKind
from receivables.codes.payments import Means, PaymentOrigin
from receivables.codes.penalties import PenaltyChoice
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from receivables.codes.roles import ContactRole, Role
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskKind, TaskState
from receivables.company import Mode
from store.db.columns import JSON, Cents, Code, Key, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

CODED: tuple[type[StrEnum], ...] = (
    AccessTrouble,
    Act,
    AnnouncementKind,
    AnnouncementState,
    ApprovalState,
    CallResult,
    ContactRole,
    CustomerKind,
    DisputeEnd,
    DisputeKind,
    FileMeaning,
    Handled,
    IncomingKind,
    IncomingState,
    LetterState,
    LetterVoid,
    Means,
    MessageKind,
    MessageState,
    Mode,
    Origin,
    PaymentOrigin,
    PenaltyChoice,
    PromiseEnd,
    RecipientState,
    Role,
    StatementRhythm,
    StepHow,
    TaskKind,
    TaskState,
    VetoKind,
)
"""The codes that columns hold. A column is annotated with one of these, or says its type itself."""


class Base(DeclarativeBase):
    """All tables share one metadata, with named constraints (Alembic batch mode needs them)."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012
        Decimal: Cents(),
        datetime: UtcDateTime(),
        str: String(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        **{codes: Code(codes) for codes in CODED},
    }


def new_id() -> Mapped[int]:
    """Return the primary key of a table."""
    return mapped_column(Key, primary_key=True, autoincrement=True)


def ref(target: str, *, index: bool = False) -> Any:
    """Return a column that points at `target`."""
    return mapped_column(Key, ForeignKey(target), index=index)
