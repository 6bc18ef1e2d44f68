"""The sentences of the product, in TOML files: one folder a language, one key a sentence, Jinja2 inside.

`say("paye.recorded", number="FAC-123")` reads the key `recorded` of `fr/slack/paye.toml`; a table in the file
adds a level (`paye.error.future`). Values are escaped for Slack (`&`, `<`, `>` and the signs of its
markup: quotes stay as they are) unless they are `Mrkdwn`, which every sentence is, so that one may be put
into another. The formats of the language are filters: `{{ left | amount(currency) }}`. `tell` reads `texts/`
and gives plain text, for the command line and the like; `message_templates.refusals` reads `refusals/`. A
person is written `<@{{ by }}>`, which `bot.slack.naming` shows as a name; `<@{{ by }}|ask>` calls the person.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from message_templates.writer import writer
from receivables.language import Language

TEAM = Language.FR
"""What is read where no company speaks: on the command line, in the demo, in what the log is told."""

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "\u2217", "~": "\u223c", "`": "\u02cb"}
)
_LINE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""A low line that Slack could take for the beginning or the end of italics: not one within a word."""


class Mrkdwn(str):
    """Text that is Slack mrkdwn already (a mention, a link, another sentence): never escaped again."""

    __slots__ = ()


def escape(text: object) -> Mrkdwn:
    """Return foreign text made harmless for Slack: it can neither mention anyone, hide a link, nor be markup.

    Slack has no way to write `*`, `_`, `~` and the grave accent as they are: signs that look like them stand
    in, which are read back as the same when a name is copied into a command.
    """
    if isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(_LINE.sub("\u02cd", str(text).translate(_ESCAPES)))


def say(key: str, language: Language, /, **values: object) -> Mrkdwn:
    """Return the sentence `key` (`<file>.<name>`) of `slack/` with `values` filled in and escaped.

    Raises KeyError when there is no such sentence, jinja2.UndefinedError when a value is missing.
    """
    return Mrkdwn(template(key, language=language).render(values))


def tell(key: str, language: Language, /, **values: object) -> str:
    """Return the sentence `key` of `texts/` with `values` filled in, as plain text. Raises as `say` does."""
    return template(key, "texts", escaped=False, language=language).render(values)


def keys(subject: str, language: Language, folder: str = "slack") -> tuple[str, ...]:
    """Return the keys of the sentences of one subject, as `say` takes them."""
    return tuple(sources(folder, subject, language))


def subjects(language: Language, folder: str = "slack") -> tuple[str, ...]:
    """Return the names of all subjects."""
    found = files("message_templates").joinpath(language, folder)
    return tuple(sorted(entry.name[:-5] for entry in found.iterdir() if entry.name.endswith(".toml")))


def languages() -> tuple[Language, ...]:
    """Return the languages that have a catalogue: a folder of their own."""
    base = files("message_templates")
    return tuple(each for each in Language if base.joinpath(each, "slack").is_dir())


@lru_cache(maxsize=4096)
def template(key: str, folder: str = "slack", *, escaped: bool = True, language: Language) -> Template:
    """Return the compiled sentence `key`. Raises KeyError, jinja2.TemplateSyntaxError."""
    texts = sources(folder, key.partition(".")[0], language)
    if key not in texts:
        raise KeyError(f"no sentence {key!r} in message_templates/{language}/{folder}")
    return _environment(escaped, language).from_string(texts[key])


@lru_cache(maxsize=8)
def _environment(escaped: bool, language: Language) -> Environment:
    # Slack's escaping is not HTML's, so it is done by `finalize` and not by autoescape.
    environment = Environment(
        undefined=StrictUndefined,
        finalize=escape if escaped else None,
        autoescape=False,  # noqa: S701 - mrkdwn or plain text, never HTML
    )
    environment.filters.update(writer(language).filters)
    return environment


@lru_cache(maxsize=256)
def sources(folder: str, subject: str, language: Language) -> Mapping[str, str]:
    """Return the sentences of one subject as they are written, by key. Raises KeyError."""
    source = files("message_templates").joinpath(language, folder, f"{subject}.toml")
    if not subject.isidentifier() or not source.is_file():
        raise KeyError(f"no file message_templates/{language}/{folder}/{subject}.toml")
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
