"""The form of a mail's own words: its subject, and the text around the figures."""

import unicodedata
from typing import Any

from bot.morning.postpone_form import about, metadata
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import typed
from bot.slack.visit import Desk, Visit
from bot.typed.words import plain
from correspondence.editing import Editing
from message_templates.catalogue import say
from receivables.company import Company
from store.morning.cards import Card
from store.morning.edits import SUBJECT, TEXT

CALLBACK = "edit_text"


def view(visit: Visit, card: Card, words: Editing) -> Block:
    """Return the form with the words as they stand."""
    return blocks.modal(
        CALLBACK,
        plain("cartes.edit.title", visit.language),
        [
            blocks.section(say("cartes.edit.intro", visit.language, **about(card))),
            blocks.field(
                "subject",
                plain("cartes.edit.subject", visit.language),
                blocks.text_input("subject", initial=words.subject, most=SUBJECT),
                optional=True,
            ),
            blocks.field(
                "text",
                plain("cartes.edit.text", visit.language),
                blocks.text_input("text", initial=words.text, multiline=True, most=TEXT),
                optional=True,
                hint=plain("cartes.edit.text_hint", visit.language),
            ),
        ],
        submit=plain("cartes.edit.submit", visit.language),
        close=plain("cartes.edit.close", visit.language),
        metadata=metadata(visit, card, mark=words.mark),
    )


def read_fields(view: dict[str, Any]) -> tuple[str, str]:
    """Return subject and text as typed, without signs that nobody sees; lines are kept in the text."""
    subject = " ".join(_seen(typed(view, "subject")).split())
    text = "\n".join(line.rstrip() for line in _seen(typed(view, "text")).splitlines()).strip()
    return subject, text


def _seen(text: str) -> str:
    kept = (sign for sign in text if sign in "\n\t\r" or unicodedata.category(sign) not in {"Cc", "Cf"})
    return "".join(kept)


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:  # noqa: ARG001 - as every form
    """Return what is wrong with the fields: they may not be longer than a mail takes."""
    found = {}
    for name, text, most in zip(("subject", "text"), read_fields(view), (SUBJECT, TEXT), strict=True):
        if len(text) > most:
            found[name] = plain("cartes.edit.long", company.language, count=len(text) - most)
    return found
