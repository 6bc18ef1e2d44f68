"""A mail that came in, as the rules need it: who wrote, what it answers, what it says. Pure.

Nothing in it is trusted: headers are decoded leniently, sizes are bounded before anything is looked for in
them, and a mail that cannot be read still gives a `ReceivedMail`, so that a person may look at it.
"""

import email
import email.utils
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from itertools import islice

from typing_extensions import override

from receivables.replies import html_text, mail_text

TEXT = 20_000
"""Characters of text that are kept."""
HTML = 40_000
"""Characters of HTML that are read, of a mail that has no other text."""
HEAD = 16_000
"""Bytes of headers, when nothing but them is read."""
PARTS = 30
"""Parts that may hold other parts: each line is compared with the ends of all those that are open."""
COMMENTS = 20
"""Comments in a list of addresses, which the library takes one inside the other."""
SUBJECT = 300
NAME = 150
IDS = 50
"""Message-IDs of a thread that are looked at."""
RECIPIENTS = 100
ATTACHMENTS = 20

_CONTENT = 2_000
"""Characters of a header that says what a part is, which is read sign by sign."""
_CHAIN = 60_000
"""Characters of any other header."""
_ENCODED = 2_000
"""Characters that are decoded at a time, which takes the square of them."""
_HOLDS_PARTS = re.compile(rb"\bboundary\s*=|\bmessage/", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
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
    too_long: bool = False
    """Whether something of it was left unread, being too long to read."""


class _Short(Compat32):
    """Cuts headers before they are taken apart, which the library does while it looks for the parts."""

    @override
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _CONTENT if name.lower().startswith("content-") else _CHAIN]


def parse_mail(raw: bytes) -> tuple[Message | None, ReceivedMail]:
    """Return a mail as a tree of parts, and what is to be known of it; no tree when it has too many."""
    if len(_HOLDS_PARTS.findall(raw)) > PARTS:
        return None, parse_head(raw)
    message = email.message_from_bytes(raw, policy=_Short())
    return message, _parsed(raw, message)


def parse_head(raw: bytes) -> ReceivedMail:
    """Return what the headers alone tell of a mail that is too long to read."""
    end = _HEAD_END.search(raw, 0, HEAD)
    message = email.message_from_bytes(raw[: end.start() if end else HEAD], policy=_Short())
    return replace(_parsed(raw, message), text="", attachments=(), too_long=True)


def _parsed(raw: bytes, message: Message) -> ReceivedMail:
    digest = hashlib.blake2s(raw, digest_size=16).hexdigest()
    name, address = _sender(message)
    text, too_long = _new_words(message)
    return ReceivedMail(
        key=_message_id(message) or f"digest:{digest}",
        digest=digest,
        sender=address,
        sender_name=name,
        subject=header(message, "Subject")[:SUBJECT],
        text=text,
        recipients=tuple(islice(_recipients(message), RECIPIENTS)),
        answers=tuple(_answers(message)),
        written_at=_written_at(message),
        attachments=tuple(islice(_attachments(message), ATTACHMENTS)),
        too_long=too_long,
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
    return _one_line(_decoded(str(value)[:_ENCODED])) if value is not None else ""


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
    except (LookupError, UnicodeError):
        return part.decode("latin-1")


def _one_line(text: str) -> str:
    kept = (sign if unicodedata.category(sign)[0] != "C" else " " for sign in text[:5_000])
    return " ".join("".join(kept).split())


def _sender(message: Message) -> tuple[str | None, str]:
    raw = str(message.get("From") or message.get("Sender") or "")[:_ENCODED]
    _, address = email.utils.parseaddr(_flat(_one_line(raw)))
    name, _ = email.utils.parseaddr(_flat(_one_line(_decoded(raw))))
    return name[:NAME] or None, address.lower()[:320]


def _flat(addresses: str) -> str:
    """Return addresses without comments when there are more of them than anybody writes."""
    return addresses if addresses.count("(") <= COMMENTS else re.sub(r"[()]", " ", addresses)


def _recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENTS:
        values = [_flat(_one_line(str(one))) for one in message.get_all(name, [])[:20]]
        yield from (address.lower() for _, address in email.utils.getaddresses(values) if "@" in address)


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
    pieces = (text[start : start + _ENCODED] for start in range(0, min(len(text), _CHAIN), _ENCODED))
    return _ID.findall("".join(map(_decoded, pieces)) if "=?" in text else text[:_CHAIN])[:IDS]


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
        except (LookupError, UnicodeError):
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


def whole_text(message: Message) -> tuple[str, bool]:
    """Return the text of a mail, quoted history included; of HTML when there is no other.

    With it, whether there is more than that.
    """
    plain = "\n".join(_texts(message, "plain"))
    if plain.strip():
        return plain[: 10 * TEXT], len(plain) > 10 * TEXT
    page = "\n".join(_texts(message, "html"))
    return html_text.from_html(page[:HTML]), len(page) > HTML


def _new_words(message: Message) -> tuple[str, bool]:
    whole, more = whole_text(message)
    text = mail_text.fresh(whole)
    return text[:TEXT], more or len(text) > TEXT


def _attachments(message: Message) -> Iterator[str]:
    for part in message.walk():
        name = part.get_filename()
        if name and part.get_content_disposition() != "inline":
            yield _one_line(_decoded(name[:_ENCODED]))[:100]
