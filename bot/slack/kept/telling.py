"""What is said of a request that was taken up again: after a stop, or once the books could be opened."""

import contextlib
from datetime import datetime, timedelta

from bot.slack import blocks, requests
from bot.slack.access import SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.outcomes import undo_button
from bot.slack.requests import Body
from bot.slack.visit import Attempt, Desk
from bot.slack.voice import Respond
from bot.typed.words import clean, cut
from message_templates import labels
from message_templates.catalogue import say
from receivables.company import Company
from store import announcements, undo
from store.announcements import SpokenFact
from store.books import open_books
from store.db.spool import Unanswered
from store.health.deliveries import Acted
from store.undo import StandingAct

MOST_TRIES = 20
"""How often a request is begun at most: one that brings the process down must not do so for ever."""
FAILS_FOR = timedelta(minutes=5)
"""How long it is begun however often: many quick stops are nobody's fault who asked meanwhile."""
ADDRESS_LIVES = timedelta(minutes=25)
"""Slack takes answers by the address of a request for half an hour."""


def too_late(desk: Desk, taken: Unanswered) -> bool:
    """Whether a request is told and not done: what was typed means the day on which it was typed."""
    now = desk.now()
    same_day = all(one.day_of(taken.at) == one.day_of(now) for one in desk.companies.values())
    return not same_day or (taken.tries > MOST_TRIES and now - taken.at > FAILS_FOR)


def by_message(asked_at: datetime, now: datetime) -> bool:
    """Whether the person is written to: what is whispered to somebody who left long ago is not seen."""
    return now - asked_at > ADDRESS_LIVES


def tell_waits(desk: Desk, body: Body, respond: Respond | None) -> None:
    """Say that the books are held and that the request is kept."""
    _tell(desk, body, respond, say("reprise.waits", desk.language))


def tell_begun(desk: Desk, body: Body, respond: Respond | None, taken: Unanswered) -> None:
    """Say, the first time, that a request is taken up again; its answer follows."""
    if taken.tries == 1:
        text = say("reprise.begun", desk.language, asked=_asked(body), at=_hour(desk, taken.at))
        _tell(desk, body, respond, text, asked_at=taken.at)


def tell_not_done(desk: Desk, body: Body, respond: Respond | None, taken: Unanswered) -> None:
    """Say that a request was not done, and will not be. Raises what Slack raises."""
    facts = {"asked": _asked(body), "at": _hour(desk, taken.at), "on": _day_company(desk).day_of(taken.at)}
    voice = requests.voice_of(desk, body, respond)
    if voice is not None:
        voice.late(by_message(taken.at, desk.now())).whisper(say("reprise.not_done", desk.language, **facts))


def tell_done(desk: Desk, body: Body, respond: Respond | None, attempt: Attempt, done: Acted) -> None:
    """Say what was done before the stop: aloud unless that was said, and to who asked. May raise of Slack.

    What was taken back meanwhile was seen.
    """
    company = desk.companies.get(done.company)
    if company is None:
        return
    with desk.look(company) as b:
        found = [(entry, undo.standing(b, entry)) for entry in done.entries]
    standing = [(entry, act) for entry, act in found if act is not None]
    if not standing:
        return
    user = requests.user_of(body)
    aloud = "\n".join(_line(company, "reprise.fact", act, user) for _, act in standing)
    with open_books(desk.database, company) as b:
        fact = SpokenFact(attempt.mark(1), aloud, [blocks.section(aloud)])
        announcements.keep_fact(b, fact, lost=True, at=desk.now())
    voice = requests.voice_of(desk, body, respond)
    if voice is not None:
        told = "\n".join(_line(company, "reprise.done", act, user) for _, act in standing)
        voice.whisper(told, [blocks.section(told), *_undoing(company, [entry for entry, _ in standing])])


def _line(company: Company, key: str, act: StandingAct, user: str) -> str:
    return say(
        key,
        company.language,
        act=labels.label("act", act.act, company.language),
        number=act.number or "",
        customer=act.customer or "",
        at=f"{act.at.astimezone(company.zone):%H:%M}",
        by=user,
    )


def _undoing(company: Company, entries: list[int]) -> list[Block]:
    """Return the *Annuler* of the last act: those before it hang on it, or stand in the channel."""
    return [blocks.actions(undo_button(f"{company.key}:{entries[-1]}", language=company.language))]


def _tell(
    desk: Desk, body: Body, respond: Respond | None, text: str, *, asked_at: datetime | None = None
) -> None:
    """Say something beside the answer: where Slack does not take it, the answer alone counts."""
    voice = requests.voice_of(desk, body, respond)
    if voice is not None:
        late = asked_at is not None and by_message(asked_at, desk.now())
        with contextlib.suppress(*SLACK_TROUBLE):
            voice.late(late).whisper(text)


def _asked(body: Body) -> str:
    """Return what was asked, as its person knows it: what was typed, or the button; "" for a form."""
    if "command" in body:
        return cut(f"{body['command']} {clean(body.get('text') or '')}".strip(), 200)
    return requests.label_of(body) if body.get("actions") else ""


def _day_company(desk: Desk) -> Company:
    return next(iter(desk.companies.values()))


def _hour(desk: Desk, at: datetime) -> str:
    return f"{at.astimezone(_day_company(desk).zone):%H:%M}"
