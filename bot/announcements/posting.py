"""What the announcer posts with: the books, Slack, and the drawing of each announcement."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.announcements import notices
from bot.announcements.notices import Notice
from bot.digest import card as digest
from bot.invoices import workbook
from bot.letters import files as letter_files
from bot.slack.access import SLACK_TROUBLE
from message_templates.catalogue import say
from receivables.codes.announcements import AnnouncementKind
from receivables.company import Company
from store.announcements import Waiting
from store.books import open_books, read_books
from store.db.engine import Database
from store.invoices import last_acts

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


def attach_list(post: Post, waiting: Waiting, ts: str) -> None:
    """Put the full list in the thread when the digest shows only its beginning."""
    with post.look() as b:
        notice, morning = notices.digest_notice(b, date.fromisoformat(waiting.data["day"]), post.now())
        if digest.whole(morning, notice.blocks):
            return
        acts = last_acts.last_acts_of(b, [invoice.id for invoice in morning.invoices])
    try:
        post.client.files_upload_v2(
            channel=waiting.channel,
            thread_ts=ts,
            content=workbook.write_workbook(morning, acts, post.company.language),
            filename=workbook.name(morning, post.company.language),
            title=workbook.title(morning, post.company.language),
            initial_comment=say(
                "digest.in_thread",
                post.company.language,
                invoices=len(morning.invoices),
                totals=morning.totals,
            ),
        )
    except SLACK_TROUBLE:
        log.exception("list_not_attached", extra={"announcement": waiting.id})


def attach_letter(post: Post, waiting: Waiting) -> None:
    """Put a letter's PDF and its picture into its thread."""
    with post.look() as b:
        found = letter_files.letter_files(b, int(waiting.data["letter_id"]))
    letter_files.upload(post.client, post.company, found)
