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
from typing import Literal

from message_templates.pages.own_files import read_own
from message_templates.pages.press import PageTask, PageWrong, close_presses, press_of
from receivables.errors import SettingsError

PICTURE_PPI = 110
BASE = "letter/_base"
OURS = Path(__file__).parents[1] / "letter"
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
    own = _own(template, overrides)
    if own is not None and overrides is not None:
        text = read_own(overrides, own)
        if _PACKAGES.search(text):
            raise SettingsError("templates.packages", file=str(own))
        return text
    found = files("message_templates").joinpath(*parts)
    if not found.is_file():
        raise SettingsError("templates.no_letter", name=template)
    return found.read_text(encoding="utf-8")


def _own(template: str, overrides: Path | None) -> Path | None:
    """Return the company's own file in the place of a template, if it has one."""
    own = overrides.joinpath(*f"{template}.typ".split("/")) if overrides else None
    return own if own and own.is_file() else None


def forget() -> None:
    """Forget the templates that were read, so that a changed file is read again."""
    source.cache_clear()
    close_presses()


def _set(
    template: str,
    values: Mapping[str, object],
    overrides: Path | None,
    *,
    form: Literal["pdf", "png"],
    at: datetime | None = None,
    ppi: int | None = None,
) -> list[bytes]:
    base, text = source(BASE, overrides), source(template, overrides)
    folder = overrides if any(_own(each, overrides) for each in (BASE, template)) else None
    task = PageTask(
        root=str(folder or OURS),
        text=f"{base}\n{text}",
        data=json.dumps(values, ensure_ascii=False, default=_plain),
        form=form,
        at=at.replace(microsecond=0).isoformat() if at else None,
        ppi=ppi,
    )
    try:
        return press_of(folder, OURS).set(task)
    except PageWrong as error:
        raise _wrong(template, error, base.count("\n") + 1) from error


def _plain(value: object) -> list[int]:
    """Return bytes as Typst reads them from JSON; anything else is written by the caller, in words."""
    if isinstance(value, bytes):
        return list(value)
    raise TypeError(f"a page takes words, not {type(value).__name__}")


def _wrong(template: str, error: PageWrong, before: int) -> SettingsError:
    """Return what is wrong and where, `before` lines of the shared part being put ahead of the template."""
    if "package" in error.message:
        return SettingsError("templates.packages", file=f"{template}.typ")
    found = _PLACE.search(error.diagnostic)
    line = int(found[1]) if found else 0
    if not line:
        return SettingsError("templates.wrong", file=f"{template}.typ", line=None, cause=error.message)
    where, line = (template, line - before) if line > before else (BASE, line)
    return SettingsError("templates.wrong", file=f"{where}.typ", line=line, cause=error.message)
