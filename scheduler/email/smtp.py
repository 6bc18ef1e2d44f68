"""SMTP: one connection for many mails, TLS when offered, and an honest answer for each mail."""

import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from message_templates import refusals
from message_templates.catalogue import TEAM
from receivables.codes.mail_access import Way
from receivables.errors import SettingsError
from scheduler import tls
from scheduler.delivery import Deferred, Down, NotLetIn, Permanent, Refusals, Result, Sent, Temporary, Unknown
from scheduler.email.transport import Envelope
from scheduler.mail_access import xoauth2
from scheduler.mail_access.token_server import TokenServerAway
from scheduler.mail_access.tokens import NoAccess, TokenSource
from scheduler.refusals import of_address

TIMEOUT_SECONDS = 60.0
LONGEST_WORDS = 500
STALE_SECONDS = 20.0
"""A connection idle for so long is tried with NOOP before anything is claimed."""

Answer = tuple[int, bytes]
TAKEN = frozenset({250, 251})
_TROUBLE = (OSError, smtplib.SMTPException)


def _words(answer: Answer) -> str:
    return f"{answer[0]} {answer[1].decode('utf-8', 'replace')}"[:LONGEST_WORDS]


def _refusal(answer: Answer, refused: Refusals) -> Result:
    """Return what a refusal of the message is, whose `refused` addresses had been told before."""
    words = _words(answer)
    return Permanent(words, refused=refused) if 500 <= answer[0] < 600 else Temporary(words, refused)


def _all_refused(addresses: Sequence[str], answers: Sequence[Answer]) -> Result:
    """Return what becomes of a message that no recipient may have: it fails when none of them exists."""
    told = [(address, _words(answer)) for address, answer in zip(addresses, answers, strict=True)]
    final = [each for each, answer in zip(told, answers, strict=True) if 500 <= answer[0] < 600]
    dead = [each for each in final if of_address(each[1])]
    if len(dead) == len(told):
        return Permanent(told[-1][1], tuple(dead))
    ours = [each for each in final if each not in dead]
    if ours:
        return Deferred(ours[-1][1], tuple(told))
    return Temporary(next(each[1] for each in reversed(told) if each not in dead), tuple(told))


