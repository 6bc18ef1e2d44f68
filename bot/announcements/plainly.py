"""A message in text alone, where Slack does not take it as it is drawn: its words are not lost."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.notice import Notice
from bot.typed.words import cut
from message_templates.catalogue import Mrkdwn, say
from receivables.language import Language

MOST = 3_500
"""Characters: Slack advises 4,000 for the text of a message, which the closing sentence is part of."""


def written(notice: Notice, language: Language) -> Notice:
    """Return a message as text, cut to what Slack takes, with a sentence on what it lacks."""
    words = "\n".join(dict.fromkeys(_words(notice.blocks))) or notice.text
    return Notice(say("ennuis.plainly", language, text=Mrkdwn(cut(words, MOST))))


def _words(piece: Any) -> Iterator[str]:
    """Yield the texts of blocks, those of what is pressed or chosen left out."""
    if isinstance(piece, list | tuple):
        for each in piece:
            yield from _words(each)
    elif isinstance(piece, Mapping):
        if piece.get("type") in {"mrkdwn", "plain_text"} and isinstance(piece.get("text"), str):
            yield piece["text"]
        else:
            for name in ("text", "fields", "elements"):
                yield from _words(piece.get(name)) if piece.get("type") != "actions" else ()
