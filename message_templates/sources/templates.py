"""The compiled templates of messages: shipped ones, and a company's own over them by the same file names.

Each written channel has a folder of texts, named in its row (`email` for mails). In it a folder `<name>/`
holds `words.txt` (what the step says, in blocks) for French; `words.tu.txt` the same on first-name terms,
`words.en.txt` in English. `subject.txt`, `text.txt` and `body.html` are there only for a message with a
subject or a layout of its own; else those of `_base` serve. A channel says what it does not word in its own
`_base` with the blocks and the subject of the usual channel; without a `base.html` it carries text alone. A
company's templates run in a sandbox. See README.md for which file wins.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, Template, TemplateNotFound, nodes
from jinja2.runtime import Context

from message_templates.sources.loader import OURS, USUAL_TEXTS, Loader, is_html, marked
from message_templates.sources.paragraphs import held, paragraphs, unbroken
from message_templates.sources.sandbox import Sandbox
from message_templates.writer import writer
from receivables.errors import RelanceError
from receivables.statements import COURTESIES_BY

FILES = ("words.txt", "subject.txt", "text.txt", "body.html")
MARKS = ("", ".tu", ".en")
"""What stands before the ending of a file's name: French, French on first-name terms, English."""

COURTESIES = frozenset({"statement", "thanks", "instalment"})
"""E-mails that no step sends: statements of account, thanks for a payment, words on an instalment."""

Block = Callable[[Context], object]

FORGOTTEN_TOO: list[Callable[[], None]] = []
"""What else forgets with the templates: what was found out by reading them."""


class NotInLanguage(RelanceError):
    """A company's own message that nobody wrote in the customer's language: it is never sent in another."""


class Email(NamedTuple):
    """The compiled templates of one message in one language and form.

    `text` and `html` are its layouts (no `html` where its channel carries text alone); `plain_text` and
    `plain_html` those of `_base`, which show a person's own text. `blocks` are the words that they are filled
    with, by name.
    """

    name: str
    language: str
    tu: bool
    subject: Template
    text: Template
    html: Template | None
    plain_text: Template
    plain_html: Template | None
    blocks: Mapping[str, Template]
    constants: Mapping[str, str]
    """What the blocks say that always say the same."""


@lru_cache(maxsize=512)
def email(
    name: str,
    overrides: Path | None = None,
    language: str = "fr",
    form: str = "vous",
    texts: str = USUAL_TEXTS,
) -> Email:
    """Return the compiled templates of the message `name` of a channel, by the folder of its texts.

    `overrides` is the company's templates folder. `form` tu gives the form vous where not all of the message
    says tu. Raises jinja2.TemplateNotFound, jinja2.TemplateSyntaxError, NotInLanguage.
    """
    tu = language == "fr" and form == "tu" and _says_tu(name, overrides, texts)
    environment = _environment(overrides, texts, language, tu)
    if language != "fr" and not _speaks(name, overrides, texts, language):
        _refuse(name, texts, environment)
    laid_html = _found(environment, "_base/base.html")
    laid_text = _found(environment, "_base/base.txt") or environment.get_template("_base/plain.txt")
    blocks, constants = _blocks(environment, _environment(overrides, USUAL_TEXTS, language, tu), name)
    spoken = "opening" in blocks
    return Email(
        name=name,
        language=language,
        tu=tu,
        subject=_found(environment, f"{name}/subject.txt") or environment.get_template("_base/subject.txt"),
        text=_laid_out(environment, f"{name}/text.txt", laid_text if spoken else None),
        html=_html(environment, f"{name}/body.html", laid_html, spoken=spoken),
        plain_text=laid_text,
        plain_html=laid_html,
        blocks=blocks,
        constants=constants,
    )


def _refuse(name: str, texts: str, environment: Environment) -> None:
    """Say that the message is not written in the language, or does not exist at all."""
    loader = environment.loader
    assert isinstance(loader, Loader)  # noqa: S101 - the only loader that `_environment` gives
    if not any(loader.exists(f"{name}/{file}") for file in FILES):
        raise TemplateNotFound(f"{name}/words.txt")
    raise NotInLanguage("templates.french_only", texts=texts, name=name)


def _found(environment: Environment, name: str) -> Template | None:
    try:
        return environment.get_template(name)
    except TemplateNotFound as error:
        if error.name != name:
            raise
        return None


def _laid_out(environment: Environment, name: str, plain: Template | None) -> Template:
    found = _found(environment, name) or plain
    if found is None:
        raise TemplateNotFound(name)
    return found


def _html(environment: Environment, name: str, plain: Template | None, *, spoken: bool) -> Template | None:
    """Return the HTML layout of a message; none where its channel has none, and it has no own."""
    if plain is None:
        return _found(environment, name)
    return _laid_out(environment, name, plain if spoken else None)


def _blocks(
    environment: Environment, usual: Environment, name: str
) -> tuple[dict[str, Template], dict[str, str]]:
    """Return the template that says each block: the company's own words, ours, what all messages share.

    And what the blocks say that always say the same, so that no mail works them out again. `usual` has the
    words that a channel shares with all others.
    """
    blocks: dict[str, Template] = {}
    constants: dict[str, str] = {}
    shared, own = "_base/words.txt", f"{name}/words.txt"
    for each, place in dict.fromkeys(
        (where, f"{mark}{file}")
        for where, file in ((usual, shared), (environment, shared), (environment, own))
        for mark in (OURS, "")
    ):
        template = _found(each, place) if _distinct(each, place) else None
        if template is not None:
            blocks.update(dict.fromkeys(template.blocks, template))
            known = _constants(each, place)
            constants = {key: text for key, text in constants.items() if key not in template.blocks} | known
    return blocks, constants


