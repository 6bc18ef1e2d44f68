"""E-invoices opened by a process of its own, like everything that came from outside."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quarantine.reader import ChildReader, NotRead, OverLimit
from store.imports.einvoices.facts import EDocument, as_json, of_json
from store.imports.einvoices.opening import papers_in
from store.imports.einvoices.pdf import is_pdf
from store.imports.tables import cells
from store.imports.tables.files import Unreadable, first_bytes, read_bytes

SECONDS = 60.0
MEGABYTES = 1_024
_HEAD = 1_024
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PAGES = (b"<html", b"<!doctype html", b"<table")


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that is no e-invoice, and why; its file in the folder where it is a PDF all the same."""

    name: str
    why: Unreadable
    pdf: str | None


@dataclass(frozen=True, slots=True)
class EDocuments:
    """All documents of a file."""

    read: Sequence[EDocument]
    unread: Sequence[Unread]
    folder: Path
    """Where their PDFs are."""
    sha256: str


def is_einvoice(path: Path) -> bool:
    """Tell by its first bytes whether a file is an XML, a PDF or, by its name too, a zip of such."""
    head = first_bytes(path, _HEAD)
    if is_pdf(head):
        return True
    if head.startswith(b"PK\x03\x04"):
        return path.suffix.lower() == ".zip"
    for mark in _MARKS:
        head = head.removeprefix(mark)
    start = head.replace(b"\0", b"").lstrip().lower()
    return start.startswith(b"<") and not start.startswith(_PAGES)


@contextmanager
def papers_apart(path: Path) -> Iterator[EDocuments]:
    """Open the documents of a file; their PDFs are there while this lasts. Raises Unreadable."""
    with tempfile.TemporaryDirectory() as folder:
        told = _read_apart(path, folder)
        if "refused" in told:
            raise cells.refusal_of(told["refused"])
        read = [of_json(each) for each in told["papers"]]
        unread = [
            Unread(each["name"], cells.refusal_of(each["refused"]), each["pdf"]) for each in told["unread"]
        ]
        yield EDocuments(read, unread, Path(folder), told["sha256"])


def _read_apart(path: Path, folder: str) -> dict[str, Any]:
    with ChildReader(read, megabytes=MEGABYTES) as reader:
        try:
            told: dict[str, Any] = reader.read({"path": os.fspath(path), "folder": folder}, seconds=SECONDS)
        except OverLimit as error:
            raise Unreadable("imports.takes_too_much") from error
        except NotRead as error:
            raise Unreadable("imports.cannot_be_read") from error
    return told


def read(task: Mapping[str, Any]) -> dict[str, Any]:
    """Read the documents of a file, and put their PDFs into a folder. Called in the process of its own."""
    path, folder = Path(task["path"]), Path(task["folder"])
    papers, unread = [], []
    try:
        data = read_bytes(path)
        for count, each in enumerate(papers_in(path.name, data)):
            kept = f"{count}.pdf" if each.is_pdf else None
            if kept:
                (folder / kept).write_bytes(each.content)
            if isinstance(each.found, EDocument):
                papers.append(as_json(replace(each.found, pdf=kept)))
            else:
                refused = cells.refusal_as_json(each.found)
                unread.append({"name": each.name, "refused": refused, "pdf": kept})
    except Unreadable as refused_whole:
        return {"refused": cells.refusal_as_json(refused_whole)}
    return {"papers": papers, "unread": unread, "sha256": hashlib.sha256(data).hexdigest()}
