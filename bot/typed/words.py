"""Text as Slack hands it over, made plain: quotes, spaces, dashes, links and entities."""

import html
import re
import unicodedata

from message_templates import refusals
from message_templates.catalogue import template
from receivables.errors import RelanceError
from receivables.language import Language
from receivables.text import straight

_LINK = re.compile(r"<(?:[a-z]+:)?([^<>|]*)(?:\|([^<>]*))?>")
_LOOKALIKES = str.maketrans({"⁄": "/", "∕": "/", "\u2217": "*", "\u223c": "~", "\u02cb": "'", "\u02cd": "_"})
"""Signs that look like others, those by which names are shown in Slack among them."""
_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})


def _link(match: re.Match[str]) -> str:
    return match[2] or match[1]


def clean(text: str) -> str:
    """Return typed text with plain quotes, dashes and spaces, links reduced to what they show."""
    plain = unicodedata.normalize("NFKC", straight(html.unescape(_LINK.sub(_link, text))))
    plain = straight(plain).translate(_LOOKALIKES)
    kept = (" " if sign in "\t\n\r" else sign for sign in plain)
    return " ".join("".join(s for s in kept if unicodedata.category(s) not in _INVISIBLE).split())


def plain(key: str, language: Language, /, **values: object) -> str:
    """Return the sentence `key` unescaped: for errors and for Slack's plain text."""
    return template(key, escaped=False, language=language).render(values)


def refusal(error: RelanceError, language: Language) -> str:
    """Return the sentence of an expected error unescaped: for the fields of a form."""
    return refusals.sentence(error, language)


def cut(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, with … when something was left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
