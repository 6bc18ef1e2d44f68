"""Posting what waits to be said in Slack: each once, whatever happens to Slack or to this process."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot import digest, late_list, notices, workbook
from bot.access import SLACK_TROUBLE
from bot.notices import Notice
from message_templates.catalogue import say
from receivables.company import Company
from store import announcements, deliveries, last_acts
from store import digest as digest_facts
from store.announcements import Waiting
from store.books import Books, open_books, read_books
from store.engine import Database

log = logging.getLogger(__name__)

EVENT = "relance_announcement"
REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"}
    | {"invalid_arguments", "metadata_too_large"}
)
"""What Slack will never take, however often it is asked."""
ROUNDS = 10
PAGES = 5
KEEP_DELIVERIES = timedelta(days=2)


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


def post_waiting(
    database: Database,
    companies: Mapping[str, Company],
    client: WebClient,
    *,
    now: Callable[[], datetime],
) -> int:
    """Post every announcement that waits, of every company; return how many were posted.

    Slack being down loses nothing: what was not posted waits, what may have been is looked up first.
    """
    careful = _careful(client)
    return sum(_post_company(Post(database, one, careful, now)) for one in companies.values())


def _careful(client: WebClient) -> WebClient:
    """Return a client that never repeats a call whose answer was lost: it might post twice."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)],
    )


def _post_company(post: Post) -> int:
    count = 0
    for _ in range(ROUNDS):
        with post.books() as b:
            waiting = announcements.claim(b, at=post.now())
        for one in sorted(waiting, key=lambda one: one.kind != "digest"):
            count += _post_one(post, one)
        if not waiting:
            break
    return count


def _post_one(post: Post, waiting: Waiting) -> bool:
    """Post one announcement; one that cannot be drawn or posted never stops the others."""
    try:
        return _say(post, waiting)
    except SlackApiError as error:
        _refused(post, waiting, error)
    except SLACK_TROUBLE:
        log.warning("announcement_unsure", extra={"announcement": waiting.id})
        with post.books() as b:
            announcements.unsure(b, waiting, at=post.now())
    except Exception as error:
        log.exception("announcement_not_drawn", extra={"announcement": waiting.id})
        with post.books() as b:
            announcements.failed(b, waiting, error=type(error).__name__, at=post.now())
    return False


def _say(post: Post, waiting: Waiting) -> bool:
    thread = _thread(post, waiting)
    found = _find(post, waiting, thread) if waiting.unsure else None
    if found is not None:
        _posted(post, waiting, found["ts"])
        if waiting.kind == "digest" and not found.get("reply_count"):
            _attach_list(post, waiting, found["ts"])
        return True
    notice = _draw(post, waiting)
    if notice is None:
        _posted(post, waiting, "")
        return False
    said = post.client.chat_postMessage(
        channel=waiting.channel,
        text=notice.text,
        blocks=notice.blocks,
        metadata={"event_type": EVENT, "event_payload": _mark(post, waiting)},
        thread_ts=thread,
        unfurl_links=False,
        unfurl_media=False,
    )
    _posted(post, waiting, said["ts"])
    if waiting.kind == "digest":
        _attach_list(post, waiting, said["ts"])
    return True


def _mark(post: Post, waiting: Waiting) -> dict[str, Any]:
    """Return what finds the message again: no name, no amount."""
    return {"id": waiting.id, "company": post.company.key}


def _posted(post: Post, waiting: Waiting, ts: str) -> None:
    with post.books() as b:
        announcements.posted(b, waiting.id, ts=ts)
    if waiting.kind == "digest":
        deliveries.forget(post.database, before=post.now() - KEEP_DELIVERIES)


def _refused(post: Post, waiting: Waiting, error: SlackApiError) -> None:
    """Write down what Slack answered: to try again later, unless it will never take it."""
    code = str(error.response.get("error") or "unknown")
    lost = error.response.status_code >= 500
    log.warning("announcement_refused", extra={"announcement": waiting.id, "error_code": code})
    with post.books() as b:
        if code in REFUSED:
            announcements.given_up(b, waiting, error=code)
        elif lost:
            announcements.unsure(b, waiting, at=post.now())
        else:
            announcements.failed(b, waiting, error=code, at=post.now(), wait=_retry_after(error))


def _retry_after(error: SlackApiError) -> timedelta | None:
    seconds = error.response.headers.get("Retry-After")
    return timedelta(seconds=int(seconds)) if seconds and str(seconds).isdigit() else None


def _thread(post: Post, waiting: Waiting) -> str | None:
    """Return the digest under which a task of the same day is said, so that the channel stays quiet."""
    if waiting.kind != "task":
        return None
    key = f"digest:{post.company.day_of(waiting.created_at)}"
    with post.look() as b:
        return announcements.of_keys(b, [key]).get(key) or None


def _find(post: Post, waiting: Waiting, thread: str | None) -> dict[str, Any] | None:
    """Look among the latest messages for one that an earlier attempt may have posted, by its mark."""
    cursor = None
    for _ in range(PAGES):
        place: dict[str, Any] = {"channel": waiting.channel, "cursor": cursor, "limit": 200}
        place["include_all_metadata"] = True
        replies, history = post.client.conversations_replies, post.client.conversations_history
        page = replies(ts=thread, **place) if thread else history(**place)
        for message in page["messages"]:
            if (message.get("metadata") or {}).get("event_payload") == _mark(post, waiting):
                return dict(message)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return None


def _draw(post: Post, waiting: Waiting) -> Notice | None:
    with post.look() as b:
        if waiting.kind == "digest":
            return _digest(b, date.fromisoformat(waiting.data["day"]))[0]
        return notices.draw(b, waiting.kind, waiting.data)


def _digest(b: Books, day: date) -> tuple[Notice, digest_facts.Morning]:
    """Draw the digest from the books as they stand now: a late one says what has left already."""
    morning = digest_facts.facts(b, day)
    acts = last_acts.of(b, late_list.first_ids(morning.late))
    return Notice(digest.text(morning), digest.draw(b.company, morning, acts)), morning


def _attach_list(post: Post, waiting: Waiting, ts: str) -> None:
    """Put the full list in the thread when the digest shows only its beginning."""
    with post.look() as b:
        notice, morning = _digest(b, date.fromisoformat(waiting.data["day"]))
        if digest.whole(morning, notice.blocks):
            return
        acts = last_acts.of(b, [invoice.id for invoice in morning.invoices])
    try:
        post.client.files_upload_v2(
            channel=waiting.channel,
            thread_ts=ts,
            content=workbook.write(morning, acts),
            filename=workbook.name(morning),
            title=workbook.title(morning),
            initial_comment=say("digest.in_thread", invoices=len(morning.invoices), totals=morning.totals),
        )
    except SLACK_TROUBLE:
        log.exception("list_not_attached", extra={"announcement": waiting.id})
