"""The compiled templates of the e-mails: shipped ones, and a company's own over them by the same file names.

CSS is inlined once, when a template is loaded, and not into each mail: Jinja's tags are set aside behind
comments and tokens that an HTML parser leaves where they are, `css_inline` works on the skeleton, and the
tags come back. A company's templates run in a sandbox.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import css_inline
from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from message_templates.formats import FILTERS

FILES = ("subject.txt", "text.txt", "body.html")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_TOKEN = re.compile(r"<!--relance:(\d+)-->|⟦relance:(\d+)⟧")


class Email(NamedTuple):
    """The three compiled templates of one e-mail."""

    subject: Template
    text: Template
    html: Template


@lru_cache(maxsize=256)
def email(name: str, overrides: Path | None = None) -> Email:
    """Return the compiled templates of the e-mail `name`; `overrides` is the company's templates folder.

    Raises jinja2.TemplateNotFound, jinja2.TemplateSyntaxError.
    """
    environment = _environment(overrides)
    return Email(*(environment.get_template(f"{name}/{file}") for file in FILES))


def shipped() -> frozenset[str]:
    """Return the names of the e-mails that Relance ships."""
    folder = files("message_templates").joinpath("email")
    return frozenset(entry.name for entry in folder.iterdir() if not entry.name.startswith(("_", ".")))


def forget() -> None:
    """Forget the compiled templates, so that a changed file is read again."""
    email.cache_clear()
    _environment.cache_clear()


@lru_cache(maxsize=32)
def _environment(overrides: Path | None) -> Environment:
    kind = ImmutableSandboxedEnvironment if overrides else Environment
    environment = kind(
        loader=Loader(overrides),
        undefined=StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FILTERS)
    return environment


def is_html(name: str | None) -> bool:
    """Whether the values put into a template are escaped as HTML."""
    return name is None or name.endswith(".html")


class Loader(BaseLoader):
    """Finds `email/<name>/<file>` in the company's folder, else in the package, and inlines its CSS."""

    def __init__(self, overrides: Path | None) -> None:
        self._overrides = overrides

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - the signature is Jinja's
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool]]:
        """Return the source of `template`, its file when it is the company's own, and that it is current."""
        source, path = self._read(template)
        if is_html(template):
            source = inlined(source, self._read("_base/style.css")[0])
        return source, path, lambda: True

    def _read(self, template: str) -> tuple[str, str | None]:
        parts = template.split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise TemplateNotFound(template)
        own = self._overrides.joinpath("email", *parts) if self._overrides else None
        if own and own.is_file():
            return own.read_text(encoding="utf-8"), str(own)
        found = files("message_templates").joinpath("email", *parts)
        if not found.is_file():
            raise TemplateNotFound(template)
        return found.read_text(encoding="utf-8"), None


def inlined(source: str, css: str) -> str:
    """Return an HTML template with `css` in the style of each tag; what `<style>` holds itself stays."""
    pieces = _TAG.split(_COMMENT.sub("", source))
    bare, tags = "", pieces[1::2]
    for number, text in enumerate(pieces[::2]):
        bare += text
        if number < len(tags):
            # Between tags a comment stays where it is, even in a table; a word does elsewhere.
            within = bare.rfind("<") > bare.rfind(">") or tags[number].startswith("{{")
            bare += f"⟦relance:{number}⟧" if within else f"<!--relance:{number}-->"
    if "<html" in bare:
        done = css_inline.CSSInliner(inline_style_tags=False, keep_style_tags=True, extra_css=css).inline(
            bare
        )
    else:
        done = css_inline.CSSInliner().inline_fragment(bare, css)
    return _TOKEN.sub(lambda match: tags[int(match[1] or match[2])], done)
