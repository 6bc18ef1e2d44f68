"""Slack's mrkdwn and rich text as styled terminal text, with mentions by name."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from rich.emoji import Emoji
from rich.style import Style
from rich.text import Text

Names = Callable[[str], str]
"""Returns the name of a user (U…), a group (S…) or a channel (C…)."""

MENTION = "bold bright_cyan"
_SIGNS = re.compile(
    r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>"
    r"|(?<!\w)\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*(?!\w)|(?<!\w)_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_(?!\w)"
    r"|(?<!\w)~(?=\S)(?P<strike>[^~\n]+)(?<=\S)~(?!\w)",
    re.DOTALL,
)
_STYLES = {"bold": "bold", "italic": "italic", "strike": "strike"}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


UNBROKEN = {0x00A0: 0xE000, 0x202F: 0xE001}
"""Stand-ins for spaces that must not break a line: rich would. `screen.UnbrokenStream` undoes them."""


def plain(text: str) -> str:
    """Return `text` with emoji drawn, as Slack does in plain_text, its narrow and hard spaces kept whole."""
    return Emoji.replace(text).translate(UNBROKEN)


def _unescape(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return plain(text)


def mrkdwn(text: str, names: Names) -> Text:
    """Return mrkdwn as styled text; a line that begins with `>` is a quotation."""
    lines = text.split("\n")
    drawn = [_quoted(line[4:].lstrip(), names) if line.startswith("&gt;") else None for line in lines]
    if not any(drawn):
        return _spans(text, names)
    parts = [quote or _spans(line, names) for line, quote in zip(lines, drawn, strict=True)]
    return Text("\n").join(parts)


def _quoted(line: str, names: Names) -> Text:
    return Text("▎ ", "bright_black") + _spans(line, names)


def _spans(text: str, names: Names) -> Text:
    drawn, at = Text(), 0
    for match in _SIGNS.finditer(text):
        drawn.append(_unescape(text[at : match.start()]))
        drawn.append_text(_span(match, names))
        at = match.end()
    return drawn.append(_unescape(text[at:]))


def _span(match: re.Match[str], names: Names) -> Text:
    kind, inside = match.lastgroup or "", match[match.lastgroup or 0]
    if kind in {"block", "code"}:
        return Text(_unescape(inside.strip("\n")), "bright_red")
    if kind == "angle":
        return _angle(inside, names)
    inner = _spans(inside, names)
    inner.stylize(_STYLES[kind])
    return inner


def _angle(inside: str, names: Names) -> Text:
    """Return a mention, a date or a link."""
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return Text("@" + names(target[1:]), MENTION)
    if target.startswith("!subteam^"):
        return Text("@" + names(target[9:]), MENTION)
    if target.startswith("#"):
        return Text("#" + names(target[1:]), MENTION)
    if target.startswith("!"):
        return Text(_unescape(label) if label else "@" + target[1:], "" if label else MENTION)
    return Text(_unescape(label or target), Style(color="bright_blue", underline=True, link=target))


def rich_text(block: Mapping[str, Any], names: Names) -> Text:
    """Return a rich_text block: sections, lists, quotations, fixed-width parts."""
    return Text("\n").join(_rich_part(part, names) for part in block["elements"])


def _rich_part(part: Mapping[str, Any], names: Names) -> Text:
    if part["type"] == "rich_text_list":
        ordered = part.get("style") == "ordered"
        lines = [
            Text(f" {rank}. " if ordered else " • ") + _rich_part(item, names)
            for rank, item in enumerate(part["elements"], 1)
        ]
        return Text("\n").join(lines)
    lead = Text("▎ ", "bright_black") if part["type"] == "rich_text_quote" else Text()
    return lead + Text().join(_rich_element(element, names) for element in part["elements"])


def _rich_element(element: Mapping[str, Any], names: Names) -> Text:
    kind, style = element["type"], element.get("style") or {}
    if kind in {"user", "usergroup"}:
        return Text("@" + names(element[f"{kind}_id"]), MENTION)
    if kind == "emoji":
        return Text(plain(f":{element['name']}:"))
    if kind == "link":
        return Text(element.get("text") or element["url"], Style(color="bright_blue", underline=True))
    known = Style(bold=style.get("bold"), italic=style.get("italic"), strike=style.get("strike"))
    return Text(str(element.get("text", "")), known)
