"""The e-mails that left during the try-out, read back from their files, and a page that shows them all."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from message_templates.catalogue import say
from message_templates.formats import FILTERS

PAGE = "index.html"
_CID = re.compile(r"cid:([^\"'\s>)]+)")


@dataclass(frozen=True, slots=True)
class Mail:
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
    def day(self) -> date:
        """Return the local day on which it left."""
        return self.at.date()


def read_mails(folder: Path, zone: ZoneInfo) -> list[Mail]:
    """Return all e-mails of a folder, oldest first."""
    mails = [_read(path, zone) for path in sorted(folder.glob("*.eml"))]
    return sorted(mails, key=lambda mail: mail.at)


def _read(path: Path, zone: ZoneInfo) -> Mail:
    # The default reader builds EmailMessage; its type in typeshed is the older Message.
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    return Mail(
        file=path.name,
        at=message["Date"].datetime.astimezone(zone),
        sender=str(message["From"]),
        to=", ".join(address for _, address in getaddresses([str(message["To"])])),
        reply_to=str(message["Reply-To"] or ""),
        subject=str(message["Subject"]),
        html=_whole(html.get_content() if html else "", message),
        text=text.get_content() if text else "",
    )


def _whole(html: str, message: EmailMessage) -> str:
    """Return the HTML with the images it names inside it."""
    images = {
        str(part["Content-ID"]).strip("<>"): part for part in message.walk() if part["Content-ID"] is not None
    }

    def inside(match: re.Match[str]) -> str:
        part = images.get(match[1])
        if part is None:
            return match[0]
        content = base64.b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]  # decoded, so bytes
        return f"data:{part.get_content_type()};base64,{content}"

    return _CID.sub(inside, html)


def write_page(out: Path, mails: Iterable[Mail], company: str) -> Path:
    """Write the page that shows the e-mails side by side, the latest day first, and return its path."""
    loader = PackageLoader(__package__, ".")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    latest_first = sorted(mails, key=lambda mail: mail.at, reverse=True)
    days = [(day, list(sent)) for day, sent in groupby(latest_first, key=lambda mail: mail.day)]
    page = out / PAGE
    drawn = environment.get_template("mails.html").render(days=days, company=company, say=say)
    page.write_text(drawn, encoding="utf-8")
    return page.resolve()
