"""Text as Slack hands it over, made plain: quotes, spaces, dashes, links and entities."""

import html
import re
import unicodedata

from message_templates.catalogue import template

_LINK = re.compile(r"<(?:[a-z]+:)?([^<>|]*)(?:\|([^<>]*))?>")
_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛′´`", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"⁄": "/", "∕": "/"}
)
_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})


def _link(match: re.Match[str]) -> str:
    return match[2] or match[1]


def clean(text: str) -> str:
    """Return typed text with plain quotes, dashes and spaces, links reduced to what they show."""
    plain = html.unescape(_LINK.sub(_link, text)).translate(_SAME)
    plain = unicodedata.normalize("NFKC", plain).translate(_SAME)
    kept = (" " if sign in "\t\n\r" else sign for sign in plain)
    return " ".join("".join(s for s in kept if unicodedata.category(s) not in _INVISIBLE).split())


def flat(text: str) -> str:
    """Return clean text in small letters without accents, punctuation inside kept."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).strip(" .,;:!?\"'")


def plain(key: str, /, **values: object) -> str:
    """Return the sentence `key` unescaped: for errors and for Slack's plain text."""
    return template(key, escaped=False).render(values)


def cut(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, with … when something was left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
