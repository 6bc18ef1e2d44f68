"""SMTP opened by tokens: conversations with servers that insist on them, and with odd ones."""

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from scheduler.delivery import Down, NotLetIn, Sent
from scheduler.email.smtp import SmtpTransport
from scheduler.inbox.imap import TROUBLE, MailboxAddress, opened
from scheduler.mail_access.token_server import TokenServerAway
from scheduler.mail_access.tokens import NoAccess
from tests.imap_server import imap_server
from tests.scheduler.email.test_transport import LETTER
from tests.scheduler.posting import token_mail_server
from tests.token_server import USER


@dataclass
class Hand:
    """Gives the tokens that a test lays out, one after the other, and keeps what it is told of them."""

    tokens: list[str]
    trouble: NoAccess | TokenServerAway | None = None
    words: list[str] = field(default_factory=list)
    let_in: int = 0

    def current(self) -> str:
        if self.trouble:
            raise self.trouble
        return self.tokens[0]

    def another(self, refused: str) -> str:
        assert self.tokens.pop(0) == refused
        return self.current()

    def refused(self, words: str) -> NoAccess:
        self.words.append(words)
        return NoAccess("mail_access.refused", way="SMTP", words=words)

    def accepted(self) -> None:
        self.let_in += 1


def test_a_good_token_is_shown_once_for_many_mails() -> None:
    hand = Hand(["good"])
    with token_mail_server(lambda user, token: (user, token) == (USER, "good")) as mailbox:
        transport = mailbox.transport(user=USER, tokens=hand)
        assert transport.ready() is None
        assert isinstance(transport.send(LETTER), Sent)
        assert isinstance(transport.send(LETTER), Sent)
        transport.close()
    assert (mailbox.shown, hand.let_in) == (["good"], 1)


def test_a_refused_one_is_renewed_once_and_then_it_is_down() -> None:
    hand = Hand(["old", "new", "newer"])
    with token_mail_server(lambda user, token: token == "new") as mailbox:
        transport = mailbox.transport(user=USER, tokens=hand)
        assert transport.ready() is None
        transport.close()
        hand.tokens = ["old", "older", "oldest"]
        down = transport.ready()
    assert isinstance(down, NotLetIn)
    assert mailbox.shown == ["old", "new", "old", "older"]
    assert hand.words == ["535 5.7.8 Authentication credentials invalid"]


def test_without_a_token_the_server_is_not_even_asked() -> None:
    with token_mail_server(lambda user, token: True) as mailbox:
        no = mailbox.transport(
            user=USER, tokens=Hand([], NoAccess("mail_access.withdrawn", way="SMTP", words="x"))
        )
        assert isinstance(no.ready(), NotLetIn)
        away = mailbox.transport(
            user=USER, tokens=Hand([], TokenServerAway("mail_access.token_server_away", kind="x"))
        )
        down = away.ready()
    assert isinstance(down, Down)
    assert not isinstance(down, NotLetIn)
    assert mailbox.connections == 0


def test_a_password_opens_nothing_there() -> None:
    with token_mail_server(lambda user, token: True) as mailbox:
        assert isinstance(mailbox.transport(user=USER, password="s").ready(), Down)


@contextlib.contextmanager
def odd_server(*answers: bytes) -> Iterator[int]:
    """Answers AUTH, and what follows it, with these lines, in every conversation."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                stream.write(b"220 odd ESMTP\r\n")
                stream.flush()
                left = list(answers)
                for line in stream:
                    greeted = line.upper().startswith(b"EHLO")
                    said = (
                        b"250-odd\r\n250 AUTH XOAUTH2\r\n"
                        if greeted
                        else left.pop(0)
                        if left
                        else b"221 bye\r\n"
                    )
                    shown = line.split()[-1] if line.split() else b""
                    stream.write(said.replace(b"{shown}", shown).replace(b"{begun}", shown[:60]))
                    stream.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


ODD = {
    "not now": ((b"454 4.7.0 Temporary authentication failure\r\n",), False),
    "it repeats the token": ((b"535 5.7.8 no: the-token\r\n",), True),
    "it repeats all that was shown": ((b"535 5.7.8 no: {shown}\r\n",), True),
    "it repeats the beginning of what was shown": ((b"535 5.7.8 no: {begun}\r\n",), True),
    "its why is no base64": ((b"334 %%%=\r\n", b"535 5.7.8 no\r\n"), None),
    "its why is JSON, in base64": (
        (b"334 %b\r\n" % base64.b64encode(b'{"status":"400"}'), b"535 5.7.8 no\r\n"),
        True,
    ),
    "it asks why for ever": ((b"334 \r\n",) * 20, False),
    "it says that we are in already": ((b"503 5.5.1 out of sequence\r\n",), True),
    "it hangs up": ((), False),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_server_is_down_and_repeats_nothing_to_us(kind: str) -> None:
    answers, refused = ODD[kind]
    hand = Hand(["the-token", "the-token-2"])
    with odd_server(*answers) as port:
        transport = SmtpTransport("127.0.0.1", port, user=USER, tokens=hand, timeout=2)
        down = transport.ready()
        transport.close()
    assert isinstance(down, Down)
    assert refused is None or isinstance(down, NotLetIn) is refused
    assert hand.let_in == 0
    shown = base64.b64encode(f"user={USER}\x01auth=Bearer the-token-2\x01\x01".encode()).decode()
    for told in (down.error, *hand.words):
        assert "the-token-2" not in told
        assert shown[:60] not in told


# --- IMAP ------------------------------------------------------------------------------------------------


def test_imap_renews_once_too() -> None:
    hand = Hand(["old", "new"])
    with imap_server(opens=lambda user, token: (user, token) == (USER, "new")) as server:
        address = MailboxAddress("127.0.0.1", server.port, USER, "", tls=False, tokens=hand)
        with opened(address) as box:
            assert box.folder.get() == "INBOX"
        hand.tokens = ["old", "older"]
        with pytest.raises(NoAccess), opened(address):
            pass
    assert hand.let_in == 1
    assert hand.words == ["[AUTHENTICATIONFAILED] Invalid authentication credentials."]


def test_imap_takes_no_password_there() -> None:
    with imap_server(opens=lambda user, token: True) as server:
        address = MailboxAddress("127.0.0.1", server.port, USER, "s3cret:/@", tls=False)
        with pytest.raises(Exception, match=r"settings\.imap_refused"), opened(address):
            pass


@pytest.mark.parametrize(
    "said", [b"NO [UNAVAILABLE] later: the-token", b"NO [LIMIT] too many", b"BYE the-token"]
)
def test_imap_that_cannot_now_is_not_taken_for_a_refusal(said: bytes) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"* OK ready\r\n")
            stream.flush()
            for line in stream:
                tag, _, rest = line.partition(b" ")
                if rest.startswith(b"CAPABILITY"):
                    stream.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%b OK done\r\n" % tag)
                elif rest.startswith(b"AUTHENTICATE"):
                    stream.write(b"+ \r\n")
                    stream.flush()
                    stream.readline()
                    stream.write(b"%b %b\r\n" % (tag, said) if said.startswith(b"NO") else b"* %b\r\n" % said)
                else:
                    stream.write(b"%b OK done\r\n" % tag)
                stream.flush()
                if said.startswith(b"BYE") and rest.startswith(b"AUTHENTICATE"):
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    hand = Hand(["the-token"])
    address = MailboxAddress("127.0.0.1", listener.getsockname()[1], USER, "", tls=False, tokens=hand)
    with pytest.raises(TROUBLE), opened(address):
        pass
    thread.join(5)
    listener.close()
    assert hand.words == []
