"""Sets pages with Typst: ours in this process, a company's own in one that can be ended.

A company's page may loop or ask for any memory, and Typst ends the whole process when it gets none. Nothing
is fetched either: the process that sets it has no way to the network's packages.
"""

import atexit
import base64
import os
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypedDict

import typst

from message_templates.pages.own_files import look_over
from quarantine.reader import ChildReader, NotRead, OverLimit
from receivables.errors import SettingsError

MOST_SECONDS = 8.0
"""Of processor, for one letter or statement: ours take a tenth of a second, a thousand invoices two."""
MOST_MEGABYTES = 1500
NOWHERE = "http://127.0.0.1:9"
"""Where packages are looked for: nobody answers there."""
NO_FOLDER = os.devnull
"""Where packages lie on this machine: nowhere."""
_REMEMBERED = 64
MOST_PRESSES = 4
"""Processes kept for companies' own pages."""


class PageTask(TypedDict):
    """What is to be set: Typst's text, its values as JSON, and in what form."""

    root: str
    text: str
    data: str
    form: str
    at: str | None
    ppi: int | None


class PageWrong(Exception):
    """Typst did not take a text; `diagnostic` names the line."""

    def __init__(self, message: str, diagnostic: str) -> None:
        super().__init__(message)
        self.message = message
        self.diagnostic = diagnostic


class Press(Protocol):
    """Sets pages."""

    def set(self, task: PageTask) -> list[bytes]:
        """Return the PDF, or the pictures of all pages. Raises PageWrong, SettingsError."""
        ...


class OurPress:
    """A Typst compiler, kept for its warm cache; it serves one thread at a time."""

    def __init__(self, root: str) -> None:
        self._lock = Lock()
        self._compiler = typst.Compiler(
            root=root, ignore_system_fonts=True, package_path=NO_FOLDER, package_cache_path=NO_FOLDER
        )

    def set(self, task: PageTask) -> list[bytes]:
        """Return the pages, set here."""
        form: Any = task["form"]
        second = datetime.fromisoformat(task["at"]) if task["at"] else None
        with self._lock:
            try:
                done = self._compiler.compile(
                    task["text"].encode(),
                    format=form,
                    ppi=task["ppi"],
                    sys_inputs={"data": task["data"]},
                    timestamp=second,
                )
            except typst.TypstError as error:
                raise PageWrong(str(error.message), error.diagnostic or "") from error
        return [done] if isinstance(done, bytes) else list(done or [])


class FarPress:
    """A process that sets a company's own pages, ended when one takes too much; one page at a time."""

    def __init__(self, folder: Path) -> None:
        look_over(folder)
        self._lock = Lock()
        self._child = ChildReader(set_far, megabytes=MOST_MEGABYTES)
        self._ended: list[tuple[str, str]] = []
        """Pages that took too much: the clock asks for a letter each half minute."""

    def set(self, task: PageTask) -> list[bytes]:
        """Return the pages, set there; what took too much once is not tried again."""
        with self._lock:
            if (page := (task["text"], task["data"])) in self._ended:
                raise _too_much()
            try:
                answer = self._child.read(task, seconds=MOST_SECONDS)
            except OverLimit as error:
                self._ended = [*self._ended[1 - _REMEMBERED :], page]
                raise _too_much() from error
            except NotRead as error:
                raise _too_much() from error
        if "wrong" in answer:
            raise PageWrong(**answer["wrong"])
        return [base64.b64decode(page) for page in answer["pages"]]

    def close(self) -> None:
        """End the process, once the page that it sets is done."""
        with self._lock:
            self._child.close()


def _too_much() -> SettingsError:
    return SettingsError("templates.page_too_much", seconds=int(MOST_SECONDS), megabytes=MOST_MEGABYTES)


def set_far(task: PageTask) -> Mapping[str, object]:
    """Set a page in the process that may be ended, and answer in JSON."""
    os.environ |= dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NOWHERE
    )
    try:
        pages = _here(task["root"]).set(task)
    except PageWrong as error:
        return {"wrong": {"message": error.message, "diagnostic": error.diagnostic}}
    return {"pages": [base64.b64encode(page).decode() for page in pages]}


@lru_cache(maxsize=2)
def _here(root: str) -> OurPress:
    return OurPress(root)


_far: dict[Path, FarPress] = {}
_far_lock = Lock()


def press_of(folder: Path | None, ours: Path) -> Press:
    """Return what sets the pages of a company's folder, or ours. Raises SettingsError."""
    if folder is None:
        return _here(str(ours))
    with _far_lock:
        if folder not in _far:
            if len(_far) >= MOST_PRESSES:
                _far.pop(next(iter(_far))).close()
            _far[folder] = FarPress(folder)
        return _far[folder]


@atexit.register
def close_presses() -> None:
    """End the processes that set companies' own pages; the next page starts another."""
    with _far_lock:
        while _far:
            _far.popitem()[1].close()
