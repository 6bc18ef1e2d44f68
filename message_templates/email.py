"""E-mails to customers: `render_email` fills in the templates of a step.

The subject is the same for all mails of one customer, whatever the step, so that Gmail and Outlook keep the
customer's reminders in one thread (they also compare subjects); the step speaks in the preview line and in
the text. See docs/why.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from message_templates.email_context import (
    BrokenPromise,
    Credit,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
)
from message_templates.email_templates import email
from message_templates.email_view import QR_CID, clean, view

__all__ = [
    "QR_CID",
    "BrokenPromise",
    "Credit",
    "DiscountShown",
    "EmailContext",
    "EmailLine",
    "PenaltiesShown",
    "Rendered",
    "render_email",
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


def render_email(context: EmailContext, template: str, overrides: Path | None = None) -> Rendered:
    """Return the mail of the folder `template` (`firm`, `soft`…) for `context`.

    `overrides` is the company's own templates folder. Raises jinja2.TemplateError when a template is missing
    or wrong (`check_templates` says so at start), SettingsError when the IBAN is wrong, ValueError without
    any line.
    """
    if not context.lines:
        raise ValueError("an e-mail needs at least one line")
    templates = email(template, overrides)
    values = view(context)
    subject = clean(templates.subject.render(values))[:_SUBJECT]
    values["subject"] = subject = f"Re: {subject}" if context.reply else subject
    code = values["qr"]
    return Rendered(
        subject=subject,
        text=wrap(templates.text.render(values)),
        html=templates.html.render(values),
        qr=code if isinstance(code, bytes) else None,
    )


def wrap(text: str) -> str:
    """Return plain text in lines of 72 columns at most (an address may be longer), no two empty ones."""
    lines = text.split("\n")
    folded = "\n".join([line if len(line) <= WIDTH else _folded(line) for line in lines])
    return _GAPS.sub("\n\n", folded).strip("\n") + "\n"


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
