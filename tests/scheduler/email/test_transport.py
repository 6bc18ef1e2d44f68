"""The ways out: SMTP over real sockets, and files."""

import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from receivables.errors import SettingsError
from scheduler.delivery import Deferred, Down, Permanent, Sent, Temporary, Unknown
from scheduler.email.eml_files import FileTransport
from scheduler.email.mailer import transport
from scheduler.email.smtp import SmtpTransport
from scheduler.email.transport import Envelope
from tests.refusals import refused
from tests.scheduler.posting import NOON, Mailbox, mail_server

CONTENT = b"From: a@durand.example\r\nSubject: x\r\n\r\nBonjour\r\n.\r\n..deux points\r\n"
LETTER = Envelope("rebonds+1@durand.example", ("a@client.example",), CONTENT, "00000001", NOON)
TWO = Envelope("rebonds@durand.example", ("a@client.example", "b@client.example"), CONTENT, "2", NOON)


@pytest.fixture(params=["by turns", "pipelining"])
def server(request: pytest.FixtureRequest, mailbox: Mailbox) -> Mailbox:
    """A server that takes commands by turns, then one that takes them all at once."""
    mailbox.pipelining = request.param == "pipelining"
    return mailbox


def connected(mailbox: Mailbox) -> SmtpTransport:
    made = mailbox.transport()
    assert made.ready() is None
    return made


def test_a_letter_arrives_as_it_was_written(server: Mailbox) -> None:
    made = connected(server)
    assert made.send(LETTER) == Sent("250 queued")
    made.close()
    [envelope] = server.taken
    assert envelope.content == CONTENT
    assert (envelope.mail_from, envelope.rcpt_tos) == (LETTER.sender, list(LETTER.recipients))


def test_of_two_recipients_the_refused_one_is_named(server: Mailbox) -> None:
    server.refuse_recipient["b@client.example"] = "550 5.1.1 unknown"
    made = connected(server)
    assert made.send(TWO) == Sent("250 queued", (("b@client.example", "550 5.1.1 unknown"),))
    made.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.1.1 unknown", Permanent),
        ("450 4.2.1 busy", Temporary),
        ("550 5.7.1 our blocklist", Deferred),
        ("554 5.7.1 relay access denied", Deferred),
        ("550 5.4.5 daily quota exceeded", Deferred),
        ("550 5.3.2 system not accepting", Deferred),
        ("503 5.5.1 bad sequence", Deferred),
        ("550 no such user here", Permanent),
        ("554 refused", Deferred),
    ],
)
def test_a_refused_recipient_and_the_next_letter_still_goes(
    server: Mailbox, answer: str, kind: type[Permanent | Temporary | Deferred]
) -> None:
    server.refuse_recipient["a@client.example"] = answer
    made = connected(server)
    result = made.send(LETTER)
    assert isinstance(result, kind)
    assert result.error == answer
    assert not isinstance(result, Permanent) or result.dead == (("a@client.example", answer),)
    server.refuse_recipient.clear()
    assert isinstance(made.send(LETTER), Sent)
    made.close()
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("452 4.2.2 full", Temporary("452 4.2.2 full")),
        ("554 5.7.1 no", Permanent("554 5.7.1 no")),
        ("421 closing", Temporary("421 closing")),
    ],
)
def test_a_refused_text(server: Mailbox, answer: str, expected: Temporary | Permanent) -> None:
    server.refuse_data.append(answer)
    made = connected(server)
    assert made.send(LETTER) == expected
    assert made.ready() is None
    assert isinstance(made.send(LETTER), Sent)
    made.close()


def test_silence_after_the_text_is_unknown_and_the_next_letter_takes_a_new_connection(
    server: Mailbox,
) -> None:
    server.hang_up = 1
    made = connected(server)
    assert isinstance(made.send(LETTER), Unknown)
    assert made.ready() is None
    assert isinstance(made.send(LETTER), Sent)
    made.close()
    assert server.connections == 2


def test_a_stale_connection_is_tried_before_use(mailbox: Mailbox) -> None:
    seconds = [0.0]
    made = mailbox.transport(elapsed=lambda: seconds[0])
    assert made.ready() is None
    mailbox.close_idle()
    seconds[0] += 3600
    assert made.ready() is None
    assert isinstance(made.send(LETTER), Sent)
    made.close()
    assert mailbox.connections == 2


def test_a_server_that_is_away_is_down() -> None:
    with mail_server() as gone:
        pass
    assert isinstance(gone.transport().ready(), Down)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS context with its own certificate, and a client's that trusts it."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def check_password(
    server: object, session: object, envelope: object, mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(b"compta", b"secret")
    return AuthResult(success=right, handled=False)


def test_tls_is_used_when_offered_and_the_password_is_given(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = certificate
    settings = {"tls_context": server, "require_starttls": True, "auth_required": True}
    with mail_server(**settings, authenticator=check_password) as mailbox:
        made = mailbox.transport(user="compta", password="secret", context=client)
        assert made.ready() is None
        assert isinstance(made.send(LETTER), Sent)
        made.close()
        wrong = mailbox.transport(user="compta", password="wrong", context=client)
        down = wrong.ready()
        assert isinstance(down, Down)
        assert "535" in down.error
        assert "wrong" not in down.error


def test_a_certificate_nobody_vouches_for_is_refused(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    with mail_server(tls_context=certificate[0]) as mailbox:
        assert isinstance(mailbox.transport().ready(), Down)


def test_a_file_for_each_letter_whole_and_in_order(tmp_path: Path) -> None:
    made = transport(f"file://{tmp_path}/sortie")
    assert isinstance(made, FileTransport)
    assert made.ready() is None
    assert isinstance(made.send(LETTER), Sent)
    assert isinstance(made.send(TWO), Sent)
    files = sorted((tmp_path / "sortie").iterdir())
    assert [file.name for file in files] == ["20260408T100000Z-00000001.eml", "20260408T100000Z-2.eml"]
    assert files[0].read_bytes() == b"Return-Path: <rebonds+1@durand.example>\r\n" + CONTENT


def test_a_folder_that_cannot_be_made_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert isinstance(transport(f"file://{tmp_path}/file/sub").ready(), Down)


@pytest.mark.parametrize(
    "url", ["", "mailto:x", "http://smtp.example", "smtp://", "smtp://host:port", "file:"]
)
def test_an_address_that_means_nothing_names_the_key(url: str) -> None:
    with refused(SettingsError, match="SMTP_URL"):
        transport(url)


def test_the_port_follows_from_the_kind() -> None:
    for url, port in (
        ("smtp://h", 25),
        ("smtp://u:p@h", 587),
        ("smtps://u:p@h", 465),
        ("smtp://h:2525", 2525),
    ):
        made = transport(url)
        assert isinstance(made, SmtpTransport)
        assert made.address == ("h", port)
