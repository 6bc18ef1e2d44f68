"""Bodies as Slack never sends them, made from those that it sends: spoilt inside, or as a whole."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NONSENSE: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, float("nan"), float("inf")),
    *("", "x", "\x00", "\ud800", "[[[[", "12:34", "durand:1", "é" * 3000, "2026-99-99", "25:99"),
    *([], [None], [[]], [{}], {}, {"id": None}, {"id": {}}, {"values": []}, {"text": 5}),
)
WHOLE = (
    *("", "payload=", "payload=x", "payload=[", "payload=null", "payload=5", "payload=[]", 'payload="x"'),
    *(
        "payload={}",
        "payload=%7B%22type%22%3A%22block_actions%22%7D",
        "[[[[",
        "[" * 100_000,
        "{",
        "{}",
        "null",
    ),
    *(
        "payload=" + "[" * 100_000,
        "payload=" + '{"a":' * 50_000,
        "payload=" + '{"event":' * 300 + "{}" + "}" * 300,
    ),
    *(
        "payload=" + "1" * 5000,
        "&" * 5000,
        "command",
        "command=",
        "command=%FF&text=%00",
        "ssl_check=1",
        "=&=&=",
    ),
    *(
        '{"type":"event_callback"}',
        '{"type":"url_verification"}',
        '{"type":"url_verification","challenge":[]}',
    ),
)
"""What no mending of a right body gives."""


def bodies(known: list[str], chance: random.Random) -> Iterator[tuple[bytes, str]]:
    """Yield bodies without end, with the type each claims; `known` are bodies as Slack sends them."""
    while True:
        way = chance.choice(WAYS)
        body = way(chance.choice(known), chance)
        yield body, chance.choice((FORM, FORM, FORM, JSON, "", "text/plain", "application/json; charset=x"))


def _whole(_known: str, chance: random.Random) -> bytes:
    return chance.choice(WHOLE).encode()


def _bytes(known: str, chance: random.Random) -> bytes:
    raw = bytearray(known.encode())
    for _ in range(chance.randint(1, 6)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def _cut(known: str, chance: random.Random) -> bytes:
    return known[: chance.randrange(len(known))].encode()


def _inside(known: str, chance: random.Random) -> bytes:
    """Put one to three of the values inside wrong, or take them out."""
    form = {} if known.startswith("{") else dict(parse_qsl(known, keep_blank_values=True))
    tree = json.loads(form.get("payload") or known) if "payload" in form or not form else form
    for _ in range(chance.randint(1, 3)):
        _spoil(tree, chance)
    if tree is form or "command" in tree:
        return urlencode(tree, errors="replace").encode()
    text = json.dumps(tree)
    return text.encode() if not form else urlencode({"payload": text}).encode()


def _spoil(tree: Any, chance: random.Random) -> None:
    """Change one place, as likely high up as deep inside."""
    here = tree
    while True:
        keys: list[Any] = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(here[key], dict | list) or not here[key] or chance.random() < 0.15:
            break
        here = here[key]
    if isinstance(here[key], str) and here[key].startswith("{") and chance.random() < 0.7:
        inner = json.loads(here[key])
        _spoil(inner, chance)
        here[key] = json.dumps(inner)
    elif isinstance(here, dict) and chance.random() < 0.3:
        del here[key]
    else:
        here[key] = copy.deepcopy(chance.choice(NONSENSE))


WAYS: tuple[Callable[[str, random.Random], bytes], ...] = (_whole, _bytes, _cut, *(_inside,) * 5)
