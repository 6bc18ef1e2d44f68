"""The mailbox of `IMAP_URL`: what is new in it, by UID, without touching anything there."""

import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from receivables.errors import SettingsError
from scheduler.mail_access import xoauth2
from scheduler.mail_access.tokens import TokenSource

TIMEOUT_SECONDS = 20.0
MOST_BYTES = 400_000
"""What is read of one mail; attachments beyond that stay in the mailbox."""
BATCH = 20
FIRST_LOOK = timedelta(days=7)
"""How far back a folder is read when it is seen for the first time, or was made anew."""

TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
"""What a mailbox out of reach raises."""

_UID = re.compile(rb"\bUID (\d+)")
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class BadMailbox(SettingsError):
    """The mailbox answers and will not have us: password refused, or no such folder."""


@dataclass(frozen=True)
class MailboxAddress:
    """What `IMAP_URL` says. The password never shows in its `repr`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True
    tokens: TokenSource | None = field(default=None, repr=False)
    """What opens it in place of a password."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was read: the last UID under its UIDVALIDITY, and when that was."""

    uid_validity: int
    last_uid: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as it lies in the mailbox. `raw` may be its beginning only."""

    uid: int
    received_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class FetchedMails:
    """Some mails, in order of UID; once they are taken in, the folder is read up to `last_uid`."""

    uid_validity: int
    last_uid: int
    mails: tuple[Fetched, ...]


class _TokenRefused(Exception):
    """The server does not take the token. `words`: what it said."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def address_of(url: str, tokens: TokenSource | None = None) -> MailboxAddress:
    """Return what `IMAP_URL` names, opened by `tokens` if they are given. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("settings.imap_url") from error
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise SettingsError("settings.imap_url")
    tls = parts.scheme == "imaps"
    return MailboxAddress(
        host=parts.hostname,
        port=port or (993 if tls else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
        tokens=tokens,
    )


@contextmanager
def opened(address: MailboxAddress) -> Iterator[BaseMailBox]:
    """Open the folder to read only.

    Raises TROUBLE when out of reach, BadMailbox when refused; with tokens NoAccess, TokenServerAway too.
    """
    box = _by_token(address, address.tokens) if address.tokens is not None else _by_password(address)
    try:
        _choose_folder(box, address)
        yield box
    finally:
        _leave(box)


def _leave(box: BaseMailBox) -> None:
    with suppress(*TROUBLE):
        box.logout()
    with suppress(*TROUBLE):
        box.client.shutdown()  # the server was gone before it could say goodbye


def _by_password(address: MailboxAddress) -> BaseMailBox:
    box = _connected(address)
    try:
        _log_in(box, address)
    except BaseException:
        _leave(box)
        raise
    return box


def _by_token(address: MailboxAddress, tokens: TokenSource) -> BaseMailBox:
    """Connect with a token; one that seemed good and is refused is renewed, once."""
    token = tokens.current()
    try:
        box = _shown(address, token)
    except _TokenRefused:
        box = _once_more(address, tokens, tokens.another(token))
    tokens.accepted()
    return box


def _once_more(address: MailboxAddress, tokens: TokenSource, token: str) -> BaseMailBox:
    try:
        return _shown(address, token)
    except _TokenRefused as error:
        words = xoauth2.without(error.words, address.user, token)
    raise tokens.refused(words)


def _shown(address: MailboxAddress, token: str) -> BaseMailBox:
    """Connect and show a token. A server that refuses it says why first, and wants an empty answer."""
    box = _connected(address)
    told = iter([xoauth2.shown(address.user, token).encode()])
    try:
        box.client.authenticate(xoauth2.MECHANISM, lambda _: next(told, b""))
    except BaseException as error:
        _leave(box)
        if isinstance(error, imaplib.IMAP4.error | ValueError) and not isinstance(error, imaplib.IMAP4.abort):
            raise _meaning(str(error)) from None  # which may repeat what was shown
        raise
    return box


def _meaning(said: str) -> Exception:
    """Return what a refusal is: of the token, unless the server says that it is about itself (RFC 5530)."""
    if any(code in said for code in _NOT_NOW):
        return imaplib.IMAP4.abort("AUTHENTICATE: not now")
    return _TokenRefused(said)


def _connected(address: MailboxAddress) -> BaseMailBox:
    if address.tls:
        context = ssl.create_default_context()
        return MailBox(address.host, address.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
    box = MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT_SECONDS)
    try:
        _hide_secret(box, address)
    except BaseException:
        with suppress(*TROUBLE):
            box.client.shutdown()
        raise
    return box


def _hide_secret(box: BaseMailBox, address: MailboxAddress) -> None:
    """Take to TLS when it is offered; never show a password or a token to a network that can read it."""
    if "STARTTLS" in box.client.capabilities:
        box.client.starttls(ssl.create_default_context())
    elif address.host not in _HERE:
        raise BadMailbox("settings.imap_without_tls")


def _log_in(box: BaseMailBox, address: MailboxAddress) -> None:
    log_in = box.login if (address.user + address.password).isascii() else box.login_utf8
    try:
        log_in(address.user, address.password, initial_folder=None)
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise BadMailbox("settings.imap_refused") from error


def _choose_folder(box: BaseMailBox, address: MailboxAddress) -> None:
    try:
        box.folder.set(address.folder, readonly=True)
    except ImapToolsError as error:
        raise BadMailbox("settings.imap_folder", folder=address.folder) from error


def new_mails(
    address: MailboxAddress, position: Position | None, *, at: datetime, most: int
) -> Iterator[FetchedMails]:
    """Yield what came since `position`, a batch at a time, `most` mails at most.

    Seen for the first time, or made anew (another UIDVALIDITY), the folder is read from some days before
    it was last read: whoever takes the mails in knows those that it has already. Raises as `opened`.
    """
    with opened(address) as box:
        validity = _uid_validity(box)
        known = position if position is not None and position.uid_validity == validity else None
        if known is not None:
            uids = [uid for uid in _search(box, f"UID {known.last_uid + 1}:*") if uid > known.last_uid]
        else:
            since = (position.read_at if position else at) - FIRST_LOOK
            uids = _search(box, f"SINCE {_imap_day(since)}")
            if not uids:
                yield FetchedMails(validity, _last_uid(box), ())
        for start in range(0, min(len(uids), most), BATCH):
            chunk = uids[start : min(start + BATCH, most)]
            yield FetchedMails(validity, chunk[-1], tuple(_fetch(box, chunk)))


def _imap_day(instant: datetime) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
    return f"{instant.day:02}-{months[instant.month - 1]}-{instant.year}"


def _answer(box: BaseMailBox, code: str) -> int:
    """Return a number that the server told when the folder was opened."""
    told = box.client.untagged_responses.get(code) or box.client.response(code)[1]
    value = told[-1] if told else None
    if not isinstance(value, bytes):
        raise imaplib.IMAP4.error(f"no {code}")
    return int(value)


def _uid_validity(box: BaseMailBox) -> int:
    return _answer(box, "UIDVALIDITY")


def _last_uid(box: BaseMailBox) -> int:
    every = _search(box, "ALL")
    return every[-1] if every else 0


def _search(box: BaseMailBox, criteria: str) -> list[int]:
    return sorted(int(uid) for uid in box.uids(criteria, charset=None))


def _fetch(box: BaseMailBox, uids: Sequence[int]) -> Iterator[Fetched]:
    wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
    status, answers = box.client.uid("FETCH", ",".join(map(str, uids)), wanted)
    if status != "OK":
        raise imaplib.IMAP4.error("FETCH refused")
    found = {each.uid: each for each in _read_answers(answers)}
    yield from (found[uid] for uid in uids if uid in found)


def _read_answers(answers: Sequence[object]) -> Iterator[Fetched]:
    for place, answer in enumerate(answers):
        if not isinstance(answer, tuple):
            continue
        after = answers[place + 1] if place + 1 < len(answers) else b""
        told = answer[0] + (after if isinstance(after, bytes) else b"")
        uid = _UID.search(told)
        if uid is not None:
            yield Fetched(int(uid[1]), _internal_date(told), answer[1])


def _internal_date(told: bytes) -> datetime:
    """Return when the server took the mail; the beginning of time when it does not say."""
    parts = imaplib.Internaldate2tuple(told)
    if parts is None:
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromtimestamp(time.mktime(parts), UTC)