def _reason(error: BaseException) -> str:
    """Name the trouble without addresses, which servers like to repeat."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else f"{type(error).__name__} {error}"[:200]


@dataclass(frozen=True, slots=True)
class _Said:
    """What the server answered to the envelope. `data` None: it was not asked for the text."""

    sender: Answer
    recipients: list[Answer]
    data: Answer | None


class SmtpTransport:
    """One SMTP connection, opened when first needed and again when it went stale."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        tokens: TokenSource | None = None,
        tls: bool = False,
        timeout: float = TIMEOUT_SECONDS,
        context: ssl.SSLContext | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host, self._port, self._user, self._password = host, port, user, password
        self._tokens = tokens
        self._tls, self._timeout, self._context, self._elapsed = tls, timeout, context, elapsed
        self._smtp: smtplib.SMTP | None = None
        self._used = 0.0

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self._host, self._port

    def ready(self) -> Down | None:
        """Connect, or make sure that an idle connection still answers; Down when neither works."""
        if self._smtp is not None and self._elapsed() - self._used < STALE_SECONDS:
            return None
        try:
            if not self._alive():
                self._smtp = self._connect()
        except NoAccess as error:
            return NotLetIn(refusals.sentence(error, TEAM), error.code)
        except (TokenServerAway, SettingsError) as error:
            return Down(refusals.sentence(error, TEAM), error.code)
        except _TROUBLE as error:
            self.close()
            refused = tls.not_believed(error, Way.SMTP)
            if refused is None:
                return Down(_reason(error))
            return Down(refusals.sentence(refused, TEAM), tls.kind(error))
        self._used = self._elapsed()
        return None

    def _alive(self) -> bool:
        if self._smtp is None:
            return False
        try:
            if self._smtp.noop()[0] == 250:
                return True
        except _TROUBLE:
            pass
        self.close()
        return False

    def _trust(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _connect(self) -> smtplib.SMTP:
        if self._tokens is not None:
            return self._by_token(self._tokens)
        return self._opened(self._by_password)

    def _by_token(self, tokens: TokenSource) -> smtplib.SMTP:
        """Connect with a token; one that seemed good and is refused is renewed, once."""
        token = tokens.current()
        try:
            smtp = self._opened(partial(self._show, token))
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:  # not now
                raise
            smtp = self._once_more(tokens, tokens.another(token))
        tokens.accepted()
        return smtp

    def _once_more(self, tokens: TokenSource, token: str) -> smtplib.SMTP:
        try:
            return self._opened(partial(self._show, token))
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise
            told = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
            said = xoauth2.without(told.decode("utf-8", "replace"), self._user, token)
            words = f"{error.smtp_code} {said}"
        raise tokens.refused(words[:LONGEST_WORDS])

    def _opened(self, log_in: Callable[[smtplib.SMTP], object]) -> smtplib.SMTP:
        """Connect, take to TLS when it is offered, and log in."""
        smtp: smtplib.SMTP
        if self._tls:
            smtp = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._trust())
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not self._tls and smtp.has_extn("starttls"):
                smtp.starttls(context=self._trust())
                smtp.ehlo()
            log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _by_password(self, smtp: smtplib.SMTP) -> None:
        if self._user:
            self._check_secret(smtp)
            smtp.login(self._user, self._password)

    def _show(self, token: str, smtp: smtplib.SMTP) -> None:
        """Show a token. A server that refuses it first says why, and wants an empty answer to that."""
        self._check_secret(smtp)
        first = xoauth2.shown(self._user, token)
        try:
            told = smtp.auth(xoauth2.MECHANISM, lambda challenge=None: first if challenge is None else "")
        except ValueError:  # what it says is no base64
            raise smtplib.SMTPServerDisconnected("XOAUTH2: no answer that can be read") from None
        if told[0] != 235:  # smtplib takes 503 for a yes
            raise smtplib.SMTPAuthenticationError(*told)

    def _check_secret(self, smtp: smtplib.SMTP) -> None:
        """Never show a password or a token to a network that can read it."""
        if not isinstance(smtp.sock, ssl.SSLSocket) and self._host not in {"localhost", "127.0.0.1", "::1"}:
            raise SettingsError("settings.smtp_without_tls")

    def send(self, mail: Envelope) -> Result:
        """Hand one mail over. Once its text has begun to leave, no answer means Unknown."""
        smtp = self._smtp
        if smtp is None:
            return Temporary("not connected")
        self._used = self._elapsed()
        try:
            said = (
                self._all_at_once(smtp, mail) if smtp.has_extn("pipelining") else self._by_turns(smtp, mail)
            )
            result = self._refused(smtp, mail, said)
        except _TROUBLE as error:
            self.close()
            return Temporary(_reason(error))
        return result or self._content(smtp, mail, said)

    @staticmethod
    def _commands(smtp: smtplib.SMTP, mail: Envelope) -> list[str]:
        size = f" size={len(mail.content)}" if smtp.has_extn("size") else ""
        recipients = [f"rcpt TO:<{address}>" for address in mail.recipients]
        return [f"mail FROM:<{mail.sender}>{size}", *recipients, "data"]

    def _all_at_once(self, smtp: smtplib.SMTP, mail: Envelope) -> _Said:
        """Give the whole envelope in one go (RFC 2920): one round trip for all of it."""
        commands = self._commands(smtp, mail)
        smtp.send("".join(f"{command}\r\n" for command in commands).encode("ascii"))
        sender, *recipients, data = [smtp.getreply() for _ in commands]
        if data[0] == 354 and not any(answer[0] in TAKEN for answer in recipients):
            smtp.send(b".\r\n")  # it asks for a text that nobody will get
            data = smtp.getreply()
        return _Said(sender, recipients, data)

    def _by_turns(self, smtp: smtplib.SMTP, mail: Envelope) -> _Said:
        """Give the envelope a command at a time, no further than the server goes along."""
        first, *recipients, data = self._commands(smtp, mail)
        sender = smtp.docmd(first)
        answers = [smtp.docmd(each) for each in recipients] if sender[0] == 250 else []
        going = any(answer[0] in TAKEN for answer in answers)
        return _Said(sender, answers, smtp.docmd(data) if going else None)

    @staticmethod
    def _not_taken(mail: Envelope, said: _Said) -> Refusals:
        """Return the addresses that the server would not have."""
        pairs = zip(mail.recipients, said.recipients, strict=True)
        return tuple((address, _words(answer)) for address, answer in pairs if answer[0] not in TAKEN)

    def _refused(self, smtp: smtplib.SMTP, mail: Envelope, said: _Said) -> Result | None:
        """Return why the text will not be given, if so; the connection is fit for the next mail."""
        if said.sender[0] != 250:
            return self._give_up(smtp, said.sender, self._sender_refused(said.sender))
        if not any(answer[0] in TAKEN for answer in said.recipients):
            refused = _all_refused(mail.recipients, said.recipients)
            return self._give_up(smtp, said.recipients[-1], refused)
        if said.data is None or said.data[0] != 354:
            answer = said.data or (451, b"")
            return self._give_up(smtp, answer, _refusal(answer, self._not_taken(mail, said)))
        return None

    @staticmethod
    def _sender_refused(answer: Answer) -> Result:
        """A sender refused for good is our own trouble, and may be the next mails' too: nothing is failed.

        552 is the size of this very message (RFC 1870).
        """
        if answer[0] == 552:
            return Permanent(_words(answer))
        return Deferred(_words(answer)) if answer[0] >= 500 else Temporary(_words(answer))

    def _give_up(self, smtp: smtplib.SMTP, answer: Answer, result: Result) -> Result:
        """Clear the envelope, or the connection when the server is closing it (421)."""
        if answer[0] == 421:
            self.close()
            return result
        try:
            smtp.rset()
        except _TROUBLE:
            self.close()
        return result

    def _content(self, smtp: smtplib.SMTP, mail: Envelope, said: _Said) -> Result:
        """Give the text. From here on, no answer means that it may have left."""
        refused = self._not_taken(mail, said)
        try:
            smtp.send(mail.content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            answer = smtp.getreply()
        except _TROUBLE as error:
            self.close()
            return Unknown(_reason(error), refused)
        if answer[0] != 250:
            if answer[0] == 421:
                self.close()
            return _refusal(answer, refused)
        return Sent(_words(answer), refused)

    def close(self) -> None:
        """Say goodbye if the server still listens, and close."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except _TROUBLE:
            smtp.close()
