"""What a mail is, read by a process of its own: one that means harm costs a few seconds, and no more."""

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from quarantine.reader import WAITING, ChildReader, OverLimit
from scheduler.inbox import bounces
from scheduler.inbox import mail as inbox_mail
from scheduler.inbox.bounces import Bounce
from scheduler.inbox.mail import IDS, ReceivedMail

SECONDS = 2.0
"""Of processor, for one mail."""
HEAD_SECONDS = 0.5
"""For its headers alone, when the whole took too long."""
LONGEST_SECONDS = WAITING * (SECONDS + HEAD_SECONDS)
"""By the clock on the wall, on a machine that has much else to do."""
MEGABYTES = 512
REFUSALS = 100
"""Addresses of one report of delivery."""


@dataclass(frozen=True, slots=True)
class UnderstoodMail:
    """A mail, the report of delivery that it is, and whether a machine wrote it."""

    mail: ReceivedMail
    bounce: Bounce | None = None
    automatic: bool = False


def mail_reader() -> ChildReader:
    """Return what reads mails, not started."""
    return ChildReader(read_mail, megabytes=MEGABYTES)


def understand(reader: ChildReader, raw: bytes) -> UnderstoodMail:
    """Return what a mail is, within its seconds: of one that takes longer, what its headers tell.

    Raises NotRead for one that cannot be understood.
    """
    told = {"raw": base64.b64encode(raw).decode("ascii"), "whole": True}
    try:
        return _understood(reader.read(told, seconds=SECONDS))
    except OverLimit:
        return _by_its_head(reader, raw, told)


def _by_its_head(reader: ChildReader, raw: bytes, told: Mapping[str, Any]) -> UnderstoodMail:
    try:
        return _understood(reader.read({**told, "whole": False}, seconds=HEAD_SECONDS))
    except OverLimit:
        return UnderstoodMail(replace(inbox_mail.unreadable(raw), too_long=True))


@cache
def _type() -> TypeAdapter[UnderstoodMail]:
    return TypeAdapter(UnderstoodMail)


def _understood(told: Any) -> UnderstoodMail:
    return _type().validate_python(told)


def read_mail(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail is, as JSON. Called in the process of its own."""
    raw = base64.b64decode(task["raw"])
    message, mail = inbox_mail.parse_mail(raw) if task["whole"] else (None, inbox_mail.parse_head(raw))
    if message is None:  # a person is to see it, whatever its headers say
        return _told(UnderstoodMail(mail))
    bounce = bounces.read_bounce(message)
    return _told(UnderstoodMail(mail, _bounded(bounce), bounces.automatic(message)))


def _bounded(bounce: Bounce | None) -> Bounce | None:
    if bounce is None:
        return None
    return replace(bounce, refusals=bounce.refusals[:REFUSALS], returned=bounce.returned[:IDS])


def _told(understood: UnderstoodMail) -> dict[str, Any]:
    told = asdict(understood)
    at: datetime | None = told["mail"]["written_at"]
    told["mail"]["written_at"] = at.isoformat() if at is not None else None
    return told
