"""The company's own row, the files brought in, and what the processes did for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.mail_access import AccessTrouble
from receivables.company import Mode
from store.db.schema import Base, new_id, ref


class CompanyRow(Base):
    """A creditor. Its settings live in `relance.toml`; here only what must outlive a restart."""

    __tablename__ = "companies"
    id: Mapped[int] = new_id()
    key: Mapped[str] = mapped_column(unique=True)
    mode: Mapped[Mode | None]
    """The mode last seen at work, to announce a change."""
    rules: Mapped[str | None]
    """Fingerprint of policies and limits when `look_on` was last computed."""


class ImportRun(Base):
    """One file brought in."""

    __tablename__ = "imports"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    at: Mapped[datetime]
    file: Mapped[str]
    sha256: Mapped[str]
    complete: Mapped[bool]
    counts: Mapped[dict[str, Any]]


class ImportMapping(Base):
    """What people said of the columns and words of files of one shape, for the next ones."""

    __tablename__ = "import_mappings"
    __table_args__ = (UniqueConstraint("company_id", "shape"),)
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    shape: Mapped[str]
    """Fingerprint of the file's headers."""
    file: Mapped[str]
    """The file on which it was last said."""
    titles: Mapped[list[Any]]
    """The headers, as the file wrote them."""
    columns: Mapped[dict[str, Any]]
    """A header in normal form, to what it holds."""
    answers: Mapped[dict[str, Any]]
    """The id of a question, to the choice."""
    by: Mapped[str]
    at: Mapped[datetime]


class Arrival(Base):
    """A file that somebody handed over, until it is in the books and nothing is left to ask about it."""

    __tablename__ = "arrivals"
    __table_args__ = (Index("ix_arrivals_company_id_sha256", "company_id", "sha256"),)
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    at: Mapped[datetime]
    by: Mapped[str]
    file: Mapped[str]
    sha256: Mapped[str]
    packed: Mapped[bytes | None]
    """Its bytes, compressed; none once it is not needed any more."""
    channel: Mapped[str]
    """Where it was handed over, and where it is answered."""
    thread: Mapped[str | None]
    message: Mapped[str | None]
    """Slack's name of the answer."""
    maps: Mapped[dict[str, Any]]
    """What people said of its columns, by header."""
    answers: Mapped[dict[str, Any]]
    """What people answered, by question."""
    found: Mapped[dict[str, Any]]
    """Its columns and open questions, as they were last read."""
    import_id: Mapped[int | None] = ref("imports.id")
    ended_at: Mapped[datetime | None]
    """When it was given up, or forgotten."""


class Run(Base):
    """A job done once for a company and a period (SCHEDULE 24)."""

    __tablename__ = "runs"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    job: Mapped[str]
    """plan | tick …"""
    period: Mapped[str]
    """ISO date, usually."""
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    needs_go: Mapped[bool] = mapped_column(default=False)
    go_at: Mapped[datetime | None]
    go_by: Mapped[str | None]
    __table_args__ = (UniqueConstraint("company_id", "job", "period"),)


class Delivery(Base):
    """A Slack delivery already acted upon: the same one twice changes nothing the second time."""

    __tablename__ = "deliveries"
    id: Mapped[int] = new_id()
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    acted: Mapped[dict[str, Any] | None]
    """What it did, written with the act: the company, and the ids of its lines in the journal."""


class KeptRequest(Base):
    """What Slack was told yes to, until its person has an answer; on SQLite in a file of its own."""

    __tablename__ = "kept_requests"
    id: Mapped[int] = new_id()
    key: Mapped[str] = mapped_column(unique=True)
    """That of its delivery."""
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    owner: Mapped[str]
    """The process that is busy with it."""
    tries: Mapped[int]


class Keeper(Base):
    """A process that keeps requests on PostgreSQL, and when it was last seen to live."""

    __tablename__ = "keepers"
    id: Mapped[int] = new_id()
    name: Mapped[str] = mapped_column(unique=True)
    seen_at: Mapped[datetime]


class Secret(Base):
    """What signs envelope tags and links where `RELANCE_SECRET` is not given; one row."""

    __tablename__ = "secrets"
    id: Mapped[int] = new_id()
    secret: Mapped[str]


class MailAccess(Base):
    """What opens a mail account without a password; the installation's, no company's."""

    __tablename__ = "mail_access"
    id: Mapped[int] = new_id()
    name: Mapped[str] = mapped_column(unique=True)
    """A digest of what makes the account, or of the account and the way that its server refuses."""
    sealed: Mapped[str | None]
    """Its tokens, encrypted; what they are is for who has the key."""
    ends_at: Mapped[datetime | None]
    trouble: Mapped[AccessTrouble | None]
    words: Mapped[str]
    since: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    turn_until: Mapped[datetime | None]
