"""Block Kit pieces as plain dicts, each cut to what Slack takes (FACTS B3)."""

from collections.abc import Sequence
from typing import Any

from bot.typed.words import cut

Block = dict[str, Any]

SECTION = 3000
HEADER = 150
LABEL = 75
CONFIRM = 300
TITLE = 24
TYPED = 3000
TOGETHER = "together"
"""Marks the first paragraph of a message that says several things, each with buttons of its own."""


def mrkdwn(text: str) -> Block:
    """Return a mrkdwn text object; foreign text in it is escaped already."""
    return {"type": "mrkdwn", "text": cut(text, SECTION)}


def plain_text(text: str, most: int = LABEL) -> Block:
    """Return a plain text object, where nothing is live."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def section(text: str, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """Return a paragraph, with a menu or a button at its side."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory:
        block["accessory"] = accessory
    return {**block, "block_id": block_id} if block_id else block


def header(text: str) -> Block:
    """Return a title."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def context(text: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(
    label: str, action: str, value: str, *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """Return a button; `value` carries ids, never amounts."""
    block: Block = {"type": "button", "text": plain_text(label), "action_id": action, "value": value}
    if style:
        block["style"] = style
    return {**block, "confirm": confirm} if confirm else block


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the dialogue that asks « are you sure »."""
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, CONFIRM),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def option(label: str, value: str) -> Block:
    """Return one line of a menu."""
    return {"text": plain_text(label), "value": value}


def overflow(action: str, options: Sequence[Block]) -> Block:
    """Return a « … » menu of at most five lines."""
    return {"type": "overflow", "action_id": action, "options": list(options)[:5]}


def select(action: str, placeholder: str, options: Sequence[Block], initial: Block | None = None) -> Block:
    """Return a drop-down list."""
    block: Block = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain_text(placeholder, 150),
        "options": list(options)[:100],
    }
    return {**block, "initial_option": initial} if initial else block


def multi_select(action: str, placeholder: str, options: Sequence[Block]) -> Block:
    """Return a drop-down list in which several lines may be chosen."""
    return {**select(action, placeholder, options), "type": "multi_static_select"}


def text_input(
    action: str, *, initial: str = "", placeholder: str = "", multiline: bool = False, most: int = TYPED
) -> Block:
    """Return a field to type in."""
    block: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": multiline,
        "max_length": most,
    }
    if initial:
        block["initial_value"] = cut(initial, most)
    return {**block, "placeholder": plain_text(placeholder, 150)} if placeholder else block


def day_input(action: str, initial: str | None = None) -> Block:
    """Return a calendar; `initial` is an ISO date."""
    block: Block = {"type": "datepicker", "action_id": action}
    return {**block, "initial_date": initial} if initial else block


def time_input(action: str, initial: str | None = None, *, placeholder: str = "") -> Block:
    """Return a clock to choose on; `initial` is a time as 14:30."""
    block: Block = {"type": "timepicker", "action_id": action}
    if placeholder:
        block["placeholder"] = plain_text(placeholder, 150)
    return {**block, "initial_time": initial} if initial else block


def checkboxes(action: str, options: Sequence[Block]) -> Block:
    """Return boxes to tick."""
    return {"type": "checkboxes", "action_id": action, "options": list(options)}


def user_input(action: str, initial: str | None = None, *, placeholder: str = "") -> Block:
    """Return a list of the workspace's people; `initial` is a user's id."""
    block: Block = {"type": "users_select", "action_id": action}
    if placeholder:
        block["placeholder"] = plain_text(placeholder, 150)
    return {**block, "initial_user": initial} if initial else block


def field(block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """Return a labelled field of a form; errors are shown under it by its `block_id`."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2000),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain_text(hint, 2000)} if hint else block


def modal(
    callback: str, title: str, blocks: Sequence[Block], *, submit: str, close: str, metadata: str
) -> Block:
    """Return a form, or a page to read."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, TITLE),
        "submit": plain_text(submit, TITLE),
        "close": plain_text(close, TITLE),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
