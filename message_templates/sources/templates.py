"""The compiled templates of the e-mails: shipped ones, and a company's own over them by the same file names.

A folder `email/<name>/` holds `words.txt` (what the step says, in blocks) for French; `words.tu.txt` the
same on first-name terms, `words.en.txt` in English. `subject.txt`, `text.txt` and `body.html` are there only
for an e-mail with a subject or a layout of its own; else those of `_base` serve. A company's templates run
in a sandbox. See README.md for which file wins.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, nodes
from jinja2.runtime import Context

from message_templates.sources.css import inlined
from message_templates.sources.paragraphs import paragraphs
from message_templates.sources.sandbox import Sandbox
from message_templates.writer import writer
from receivables.errors import RelanceError

FILES = ("words.txt", "subject.txt", "text.txt", "body.html")
MARKS = ("", ".tu", ".en")
"""What stands before the ending of a file's name: French, French on first-name terms, English."""
LAYOUT = frozenset({"base.txt", "base.html", "said.html", "statement.txt", "statement.html", "style.css"})
"""Files of `_base` that hold no words: they serve every language and form."""
OURS = "ours:"
"""Before a template's name: the shipped one, even where the company has its own."""

COURTESIES = frozenset({"statement", "thanks", "instalment"})
"""E-mails that no step sends: statements of account, thanks for a payment, words on an instalment."""

Block = Callable[[Context], object]


class NotInLanguage(RelanceError):
    """A company's own e-mail that nobody wrote in the customer's language: it is never sent in another."""


class Email(NamedTuple):
    """The compiled templates of one e-mail in one language and form.

    `text` and `html` are its layouts; `plain_text` and `plain_html` those of `_base`, which show a person's
    own text. `blocks` are the words that they are filled with, by name.
    """

    name: str
    language: str
    tu: bool
    subject: Template
    text: Template
    html: Template
    plain_text: Template
    plain_html: Template
    blocks: Mapping[str, Template]
    constants: Mapping[str, str]
    """What the blocks say that always say the same."""


@lru_cache(maxsize=512)
def email(name: str, overrides: Path | None = None, language: str = "fr", form: str = "vous") -> Email:
    """Return the compiled templates of the e-mail `name`; `overrides` is the company's templates folder.

    `form` tu gives the form vous where not all of the mail says tu. Raises jinja2.TemplateNotFound,
    jinja2.TemplateSyntaxError, NotInLanguage.
    """
    tu = language == "fr" and form == "tu" and _says_tu(name, overrides)
    environment = _environment(overrides, language, tu)
    if language != "fr" and not _speaks(name, overrides, language):
        _refuse(name, environment)
    plain_text, plain_html = (environment.get_template(f"_base/base.{end}") for end in ("txt", "html"))
    blocks, constants = _blocks(environment, name)
    spoken = "opening" in blocks
    return Email(
        name=name,
        language=language,
        tu=tu,
        subject=_found(environment, f"{name}/subject.txt") or environment.get_template("_base/subject.txt"),
        text=_laid_out(environment, f"{name}/text.txt", plain_text if spoken else None),
        html=_laid_out(environment, f"{name}/body.html", plain_html if spoken else None),
        plain_text=plain_text,
        plain_html=plain_html,
        blocks=blocks,
        constants=constants,
    )


def _refuse(name: str, environment: Environment) -> None:
    """Say that the e-mail is not written in the language, or does not exist at all."""
    loader = environment.loader
    assert isinstance(loader, Loader)  # noqa: S101 - the only loader that `_environment` gives
    if not any(loader.exists(f"{name}/{file}") for file in FILES):
        raise TemplateNotFound(f"{name}/words.txt")
    raise NotInLanguage("templates.french_only", name=name)


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


def _blocks(environment: Environment, name: str) -> tuple[dict[str, Template], dict[str, str]]:
    """Return the template that says each block (the company's own words, ours, what all e-mails share).

    And what the blocks say that always say the same, so that no mail works them out again.
    """
    blocks: dict[str, Template] = {}
    constants: dict[str, str] = {}
    for place in (
        f"{OURS}_base/words.txt",
        "_base/words.txt",
        f"{OURS}{name}/words.txt",
        f"{name}/words.txt",
    ):
        template = _found(environment, place) if _distinct(environment, place) else None
        if template is not None:
            blocks.update(dict.fromkeys(template.blocks, template))
            known = _constants(environment, place)
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


def shipped() -> frozenset[str]:
    """Return the names of the e-mails that Relance ships for steps."""
    folder = files("message_templates").joinpath("email")
    names = (entry.name for entry in folder.iterdir() if not entry.name.startswith(("_", ".")))
    return frozenset(names) - COURTESIES


