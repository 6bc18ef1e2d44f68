"""Slack's HTTP requests as Bolt takes them, with one thing mended that Bolt reads wrongly."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from slack_bolt import BoltRequest

MODE = "http"


def bolt_request(body: str, headers: Mapping[str, str | Sequence[str]]) -> BoltRequest:
    """Return the request of an HTTP `body` (form fields) and its headers, its signature still to be checked.

    Bolt takes any body in which the word "payload" stands for a click, and finds nothing in `/paye payload`:
    such a command is read again, field by field.
    """
    request = BoltRequest(body=body, headers=dict(headers))
    if request.body or "payload" not in body:
        return request
    fields = dict(parse_qsl(body, keep_blank_values=True))
    mended = BoltRequest(body=fields, headers=dict(headers), mode="socket_mode")
    mended.mode, mended.raw_body = MODE, body  # signed like any other
    return mended
