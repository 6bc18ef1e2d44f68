"""Certificates of mail servers and of the provider, by a local authority: only the right one is believed."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from message_templates import refusals
from message_templates.catalogue import TEAM
from receivables.codes.mail_access import Way
from scheduler.delivery import Down
from scheduler.email.smtp import SmtpTransport
from scheduler.inbox.imap import TROUBLE, BadMailbox, MailboxAddress, opened
from scheduler.mail_access.token_server import TokenServerAway, post
from scheduler.mail_access.tokens import NoAccess
from scheduler.tls import not_believed
from tests.authority import Authority, Certificate, self_signed
from tests.imap_server import PASSWORD, USER, imap_server
from tests.refusals import refused
from tests.scheduler.email.test_transport import check_password
from tests.scheduler.posting import Mailbox, _Server, mail_server
from tests.token_server import token_server

AUTHORITY = Authority()
CERTIFICATES: dict[str, Callable[[], Certificate]] = {
    "right": AUTHORITY.certificate,
    "another host": lambda: AUTHORITY.certificate("mail.example"),
    "another address": lambda: AUTHORITY.certificate("127.0.0.2"),
    "ended": lambda: AUTHORITY.certificate(days=-1),
    "self-signed": self_signed,
    "another authority": lambda: Authority().certificate(),
}
WORDS = {"another host": "à un autre nom", "another address": "à un autre nom", "ended": "a expiré"}
UNKNOWN = "SSL_CERT_FILE"
"""What is said of an authority that nobody trusts."""


class _Tls(_Server):
    """SMTP by TLS from the first byte on."""

    def _trigger_server(self) -> None:
        """Ask for the greeting once, as the controller waits for it to be asked."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", self.port), 5) as plain,
            context.wrap_socket(plain) as tls,
        ):
            tls.recv(100)


@contextlib.contextmanager
def smtp_by_starttls(server: ssl.SSLContext) -> Iterator[tuple[Mailbox, SmtpTransport]]:
    settings = {"tls_context": server, "require_starttls": True, "auth_required": True}
    with mail_server(**settings, authenticator=check_password) as mailbox:
        yield mailbox, mailbox.transport(user="compta", password="secret")