def _there(name: str, overrides: Path | None, mark: str, *, own: bool = True) -> set[str]:
    """Return which of the e-mail's files exist with `mark`, in the company's folder and, else, in ours."""
    places = [files("message_templates").joinpath("email", name)]
    if own and overrides is not None:
        places.append(overrides.joinpath("email", name))
    return {file for file in FILES for place in places if place.joinpath(marked(file, mark)).is_file()}


def marked(file: str, mark: str) -> str:
    """Return the name of a file in another form or language: `words.txt` and `.tu` give `words.tu.txt`."""
    stem, _, ending = file.rpartition(".")
    return f"{stem}{mark}.{ending}"


def _whole(found: set[str]) -> bool:
    return "words.txt" in found or {"text.txt", "body.html"} <= found


def _says_tu(name: str, overrides: Path | None) -> bool:
    """Whether the whole mail can say tu: no file of the company's own would say vous within it."""
    if not _whole(_there(name, overrides, ".tu")):
        return False
    own = overrides.joinpath("email", name) if overrides is not None else None
    if own is None:
        return True
    return all(own.joinpath(marked(file, ".tu")).is_file() for file in FILES if own.joinpath(file).is_file())


def _speaks(name: str, overrides: Path | None, language: str) -> bool:
    return _whole(_there(name, overrides, f".{language}"))


def spoken(name: str, overrides: Path | None = None) -> tuple[tuple[str, str], ...]:
    """Return the languages and forms that the e-mail `name` is written in, the first being French, vous."""
    found = [("fr", "vous")]
    if _says_tu(name, overrides):
        found.append(("fr", "tu"))
    if _speaks(name, overrides, "en"):
        found.append(("en", "vous"))
    return tuple(found)


def forget() -> None:
    """Forget the compiled templates, so that a changed file is read again."""
    email.cache_clear()
    _constants.cache_clear()
    _environment.cache_clear()


@lru_cache(maxsize=64)
def _environment(overrides: Path | None, language: str, tu: bool) -> Environment:
    kind = Sandbox if overrides else Environment
    mark = ".tu" if tu else "" if language == "fr" else f".{language}"
    environment = kind(
        loader=Loader(overrides, mark),
        undefined=StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(writer(language).filters)
    environment.filters["paragraphs"] = paragraphs
    return environment


def is_html(name: str | None) -> bool:
    """Whether the values put into a template are escaped as HTML."""
    return name is None or name.endswith(".html")


class Loader(BaseLoader):
    """Finds `email/<name>/<file>` in the company's folder, else in the package, and inlines its CSS.

    `mark` is the form or the language (`.tu`, `.en`). A company's file without a mark is French: it is
    never taken for another language, but for the layout.
    """

    def __init__(self, overrides: Path | None, mark: str) -> None:
        self._overrides = overrides
        self._mark = mark

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - the signature is Jinja's
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the source of `template`, the file it is from, and that it is current."""
        source, path = self._read(template)
        if is_html(template):
            source = inlined(source, self._read("_base/style.css")[0])
        return source, path, lambda: True

    def replaces(self, template: str) -> bool:
        """Whether the company has a file of its own in the place of the shipped `template`."""
        marks = ("", self._mark)
        places = [place for mark in marks for place in self._places(template.removeprefix(OURS), mark)]
        return any(own and place.is_file() for own, place in places)

    def exists(self, template: str) -> bool:
        """Whether there is such a file without a mark: in French."""
        return any(place.is_file() for _, place in self._places(template, ""))

    def _read(self, template: str) -> tuple[str, str]:
        folder, _, file = template.removeprefix(OURS).partition("/")
        neutral = folder == "_base" and file in LAYOUT
        marks = [self._mark] if self._mark == ".en" and not neutral else dict.fromkeys((self._mark, ""))
        both = [self._places(template, mark) for mark in marks]
        order = sorted((place for places in both for place in places), key=lambda place: not place[0])
        for own, place in order:
            if place.is_file():
                shown = str(place) if own else f"email/{place.parent.name}/{place.name}"
                return place.read_text(encoding="utf-8"), shown
        raise TemplateNotFound(template)

    def _places(self, template: str, mark: str) -> list[tuple[bool, Path]]:
        """Return where the file may be, and whether that is in the company's own folder."""
        parts = marked(template.removeprefix(OURS), mark).split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise TemplateNotFound(template)
        places = [(False, Path(str(files("message_templates").joinpath("email", *parts))))]
        if self._overrides is not None and not template.startswith(OURS):
            places.insert(0, (True, self._overrides.joinpath("email", *parts)))
        return places
