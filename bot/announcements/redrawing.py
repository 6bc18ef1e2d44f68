"""Drawing posted messages anew when what they show has changed: by chat.update, with the same drawing."""

import logging
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.announcements import together
from bot.announcements.posting import Post, draw, retry_after
from bot.slack.access import SLACK_TROUBLE
from bot.slack.notice import Notice
from receivables.codes.announcements import TOGETHER
from receivables.codes.slack_errors import OF_PLACE, SlackTrouble, trouble_of
from store import announcements, shared_messages
from store.announcements import LONGEST_WAIT, REDRAW_WAIT, Stale

log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message was deleted, or nobody may change it any more: it stays as it is."""
ROUNDS = 10


def redraw_all(post: Post) -> int:
    """Draw anew every message that asks for it; return how many. Slack out of reach: the rest waits."""
    count = 0
    for _ in range(ROUNDS):
        with post.books() as b:
            stale = announcements.claim_redraws(b, at=post.now())
        for rank, one in enumerate(stale):
            wait = _redraw(post, one)
            if wait is not None:
                _put_off(post, stale[rank:], wait)
                return count
            count += 1
        if not stale:
            break
    return count


def _redraw(post: Post, stale: Stale) -> timedelta | None:
    """Draw one message anew; how long the others had better wait when Slack did not answer, or asked to."""
    try:
        _update(post, stale)
    except SlackApiError as error:
        return _refused(post, stale, error)
    except SLACK_TROUBLE:
        log.warning("announcement_not_redrawn", extra={"announcement": stale.id})
        return REDRAW_WAIT
    except Exception:
        log.exception("announcement_not_drawn", extra={"announcement": stale.id})
        with post.books() as b:
            announcements.redraw_later(b, stale, at=post.now(), wait=LONGEST_WAIT)
    return None


def _update(post: Post, stale: Stale) -> None:
    """Change the message, unless there is nothing to say any more: then it stays as it is."""
    notice = _notice(post, stale) if stale.ts else None
    if notice is not None:
        post.client.chat_update(channel=stale.channel, ts=stale.ts, text=notice.text, blocks=notice.blocks)
    with post.books() as b:
        announcements.redrawn(b, stale, at=post.now())


def _notice(post: Post, stale: Stale) -> Notice | None:
    """Return a message as the books stand, with all that was posted together in it."""
    if stale.kind not in TOGETHER:
        return draw(post, stale.kind, stale.data)
    with post.look() as b:
        parts = shared_messages.parts(b, stale.channel, stale.ts)
    if len(parts) == 1:
        return draw(post, stale.kind, stale.data)
    drawn = [(kind, draw(post, kind, data)) for kind, data in parts]
    return together.compose([(kind, one) for kind, one in drawn if one is not None], post.company.language)


def _refused(post: Post, stale: Stale, error: SlackApiError) -> timedelta | None:
    code, wait = str(error.response.get("error") or "unknown"), retry_after(error)
    trouble = trouble_of(code)
    never = code in GONE or trouble is SlackTrouble.CONTENT
    if not never and (error.response.status_code >= 500 or wait):
        return wait or REDRAW_WAIT
    log.warning("announcement_not_redrawn", extra={"announcement": stale.id, "error_code": code})
    with post.books() as b:
        if never:
            announcements.leave_as_it_is(b, stale)
        else:
            mended = LONGEST_WAIT if trouble in OF_PLACE else None
            announcements.redraw_later(b, stale, at=post.now(), wait=mended)
    return None


def _put_off(post: Post, stale: list[Stale], wait: timedelta) -> None:
    with post.books() as b:
        for one in stale:
            announcements.redraw_later(b, one, at=post.now(), wait=wait)
