"""E-mails that are no reminders: the letterhead, folders and forms of the others, values of their own."""

from collections.abc import Mapping
from pathlib import Path

from message_templates.pieces.mail import Rendered, rendered, subject_of
from message_templates.pieces.mail_context import EmailContext
from message_templates.pieces.mail_view import view
from message_templates.pieces.mail_words import Words
from message_templates.sources.templates import email


def render(
    context: EmailContext, template: str, overrides: Path | None, more: Mapping[str, object]
) -> Rendered:
    """Return the mail of the folder `template` for a context without lines and the values `more`.

    Raises as `message_templates.pieces.mail.render_email` does.
    """
    found = email(template, overrides, context.language, context.address_form)
    values = view(context, tu=found.tu) | dict(more)
    values["words"] = Words(found, values, {})
    values["subject"] = subject = subject_of(found, values)
    return rendered(subject, found.text, found.html, values)
