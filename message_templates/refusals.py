"""A refusal told to people: its code is the key of a sentence, its facts are what fills it in.

`payments.future_day` is the key `future_day` of `<language>/refusals/payments.toml`. The filters of the
catalogue serve there too, and more: `who` for a Person (`{{ by | who }}`), `quoted` for what was typed,
`rate` for a percentage, `label` for the name of a key (`{{ act | label("act") }}`). A fact that is itself a
refusal is put in as its sentence.
"""

from collections.abc import Callable
from functools import lru_cache, partial

from jinja2 import Environment, StrictUndefined, Template

from message_templates.catalogue import Mrkdwn, escape, sources, tell
from message_templates.labels import label
from message_templates.writer import writer
from receivables.errors import RelanceError
from receivables.language import Language
from receivables.people import Person

LONGEST = 40
"""Characters of typed text that a sentence repeats."""


def sentence(error: RelanceError, language: Language) -> str:
    """Return the sentence of a refusal as plain text. Raises as `catalogue.say` does."""
    return _worded(error, language, mentions=False)


def mrkdwn(error: RelanceError, language: Language) -> Mrkdwn:
    """Return the sentence of a refusal for Slack: people are mentioned, all other text is escaped."""
    return Mrkdwn(_worded(error, language, mentions=True))


def who(person: Person, language: Language) -> str:
    """Name the author of an act in words: an automaton by its name, a person by the Slack id."""
    return tell(f"labels.automaton.{person.id}", language) if person.automaton else person.id


def mention(person: Person, language: Language) -> Mrkdwn:
    """Name the author of an act in Slack: a person is mentioned."""
    named = escape(who(person, language))
    return named if person.automaton else Mrkdwn(f"<@{named}>")


def quoted(text: str, limit: int = LONGEST, *, language: Language) -> str:
    """Return typed text on one line, cut, between quotation marks."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: limit * 2]).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return writer(language).quoted(cut)


def _worded(error: RelanceError, language: Language, *, mentions: bool) -> str:
    said = _template(error.code, language, mentions).render(error.facts)
    return writer(language).typeset(said)


@lru_cache(maxsize=1024)
def _template(code: str, language: Language, mentions: bool) -> Template:
    texts = sources("refusals", code.partition(".")[0], language)
    if code not in texts:
        raise KeyError(f"no sentence {code!r} in message_templates/{language}/refusals")
    return _environment(language, mentions).from_string(texts[code])


@lru_cache(maxsize=4)
def _environment(language: Language, mentions: bool) -> Environment:
    named = partial(mention if mentions else who, language=language)
    environment = Environment(
        undefined=StrictUndefined,
        finalize=partial(_written, named=named, language=language, mentions=mentions),
        autoescape=False,  # noqa: S701 - mrkdwn or plain text, never HTML
    )
    environment.filters.update(writer(language).filters)
    environment.filters.update(
        who=named, quoted=partial(quoted, language=language), rate=writer(language).percent
    )
    environment.filters["label"] = lambda key, kind: label(kind, key, language)
    return environment


def _written(value: object, *, named: Callable[[Person], str], language: Language, mentions: bool) -> object:
    """Return what a sentence shows for a value."""
    if isinstance(value, Person):
        return named(value)
    if isinstance(value, RelanceError):
        return mrkdwn(value, language) if mentions else sentence(value, language)
    return escape(value) if mentions else value
