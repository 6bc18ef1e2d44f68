"""A real IMAP server on loopback, in memory, for the tests of the mailbox."""

import asyncio
import contextlib
import json
import re
import socket
import ssl
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imap_tools import MailBoxUnencrypted
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, DictBackend, Login
from pymap.imap import IMAPServer
from pysasl import SASLAuth
from pysasl.creds.plain import PlainCredentials
from pysasl.hashing import BuiltinHash
from pysasl.mechanism import ChallengeResponse, ServerChallenge, ServerMechanism

USER, PASSWORD = "relances@durand.example", "s3cret:/@"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


POSTMAN = "postman's own token"
_NOBODYS = "a password that nobody knows, where tokens alone open"
Opens = Callable[[str, str], bool]
"""Whether a token opens a user's mailbox."""


def _settings(*, starttls: bool, password: str) -> Namespace:
    return Namespace(
        debug=False, host=["127.0.0.1"], port="0", cert=None, key=None, tls=starttls, inherited_sockets=None,
        proxy_protocol="noop", passlib_cfg=None, demo_data=False, demo_user=USER, demo_password=password,
    )  # fmt: skip


class XOAuth2(ServerMechanism):
    """Lets in by token; refused, it says why first, and waits for the empty line that answers it."""

    def __init__(self, opens: Opens) -> None:
        super().__init__(b"XOAUTH2")
        self._opens = opens

    def server_attempt(self, responses: Sequence[ChallengeResponse]) -> tuple[PlainCredentials, None]:
        if not responses:
            raise ServerChallenge(b"")
        shown = re.fullmatch(rb"user=(.*?)\x01auth=Bearer (.*?)\x01\x01", responses[0].response)
        user, token = (part.decode() for part in shown.groups()) if shown else ("", "")
        if token == POSTMAN or self._opens(user, token):
            return PlainCredentials(USER, _NOBODYS), None
        if len(responses) == 1:
            raise ServerChallenge(json.dumps({"status": "401", "schemes": "bearer"}).encode())
        assert responses[1].response == b""
        return PlainCredentials(USER, "no"), None


class _TokensAlone(Config):
    """Lets in by XOAUTH2, and by no password."""

    opens: Opens

    @property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth([XOAuth2(self.opens)])


@dataclass
class ImapServer:
    """The server; `url` is what `IMAP_URL` would say."""

    port: int = 0
    folder: str = "INBOX"
    opens: Opens | None = None
    """What lets in by token, and by nothing else."""
    tls: ssl.SSLContext | None = None
    """The certificate, from the first byte on; `starttls`: when asked for."""
    starttls: ssl.SSLContext | None = None
    _ready: threading.Event = field(default_factory=threading.Event)
    _stop: Any = None
    _postman: Any = None
    """One connection for all that arrives: opening one for each mail takes longer than the mail."""

    @property
    def url(self) -> str:
        return f"imap://relances%40durand.example:s3cret%3A%2F%40@127.0.0.1:{self.port}/{self.folder}"

    @contextlib.contextmanager
    def client(self) -> Iterator[MailBoxUnencrypted]:
        """Open the mailbox as another mail program would."""
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=5)
        box.client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 40 ms a mail
        if self.opens:
            with box.xoauth2(USER, POSTMAN):
                yield box
        else:
            with box.login(USER, PASSWORD):
                yield box

    def deliver(self, raw: bytes, *, at: datetime = LONG_AGO) -> None:
        """Have a mail arrive at the aware instant `at`."""
        self._postman.append(raw, self.folder, dt=at)

    def rebuild(self) -> None:
        """Make the folder anew, empty: its UIDVALIDITY changes."""
        self._postman.folder.delete(self.folder)
        self._postman.folder.create(self.folder)

    def uid_validity(self) -> int:
        return int(self._postman.folder.status(self.folder)["UIDVALIDITY"])

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        quick = BuiltinHash(rounds=1)  # a login would cost a quarter of a second
        config = self._config(hash_context=quick, ssl_context=self.starttls)
        login = Login(config)
        await DictBackend._add_demo_user(config, login)
        backend = DictBackend(login, config)
        config.apply_context()
        reader = ProxyProtocolReader(ProxyProtocolVersion.get("noop"))
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            callback = reader.get_callback(IMAPServer(backend.login, config))
            server = await asyncio.start_server(callback, "127.0.0.1", 0, ssl=self.tls)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            async with server:
                await self._stop.wait()

    def _config(self, **facts: Any) -> Config:
        settings = _settings(
            starttls=self.starttls is not None, password=_NOBODYS if self.opens else PASSWORD
        )
        if self.opens is None:
            return Config.from_args(settings, **facts)
        config = _TokensAlone.from_args(settings, **facts)
        config.opens = self.opens
        return config

    def run(self) -> None:
        asyncio.run(self._serve())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@contextlib.contextmanager
def imap_server(folder: str = "INBOX", **how: Any) -> Iterator[ImapServer]:
    """Run the server on whatever port is free; with `tls` or `starttls` nobody is there to deliver."""
    server = ImapServer(folder=folder, **how)
    thread = threading.Thread(target=server.run, name="imap")
    thread.start()
    assert server._ready.wait(10)
    try:
        if server.tls or server.starttls:
            yield server
            return
        with server.client() as postman:
            server._postman = postman
            if folder != "INBOX":
                postman.folder.create(folder)
            yield server
    finally:
        server.stop()
        thread.join(10)
