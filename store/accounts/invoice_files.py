"""The PDFs of invoices, in the company's folder: found by their path in the books, checked, and read.

One rule for all that carries them, mails and the file of a case: what one may not carry, no other carries.

Only files within `invoices_folder` are ever opened, whatever a path in an import says. Reading happens
outside transactions; looking whether a file is there costs one short read.
"""

from pathlib import Path

from receivables.company import Company

LARGEST = 10 * 1024 * 1024
"""Bytes of one PDF; many mail servers refuse more."""
_MARK = b"%PDF-"
_WITHIN = 1024
"""Bytes within which a PDF says that it is one; some programs write a few before, or a byte order mark."""


def expected(company: Company, pdf_path: str | None) -> bool:
    """Whether an invoice should have a PDF: the books name one, or the company keeps a folder of them."""
    return bool(pdf_path or company.invoices_folder)


def locate(company: Company, pdf_path: str | None) -> Path | None:
    """Return the file that `pdf_path` names within the company's folder; None for any other place.

    Windows writes `\\` where others write `/`; a path with a NUL names nothing.
    """
    if not pdf_path or not company.invoices_folder or "\0" in pdf_path:
        return None
    try:
        folder = Path(company.invoices_folder).resolve()
        file = (folder / pdf_path.replace("\\", "/")).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return file if file.is_relative_to(folder) else None


def trouble(company: Company, pdf_path: str | None) -> str | None:
    """Return what is wrong with an invoice's PDF: no_path, outside, absent, too_big, not_pdf; or None."""
    if not pdf_path:
        return "no_path"
    file = locate(company, pdf_path)
    if file is None:
        return "outside"
    try:
        if not file.is_file():
            return "absent"
        if file.stat().st_size > LARGEST:
            return "too_big"
        with file.open("rb") as opened:
            return None if _MARK in opened.read(_WITHIN) else "not_pdf"
    except OSError:
        return "absent"


def load(company: Company, pdf_path: str | None) -> bytes | None:
    """Return the bytes of an invoice's PDF, or None when there is none that may be sent."""
    file = locate(company, pdf_path)
    if file is None or trouble(company, pdf_path) is not None:
        return None
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError:
        return None
    return data if len(data) <= LARGEST and _MARK in data[:_WITHIN] else None
