"""A real IMAP server on loopback, in memory, for the tests of the mailbox."""

import asyncio
import contextlib
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imap_tools import MailBoxUnencrypted
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "relances@durand.example", "s3cret:/@"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def _settings() -> Namespace:
    return Namespace(
        debug=False, host=["127.0.0.1"], port="0", cert=None, key=None, tls=False, inherited_sockets=None,
        proxy_protocol="noop", passlib_cfg=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip


@dataclass
class ImapServer:
    """The server; `url` is what `IMAP_URL` would say."""

    port: int = 0
    folder: str = "INBOX"
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
        backend, config = await DictBackend.init(_settings(), hash_context=quick)
        config.apply_context()
        reader = ProxyProtocolReader(ProxyProtocolVersion.get("noop"))
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            callback = reader.get_callback(IMAPServer(backend.login, config))
            server = await asyncio.start_server(callback, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            async with server:
                await self._stop.wait()

    def run(self) -> None:
        asyncio.run(self._serve())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@contextlib.contextmanager
def imap_server(folder: str = "INBOX") -> Iterator[ImapServer]:
    """Run the server on whatever port is free."""
    server = ImapServer(folder=folder)
    thread = threading.Thread(target=server.run, name="imap")
    thread.start()
    assert server._ready.wait(10)
    try:
        with server.client() as postman:
            server._postman = postman
            if folder != "INBOX":
                postman.folder.create(folder)
            yield server
    finally:
        server.stop()
        thread.join(10)
