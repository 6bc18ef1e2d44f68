"""Finding again what may have been posted already: among the latest messages, by a mark that names nobody."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.announcements.posting import Post
from receivables import duty
from store.announcements import Waiting

PAGES = 5


def latest(post: Post, channel: str, thread: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield the latest messages of a channel, or of a thread in it, as far as it is worth looking."""
    cursor = None
    for _ in range(PAGES):
        place: dict[str, Any] = {"channel": channel, "cursor": cursor, "limit": 200}
        place["include_all_metadata"] = True
        replies, history = post.client.conversations_replies, post.client.conversations_history
        page = replies(ts=thread, **place) if thread else history(**place)
        yield from page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break


def mark(post: Post, those: Sequence[Waiting]) -> dict[str, Any]:
    """Return what finds the message again: no name, no amount."""
    ids = [_own_mark(one) for one in those]
    return {"id": ids[0] if len(ids) == 1 else ",".join(map(str, ids)), "company": post.company.key}


def posted(post: Post, waiting: Waiting, thread: str | None) -> str | None:
    """Return Slack's name for the message by which an earlier attempt has said an announcement, if any.

    What is said to one person alone is not looked for: that history is not ours to read.
    """
    if duty.is_user(waiting.channel):
        return None
    found = (each for each in latest(post, waiting.channel, thread) if _says(post, waiting, each))
    return next((str(each["ts"]) for each in found), None)


def _own_mark(waiting: Waiting) -> Any:
    return waiting.data.get("mark", waiting.id)


def _says(post: Post, waiting: Waiting, message: Mapping[str, Any]) -> bool:
    """Whether a message says this announcement, alone or with others."""
    told = (message.get("metadata") or {}).get("event_payload") or {}
    return told.get("company") == post.company.key and str(_own_mark(waiting)) in str(told.get("id")).split(
        ","
    )
