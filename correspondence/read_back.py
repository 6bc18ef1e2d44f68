"""A mail that was handed to a server, read back from its bytes."""

import email
import email.policy
from collections.abc import Sequence
from email.message import EmailMessage

from correspondence.piece import Attachment, Mail
from receivables.codes.channels import Channel

PICTURE = "image/png"


def read_back(raw: bytes, channel: Channel, to: Sequence[str], *, sandbox: bool = False) -> Mail:
    """Return the message that these bytes hold, as its customer reads it; `to` is whom it left to."""
    if channel.kept == "eml":
        return _mail(raw, channel, sandbox=sandbox)
    text = raw.decode("utf-8", "replace")
    return Mail(to=tuple(to), meant_for=tuple(to), subject="", text=text, html="", channel=channel)


def _mail(raw: bytes, channel: Channel, *, sandbox: bool) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy gives
    to = message["To"].addresses if message["To"] else ()
    return Mail(
        to=tuple(str(each) for each in to),
        meant_for=() if sandbox else tuple(each.addr_spec for each in to),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        qr=next((part.get_content() for part in message.walk() if part.get_content_type() == PICTURE), None),
        attachments=tuple(
            Attachment(part.get_filename() or "", part.get_content())
            for part in message.walk()
            if part.get_content_disposition() == "attachment"
        ),
        channel=channel,
        answers=tuple(str(message["References"] or "").split()),
        sandbox=sandbox,
    )


def _body(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
