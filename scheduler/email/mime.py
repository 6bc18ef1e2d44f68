"""A message as bytes: a ready-made MIME skeleton in which only the changing parts are filled in.

Building each one with `EmailMessage` costs twenty times as much. What the skeleton promises (no defects,
short lines, no header a customer's name could add) is checked by the tests with the standard parser.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from correspondence.addresses import bare_address, one_line, split_address
from correspondence.piece import Attachment

_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")
_WORD_BYTES = 45
_SHORT = 60

ALTERNATIVE = b"=_relance_alternative"
RELATED = b"=_relance_related"
MIXED = b"=_relance_mixed"
"""`=_` never occurs in quoted-printable text nor in base64, so no body can hold a boundary."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG shown inside the message, by its content id."""

    cid: str
    png: bytes


@dataclass(frozen=True, slots=True)
class MimeMessage:
    """One message to build. Addresses may carry a name: `Comptabilité <compta@durand.example>`."""

    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    """None: the message is a text alone."""
    date: datetime
    """An aware instant, in the zone in which the Date header is to be read."""
    message_id: str
    reply_to: str = ""
    parents: tuple[str, ...] = ()
    """Message-IDs of the thread, oldest first."""
    picture: Picture | None = None
    attachments: tuple[Attachment, ...] = ()


def _words(text: str) -> Iterator[str]:
    """Cut into encoded words of at most 75 signs, never inside a letter (RFC 2047)."""
    piece = b""
    for sign in text:
        encoded = sign.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _WORD_BYTES:
            yield f"=?utf-8?b?{binascii.b2a_base64(piece, newline=False).decode('ascii')}?="
            piece = b""
        piece += encoded
    yield f"=?utf-8?b?{binascii.b2a_base64(piece, newline=False).decode('ascii')}?="


def encoded(text: str) -> str:
    """Return `text` as a header value: as it stands when short and plain, else in encoded words."""
    clean = one_line(text)
    if len(clean) <= _SHORT and clean.isascii() and "=?" not in clean:
        return clean
    return "\r\n ".join(_words(clean))


@lru_cache(maxsize=4096)
def header_address(address: str) -> str:
    """Return the address with its name as a header shows it. Raises BadAddress."""
    name, bare = split_address(address)[0], bare_address(address)
    if not name:
        return bare
    shown = name if len(name) <= _SHORT and _PLAIN.match(name) and "=?" not in name else encoded_word(name)
    return f"{shown} <{bare}>"


def encoded_word(text: str) -> str:
    """Return `text` in encoded words whatever it holds: a name with signs that headers give a meaning."""
    return "\r\n ".join(_words(one_line(text)))


def _headers(message: MimeMessage) -> bytes:
    lines = [
        f"From: {header_address(message.sender)}",
        "To: " + ",\r\n ".join(header_address(address) for address in message.to),
        f"Subject: {encoded(message.subject)}",
        f"Date: {format_datetime(message.date)}",
        f"Message-ID: {message.message_id}",
    ]
    if message.reply_to:
        lines.append(f"Reply-To: {header_address(message.reply_to)}")
    if message.parents:
        lines.append(f"In-Reply-To: {message.parents[-1]}")
        lines.append("References: " + "\r\n ".join(message.parents))
    return "\r\n".join(lines).encode("ascii")


def quoted(text: str) -> bytes:
    """Return `text` in quoted-printable (RFC 2045), with the line ends that mail wants."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    return binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


_FIXED = (
    b"\r\nAuto-Submitted: auto-generated"
    b"\r\nX-Auto-Response-Suppress: AutoReply"
    b"\r\nMIME-Version: 1.0"
    b"\r\nContent-Type: "
)
_BODIES = (
    b'multipart/alternative; boundary="' + ALTERNATIVE + b'"\r\n\r\n'
    b"--" + ALTERNATIVE + b"\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"%b\r\n--" + ALTERNATIVE + b"\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"%b\r\n--" + ALTERNATIVE + b"--\r\n"
)
_TEXT_ALONE = b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%b\r\n"
_WITH_PICTURE = (
    b'multipart/related; type="multipart/alternative"; boundary="' + RELATED + b'"\r\n\r\n'
    b"--" + RELATED + b"\r\nContent-Type: %b"
    b"--" + RELATED + b"\r\n"
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-ID: <%b>\r\nContent-Disposition: inline; filename=qr.png\r\n\r\n"
    b"%b\r\n--" + RELATED + b"--\r\n"
)


def _base64(data: bytes) -> bytes:
    """Return base64 in lines of 76 signs."""
    pieces = (data[start : start + 57] for start in range(0, len(data), 57))
    return b"\r\n".join(binascii.b2a_base64(piece, newline=False) for piece in pieces)


_WITH_ATTACHMENTS = (
    b'multipart/mixed; boundary="' + MIXED + b'"\r\n\r\n--' + MIXED + b"\r\nContent-Type: %b"
    b"%b--" + MIXED + b"--\r\n"
)
_ATTACHED = (
    b"--" + MIXED + b"\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment;%b\r\n\r\n%b\r\n"
)
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]*\Z")
_LONGEST_NAME = 60


def _file_name(name: str) -> bytes:
    """Return the parameter that names a file: plain when it may be, else as RFC 2231 has it."""
    clean = one_line(name)
    if len(clean) <= _LONGEST_NAME and _FILE_NAME.match(clean):
        return f'\r\n filename="{clean}"'.encode("ascii")
    stem, dot, ending = clean.rpartition(".")
    short = f"{stem[:_LONGEST_NAME]}{dot}{ending}" if dot else clean[:_LONGEST_NAME]
    pieces = [""]
    for sign in short:  # never cut within a letter: readers decode each piece by itself
        coded = quote(sign, safe="", encoding="utf-8", errors="replace")
        if len(pieces[-1]) + len(coded) > _LONGEST_NAME:
            pieces.append("")
        pieces[-1] += coded
    first, *rest = pieces
    lines = [f"\r\n filename*0*=utf-8''{first}"]
    lines += [f"\r\n filename*{rank}*={piece}" for rank, piece in enumerate(rest, 1)]
    return ";".join(lines).encode("ascii")


def _attached(bodies: bytes, attachments: tuple[Attachment, ...]) -> bytes:
    parts = (_ATTACHED % (_file_name(each.name), _lines64(each.data)) for each in attachments)
    return _WITH_ATTACHMENTS % (bodies, b"".join(parts))


def _lines64(data: bytes) -> bytes:
    """Return base64 in lines of 76 signs, by the means that is quick for megabytes."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")


def build(message: MimeMessage) -> bytes:
    """Return the message as it is handed to the server. Raises BadAddress on an unusable address."""
    bodies = _TEXT_ALONE % quoted(message.text)
    if message.html is not None:
        bodies = _BODIES % (quoted(message.text), quoted(message.html))
    if message.picture is not None:
        picture = message.picture
        bodies = _WITH_PICTURE % (bodies, picture.cid.encode("ascii"), _base64(picture.png))
    if message.attachments:
        bodies = _attached(bodies, message.attachments)
    return _headers(message) + _FIXED + bodies
