"""A company's own files, looked at before any is read: in its folder, none of them huge or leading out."""

from pathlib import Path

from receivables.errors import SettingsError

LARGEST = 500_000
"""Bytes of a template; pictures are the page's to bound."""


def read_own(folder: Path, file: Path) -> str:
    """Return the text of a template in the company's folder. Raises SettingsError, UnicodeDecodeError."""
    _look_at(folder, file)
    if file.stat().st_size > LARGEST:
        raise SettingsError("templates.big_file", file=str(file), most=LARGEST)
    return file.read_text(encoding="utf-8")


def look_over(folder: Path) -> None:
    """Look at all that a page could read. Raises SettingsError."""
    for each in sorted(folder.rglob("*")):
        _look_at(folder, each)


def _look_at(folder: Path, file: Path) -> None:
    """Refuse a link out of the folder, where others’ files are, and what one would wait at for ever."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise SettingsError("templates.outside", file=str(file))
    if not (file.is_file() or file.is_dir()):
        raise SettingsError("templates.no_file", file=str(file))
