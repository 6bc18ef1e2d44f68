"""Pages on paper: a Typst template and values become a PDF, or a picture of its first page.

The values travel as JSON in `sys.inputs`: a name is text for Typst, never code, whatever it holds. Templates
lie in `letter/` (`letter/en/` for English); each is set after `letter/_base.typ`, which reads the values as
`data` and holds what all pages share. A company's own file of the same name replaces ours, and may show
pictures of its own folder. Only the fonts within Typst are used, so that a page is the same everywhere.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from receivables.errors import SettingsError

PICTURE_PPI = 110
_PACKAGES = re.compile(r"@(preview|local)/")
_PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+)")


def pdf(
    template: str, values: Mapping[str, object], *, overrides: Path | None = None, at: datetime | None = None
) -> bytes:
    """Return the PDF of `template` (such as `letter/formal_notice` or `letter/en/statement`) for `values`.

    `values` may hold what JSON can, and bytes (pictures). `overrides` is the company's templates folder; `at`
    the instant that the file bears, to the second, else the current one. Raises SettingsError when a template
    is missing or wrong, naming file and line.
    """
    return _set(template, values, overrides, form="pdf", at=at)[0]


def picture(
    template: str, values: Mapping[str, object], *, overrides: Path | None = None, ppi: int = PICTURE_PPI
) -> bytes:
    """Return the first page of `template` for `values` as a PNG of `ppi` dots an inch. Raises as `pdf`."""
    return _set(template, values, overrides, form="png", ppi=ppi)[0]


def exists(template: str, overrides: Path | None = None) -> bool:
    """Whether `template` is shipped, or in the company's own folder."""
    try:
        source(template, overrides)
    except SettingsError:
        return False
    return True


def shipped() -> tuple[str, ...]:
    """Return the templates that Relance ships, as `pdf` takes them."""
    base = files("message_templates").joinpath("letter")
    found = []
    for prefix, folder in (("letter/", base), ("letter/en/", base.joinpath("en"))):
        names = (entry.name for entry in folder.iterdir() if entry.name.endswith(".typ"))
        found += [f"{prefix}{name[:-4]}" for name in names if not name.startswith("_")]
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def source(template: str, overrides: Path | None = None) -> str:
    """Return the Typst text of `template`: the company's own, else ours. Raises SettingsError."""
    parts = f"{template}.typ".split("/")
    if any(part in {"", ".", "..", ".typ"} for part in parts):
        raise SettingsError("templates.no_letter", name=template)
    own = overrides.joinpath(*parts) if overrides else None
    if own and own.is_file():
        text = own.read_text(encoding="utf-8")
        if _PACKAGES.search(text):
            raise SettingsError("templates.packages", file=str(own))
        return text
    found = files("message_templates").joinpath(*parts)
    if not found.is_file():
        raise SettingsError("templates.no_letter", name=template)
    return found.read_text(encoding="utf-8")


def forget() -> None:
    """Forget the templates that were read, so that a changed file is read again."""
    source.cache_clear()


class Press:
    """A Typst compiler, kept for its warm cache; it serves one thread at a time."""

    def __init__(self, root: Path | None) -> None:
        self._lock = Lock()
        ours = Path(__file__).parents[1] / "letter"
        self._compiler = typst.Compiler(root=root or ours, ignore_system_fonts=True)

    def set(
        self, text: str, data: str, form: Literal["pdf", "png"], at: datetime | None, ppi: int | None
    ) -> list[bytes]:
        """Return the PDF, or the pictures of all pages. Raises typst.TypstError."""
        second = at.replace(microsecond=0) if at else None
        with self._lock:
            done = self._compiler.compile(
                text.encode(), format=form, ppi=ppi, sys_inputs={"data": data}, timestamp=second
            )
        return [done] if isinstance(done, bytes) else list(done or [])


@lru_cache(maxsize=16)
def _press(overrides: Path | None) -> Press:
    return Press(overrides)


def _set(
    template: str,
    values: Mapping[str, object],
    overrides: Path | None,
    *,
    form: Literal["pdf", "png"],
    at: datetime | None = None,
    ppi: int | None = None,
) -> list[bytes]:
    base, own = source("letter/_base", overrides), source(template, overrides)
    data = json.dumps(values, ensure_ascii=False, default=_plain)
    root = overrides if overrides is not None and overrides.is_dir() else None
    try:
        return _press(root).set(f"{base}\n{own}", data, form, at, ppi)
    except typst.TypstError as error:
        raise _wrong(template, error, base.count("\n") + 1) from error


def _plain(value: object) -> list[int]:
    """Return bytes as Typst reads them from JSON; anything else is written by the caller, in words."""
    if isinstance(value, bytes):
        return list(value)
    raise TypeError(f"a page takes words, not {type(value).__name__}")


def _wrong(template: str, error: Any, before: int) -> SettingsError:
    """Return what is wrong and where, `before` lines of the shared part being put ahead of the template."""
    found = _PLACE.search(error.diagnostic or "")
    line = int(found[1]) if found else 0
    if not line:
        return SettingsError("templates.wrong", file=f"{template}.typ", line=None, cause=str(error.message))
    where, line = (template, line - before) if line > before else ("letter/_base", line)
    return SettingsError("templates.wrong", file=f"{where}.typ", line=line, cause=str(error.message))
