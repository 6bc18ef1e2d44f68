"""What was done, and what is to be said of it in Slack."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind, AnnouncementState
from store.db.schema import Base, new_id, ref


class JournalLine(Base):
    """Append-only trace of every act, with its author."""

    __tablename__ = "journal"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id", index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    act: Mapped[Act]
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    invoice_id: Mapped[int | None] = ref("invoices.id", index=True)
    data: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = ref("journal.id")
    __table_args__ = (UniqueConstraint("undoes_id"),)


class Announcement(Base):
    """What is to be said in Slack, once."""

    __tablename__ = "announcements"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    key: Mapped[str]
    kind: Mapped[AnnouncementKind]
    channel: Mapped[str]
    data: Mapped[dict[str, Any]]
    """Ids and dates, from which the message is drawn when posted."""
    created_at: Mapped[datetime]
    state: Mapped[AnnouncementState] = mapped_column(default=AnnouncementState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    ts: Mapped[str | None]
    redraw_at: Mapped[datetime | None]
    """When the posted message is to be drawn anew, because what it shows has changed."""
    error: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_announcements_company_id_state_due_at", "company_id", "state", "due_at"),
        Index(
            "ix_announcements_redraw",
            "company_id",
            "redraw_at",
            sqlite_where=text("redraw_at IS NOT NULL"),
            postgresql_where=text("redraw_at IS NOT NULL"),
        ),
    )
