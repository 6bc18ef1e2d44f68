"""What opens the mail servers, when it is refused or ends soon: told to the administrators in Slack."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.slack import blocks
from bot.slack.naming import asked
from bot.slack.notice import Notice
from message_templates.catalogue import Mrkdwn, say
from receivables import duty
from receivables.codes.roles import Role
from store.books import Books

MOST = 3
"""Administrators who are called."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell a trouble with what it stops and what to do about it, or an end that is near."""
    text = _trouble(b, data) if "trouble" in data else _ending(b, data)
    return Notice(text.partition("\n")[0], [blocks.section(text)])


def _who(b: Books) -> Mrkdwn:
    return Mrkdwn(", ".join(asked(each) for each in duty.holders(b.company, Role.ADMIN)[:MOST]))


def _trouble(b: Books, data: Mapping[str, Any]) -> str:
    language, ways = b.company.language, data["ways"]
    effect = say("messagerie.waiting", language, ways=ways)
    if data["good_until"]:
        until = datetime.fromisoformat(data["good_until"]).astimezone(b.company.zone)
        effect = say("messagerie.still", language, day=until.date(), hour=f"{until:%H:%M}")
    return say(
        "messagerie.trouble",
        language,
        head=say(f"messagerie.head.{data['trouble']}", language, ways=ways),
        effect=effect,
        mend=say(f"messagerie.mend.{data['trouble']}", language),
        words=data["words"],
        who=_who(b),
    )


def _ending(b: Books, data: Mapping[str, Any]) -> str:
    ends_at = datetime.fromisoformat(data["ends_at"])
    return say(
        "messagerie.ending",
        b.company.language,
        ways=data["ways"],
        ends_at=b.company.day_of(ends_at),
        who=_who(b),
    )
