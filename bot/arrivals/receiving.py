"""A file is dropped in the channel, or sent to the bot: taken from Slack, kept, tried dry, and answered."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bot.arrivals import card
from bot.slack import asking
from bot.slack.access import COMMERCIAL, FINANCE, SLACK_TROUBLE, Stranger
from bot.slack.gate import LARGEST
from bot.slack.outcomes import sentence_of
from bot.slack.visit import Desk
from bot.slack.voice import Voice
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import RelanceError
from store.books import open_books
from store.imports import arrivals

log = logging.getLogger(__name__)
LISTS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
"""Endings of what is a list of something: what cannot be read of it is said."""
PERHAPS = frozenset({".txt", ".xml", ".pdf"})
"""Endings of what may be one, or an e-invoice: in the channel, what is none is not spoken of."""
_NAME = 120


@dataclass(frozen=True, slots=True)
class _Came:
    """A file that was taken from Slack."""

    name: str
    content: bytes
    thread: str | None
    quiet: bool
    """Whether nothing is said when it is no list."""


def on_shared(desk: Desk) -> Callable[[dict[str, Any]], None]:
    """Return what follows when somebody shares a file where the bot is."""

    def work(event: dict[str, Any]) -> None:
        voice = Voice(desk.client, event["user_id"], event["channel_id"])
        try:
            _receive(desk, voice, event["file_id"])
        except asking.MayNot as error:
            voice.whisper(*asking.offer(error))
        except Stranger:
            return
        except RelanceError as error:
            voice.whisper(sentence_of(error, desk.language))

    return work


def _receive(desk: Desk, voice: Voice, file_id: str) -> None:
    """Take a file in hand, if it is one of ours and its person may. Raises MayNot, Refused."""
    direct = voice.channel.startswith("D")
    mine = _companies(desk, voice, direct=direct)
    if not mine:
        return
    file = desk.client.files_info(file=file_id)["file"]
    name = cut(str(file.get("name") or file_id), _NAME)
    ending = PurePath(name).suffix.lower()
    if ending not in LISTS | PERHAPS:
        if direct:
            voice.whisper(say("arrivees.not_a_list", desk.language, file=name))
        return
    if len(mine) > 1:
        voice.whisper(say("arrivees.which_company", desk.language, file=name))
        return
    company = mine[0]
    wanted = say("arrivees.wanted", company.language, file=name)
    asking.check(desk.access, company, voice.user, FINANCE, team="", what=wanted)
    content = _fetched(desk, voice, file, name)
    if content is not None:
        quiet = ending in PERHAPS and not direct
        _answer(desk, company, voice, _Came(name, content, _thread(file, voice.channel), quiet))


def _companies(desk: Desk, voice: Voice, *, direct: bool) -> list[Company]:
    """Return the companies that a file may be for: the channel's own; sent to the bot, those of the person.

    None for bots, guests and people of elsewhere. Raises Refused when Slack cannot answer.
    """
    here = [each for each in desk.companies.values() if direct or each.slack_channel == voice.channel]
    return [each for each in here if desk.access.may(each, voice.user, COMMERCIAL)]


def _fetched(desk: Desk, voice: Voice, file: Mapping[str, Any], name: str) -> bytes | None:
    """Return a file's bytes; None, and told, when they are too many or Slack does not give them."""
    size = int(file.get("size") or 0)
    if size > LARGEST:
        facts = {"megabytes": size // 1_000_000, "most": LARGEST // 1_000_000}
        voice.whisper(say("arrivees.too_large", desk.language, file=name, **facts))
        return None
    try:
        return desk.client.fetch_file(str(file.get("url_private_download") or file.get("url_private")))
    except SLACK_TROUBLE:
        log.exception("file_not_fetched")
        voice.whisper(say("arrivees.not_fetched", desk.language, file=name))
        return None


def _thread(file: Mapping[str, Any], channel: str) -> str | None:
    """Return the thread in which a file is answered: that of the message that shares it."""
    shares = file.get("shares") or {}
    here = [each for kind in shares.values() for each in (kind or {}).get(channel) or ()]
    return next((str(each.get("thread_ts") or each["ts"]) for each in reversed(here) if each.get("ts")), None)


def _answer(desk: Desk, company: Company, voice: Voice, came: _Came) -> None:
    """Keep a file, try it dry, and say what is in it."""
    at = desk.now()
    with open_books(desk.database, company) as b:
        where = (voice.channel, came.thread)
        arrival_id = arrivals.keep(b, came.name, came.content, where=where, by=voice.user, at=at)
    report = arrivals.try_dry(desk.database, company, arrival_id, at=at)
    if came.quiet and report.refused:
        with open_books(desk.database, company) as b:
            arrivals.give_up(b, arrival_id, at=at)
        return
    with desk.look(company) as b:
        arrival, before = arrivals.get(b, arrival_id), arrivals.earlier(b, arrival_id)
    notice = card.draw(company, arrival, report, before, by=voice.user)
    said = desk.client.chat_postMessage(
        channel=arrival.channel,
        thread_ts=arrival.thread,
        text=notice.text,
        blocks=list(notice.blocks),
        unfurl_links=False,
        unfurl_media=False,
    )
    with open_books(desk.database, company) as b:
        arrivals.shown(b, arrival_id, str(said["ts"]))
