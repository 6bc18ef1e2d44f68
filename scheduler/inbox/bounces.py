"""Mails that no person wrote: bounces (RFC 3464, or their own words at a VERP address), automatic answers.

The subject is never trusted for a bounce, and only as the last resort for an automatic answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from scheduler.inbox import mail as inbox_mail
from scheduler.refusals import STATUS, Blame, blame

PERMANENT, TEMPORARY, POLICY = "permanent", "temporary", "policy"

_REPLY_CODE = re.compile(r"(?:^|[\s:(#])([45])\d\d[\s-]")
_WORDS = 300
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply")
_AWAY = re.compile(
    r"\s*(?:r[ée]ponse automatique|absence du bureau|message d.absence|notification d.absence"
    r"|absent(?:e|\(e\))? du bureau|automatic reply|auto(?:matic)?[ -]?reply|auto[ -]?response"
    r"|out of (?:the )?office|autoreply|abwesenheitsnotiz)\b",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"^(?:mailer-daemon|mail-daemon)@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AddressRefusal:
    """What became of one address. `kind`: permanent, temporary, or policy (the address lives)."""

    address: str
    kind: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report of delivery: the addresses that failed, and the Message-IDs found in what it returns."""

    refusals: tuple[AddressRefusal, ...]
    returned: tuple[str, ...]
    words: str = ""
    """The text in which a report without form is to be read."""


def read_bounce(message: Message) -> Bounce | None:
    """Return the report of delivery that a mail is; None when it is none."""
    if _report_type(message) == "delivery-status" or _status_part(message) is not None:
        refusals = tuple(_refusals(message))
        return Bounce(refusals, _returned(message), "" if refusals else inbox_mail.whole_text(message)[0])
    if _nobody_sent(message):
        return Bounce((), _returned(message), inbox_mail.whole_text(message)[0])
    return None


def in_words(text: str, addresses: Sequence[str], *, sure: bool) -> tuple[AddressRefusal, ...]:
    """Read a report without form: its first status or code, for those of `addresses` that it names.

    A report that names none of them is about the only one, if there is but one, and if it is `sure` that the
    report is about a mail to it.
    """
    status = STATUS.search(text)
    code = _REPLY_CODE.search(text)
    shown = status[0] if status else f"{code[1]}.0.0" if code else ""
    named = [address for address in addresses if address.lower() in text.lower()]
    about = named or (addresses if sure and len(addresses) == 1 else [])
    said = text[code.start() :] if code else text
    kind = _kind(shown, "failed", said) if shown else TEMPORARY
    return tuple(AddressRefusal(address, kind, shown, _one_line(text)) for address in about)


def automatic(message: Message) -> bool:
    """Whether a machine wrote the mail: nobody is to answer it, nothing is to wait for it."""
    submitted = inbox_mail.header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if _report_type(message) or _null_path(message):
        return True
    if inbox_mail.header(message, "Precedence").lower() in _BULK:
        return True
    if any(message.get(name) is not None for name in _AUTOMATIC_HEADERS):
        return True
    return bool(_AWAY.match(inbox_mail.header(message, "Subject")))


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type") or "unknown").lower()


def _null_path(message: Message) -> bool:
    path = message.get("Return-Path")
    return path is not None and str(path).strip() in {"<>", ""}


def _nobody_sent(message: Message) -> bool:
    """Whether a mail system sent it, without the form of RFC 3464."""
    sender = inbox_mail.header(message, "From")
    address = sender.rpartition("<")[2].rstrip("> ")
    if address.lower().startswith("postmaster@"):  # who may be a person
        return _null_path(message) or bool(message.get("Auto-Submitted"))
    return bool(_DAEMON.match(address)) and inbox_mail.header(message, "Auto-Submitted").lower() != "no"


def _status_part(message: Message) -> Message | None:
    parts = (part for part in message.walk() if part.get_content_type() == "message/delivery-status")
    return next(parts, None)


def _refusals(message: Message) -> Iterator[AddressRefusal]:
    part = _status_part(message)
    groups = part.get_payload() if part is not None else []
    for group in groups if isinstance(groups, list) else []:
        refusal = _refusal(group) if isinstance(group, Message) else None
        if refusal is not None:
            yield refusal


def _refusal(group: Message) -> AddressRefusal | None:
    """Read the fields of one recipient; None for the fields of the whole message, or a success."""
    action = inbox_mail.header(group, "Action").lower()
    status = STATUS.search(inbox_mail.header(group, "Status"))
    if not action or (status is not None and status[1] == "2"):
        return None
    words = inbox_mail.header(group, "Diagnostic-Code")
    shown = status[0] if status else ""
    about = group.get("Original-Recipient") or group.get("Final-Recipient") or ""
    address = str(about).partition(";")[2].strip().strip("<>").lower()
    return AddressRefusal(address, _kind(_better(shown, words), action, words), shown, _one_line(words))


def _better(status: str, words: str) -> str:
    """Return the status, or the one in the server's words when it says more than x.0.0."""
    said = STATUS.search(words)
    vague = status.endswith(".0.0") or not status
    return said[0] if said and vague and (not status or said[1] == status[0]) else status


def _kind(status: str, action: str, words: str) -> str:
    if action in {"delayed", "delivered", "relayed", "expanded"} or not status.startswith("5"):
        return TEMPORARY
    return PERMANENT if blame(words, status) is Blame.ADDRESS else POLICY


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_WORDS]


def _returned(message: Message) -> tuple[str, ...]:
    """Return the Message-IDs of the mail that is returned: of its copy, or of its headers."""
    found: list[str] = []
    for part in message.walk():
        if part is message:
            continue
        if part.get("Message-ID") is not None:
            found += inbox_mail.ids_in(str(part["Message-ID"]))
        elif part.get_content_type() in {"text/rfc822-headers", "text/plain"}:
            found += inbox_mail.ids_in(inbox_mail.body(part))
    if not message.is_multipart():
        found += inbox_mail.ids_in(inbox_mail.body(message))
    return tuple(dict.fromkeys(found))
