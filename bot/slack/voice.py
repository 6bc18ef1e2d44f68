"""How the bot answers: whispers to the person who asked, facts aloud in the company's channel."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.slack.access import SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.naming import NamingClient

log = logging.getLogger(__name__)

LOST = 500
"""The status from which an answer says nothing of whether Slack took what it was given."""
EVENT = "relance_announcement"
"""The metadata by which a message that may have been posted is found again."""

Respond = Callable[..., Any]


def patient(client: WebClient) -> WebClient:
    """Have the client wait and try again when Slack says that it is asked too much, and never else.

    A call whose answer was lost is not repeated: it might say a thing twice.
    """
    client.retry_handlers = [RateLimitErrorRetryHandler(max_retry_count=3)]
    return client


@dataclass(frozen=True)
class Voice:
    """Where to answer one person. Texts are mrkdwn, foreign text in them escaped already."""

    client: NamingClient
    user: str
    channel: str
    respond: Respond | None = None
    by_message: bool = False
    """Whether the person is written to: whoever asked long ago may not be there to see a whisper."""

    def late(self, late: bool) -> "Voice":
        """Return the voice that answers what was asked long ago, if it was."""
        return replace(self, by_message=True, respond=None) if late else self

    def whisper(self, text: str, blocks: Sequence[Block] = (), *, instead: bool = False) -> None:
        """Tell the person alone; `instead` of the whispered message that was clicked."""
        if self.respond is not None and self._responded(text, blocks, instead=instead):
            return
        content: dict[str, Any] = {
            "text": text,
            "blocks": list(blocks) or None,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if self.by_message:
            self.client.chat_postMessage(channel=self.user, **content)
            return
        try:
            self.client.chat_postEphemeral(channel=self.channel, user=self.user, **content)
        except SLACK_TROUBLE:
            self.client.chat_postMessage(channel=self.user, **content)

    def replace(self, text: str, blocks: Sequence[Block]) -> bool:
        """Redraw the public message that was clicked; False when Slack would not."""
        return self._responded(text, blocks, instead=True)

    def _responded(self, text: str, blocks: Sequence[Block], *, instead: bool) -> bool:
        """Answer by Slack's own address; False when it is used up or out of reach."""
        if self.respond is None:
            return False
        try:
            said = self.client.names.fill({"text": text, "blocks": list(blocks) or None})
            answer = self.respond(
                **said,
                response_type="ephemeral",
                replace_original=instead,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SLACK_TROUBLE:
            log.warning("answer_url_unreachable")
            return False
        return bool(answer.status_code == 200)

    def aloud(self, channel: str, text: str, blocks: Sequence[Block], *, mark: dict[str, Any]) -> str:
        """Say a fact in a channel; return Slack's name for the message. Raises SlackApiError.

        `mark` finds the message again where the answer was lost: no name, no amount.
        """
        said = self.client.chat_postMessage(
            channel=channel,
            text=text,
            blocks=list(blocks) or None,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT, "event_payload": mark},
        )
        return str(said["ts"])
