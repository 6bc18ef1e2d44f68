"""Acknowledged is kept: what Slack asks is written down before the yes, and crossed off once it is answered.

What cannot be written down in time is refused where people see it, and nothing is done of it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy.exc import OperationalError

from bot.slack import requests
from bot.slack.failures import answered
from bot.slack.kept import telling
from bot.slack.requests import Body
from bot.slack.visit import Attempt, Desk
from bot.slack.voice import Respond
from message_templates.catalogue import say
from store.db.spool import NotKept, Unanswered
from store.health import deliveries

log = logging.getLogger(__name__)
RESUMED = "resumed"
"""Where the context of a request that is taken up again holds what stood in the spool."""

Ack = Callable[..., Any]
Work = Callable[[Attempt], None]

_AS_IT_IS = (
    *("type", "command", "text", "user_id", "team_id", "channel_id", "event_id", "trigger_id"),
    *("response_url", "actions", "container"),
)
_PARTS = {
    "user": ("id", "team_id"),
    "team": ("id",),
    "channel": ("id",),
    "message": ("ts", "blocks"),
    "view": ("id", "type", "callback_id", "private_metadata", "state", "root_view_id"),
    "event": ("type", "tab", "user", "file_id", "channel_id", "user_id"),
}


def needed(body: Body) -> Body:
    """Return what doing a request again takes: no token, no name, nothing that we do not read."""
    whole = {name: body[name] for name in _AS_IT_IS if name in body}
    parts = {
        name: {each: body[name][each] for each in inside if each in body[name]}
        for name, inside in _PARTS.items()
        if isinstance(body.get(name), dict)
    }
    return whole | parts


def keep(  # noqa: PLR0917 - what each request gives
    desk: Desk,
    ack: Ack,
    body: Body,
    context: Mapping[str, Any],
    respond: Respond | None,
    key_of: Callable[[Body], str],
    work: Work,
) -> None:
    """Write a request down, acknowledge it, and have it done; the same delivery again does nothing."""
    if RESUMED in context:
        ack()
        have_done(desk, body, context[RESUMED], respond, work)
        return
    key = key_of(body)
    try:
        new = write(desk, body, key)
    except NotKept:
        _refuse(desk, ack, body, respond)
        return
    ack()
    if new:
        have_done(desk, body, Unanswered(key, {}, desk.now(), 0), respond, work)


def write(desk: Desk, body: Body, key: str) -> bool:
    """Write a request down; False: it stands there already. Raises NotKept."""
    return desk.database.spool.write(key, needed(body), at=desk.now())


def have_done(desk: Desk, body: Body, taken: Unanswered, respond: Respond | None, work: Work) -> None:
    """Have a request that is written down done in its turn."""
    desk.crew.later(partial(_do, desk, body, taken, respond, work))


def _do(desk: Desk, body: Body, taken: Unanswered, respond: Respond | None, work: Work) -> None:
    """Do it, and cross it off; what nobody could be told of, or the books are held for, is begun again."""
    try:
        again = _waits_for_books(desk, body, taken, respond, work)
    except Exception as error:  # noqa: BLE001 - nobody could be told: Slack is away
        log.warning("request_unanswered", extra={"kind": type(error).__name__})
        again = True
    if again:
        desk.database.spool.put_back(taken, at=desk.now())
    else:
        desk.database.spool.cross_off(taken.key)


def _waits_for_books(desk: Desk, body: Body, taken: Unanswered, respond: Respond | None, work: Work) -> bool:
    """Do it and answer; whether it is to be begun again, since the books could not be opened."""
    with answered(desk, body, respond):
        try:
            _once(desk, body, taken, respond, work)
        except deliveries.ActedAlready:
            return True
        except OperationalError as error:
            if taken.tries >= telling.MOST_TRIES:
                raise
            log.warning("books_held", extra={"kind": type(error.orig).__name__})
            if not taken.tries:
                telling.tell_waits(desk, body, respond)
            return True
    return False


def _once(desk: Desk, body: Body, taken: Unanswered, respond: Respond | None, work: Work) -> None:
    first = deliveries.first(desk.database, taken.key, at=desk.now())
    attempt = Attempt(taken.key)
    if not taken.tries:
        if first:
            work(attempt)
        return
    desk.database.spool.begin(taken)
    done = deliveries.acted(desk.database, taken.key)
    if done is not None:
        telling.tell_done(desk, body, respond, attempt, done)
    elif telling.too_late(desk, taken):
        telling.tell_not_done(desk, body, respond, taken)
    else:
        telling.tell_begun(desk, body, respond, taken)
        work(replace(attempt, asked_at=taken.at))


def _refuse(desk: Desk, ack: Ack, body: Body, respond: Respond | None) -> None:
    """Say no where Slack shows it best: in words below a command or in the form, else on the button."""
    text = say("reprise.not_kept", desk.language)
    fields = [each for each in (body.get("view") or {}).get("blocks") or [] if each.get("type") == "input"]
    if "command" in body:
        ack(text=text, response_type="ephemeral")
    elif body.get("type") == "view_submission" and fields:
        ack(response_action="errors", errors={fields[0]["block_id"]: text})
    else:
        ack.response = BoltResponse(status=503)  # type: ignore[attr-defined]  # Bolt has no other way
        desk.crew.later(partial(_say_no, desk, body, respond, text))


def _say_no(desk: Desk, body: Body, respond: Respond | None, text: str) -> None:
    voice = requests.voice_of(desk, body, respond)
    if voice is not None:
        voice.whisper(text)
