"""The one place where what goes wrong becomes a sentence: asked again, or a reference to pass on."""

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy.exc import DataError

from bot.slack import asking, requests
from bot.slack.access import SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.outcomes import sentence_of
from bot.slack.visit import Desk
from bot.slack.voice import Respond
from message_templates.catalogue import say
from receivables.errors import RelanceError

log = logging.getLogger(__name__)


def tell_failure(desk: Desk, error: Exception, body: dict[str, Any], respond: Respond | None) -> None:
    """Tell the person what went wrong: the sentence of a RelanceError, else a reference that is logged.

    Raises what Slack raises.
    """
    drawn: list[Block] = []
    if isinstance(error, asking.MayNot):
        sentence, drawn = asking.offer(error)
    elif isinstance(error, RelanceError):
        sentence = sentence_of(error, desk.language)
    else:
        reference = secrets.token_hex(4)
        log.error("listener_failed", extra={"reference": reference}, exc_info=error)
        sentence = say("erreurs.unexpected", desk.language, reference=reference)
    voice = requests.voice_of(desk, body, respond)
    if voice:
        voice.whisper(sentence, drawn)


@contextlib.contextmanager
def answered(desk: Desk, body: dict[str, Any], respond: Respond | None = None) -> Iterator[None]:
    """Do what follows an acknowledgement, and tell what goes wrong. Raises what Slack raises then."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - told to the person, and logged when it is ours
        tell_failure(desk, error, body, respond)


MISREAD = (LookupError, TypeError, ValueError, AttributeError, OverflowError, DataError)
"""What reading a request raises that says other things than we have put into our forms: at last the database,
of numbers that are no ids."""


def handler(desk: Desk) -> Callable[..., BoltResponse | None]:
    """Return Bolt's error handler, for what is raised before a listener has acknowledged.

    A request that cannot be read is answered as one (400), and logged like any other failure.
    """

    def handle(error: Exception, body: dict[str, Any], respond: Respond) -> BoltResponse | None:
        try:
            tell_failure(desk, error, body, respond)
        except SLACK_TROUBLE:
            log.exception("answer_not_told")
        return BoltResponse(status=400) if isinstance(error, MISREAD) else None

    return handle
