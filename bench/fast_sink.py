"""A mail server that takes everything and keeps nothing, fast, in a process of its own.

In a benchmark of a sender the sink must not decide: this one parses no more than it needs.
"""

import asyncio
import sys

REPLIES = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 99999999\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection: commands until DATA, then text until the lone dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""
        self.text = False
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        while self.step():
            pass

    def step(self) -> bool:
        """Take one command, or one text; False when more must come first."""
        if self.text:
            if not self.buffer.endswith(b"\r\n.\r\n"):
                return False
            self.buffer, self.text = b"", False
            self.transport.write(b"250 queued\r\n")  # type: ignore[attr-defined]
            return False
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        self.buffer = rest
        word = line[:4].upper()
        self.text = word == b"DATA"
        self.transport.write(REPLIES.get(word, b"250 ok\r\n"))  # type: ignore[attr-defined]
        return bool(rest)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
