"""What the announcer posts with: the books, Slack, and the drawing of each announcement."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.announcements import notices
from bot.announcements.notices import Notice
from receivables.codes.announcements import AnnouncementKind
from receivables.company import Company
from store.books import open_books, read_books
from store.db.engine import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """One company's announcements on their way to Slack."""

    database: Database
    company: Company
    client: WebClient
    now: Callable[[], datetime]

    def books(self) -> Any:
        """Open the books for one short transaction: nothing is held open while Slack is asked."""
        return open_books(self.database, self.company)

    def look(self) -> Any:
        """Open the books to look only."""
        return read_books(self.database, self.company)


def retry_after(error: SlackApiError) -> timedelta | None:
    """Return how long Slack asks to wait, when it says so."""
    seconds = error.response.headers.get("Retry-After")
    return timedelta(seconds=int(seconds)) if seconds and str(seconds).isdigit() else None


def draw(post: Post, kind: AnnouncementKind, data: Mapping[str, Any]) -> Notice | None:
    """Return an announcement as the books stand now; None when there is nothing to say any more."""
    with post.look() as b:
        now = post.now()
        when = {"today": post.company.day_of(now).isoformat(), "now": now.isoformat()}
        return notices.draw(b, kind, {**data, **when})