@contextlib.contextmanager
def smtps(server: ssl.SSLContext) -> Iterator[tuple[Mailbox, SmtpTransport]]:
    mailbox = Mailbox()
    controller = _Tls(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        ssl_context=server,
        auth_require_tls=False,
        authenticator=check_password,
        auth_exclude_mechanism=["XOAUTH2"],
    )
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox, mailbox.transport(user="compta", password="secret", tls=True)
    finally:
        controller.stop()


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The authority is trusted as an installer has it trusted: by a file that OpenSSL is told of."""
    file = tmp_path / "trusted.pem"
    file.write_bytes(AUTHORITY.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.mark.parametrize("kind", CERTIFICATES)
@pytest.mark.parametrize("way", [smtp_by_starttls, smtps])
def test_smtp_believes_the_right_certificate_alone(
    trusting: Path, tmp_path: Path, way: Callable[..., contextlib.AbstractContextManager[object]], kind: str
) -> None:
    with way(CERTIFICATES[kind]().server(tmp_path)) as (mailbox, transport):  # type: ignore[misc]
        down = transport.ready()
        transport.close()
        if kind == "right":
            assert down is None
        else:
            assert isinstance(down, Down)
            assert down.error.startswith("SMTP_URL\u00a0: le certificat du serveur")
            assert WORDS.get(kind, UNKNOWN) in down.error
            assert down.kind.startswith("SSLCertVerificationError ")
            assert mailbox.tried == 0


@pytest.mark.parametrize("kind", CERTIFICATES)
@pytest.mark.parametrize("how", ["tls", "starttls"])
def test_imap_believes_the_right_certificate_alone(
    trusting: Path, tmp_path: Path, how: str, kind: str
) -> None:
    with imap_server(**{how: CERTIFICATES[kind]().server(tmp_path)}) as server:
        address = MailboxAddress("127.0.0.1", server.port, USER, PASSWORD, tls=how == "tls")
        if kind == "right":
            with opened(address) as box:
                assert box.folder.get() == "INBOX"
        else:
            with pytest.raises(ssl.SSLCertVerificationError) as found, opened(address):
                pass
            told = not_believed(found.value, Way.IMAP)
            assert told is not None
            assert WORDS.get(kind, UNKNOWN) in refusals.sentence(told, TEAM)


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_the_provider_is_asked_when_its_certificate_is_right_alone(
    trusting: Path, tmp_path: Path, kind: str
) -> None:
    with token_server(CERTIFICATES[kind]().server(tmp_path)) as provider:
        if kind == "right":
            assert not post(f"{provider.url}/token", {"grant_type": "x"}).ok
        else:
            with pytest.raises(TokenServerAway) as away:
                post(f"{provider.url}/token", {"client_secret": "x"})
            assert away.value.facts == {"kind": "SSLCertVerificationError"}
            assert provider.asked == []


def test_an_authority_that_nobody_trusts_is_not_believed(tmp_path: Path) -> None:
    server = AUTHORITY.certificate().server(tmp_path)
    with smtps(server) as (_, transport):
        assert isinstance(transport.ready(), Down)


# --- a server that hides that it has TLS, or somebody before it who does ---------------------------------


class _Bare:
    """Speaks a little SMTP or IMAP, offers no TLS, and keeps all that it is told."""

    def __init__(self, greeting: bytes, answers: dict[bytes, bytes]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.told = b""
        self._greeting, self._answers = greeting, answers
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(self._greeting)
            stream.flush()
            for line in stream:
                self.told += line
                tag, _, _ = line.partition(b" ")
                answer = next(
                    (said for word, said in self._answers.items() if word in line.upper()), b"%b OK done\r\n"
                )
                stream.write(answer.replace(b"%b", tag) if b"%b" in answer else answer)
                stream.flush()

    def end(self) -> None:
        self._thread.join(5)
        self._listener.close()


class _Shown:
    """A source whose token may be shown to nobody here."""

    def current(self) -> str:
        return "the-token"

    def another(self, refused: str) -> str:
        raise AssertionError("nothing was refused")

    def refused(self, words: str) -> NoAccess:
        raise AssertionError("nothing was refused")

    def accepted(self) -> None:
        raise AssertionError("nothing was accepted")


ELSEWHERE = "mail.example"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is not this machine by its name, and leads here."""
    real = socket.getaddrinfo

    def found(host: object, *rest: object, **more: object) -> object:
        return real("127.0.0.1" if host == ELSEWHERE else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("how", ["password", "token"])
def test_smtp_shows_nothing_to_a_server_without_tls(elsewhere: None, how: str) -> None:
    ehlo = b"250-mail.example\r\n250-AUTH PLAIN LOGIN XOAUTH2\r\n250 SIZE 1000\r\n"
    server = _Bare(b"220 mail.example ESMTP\r\n", {b"EHLO": ehlo, b"": b"235 ok\r\n"})
    secret = {"password": "the-password"} if how == "password" else {"tokens": _Shown()}
    transport = SmtpTransport(ELSEWHERE, server.port, user=USER, timeout=5, **secret)  # type: ignore[arg-type]
    down = transport.ready()
    server.end()
    assert isinstance(down, Down)
    assert down.error.startswith("SMTP_URL\u00a0: le serveur n’offre pas TLS")
    assert down.kind == "settings.smtp_without_tls"
    assert b"AUTH" not in server.told.upper()


@pytest.mark.parametrize("how", ["password", "token"])
def test_imap_shows_nothing_to_a_server_without_tls(elsewhere: None, how: str) -> None:
    offered = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n%b OK done\r\n"
    server = _Bare(b"* OK ready\r\n", {b"CAPABILITY": offered})
    tokens = _Shown() if how == "token" else None
    address = MailboxAddress(ELSEWHERE, server.port, USER, "the-password", tls=False, tokens=tokens)
    with refused(BadMailbox, match="TLS"), opened(address):
        pass
    server.end()
    assert b"LOGIN" not in server.told.upper()
    assert b"AUTHENTICATE" not in server.told.upper()


def test_imap_takes_no_greeting_that_says_we_are_in_already(elsewhere: None) -> None:
    """PREAUTH is how STARTTLS is made impossible by whoever stands in between."""
    offered = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%b OK done\r\n"
    server = _Bare(b"* PREAUTH welcome\r\n", {b"CAPABILITY": offered})
    address = MailboxAddress(ELSEWHERE, server.port, USER, "the-password", tls=False)
    with pytest.raises(TROUBLE), opened(address):
        pass
    server.end()
    assert b"LOGIN" not in server.told.upper()
