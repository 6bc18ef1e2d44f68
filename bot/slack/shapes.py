"""What a request of Slack looks like: a word means one thing wherever it stands, a type names who and what.

Bolt and our listeners read requests as if nothing else could come; what is none is refused before they do.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

DEEPEST = 40
"""How deep a request may be nested; Slack's own stay below half of it."""


class Nonsense(Exception):
    """A body that Slack does not send, whoever signed it."""


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _name(value: Any) -> bool:
    """Whether this can name something in a database: PostgreSQL takes no text with a zero in it."""
    return isinstance(value, str) and "\x00" not in value


def _name_or_number(value: Any) -> bool:
    return isinstance(value, int) or _name(value)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _text_or_object(value: Any) -> bool:
    return isinstance(value, str | dict)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(map(_object, value))


def _one_at_most(value: Any) -> bool:
    return _objects(value) and len(value) <= 1


def _fields(value: Any) -> bool:
    return _object(value) and all(
        _object(block) and all(map(_object, block.values())) for block in value.values()
    )


def _option(value: Any) -> bool:
    return _object(value) and _text(value.get("value"))


def _options(value: Any) -> bool:
    return isinstance(value, list) and all(map(_option, value))


def _day(value: Any) -> bool:
    return _text(value) and _read(date.fromisoformat, value) is not None


def _time(value: Any) -> bool:
    return _text(value) and _read(time.fromisoformat, value) is not None


def _metadata(value: Any) -> bool:
    """Whether this is what a view was opened with: free text, or an object that may say in which channel."""
    if not _text(value) or not value.startswith("{"):
        return _text(value)
    known = _read(json.loads, value)
    return _object(known) and _text(known.get("channel", ""))


def _read(reader: Callable[[str], Any], text: str) -> Any:
    """Return what this text says to its reader; None when nothing."""
    try:
        return reader(text)
    except (ValueError, RecursionError):
        return None


Kind = Callable[[Any], bool]
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("type", "command", "user_id", "channel_id", "team_id", "enterprise_id"), _name),
    **dict.fromkeys(("response_url", "trigger_id", "action_id", "block_id", "action_ts"), _name),
    **dict.fromkeys(("callback_id", "root_view_id", "app_installed_team_id", "message_ts"), _name),
    **dict.fromkeys(("user_team", "thread_ts", "tab", "challenge", "selected_user", "file_id"), _name),
    "id": _name_or_number,
    "value": _text,
    **dict.fromkeys(("user", "channel", "team", "enterprise", "text"), _text_or_object),
    **dict.fromkeys(("event", "view", "message", "previous_message", "item", "container"), _object),
    **dict.fromkeys(("assistant_thread", "function_data", "state"), _object),
    **dict.fromkeys(("actions", "blocks", "authorizations"), _objects),
    "response_urls": _one_at_most,
    "values": _fields,
    "selected_option": _option,
    "selected_options": _options,
    "selected_date": _day,
    "selected_time": _time,
    "private_metadata": _metadata,
}
"""Each word, and what stands under it where anything does."""
NEVER_EMPTY = frozenset({"response_urls"})
"""Words that stand there with something under them, or not at all."""
NAMED_BY_US = ("values", "metadata", "event_payload")
"""Under these the words are ours, and mean what we like."""


def _has(body: Any, *path: str | int) -> bool:
    """Whether a text that is not empty stands at this place."""
    for step in path:
        try:
            body = body[step]
        except (LookupError, TypeError):
            return False
    return _name(body) and bool(body)


def _is_command(body: Mapping[str, Any]) -> bool:
    return _has(body, "command") and _has(body, "user_id") and _has(body, "channel_id")


def _is_click(body: Mapping[str, Any]) -> bool:
    return _has(body, "user", "id") and _has(body, "actions", 0, "action_id")


def _is_form(body: Mapping[str, Any]) -> bool:
    view = body.get("view") or {}
    named = all(_has(view, name) for name in ("id", "type", "callback_id"))
    filled = isinstance((view.get("state") or {}).get("values"), dict)
    return _has(body, "user", "id") and named and filled


_NAMED_IN: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": ("user",),
    "file_shared": ("file_id", "channel_id", "user_id"),
}
"""What the events that we answer must name."""


def _is_event(body: Mapping[str, Any]) -> bool:
    event = body.get("event") or {}
    return _has(event, "type") and all(_has(event, each) for each in _NAMED_IN.get(event["type"], ()))


WHOLE: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "block_actions": _is_click,
    "view_submission": _is_form,
    "event_callback": _is_event,
    "url_verification": lambda body: _has(body, "challenge"),
}
"""What each type of request that we answer must name."""


def kind_of(body: Mapping[str, Any]) -> str:
    """Return which kind of request this is, for logs: none of its words."""
    named = str(body.get("type"))
    return "command" if "command" in body else named if named in WHOLE else "other"


def check(body: Any) -> None:
    """Make sure that this is a request as Slack sends them, of a type of ours or not. Raises Nonsense."""
    if not _object(body):
        raise Nonsense
    _check_inside(body)
    type_ = body.get("type")
    whole = WHOLE.get(type_, bool) if type_ is not None else _is_command
    if "ssl_check" not in body and not whole(body):
        raise Nonsense


def _check_inside(body: dict[str, Any]) -> None:
    """Look at every word and every text of a body. Raises Nonsense."""
    waiting: list[tuple[Any, int, bool]] = [(body, 0, True)]
    while waiting:
        value, depth, known = waiting.pop()
        if depth > DEEPEST:
            raise Nonsense
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, list):
            waiting.extend((each, depth + 1, known) for each in value)
        elif isinstance(value, dict):
            if known:
                _check_words(value)
            waiting.extend(_below(value, depth + 1, known))


def _below(value: dict[str, Any], depth: int, known: bool) -> Iterable[tuple[Any, int, bool]]:
    for word, each in value.items():
        _check_text(word)
        if word == "values" and known and each is not None:
            yield from ((one, depth + 2, True) for block in each.values() for one in block.values())
        else:
            yield each, depth, known and word not in NAMED_BY_US


def _check_words(value: dict[str, Any]) -> None:
    for word in KINDS.keys() & value.keys():
        empty = value[word] is None and word not in NEVER_EMPTY
        if not empty and not KINDS[word](value[word]):
            raise Nonsense


def _check_text(text: str) -> None:
    """Refuse half a character, which nothing can write."""
    if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
        raise Nonsense
