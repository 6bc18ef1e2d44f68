"""Where the file of a message is read from: the company's own folder before ours, one channel's before all.

A channel that has not a file in its `_base` has that of the usual channel, but for what is laid out and
worded for one channel alone.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from jinja2 import BaseLoader, Environment, TemplateNotFound

from message_templates.pages.own_files import read_own
from message_templates.sources.css import inlined
from receivables.codes.channels import USUAL

USUAL_TEXTS = USUAL.texts
"""The folder of the usual channel's texts, whose blocks and subject serve all channels."""
LAYOUT = frozenset(
    {"base.txt", "base.html", "plain.txt", "said.html", "statement.txt", "statement.html", "style.css"}
)
"""Files of `_base` that hold no words: they serve every language and form."""
OF_ONE_CHANNEL = frozenset({"base.txt", "base.html", "words.txt"})
"""Files of `_base` that no other channel takes over from the usual one; its words are laid under by block."""
OURS = "ours:"
"""Before a template's name: the shipped one, even where the company has its own."""


def marked(file: str, mark: str) -> str:
    """Return the name of a file in another form or language: `words.txt` and `.tu` give `words.tu.txt`."""
    stem, _, ending = file.rpartition(".")
    return f"{stem}{mark}.{ending}"


def is_html(name: str | None) -> bool:
    """Whether the values put into a template are escaped as HTML."""
    return name is None or name.endswith(".html")


class FilePlace(NamedTuple):
    """Where a file may be; the lower rank wins. `own`: in the company's folder, not in ours."""

    rank: int
    own: bool
    path: Path


class Loader(BaseLoader):
    """Finds `<texts>/<name>/<file>` in the company's folder, else in the package, and inlines its CSS.

    `mark` is the form or the language (`.tu`, `.en`). A company's file without a mark is French: it is
    never taken for another language, but for the layout. What a channel has not in its `_base` is that of the
    usual one.
    """

    def __init__(self, overrides: Path | None, texts: str, mark: str) -> None:
        self._overrides = overrides
        self._texts = texts
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
        return any(place.own and place.path.is_file() for place in places)

    def exists(self, template: str) -> bool:
        """Whether there is such a file without a mark: in French."""
        return any(place.path.is_file() for place in self._places(template, ""))

    def _read(self, template: str) -> tuple[str, str]:
        folder, _, file = template.removeprefix(OURS).partition("/")
        neutral = folder == "_base" and file in LAYOUT
        marks = [self._mark] if self._mark == ".en" and not neutral else dict.fromkeys((self._mark, ""))
        both = [self._places(template, mark) for mark in marks]
        for place in sorted((place for places in both for place in places), key=lambda place: place.rank):
            path = place.path
            if path.is_file():
                shown = (
                    str(path) if place.own else f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
                )
                if place.own and self._overrides is not None:
                    return read_own(self._overrides, path), shown
                return path.read_text(encoding="utf-8"), shown
        raise TemplateNotFound(template)

    def _places(self, template: str, mark: str) -> list[FilePlace]:
        """Return where the file may be, the company's own folder before ours."""
        plain = template.removeprefix(OURS)
        parts = marked(plain, mark).split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise TemplateNotFound(template)
        own = self._overrides if not template.startswith(OURS) else None
        places = []
        for rank, texts in enumerate(self._folders(plain)):
            if own is not None:
                places.append(FilePlace(2 * rank, True, own.joinpath(texts, *parts)))
            ours = Path(str(files("message_templates").joinpath(texts, *parts)))
            places.append(FilePlace(2 * rank + 1, False, ours))
        return places

    def _folders(self, template: str) -> tuple[str, ...]:
        """Return the folders of texts that may hold a file, that of the channel first."""
        folder, _, file = template.partition("/")
        shared = folder == "_base" and file not in OF_ONE_CHANNEL and self._texts != USUAL_TEXTS
        return (self._texts, USUAL_TEXTS) if shared else (self._texts,)
