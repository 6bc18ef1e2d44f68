"""Posting what waits to be said in Slack: each once, whatever happens to Slack or to this process."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.announcements import attachments, finding, plainly, refused, together
from bot.announcements.posting import Post, draw
from bot.announcements.redrawing import redraw_all
from bot.announcements.refused import AskedToWait
from bot.slack.access import SLACK_TROUBLE
from bot.slack.naming import naming
from bot.slack.notice import Notice
from bot.slack.voice import EVENT
from receivables.codes.announcements import (
    AFTER_DIGEST,
    FILES,
    QUIET,
    TOGETHER,
    UNDER,
    UPLOADED,
    AnnouncementKind,
)
from receivables.codes.slack_errors import SlackTrouble, trouble_of
from receivables.company import Company
from store import announcement_leases as leases
from store import announcements
from store.announcements import Waiting
from store.db.engine import Database
from store.health import deliveries, slack_troubles

log = logging.getLogger(__name__)

ROUNDS = 10
KEEP_DELIVERIES = timedelta(days=2)


def post_waiting(
    database: Database,
    companies: Mapping[str, Company],
    client: WebClient,
    *,
    now: Callable[[], datetime],
) -> int:
    """Post every announcement that waits, of every company, and draw anew what has changed since.

    Returns how many were posted. Slack being down loses nothing: what was not posted waits, what may have
    been is looked up first.
    """
    careful = _careful(client)
    return sum(_post_company(Post(database, one, careful, now)) for one in companies.values())


def _careful(client: WebClient) -> WebClient:
    """Return a client that repeats no call: one whose answer was lost might post twice, and nobody sleeps
    under a lease. Slack asking to wait is a wait of the announcement.
    """
    return naming(client, [])


def _post_company(post: Post) -> int:
    count, held = 0, list[AskedToWait]()
    for _ in range(ROUNDS):
        with post.books() as b:
            waiting = announcements.claim(b, at=post.now())
        for those in _gathered(post, sorted(waiting, key=_turn)):
            count += _post_unless(post, those, held)
        if any(asked.channel is None for asked in held):
            return count
        if not waiting:
            break
    redraw_all(post)
    return count


def _post_unless(post: Post, those: Sequence[Waiting], held: list[AskedToWait]) -> int:
    """Post announcements of one place, unless Slack is known by `held` to take nothing there now."""
    known = next((asked for asked in held if asked.holds(those[0])), None)
    if known is None:
        try:
            return _post_together(post, those) if len(those) > 1 else _post_one(post, those[0])
        except AskedToWait as asked:
            held.append(asked)
            known = asked
            with post.books() as b:
                leases.hold(b, asked.channel, at=post.now(), wait=asked.wait)
    with post.books() as b:
        leases.put_back(b, those, at=post.now(), wait=known.wait)
    return 0


class Taken(Exception):
    """Somebody else has taken what was to be posted: this poster was too slow, and says nothing of it."""


def _turn(waiting: Waiting) -> tuple[bool, bool]:
    """Return what goes first: reminders, so that each finds its message as it stood; then the digest."""
    return waiting.kind not in UNDER, waiting.kind != AnnouncementKind.DIGEST


def _gathered(post: Post, waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    """Return announcements in their order, those together that are news said at the same place."""
    found: dict[tuple[object, ...], list[Waiting]] = {}
    for one in waiting:
        alone = one.kind not in TOGETHER or one.unsure
        under = _digest_key(post, one) if one.kind in QUIET else ""
        place = (one.id,) if alone else (one.channel, under)
        found.setdefault(place, []).append(one)
    return list(found.values())


def _post_together(post: Post, those: Sequence[Waiting]) -> int:
    """Post news in one message, or as many as Slack takes; return how many announcements that were."""
    latest = {together.subject(one): one for one in those}
    for one in (each for each in those if latest[together.subject(each)] is not each):
        _posted(post, one, "")
    found = []
    for one in latest.values():
        try:
            notice = draw(post, one.kind, one.data)
        except Exception as error:
            log.exception("announcement_not_drawn", extra={"announcement": one.id})
            _not_drawn(post, one, error)
            continue
        if notice is None or notice.over:
            _posted(post, one, "")
        else:
            found.append(together.Drawn(one, notice))
    return sum(_post_page(post, page) for page in together.pages(found))


def _post_page(post: Post, page: Sequence[together.Drawn]) -> int:
    """Post one message of news; where Slack would never take it, each by itself."""
    those = [each.waiting for each in page]
    if len(those) == 1:
        return _post_one(post, those[0])
    parts = [(each.waiting.kind, each.notice) for each in page]
    try:
        notice = together.compose(parts, post.company.language)
        ts = _post(post, those, notice, _thread(post, those[0]))
    except SlackApiError as error:
        if _never(error):
            return sum(_post_one(post, one) for one in those)
        refused.put_off(post, those, error)
    except Taken:
        return 0
    except SLACK_TROUBLE:
        for one in those:
            _unsure(post, one)
    else:
        for one in those:
            _posted(post, one, ts)
        return len(those)
    return 0


def _post_one(post: Post, waiting: Waiting) -> bool:
    """Post one announcement; one that cannot be drawn or posted never stops the others."""
    try:
        if waiting.kind not in UPLOADED:
            return _say(post, waiting)
        _attach(post, waiting)
    except SlackApiError as error:
        if _never(error) and waiting.kind not in UPLOADED:
            return _say_plainly(post, waiting, error)
        refused.put_off(post, [waiting], error)
    except Taken:
        return False
    except SLACK_TROUBLE:
        _unsure(post, waiting)
    except Exception as error:
        log.exception("announcement_not_drawn", extra={"announcement": waiting.id})
        _not_drawn(post, waiting, error)
    return False


def _never(error: SlackApiError) -> bool:
    """Whether Slack never takes this content, however often it is asked."""
    return trouble_of(refused.code_of(error)) is SlackTrouble.CONTENT


def _say_plainly(post: Post, waiting: Waiting, error: SlackApiError) -> bool:
    """Say in text alone what Slack does not take as it is drawn; who can have it mended is told."""
    code = refused.code_of(error)
    try:
        notice = draw(post, waiting.kind, waiting.data)
        if notice is None:
            return False
        ts = _post(post, [waiting], plainly.written(notice, post.company.language), _thread(post, waiting))
    except SlackApiError as again:
        if _never(again):
            refused.tell_content(post, waiting, SlackTrouble.UNSAID, code)
        refused.put_off(post, [waiting], again)
    except Taken:
        return False
    except SLACK_TROUBLE:
        _unsure(post, waiting)
    else:
        _posted(post, waiting, ts)
        refused.tell_content(post, waiting, SlackTrouble.CONTENT, code)
        return True
    return False


def _unsure(post: Post, waiting: Waiting) -> None:
    log.warning("announcement_unsure", extra={"announcement": waiting.id})
    with post.books() as b:
        leases.unsure(b, waiting, at=post.now())


def _not_drawn(post: Post, waiting: Waiting, error: Exception) -> None:
    with post.books() as b:
        leases.failed(b, waiting, error=type(error).__name__, at=post.now())


def _say(post: Post, waiting: Waiting) -> bool:
    thread = _thread(post, waiting)
    if waiting.kind in AFTER_DIGEST and thread is None and _digest_waits(post, waiting):
        with post.books() as b:
            leases.failed(b, waiting, error="digest_first", at=post.now())
        return False
    if _needless(post, waiting):
        _posted(post, waiting, "")
        return False
    if waiting.kind is AnnouncementKind.FACT and _after_others(post, waiting):
        with post.books() as b:
            leases.failed(b, waiting, error="in_order", at=post.now(), wait=announcements.TURN_WAIT)
        return False
    found = finding.posted(post, waiting, thread) if waiting.unsure else None
    if found is not None:
        _posted(post, waiting, found)
        return True
    notice = draw(post, waiting.kind, waiting.data)
    if notice is None or notice.over:
        _posted(post, waiting, "")
        return False
    ts = _post(post, [waiting], notice, thread)
    _posted(post, waiting, ts)
    return True


def _attach(post: Post, waiting: Waiting) -> None:
    """Put files under the message that they belong to, unless none is needed or they are there already."""
    found = attachments.of(post, waiting)
    if found is not None and not (waiting.unsure and attachments.there(post, waiting, found)):
        _hold(post, [waiting])
        attachments.upload(post, waiting, found)
    _posted(post, waiting, "")


def _hold(post: Post, those: Sequence[Waiting]) -> None:
    """Make sure that announcements are still ours for long enough to post them. Raises Taken."""
    with post.books() as b:
        held = leases.keep(b, those, at=post.now())
    if not held:
        log.warning("announcement_taken", extra={"announcement": those[0].id})
        raise Taken


def _post(post: Post, those: Sequence[Waiting], notice: Notice, thread: str | None) -> str:
    """Post a message, with what finds it again by each of its announcements; return Slack's name for it.

    Raises Taken when others have taken one of them meanwhile.
    """
    _hold(post, those)
    said = post.client.chat_postMessage(
        channel=those[0].channel,
        text=notice.text,
        blocks=notice.blocks,
        metadata={"event_type": EVENT, "event_payload": finding.mark(post, those)},
        thread_ts=thread,
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(said["ts"])


def _posted(post: Post, waiting: Waiting, ts: str) -> None:
    with post.books() as b:
        announcements.posted(b, waiting.id, ts=ts)
        if ts:
            slack_troubles.over(b, waiting.channel)
        file = FILES.get(waiting.kind) if ts else None
        if file is not None:
            announcements.announce(
                b, key=f"{file}:{waiting.key}", kind=file, data=waiting.data, at=post.now()
            )
    if waiting.kind == AnnouncementKind.DIGEST:
        deliveries.forget(post.database, before=post.now() - KEEP_DELIVERIES)


def _thread(post: Post, waiting: Waiting) -> str | None:
    """Return the message under which it is said: its own, or the digest of the day for quiet news."""
    under = UNDER.get(waiting.kind)
    if under is None and waiting.kind not in QUIET:
        return None
    key = f"{under}:{waiting.data['day']}" if under is not None else _digest_key(post, waiting)
    with post.look() as b:
        return announcements.of_keys(b, [key]).get(key) or None


def _digest_key(post: Post, waiting: Waiting) -> str:
    return f"{AnnouncementKind.DIGEST}:{post.company.day_of(waiting.created_at)}"


def _digest_waits(post: Post, waiting: Waiting) -> bool:
    """Whether the digest under which the cards belong is still to be posted."""
    with post.look() as b:
        return announcements.waits(b, _digest_key(post, waiting))


def _needless(post: Post, waiting: Waiting) -> bool:
    """Whether it reminds people of a message that is only about to be posted, and calls them itself."""
    if waiting.kind not in UNDER:
        return False
    with post.look() as b:
        return announcements.waits(b, f"{UNDER[waiting.kind]}:{waiting.data['day']}")


def _after_others(post: Post, waiting: Waiting) -> bool:
    """Whether facts of earlier acts are still to be said."""
    with post.look() as b:
        return announcements.facts_wait(b, before=waiting.id)
