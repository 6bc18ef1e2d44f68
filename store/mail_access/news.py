"""What is told of the mail accounts that are opened by tokens: to every company, since all wait for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from receivables.codes.announcements import AnnouncementKind
from store import announcements
from store.books import Books
from store.mail_access.rows import KeptAccess


def trouble(
    b: Books, kept: KeptAccess, *, ways: Sequence[str], good_until: datetime | None, at: datetime
) -> None:
    """Tell a trouble, once a day while it lasts; `good_until`: until when mails go on all the same."""
    began = kept.since.isoformat() if kept.since else ""
    data = {
        "trouble": kept.trouble,
        "words": kept.words,
        "ways": list(ways),
        "good_until": good_until.isoformat() if good_until else None,
    }
    _announce(
        b, f"{kept.name[:16]}:{','.join(ways)}:{kept.trouble}:{began}:{b.today(at).isoformat()}", data, at
    )


def ending(b: Books, kept: KeptAccess, *, ways: Sequence[str], left: int, at: datetime) -> None:
    """Tell that a consent ends soon, once for `left` days or fewer."""
    ends_at = kept.ends_at.isoformat() if kept.ends_at else ""
    data = {"ends_at": ends_at, "ways": list(ways)}
    _announce(b, f"{kept.name[:16]}:ending:{ends_at[:10]}:{left}", data, at)


def _announce(b: Books, key: str, data: Mapping[str, object], at: datetime) -> None:
    announcements.announce(
        b, key=f"mail_access:{key}", kind=AnnouncementKind.MAIL_ACCESS, data=dict(data), at=at
    )
