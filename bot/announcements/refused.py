"""What Slack answers instead of taking a message: to try again later, or for a person to mend."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.announcements.posting import Post, retry_after
from bot.slack.access import SLACK_TROUBLE
from bot.slack.voice import LOST
from receivables import duty
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.roles import Role
from receivables.codes.slack_errors import OF_PLACE, SlackTrouble, trouble_of
from store import announcement_leases as leases
from store import announcements
from store.announcements import Waiting
from store.health import slack_troubles

log = logging.getLogger(__name__)

MENDED_WITHIN = timedelta(minutes=1)
"""How often what only a person can mend is tried again: it is said soon after."""
TOLD = 3
"""How many people are told of a trouble, at most."""


class AskedToWait(Exception):
    """Slack takes nothing for a while, in one channel or in any: what was not tried waits too."""

    def __init__(self, wait: timedelta, channel: str | None = None) -> None:
        super().__init__(str(wait))
        self.wait, self.channel = wait, channel

    def holds(self, waiting: Waiting) -> bool:
        """Whether an announcement waits for this."""
        return self.channel is None or waiting.channel == self.channel


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for what it did not like."""
    return str(error.response.get("error") or "unknown")


def put_off(post: Post, those: Sequence[Waiting], error: SlackApiError) -> None:
    """Write down what Slack answered, to try again later; who can mend it is told once.

    Raises AskedToWait, having written nothing of the announcements, when nothing more can be said there now.
    """
    code, wait = code_of(error), retry_after(error)
    trouble, lost = trouble_of(code), error.response.status_code >= LOST
    for waiting in those:
        log.warning("announcement_refused", extra={"announcement": waiting.id, "error_code": code})
    if wait is not None and not lost:
        raise AskedToWait(wait)
    if trouble is SlackTrouble.SCOPE:
        tell(post, trouble, str(error.response.get("needed") or code), _today(post))
    if trouble is SlackTrouble.TOKEN:
        tell(post, trouble, code)
        raise AskedToWait(MENDED_WITHIN)
    if trouble in OF_PLACE and not _of_a_person(those[0]):
        tell(post, trouble, code, those[0].channel)
        raise AskedToWait(MENDED_WITHIN, those[0].channel)
    with post.books() as b:
        for waiting in those:
            if trouble is SlackTrouble.CONTENT or (_of_a_person(waiting) and trouble in OF_PLACE):
                leases.given_up(b, waiting, error=code)
            elif lost:
                leases.unsure(b, waiting, at=post.now())
            else:
                leases.failed(b, waiting, error=code, at=post.now())


def tell_content(post: Post, waiting: Waiting, trouble: SlackTrouble, code: str) -> None:
    """Have it told, once a day for each kind of message, that one was said in text alone, or not at all."""
    tell(post, trouble, code, f"{waiting.kind} {_today(post)}")


def tell(post: Post, trouble: SlackTrouble, code: str, place: str = "") -> None:
    """Have a trouble told once to those who can mend it, until it is over: in their own messages."""
    with post.books() as b:
        if not slack_troubles.begin(b, trouble, place=place, code=code, at=post.now()):
            return
        acted = slack_troubles.last_person(b)
    log.error("slack_trouble", extra={"place": place, "error_code": code})
    people = _who_mends(post) or ([acted] if acted else [])
    kind, at = AnnouncementKind.SLACK_TROUBLE, post.now()
    data = {"trouble": trouble, "code": code, "place": place}
    with post.books() as b:
        for user in people:
            key = f"{kind}:{place}:{trouble}:{at.isoformat()}:{user}"
            announcements.announce(b, key=key, kind=kind, data=data, at=at, channel=user)


def _today(post: Post) -> str:
    return post.company.day_of(post.now()).isoformat()


def _who_mends(post: Post) -> list[str]:
    """Return the users of the highest role that anybody has, a few at most."""
    roles = post.company.roles
    holders = next((roles[role] for role in reversed(Role) if roles.get(role)), ())
    found = [user for each in holders for user in ([each] if duty.is_user(each) else _members(post, each))]
    return list(dict.fromkeys(found))[:TOLD]


def _members(post: Post, group: str) -> list[str]:
    try:
        return [str(each) for each in post.client.usergroups_users_list(usergroup=group)["users"] or ()]
    except SLACK_TROUBLE:
        log.warning("group_not_read")
        return []


def _of_a_person(waiting: Waiting) -> bool:
    """Whether it is said to one person: who left is no trouble of the team's channel."""
    return duty.is_user(waiting.channel)
