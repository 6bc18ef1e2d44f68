"""The XML that a PDF carries (Factur-X, ZUGFeRD, Order-X). Read in a process of its own."""

import io
import logging
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from store.imports.tables.files import Unreadable

_MARK = b"%PDF-"
_WITHIN = 1_024
"""Bytes within which a PDF says that it is one."""
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
"""What the standards call it, best first: a file may carry an invoice in two versions."""
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def is_pdf(content: bytes) -> bool:
    """Whether these are the bytes of a PDF, or its first ones."""
    return _MARK in content[:_WITHIN]


def xml_in(data: bytes) -> Sequence[bytes]:
    """Return the XML files that a PDF carries, the likeliest first. Raises Unreadable when it has none."""
    try:
        found = _carried(data)
    except (Unreadable, MemoryError):
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise Unreadable("imports.pdf_protected") from error
    except Exception as error:
        raise Unreadable("imports.pdf_broken") from error
    if not found:
        raise Unreadable("imports.pdf_without_xml")
    return [content for _name, content in sorted(found, key=lambda each: (_rank(each[0]), each[0]))]


def _carried(data: bytes) -> list[tuple[str, bytes]]:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("imports.pdf_protected")
    return [
        (name.lower(), content)
        for name, parts in reader.attachments.items()
        if name.lower().endswith(".xml")
        for content in parts
    ]


def _rank(name: str) -> int:
    return NAMES.index(name) if name in NAMES else len(NAMES)
