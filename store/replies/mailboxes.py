"""How far the folder of the mailbox has been read, for each company that shares it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.books import Books
from store.db.tables import Mailbox


def position(b: Books, folder: str) -> tuple[int, int, datetime] | None:
    """Return UIDVALIDITY, last UID read under it, and when; None when the folder was never read."""
    row = b.session.execute(
        select(Mailbox.uid_validity, Mailbox.last_uid, Mailbox.read_at).where(
            Mailbox.company_id == b.company_id, Mailbox.folder == folder
        )
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def advance(b: Books, folder: str, *, uid_validity: int, last_uid: int, at: datetime) -> None:
    """Write down that the folder is read up to `last_uid`; never back, unless it was made anew."""
    make = postgresql.insert if b.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = make(Mailbox).values(
        company_id=b.company_id, folder=folder, uid_validity=uid_validity, last_uid=last_uid, read_at=at
    )
    further = (Mailbox.uid_validity != uid_validity) | (Mailbox.last_uid <= last_uid)
    b.session.execute(
        row.on_conflict_do_update(
            index_elements=["company_id", "folder"],
            set_={"uid_validity": uid_validity, "last_uid": last_uid, "read_at": at},
            where=further,
        )
    )
