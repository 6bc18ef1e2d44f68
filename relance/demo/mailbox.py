"""The e-mails that left during the try-out, read back from their files, and a page that shows them all."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from message_templates.catalogue import TEAM, Mrkdwn, say
from message_templates.formats import FILTERS

PAGE = "index.html"
_CID = re.compile(r"cid:([^\"'\s>)]+)")


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """One e-mail as its reader gets it; `html` stands alone, images inside."""

    file: str
    at: datetime
    sender: str
    to: str
    reply_to: str
    subject: str
    html: str
    text: str

    @property
    def says(self) -> str:
        """Return the first sentence after the greeting: what the reader is told."""
        paragraphs = [part for part in self.text.replace("\r", "").split("\n\n") if part.strip()]
        return " ".join(paragraphs[1].split("\n")) if len(paragraphs) > 1 else self.subject

    @property
    def day(self) -> date:
        """Return the local day on which it left."""
        return self.at.date()


@dataclass
class MailFolder:
    """The folder in which e-mails arrive as files. Each file is read once."""

    folder: Path
    zone: ZoneInfo
    known: dict[str, OpenedMail] = field(default_factory=dict)

    def mails(self) -> list[OpenedMail]:
        """Return all e-mails, oldest first."""
        for path in sorted(self.folder.glob("*.eml")):
            if path.name not in self.known:
                self.known[path.name] = _open_mail(path, self.zone)
        return sorted(self.known.values(), key=lambda mail: (mail.at, mail.file))

    def of_day(self, day: date) -> list[OpenedMail]:
        """Return the e-mails that left on a local day."""
        return [mail for mail in self.mails() if mail.day == day]


def _open_mail(path: Path, zone: ZoneInfo) -> OpenedMail:
    message = message_from_bytes(path.read_bytes())
    parts = {part.get_content_type(): part for part in message.walk()}
    to = getaddresses([_header(message, "To")])
    return OpenedMail(
        file=path.name,
        at=parsedate_to_datetime(message["Date"]).astimezone(zone),
        sender=_header(message, "From"),
        to=", ".join(address for _, address in to),
        reply_to=_header(message, "Reply-To"),
        subject=_header(message, "Subject"),
        html=_with_images(_text(parts.get("text/html")), message),
        text=_text(parts.get("text/plain")),
    )


def _header(message: Message, name: str) -> str:
    return str(make_header(decode_header(message[name] or "")))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message | None) -> str:
    return _content(part).decode() if part is not None else ""


def _with_images(html: str, message: Message) -> str:
    """Return the HTML with the images it names inside it."""
    images = {part["Content-ID"].strip("<>"): part for part in message.walk() if part["Content-ID"]}

    def inside(match: re.Match[str]) -> str:
        part = images.get(match[1])
        if part is None:
            return match[0]
        return f"data:{part.get_content_type()};base64,{base64.b64encode(_content(part)).decode()}"

    return _CID.sub(inside, html)


def write_page(out: Path, mails: Iterable[OpenedMail], company: str) -> Path:
    """Write the page that shows the e-mails side by side, the latest day first, and return its path."""
    loader = PackageLoader(__package__, ".")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    latest_first = sorted(mails, key=lambda mail: mail.at, reverse=True)
    days = [(day, list(sent)) for day, sent in groupby(latest_first, key=lambda mail: mail.day)]
    page = out / PAGE
    drawn = environment.get_template("mails.html").render(days=days, company=company, say=_say)
    page.write_text(drawn, encoding="utf-8")
    return page.resolve()


def _say(key: str, **values: object) -> Mrkdwn:
    """Return a sentence of the demo's page, for its template."""
    return say(key, TEAM, **values)
