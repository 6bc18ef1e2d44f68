"""A file of papers as one zip: each path once, in a fixed order, with its SHA-256 in `index.json`."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Paper:
    """One file to put in: where, what kind, what it is about (French), and its bytes."""

    path: str
    kind: str
    about: str
    data: bytes

    @property
    def entry(self) -> dict[str, str]:
        """Its line in `index.json`."""
        sha256 = hashlib.sha256(self.data).hexdigest()
        return {"path": self.path, "kind": self.kind, "sha256": sha256, "about": self.about}


def pack(papers: Sequence[Paper], *, at: datetime) -> bytes:
    """Return the zip of these papers and of `index.json`: the same papers at `at` give the same bytes.

    `at` is the local instant that every file bears.
    """
    made = io.BytesIO()
    index = json.dumps([paper.entry for paper in papers], ensure_ascii=False, indent=1)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for path, data in [(INDEX, index.encode()), *((paper.path, paper.data) for paper in papers)]:
            file.writestr(_info(path, at), data)
    return made.getvalue()


def _info(path: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    return info
