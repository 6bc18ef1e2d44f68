"""The way out to Slack: to Slack's own addresses alone, never on to another, no more than so much.

Slack names addresses itself: where to put a file, where to answer a click, where a socket opens. Whoever
could forge one would have this process ask inside the network, or show our token elsewhere.
"""

import re
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPMessage
from io import BytesIO
from ssl import SSLContext
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from slack_bolt.context import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from slack_sdk.web import SlackResponse
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result
from slack_sdk.webhook import WebhookClient, WebhookResponse
from typing_extensions import override

_SLACKS = re.compile(
    r"(?:https|wss)://(?:[a-z0-9-]{1,63}\.){0,4}slack(?:-gov)?\.com(?::443)?(?:[/?][!-~]*)?", re.ASCII
)
_FORM = re.compile(r"(?:https?|wss?)://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?][!-~]*)?", re.ASCII)
"""An address whose host cannot be read in two ways: no user before it, no sign of another alphabet."""
LARGEST = 20_000_000
"""Bytes of an answer."""
LONGEST_SECONDS = 60.0
"""How long an answer may take to come whole, however often a little of it comes."""
_PIECE = 1 << 16


class ElsewhereError(SlackRequestError):
    """An address that is not Slack's, or an answer that is none: nothing was asked, or no more is read."""


def check(url: object, base: str) -> None:
    """Make sure that an address is Slack's, or of the host that `SLACK_API_URL` names (`base`).

    Raises ElsewhereError, which does not repeat it.
    """
    if not isinstance(url, str) or not (_SLACKS.fullmatch(url) or _of_host(url, base)):
        raise ElsewhereError("an address that is not Slack's")


def _of_host(url: str, base: str) -> bool:
    """Whether an address is of the host of `base`, and in the clear only where `base` is."""
    found, known = urlsplit(url), urlsplit(base)
    open_to_all = {"http", "ws"} if known.scheme == "http" else set()
    return (
        _FORM.fullmatch(url) is not None
        and found.hostname == known.hostname
        and found.scheme in {"https", "wss"} | open_to_all
    )


class _Nowhere(HTTPRedirectHandler):
    """Goes nowhere else: with the request the token would go too."""

    @override
    def redirect_request(self, *args: Any) -> None:
        """Return no request: what Slack answered is an error like others."""


def _open(
    url: str, req: Request, *, base: str, timeout: int, proxy: str | None, ssl: SSLContext | None
) -> tuple[int, HTTPMessage, str]:
    """Ask, and return status, headers and body as text. Raises ElsewhereError, HTTPError, OSError."""
    status, headers, body = _fetch(url, req, base=base, timeout=timeout, proxy=proxy, ssl=ssl)
    return status, headers, body.decode(headers.get_content_charset() or "utf-8")


def _fetch(
    url: str, req: Request, *, base: str, timeout: int, proxy: str | None, ssl: SSLContext | None
) -> tuple[int, HTTPMessage, bytes]:
    """Ask, and return status, headers and body. Raises ElsewhereError, HTTPError, OSError."""
    check(url, base)
    proxies = ProxyHandler({"http": proxy, "https": proxy} if proxy else {})
    opener = build_opener(proxies, HTTPSHandler(context=ssl), _Nowhere)
    try:
        with opener.open(req, timeout=timeout) as answer:
            return answer.status, answer.headers, _read(answer)
    except HTTPError as error:
        with error:
            body = BytesIO(_read(error))
        raise HTTPError(url, error.code, error.reason, error.headers, body) from None


def _read(answer: Any) -> bytes:
    """Return a body that is neither huge nor endless. Raises ElsewhereError."""
    until, pieces, length = time.monotonic() + LONGEST_SECONDS, [], 0
    while piece := answer.read1(_PIECE) if hasattr(answer, "read1") else answer.read(_PIECE):
        pieces.append(piece)
        length += len(piece)
        if length > LARGEST or time.monotonic() > until:
            raise ElsewhereError("an answer that is too long")
    return b"".join(pieces)


class GatedClient(WebClient):
    """A client of Slack's that asks nobody else, wherever Slack sends it."""

    @override
    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        status, headers, body = self._opened(url, req, self.timeout)
        return {"status": status, "headers": headers, "body": body}

    @override
    def _upload_file(self, *, url: str, data: bytes, timeout: int, **more: Any) -> FileUploadV2Result:
        status, _, body = self._opened(url, Request(url, data, method="POST"), timeout)  # noqa: S310 - looked at first
        return FileUploadV2Result(status, body)

    def _opened(self, url: str, req: Request, timeout: int) -> tuple[int, HTTPMessage, str]:
        return _open(url, req, base=self.base_url, timeout=timeout, proxy=self.proxy, ssl=self.ssl)

    def fetch_file(self, url: str) -> bytes:
        """Return a file that Slack keeps. Raises ElsewhereError for other addresses, or a page to sign in."""
        asked = Request(url, headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310 - looked at first
        way = {"base": self.base_url, "timeout": self.timeout, "proxy": self.proxy, "ssl": self.ssl}
        _, headers, body = _fetch(url, asked, **way)  # type: ignore[arg-type]  # one dictionary of all
        if headers.get_content_type() == "text/html":
            raise ElsewhereError("a page instead of a file")
        return body

    @override
    def apps_connections_open(self, *, app_token: str, **more: Any) -> SlackResponse:
        """Ask where a socket opens. Raises ElsewhereError when that is not at Slack's."""
        found = super().apps_connections_open(app_token=app_token, **more)
        check(found["url"], self.base_url)
        return found


class _Webhook(WebhookClient):
    """Answers at an address that Slack named in a request."""

    def __init__(self, url: str, client: WebClient) -> None:
        check(url, client.base_url)
        super().__init__(url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy)
        self._base = client.base_url

    @override
    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        asked = {"base": self._base, "timeout": self.timeout, "proxy": self.proxy, "ssl": self.ssl}
        status, headers, body = _open(url, req, **asked)  # type: ignore[arg-type]  # one dictionary of all
        return WebhookResponse(url=url, status_code=status, body=body, headers=dict(headers))


def answering(client: WebClient) -> Callable[..., None]:
    """Return a middleware of Bolt's: answers to a request go through the gate, too."""

    def set_respond(context: BoltContext, next: Callable[[], Any]) -> None:  # noqa: A002 - Bolt's own name
        url = context.response_url
        if url:
            context["respond"] = partial(_respond, client, url)
        next()

    return set_respond


def _respond(client: WebClient, url: str, **said: Any) -> WebhookResponse:
    """Say something where a request asked for it. Raises ElsewhereError."""
    return _Webhook(url, client).send(**said)
