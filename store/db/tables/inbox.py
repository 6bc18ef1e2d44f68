"""What came by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.replies import Handled, IncomingKind, IncomingState
from store.db.columns import Key
from store.db.schema import Base, new_id, ref


class Incoming(Base):
    """A mail that came to the mailbox of `IMAP_URL`: a reply, a bounce, an automatic answer."""

    __tablename__ = "incoming"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    key: Mapped[str]
    """Message-ID, else a digest of the mail: the same mail is taken in once, however often it is read."""
    received_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    kind: Mapped[IncomingKind]
    sender: Mapped[str]
    sender_name: Mapped[str | None]
    subject: Mapped[str]
    text: Mapped[str]
    raw: Mapped[bytes | None]
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    named_customer_id: Mapped[int | None] = ref("customers.id", index=True)
    """The one other customer whose invoices it names, held too until a person has filed or handled it."""
    reminder_id: Mapped[int | None] = ref("reminders.id")
    """The reminder that it answers, or that bounced."""
    state: Mapped[IncomingState]
    proposal: Mapped[dict[str, Any] | None]
    """What plain rules read in it: {"kind", "quote", "date", "amount", …, "more": […]}; a person accepts.

    Besides: `done`, what was made of it already, and `attachments`, the names of files.
    """
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]
    handled_how: Mapped[Handled | None]
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_incoming_company_id_state", "company_id", "state"),
    )


class Mailbox(Base):
    """How far a folder of the mailbox has been read."""

    __tablename__ = "mailboxes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    folder: Mapped[str]
    uid_validity: Mapped[int] = mapped_column(Key)
    last_uid: Mapped[int] = mapped_column(Key)
    read_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("company_id", "folder"),)
