"""Messages to customers: `render_email` fills in the templates of a step, in their language and form.

The subject says what is asked for, which invoice or how many, and how much; the customer's reminders are one
thread by their References. See docs/why.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template

from message_templates.pieces.foreign import clean
from message_templates.pieces.mail_context import (
    BrokenPromiseShown,
    Credit,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
)
from message_templates.pieces.mail_payment import QR_CID
from message_templates.pieces.mail_view import view
from message_templates.pieces.mail_words import Words, filled, filled_block
from message_templates.sources.loader import USUAL_TEXTS
from message_templates.sources.templates import Email, email

__all__ = [
    "QR_CID",
    "BrokenPromiseShown",
    "Credit",
    "DiscountShown",
    "Editable",
    "EmailContext",
    "EmailLine",
    "PenaltiesShown",
    "Rendered",
    "editable",
    "render_email",
    "rendered",
]

WIDTH = 72
_SUBJECT = 180
_GAPS = re.compile("\n{3,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to be put together. `qr` is the PNG that the HTML shows as `cid:` + QR_CID, if any."""

    subject: str
    text: str
    html: str
    qr: bytes | None = None


def render_email(
    context: EmailContext, template: str, overrides: Path | None = None, texts: str = USUAL_TEXTS
) -> Rendered:
    """Return the message of the folder `template` (`firm`, `soft`…) for `context`, in its language and form.

    `texts` is the folder of its channel's texts, `overrides` the company's own templates folder. A channel
    without an HTML layout carries text alone, in the lines that its text has. A person's own text takes the
    place of the template's paragraphs, within the layout that all messages of the channel share. Raises
    jinja2.TemplateError when a template is missing or wrong (`check_templates` says so at start),
    NotInLanguage, SettingsError when the IBAN is wrong, ValueError without any line.
    """
    if not context.lines:
        raise ValueError("an e-mail needs at least one line")
    own = context.own_text is not None
    found, values = _values(context, template, overrides, texts)
    text, html = (found.plain_text, found.plain_html) if own else (found.text, found.html)
    values["subject"] = subject = clean(context.own_subject) or subject_of(found, values)
    return rendered(subject, text, html, values)


def rendered(subject: str, text: Template, html: Template | None, values: dict[str, object]) -> Rendered:
    """Return a message laid out as text and, where its channel has one, as HTML."""
    code, words = values["qr"], filled(text, values)
    if html is None:
        return Rendered(subject, f"{_close_up(words)}\n", "")
    return Rendered(subject, wrap(words), filled(html, values), code if isinstance(code, bytes) else None)


def subject_of(found: Email, values: dict[str, object]) -> str:
    """Return the template's own subject, on one line of bounded length."""
    return clean(filled(found.subject, values))[:_SUBJECT]


def _values(
    context: EmailContext, template: str, overrides: Path | None, texts: str
) -> tuple[Email, dict[str, object]]:
    found = email(template, overrides, context.language, context.address_form, texts)
    values = view(context, tu=found.tu)
    said: dict[str, str] = {}
    if context.own_text is not None:
        said = {"opening": own_paragraphs(context.own_text), "broken": "", "closing": ""}
    values["words"] = Words(found, values, said)
    return found, values


def own_paragraphs(text: str) -> str:
    """Return a person's text as it is set: lines and paragraphs kept, control and direction marks gone."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _close_up("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Editable:
    """What of a mail a person may change: its subject, and its own paragraphs as plain text."""

    subject: str
    text: str


def editable(
    context: EmailContext, template: str, overrides: Path | None = None, texts: str = USUAL_TEXTS
) -> Editable:
    """Return the subject and the paragraphs of the mail, to be shown in a form and changed.

    The items, the bank details, the legal lines and the greeting are not among them: they stay. Raises as
    `render_email` does.
    """
    found, values = _values(context, template, overrides, texts)
    words = values["words"]
    if context.own_text is None and isinstance(words, Words):
        parts = [_part(found, values, words, name) for name in ("opening", "broken", "closing")]
    else:
        parts = [own_paragraphs(context.own_text or "")]
    subject = clean(context.own_subject) or subject_of(found, values)
    return Editable(subject, "\n\n".join(part for part in parts if part))


def _part(found: Email, values: dict[str, object], words: Words, name: str) -> str:
    """Return what the mail says in a place: the block of a layout of its own, else its words."""
    if name == "broken" and not values["broken"]:
        return ""
    if name in found.text.blocks and found.text is not found.plain_text:
        return _close_up(filled_block(found.text, name, found.text.new_context(values)))
    return str(getattr(words, name, ""))


def wrap(text: str) -> str:
    """Return plain text in lines of 72 columns at most (an address may be longer), no two empty ones."""
    lines = text.split("\n")
    folded = "\n".join([line if len(line) <= WIDTH else _folded(line) for line in lines])
    return f"{_close_up(folded)}\n"


def _close_up(text: str) -> str:
    """Return text without empty lines around it, nor two of them within."""
    return _GAPS.sub("\n\n", text).strip("\n")


def _folded(line: str) -> str:
    margin = "  " if line.startswith(("- ", "  ")) else ""
    done = []
    while len(line) > WIDTH:
        cut = line.rfind(" ", len(margin) + 1, WIDTH + 1)
        if cut < 0:
            cut = line.find(" ", WIDTH)
        if cut < 0:
            break
        done.append(line[:cut])
        line = margin + line[cut + 1 :]
    return "\n".join([*done, line])
