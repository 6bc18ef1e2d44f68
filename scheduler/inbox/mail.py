"""A mail that came in, as the rules need it: who wrote, what it answers, what it says. Pure.

Nothing in it is trusted: headers are decoded leniently, sizes are bounded, and a mail that cannot be read
still gives a `ReceivedMail`, so that a person may look at it.
"""

import email
import email.utils
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message

from receivables.replies import mail_text

TEXT = 20_000
"""Characters of text that are kept."""
SUBJECT = 300
NAME = 150
IDS = 50
"""Message-IDs of a thread that are looked at."""

_ID = re.compile(r"<[^<>\s]{3,990}>")
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc", "resent-to")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as read. Addresses are in small letters; `answers` are Message-IDs, the nearest first."""

    key: str
    """Message-ID, else a digest of the mail: the same mail has the same key however often it is read."""
    digest: str
    sender: str
    sender_name: str | None
    subject: str
    text: str
    """What was newly written, without the history that it quotes."""
    recipients: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    written_at: datetime | None = None
    attachments: tuple[str, ...] = ()


def parse_mail(raw: bytes) -> tuple[Message, ReceivedMail]:
    """Return a mail as a tree of parts, and what is to be known of it."""
    message = email.message_from_bytes(raw)
    digest = hashlib.blake2s(raw, digest_size=16).hexdigest()
    name, address = _sender(message)
    return message, ReceivedMail(
        key=_message_id(message) or f"digest:{digest}",
        digest=digest,
        sender=address,
        sender_name=name,
        subject=header(message, "Subject")[:SUBJECT],
        text=_new_words(message),
        recipients=tuple(_recipients(message)),
        answers=tuple(_answers(message)),
        written_at=_written_at(message),
        attachments=tuple(_attachments(message)),
    )


def unreadable(raw: bytes) -> ReceivedMail:
    """Return what stands for a mail that cannot be read at all."""
    digest = hashlib.blake2s(raw, digest_size=16).hexdigest()
    return ReceivedMail(
        key=f"digest:{digest}", digest=digest, sender="", sender_name=None, subject="", text=""
    )


def header(message: Message, name: str) -> str:
    """Return a header decoded, on one line, without control signs; "" when absent."""
    value = message.get(name)
    return _one_line(_decoded(str(value))) if value is not None else ""


def _decoded(value: str) -> str:
    try:
        parts = decode_header(value)
    except (email.errors.HeaderParseError, ValueError):
        return value
    return "".join(_as_text(part, charset) for part, charset in parts)


def _as_text(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "utf-8", "replace")
    except LookupError:
        return part.decode("latin-1")


def _one_line(text: str) -> str:
    kept = (sign if unicodedata.category(sign)[0] != "C" else " " for sign in text[:5_000])
    return " ".join("".join(kept).split())


def _sender(message: Message) -> tuple[str | None, str]:
    raw = str(message.get("From") or message.get("Sender") or "")
    _, address = email.utils.parseaddr(_one_line(raw))
    name, _ = email.utils.parseaddr(_one_line(_decoded(raw)))
    return name[:NAME] or None, address.lower()[:320]


def _recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENTS:
        found = email.utils.getaddresses([_one_line(str(one)) for one in message.get_all(name, [])[:20]])
        yield from (address.lower() for _, address in found if "@" in address)


def _message_id(message: Message) -> str:
    found = _ID.search(_one_line(str(message.get("Message-ID") or "")))
    return found[0][:990] if found else ""


def _answers(message: Message) -> Iterator[str]:
    """Yield the Message-IDs answered: In-Reply-To, then References from the last to the first."""
    near = ids_in(str(message.get("In-Reply-To") or ""))
    chain = ids_in(str(message.get("References") or ""))
    yield from dict.fromkeys([*near, *reversed(chain)])


def ids_in(text: str) -> list[str]:
    """Return the Message-IDs that stand in a header or a text, some of them encoded (FACTS D)."""
    return _ID.findall(_decoded(text[:60_000]))[:IDS]


def _written_at(message: Message) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(str(message.get("Date") or ""))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def body(part: Message) -> str:
    """Return the text of a part, in whatever charset it says or does not say."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return payload.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("cp1252", "replace")


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and not part.is_multipart()
    )


def _texts(message: Message, subtype: str) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}" and not _is_attachment(part):
            yield body(part)


def whole_text(message: Message) -> str:
    """Return all the text of a mail, quoted history included; of HTML when there is no other."""
    plain = "\n".join(_texts(message, "plain"))
    if plain.strip():
        return plain[: 10 * TEXT]
    return mail_text.from_html("\n".join(_texts(message, "html"))[: 20 * TEXT])


def _new_words(message: Message) -> str:
    return mail_text.fresh(whole_text(message))[:TEXT]


def _attachments(message: Message) -> Iterator[str]:
    for part in message.walk():
        name = part.get_filename()
        if name and part.get_content_disposition() != "inline":
            yield _one_line(_decoded(name))[:100]