def _distinct(environment: Environment, name: str) -> bool:
    """Whether the shipped template is another than the one that the company sees under its plain name."""
    loader = environment.loader
    return not name.startswith(OURS) or (isinstance(loader, Loader) and loader.replaces(name))


@lru_cache(maxsize=512)
def _constants(environment: Environment, name: str) -> dict[str, str]:
    """Return the blocks of a template that hold nothing but text."""
    assert environment.loader is not None  # noqa: S101 - `_environment` gives one
    source, _, _ = environment.loader.get_source(environment, name)
    found = {}
    for block in environment.parse(source).find_all(nodes.Block):
        parts = [part for output in block.body for part in output.iter_child_nodes()]
        if all(isinstance(part, nodes.TemplateData) for part in parts):
            found[block.name] = "".join(part.data for part in parts if isinstance(part, nodes.TemplateData))
    return {name: text.strip(" \n") for name, text in found.items()}


def shipped(texts: str = USUAL_TEXTS) -> frozenset[str]:
    """Return the names of the messages that Relance ships for steps, of the channel with these texts."""
    folder = Path(str(files("message_templates").joinpath(texts)))
    return _named(folder) - courtesies(texts)


def known(overrides: Path | None, texts: str = USUAL_TEXTS) -> frozenset[str]:
    """Return the names of the messages that a step may send: shipped ones and the company's own."""
    own = _named(overrides / texts) if overrides is not None else frozenset()
    return (shipped(texts) | own) - courtesies(texts)


def _named(folder: Path) -> frozenset[str]:
    places = folder.iterdir() if folder.is_dir() else ()
    return frozenset(
        place.name for place in places if place.is_dir() and not place.name.startswith(("_", "."))
    )


def courtesies(texts: str) -> frozenset[str]:
    """Return the messages that no step sends: all of them leave by one channel."""
    return COURTESIES if texts == COURTESIES_BY.texts else frozenset()


def _there(name: str, overrides: Path | None, texts: str, mark: str) -> set[str]:
    """Return which of the message's files exist with `mark`, in the company's folder and, else, in ours."""
    places = [files("message_templates").joinpath(texts, name)]
    if overrides is not None:
        places.append(overrides.joinpath(texts, name))
    return {file for file in FILES for place in places if place.joinpath(marked(file, mark)).is_file()}


def _whole(found: set[str], overrides: Path | None, texts: str) -> bool:
    """Whether these files say all of a message: its words, or layouts of its own for all that it shows."""
    return "words.txt" in found or layouts(overrides, texts) <= found


def layouts(overrides: Path | None, texts: str = USUAL_TEXTS) -> frozenset[str]:
    """Return the files that lay out a whole message: a channel without a `base.html` carries text alone."""
    html = Loader(overrides, texts, "").exists("_base/base.html")
    return frozenset({"text.txt", "body.html"} if html else {"text.txt"})


def _says_tu(name: str, overrides: Path | None, texts: str) -> bool:
    """Whether the whole message can say tu: no file of the company's own would say vous within it."""
    if not _whole(_there(name, overrides, texts, ".tu"), overrides, texts):
        return False
    own = overrides.joinpath(texts, name) if overrides is not None else None
    if own is None:
        return True
    return all(own.joinpath(marked(file, ".tu")).is_file() for file in FILES if own.joinpath(file).is_file())


def _speaks(name: str, overrides: Path | None, texts: str, language: str) -> bool:
    return _whole(_there(name, overrides, texts, f".{language}"), overrides, texts)


def spoken(name: str, overrides: Path | None = None, texts: str = USUAL_TEXTS) -> tuple[tuple[str, str], ...]:
    """Return the languages and forms that the message `name` is written in, the first being French, vous."""
    found = [("fr", "vous")]
    if _says_tu(name, overrides, texts):
        found.append(("fr", "tu"))
    if _speaks(name, overrides, texts, "en"):
        found.append(("en", "vous"))
    return tuple(found)


def forget() -> None:
    """Forget the compiled templates, so that a changed file is read again."""
    for clear in (email.cache_clear, _constants.cache_clear, _environment.cache_clear, *FORGOTTEN_TOO):
        clear()


@lru_cache(maxsize=64)
def _environment(overrides: Path | None, texts: str, language: str, tu: bool) -> Environment:
    kind = Sandbox if overrides else Environment
    mark = ".tu" if tu else "" if language == "fr" else f".{language}"
    environment = kind(
        loader=Loader(overrides, texts, mark),
        undefined=StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    give_filters(environment, language)
    return environment


def give_filters(environment: Environment, language: str) -> None:
    """Let the templates of an environment write as `language` does, and lay out text."""
    ours = {**writer(language).filters, "paragraphs": paragraphs, "unbroken": unbroken, "held": held}
    if isinstance(environment, Sandbox):
        environment.add_filters(ours)
    else:
        environment.filters.update(ours)
