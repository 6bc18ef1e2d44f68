"""What Slack refuses, by who can mend it: the words of its errors, as its pages give them."""

from collections.abc import Mapping
from enum import StrEnum


class SlackTrouble(StrEnum):
    """Who or what stands between a message and Slack. Each has its sentence for who can mend it."""

    ABSENT = "absent"
    """The bot is not in the channel: anybody who is may invite it."""
    UNKNOWN_CHANNEL = "unknown_channel"
    """No such channel, or a private one without the bot."""
    ARCHIVED = "archived"
    CLOSED = "closed"
    """The channel or the workspace lets the bot write nothing there."""
    TOKEN = "token"  # noqa: S105 - a word
    """Slack does not know the bot any more: whoever installs Relance gives it a new token."""
    SCOPE = "scope"
    """The bot may not call this: it is installed anew with the manifest."""
    CONTENT = "content"
    """What Slack never takes, however often it is asked: it was said in text alone."""
    UNSAID = "unsaid"
    """What Slack did not take in text alone either."""


ERRORS: Mapping[str, SlackTrouble] = {
    "not_in_channel": SlackTrouble.ABSENT,
    "channel_not_found": SlackTrouble.UNKNOWN_CHANNEL,
    "is_archived": SlackTrouble.ARCHIVED,
    "restricted_action": SlackTrouble.CLOSED,
    "restricted_action_read_only_channel": SlackTrouble.CLOSED,
    "restricted_action_thread_only_channel": SlackTrouble.CLOSED,
    "restricted_action_non_threadable_channel": SlackTrouble.CLOSED,
    "invalid_auth": SlackTrouble.TOKEN,
    "not_authed": SlackTrouble.TOKEN,
    "token_revoked": SlackTrouble.TOKEN,
    "token_expired": SlackTrouble.TOKEN,
    "account_inactive": SlackTrouble.TOKEN,
    "user_is_bot": SlackTrouble.TOKEN,
    "team_access_not_granted": SlackTrouble.TOKEN,
    "org_login_required": SlackTrouble.TOKEN,
    "missing_scope": SlackTrouble.SCOPE,
    "no_permission": SlackTrouble.SCOPE,
    "not_allowed_token_type": SlackTrouble.SCOPE,
    "invalid_blocks": SlackTrouble.CONTENT,
    "invalid_blocks_format": SlackTrouble.CONTENT,
    "msg_blocks_too_long": SlackTrouble.CONTENT,
    "msg_too_long": SlackTrouble.CONTENT,
    "no_text": SlackTrouble.CONTENT,
    "invalid_arguments": SlackTrouble.CONTENT,
    "metadata_too_large": SlackTrouble.CONTENT,
}
OF_PLACE = frozenset(
    {SlackTrouble.ABSENT, SlackTrouble.UNKNOWN_CHANNEL, SlackTrouble.ARCHIVED, SlackTrouble.CLOSED}
)
"""Troubles of one channel: everything else can be said."""
TOO_LATE = frozenset(
    {"expired_trigger_id", "trigger_expired", "trigger_exchanged", "exchanged_trigger_id"}
    | {"invalid_trigger", "invalid_trigger_id"}
)
"""A form that came after the three seconds in which Slack opens one."""


def trouble_of(code: object) -> SlackTrouble | None:
    """Return what Slack's error says of us; None for what passes by itself, or is not known."""
    return ERRORS.get(str(code))
