"""The sentences of the product, in TOML files: one key a sentence, Jinja2 inside.

`say("paye.recorded", number="FAC-123")` reads the key `recorded` of `slack/paye.toml`; a table in the file
adds a level (`paye.error.future`). Values are escaped for Slack (`&`, `<`, `>` only: quotes stay as they
are) unless they are `Mrkdwn`, which every sentence is, so that one may be put into another. The formats of
`message_templates.formats` are filters: `{{ left | amount(currency) }}`. `tell` reads `texts/` and gives
plain text, for the command line and the like.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from message_templates.formats import FILTERS

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Mrkdwn(str):
    """Text that is Slack mrkdwn already (a mention, a link, another sentence): never escaped again."""

    __slots__ = ()


def escape(text: object) -> Mrkdwn:
    """Return foreign text made harmless for Slack: it can neither mention anyone nor hide a link."""
    return text if isinstance(text, Mrkdwn) else Mrkdwn(str(text).translate(_ESCAPES))


def say(key: str, /, **values: object) -> Mrkdwn:
    """Return the sentence `key` (`<file>.<name>`) of `slack/` with `values` filled in and escaped.

    Raises KeyError when there is no such sentence, jinja2.UndefinedError when a value is missing.
    """
    return Mrkdwn(template(key).render(values))


def tell(key: str, /, **values: object) -> str:
    """Return the sentence `key` of `texts/` with `values` filled in, as plain text. Raises as `say` does."""
    return template(key, "texts", escaped=False).render(values)


def keys(subject: str, folder: str = "slack") -> tuple[str, ...]:
    """Return the keys of the sentences of one subject, as `say` takes them."""
    return tuple(_texts(folder, subject))


def subjects(folder: str = "slack") -> tuple[str, ...]:
    """Return the names of all subjects."""
    found = files("message_templates").joinpath(folder)
    return tuple(sorted(entry.name[:-5] for entry in found.iterdir() if entry.name.endswith(".toml")))


@lru_cache(maxsize=4096)
def template(key: str, folder: str = "slack", *, escaped: bool = True) -> Template:
    """Return the compiled sentence `key`. Raises KeyError, jinja2.TemplateSyntaxError."""
    texts = _texts(folder, key.partition(".")[0])
    if key not in texts:
        raise KeyError(f"no sentence {key!r} in message_templates/{folder}")
    return _environment(escaped).from_string(texts[key])


@lru_cache(maxsize=2)
def _environment(escaped: bool) -> Environment:
    # Slack's escaping is not HTML's, so it is done by `finalize` and not by autoescape.
    environment = Environment(
        undefined=StrictUndefined,
        finalize=escape if escaped else None,
        autoescape=False,  # noqa: S701 - mrkdwn or plain text, never HTML
    )
    environment.filters.update(FILTERS)
    return environment


@lru_cache(maxsize=128)
def _texts(folder: str, subject: str) -> Mapping[str, str]:
    source = files("message_templates").joinpath(folder, f"{subject}.toml")
    if not subject.isidentifier() or not source.is_file():
        raise KeyError(f"no file message_templates/{folder}/{subject}.toml")
    return dict(_flat(subject, tomllib.loads(source.read_text(encoding="utf-8"))))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from _flat(key, value)
        elif isinstance(value, str):
            yield key, value.strip()
        else:
            raise TypeError(f"{key}: expected a sentence, found {value!r}")
