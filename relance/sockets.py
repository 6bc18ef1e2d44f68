"""Socket Mode: Slack's requests over a socket that this process opens."""

import logging
import threading
import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.crew import Crew
from relance.metrics import Metrics
from relance.settings import Settings

CONCURRENCY = 16
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
log = logging.getLogger(__name__)


class Socket(SocketModeHandler):
    """The built-in handler: it connects as soon as Slack can be reached, and its answers are timed."""

    def __init__(self, bolt: App, crew: Crew, app_token: str, metrics: Metrics) -> None:
        super().__init__(bolt, app_token, concurrency=CONCURRENCY)
        self._crew, self._metrics = crew, metrics
        self._closing = threading.Event()
        self._opener = threading.Thread(target=self._open, name="socket-opener", daemon=True)

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as the parent
        """Answer one request and note how long it took."""
        started = time.perf_counter()
        with self._crew.acknowledging():
            super().handle(client, req)
        self._metrics.ack.labels("socket").observe(time.perf_counter() - started)

    def open(self) -> None:
        """Connect in the background, again and again until it works; reconnecting is the library's."""
        self._opener.start()

    def _open(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._closing.is_set():
            try:
                self.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
            except (SlackClientError, OSError) as error:
                cause = error.response.get("error") if isinstance(error, SlackApiError) else None
                log.warning("socket_not_open", extra={"kind": type(error).__name__, "cause": cause})
                self._closing.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                return

    def close(self) -> None:
        """Stop connecting and leave the socket."""
        self._closing.set()
        if self._opener.is_alive():
            self._opener.join(LONGEST_WAIT_SECONDS)
        super().close()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped


def open_socket(settings: Settings, bolt: App, crew: Crew, metrics: Metrics) -> Socket | None:
    """Open the socket when `SLACK_APP_TOKEN` is set; None otherwise."""
    token = settings.slack_app_token.get_secret_value()
    if not token:
        return None
    socket = Socket(bolt, crew, token, metrics)
    socket.open()
    return socket
