"""The server of `relance serve`: waitress, with limits that slow and half-open connections do not exhaust."""

from typing import Any

from flask import Flask
from typing_extensions import override
from waitress.server import TcpWSGIServer

THREADS = 32
"""Slack gives three seconds to answer, and fifty people may act at once."""
LARGEST_BODY = 1_000_000
"""Bytes. Slack's own requests stay well below."""
LARGEST_HEADERS = 16_384
CONNECTIONS = 600
"""A process may mostly open 1,024 files; the books, Slack and mails need few of them."""
REQUEST_MAY_TAKE = 15.0
"""Seconds until a request has come whole, however often a little of it comes."""
MAY_BE_SILENT = 30
"""Seconds that a connection without a request is kept."""
LOOKED_AT_EVERY = 3
"""Seconds between two looks for connections that took too long."""


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Waitress, which closes what is silent; this closes what dribbles, too."""

    def __init__(self, app: Flask, **limits: Any) -> None:
        self._begun: dict[Any, float] = {}
        """Since when each request is coming, at the first look that found it."""
        super().__init__(app, **limits)

    @override
    def maintenance(self, now: float) -> None:
        """Close the connections that have been silent, or have made one request, for too long."""
        super().maintenance(now)
        coming = [channel for channel in self.active_channels.values() if channel.request is not None]
        self._begun = {channel.request: self._begun.get(channel.request, now) for channel in coming}
        for channel in coming:
            if now - self._begun[channel.request] > REQUEST_MAY_TAKE:
                channel.will_close = True


def listen(app: Flask, *, host: str, port: int) -> Server:
    """Return a server that listens there (`port` 0: any), not yet running. Raises OSError."""
    return Server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        channel_timeout=MAY_BE_SILENT,
        cleanup_interval=LOOKED_AT_EVERY,
        asyncore_use_poll=True,  # select knows no file above the 1,024th
        max_request_header_size=LARGEST_HEADERS,
        max_request_body_size=LARGEST_BODY,
        clear_untrusted_proxy_headers=False,  # none is believed, but each says that another asks
    )
