"""Slack's HTTP requests, read for Bolt, which falls over what it does not expect."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import BoltRequest

from bot.slack.shapes import Nonsense, check

JSON = "application/json"
MOST_FIELDS = 100
"""How many fields a form may have; a command has some fifteen."""
_MODE_READ, _MODE_SIGNED = "socket_mode", "http"


def bolt_request(body: str, headers: Mapping[str, str | Sequence[str]]) -> BoltRequest:
    """Return the request of an HTTP `body`, whose signature Bolt looks at again. Raises Nonsense."""
    request = BoltRequest(body=read(body, _type_of(headers)), headers=dict(headers), mode=_MODE_READ)
    request.mode, request.raw_body = _MODE_SIGNED, body
    return request


def read(body: str, kind: str) -> dict[str, Any]:
    """Return what Slack says in a body of this content type. Raises Nonsense."""
    try:
        found = json.loads(body) if kind == JSON else _of_form(body)
    except (ValueError, RecursionError) as error:
        raise Nonsense from error
    check(found)
    return dict(found)


def _of_form(body: str) -> Any:
    """Return a command's fields, or what a click or a form carries in the one called `payload`."""
    fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _type_of(headers: Mapping[str, str | Sequence[str]]) -> str:
    kinds = (value for name, value in headers.items() if name.lower() == "content-type")
    found = next(kinds, "")
    return (found if isinstance(found, str) else found[0]).partition(";")[0].strip().lower()
