"""The PDFs of invoices, as they lie in the company's folder. Nothing outside it is ever read."""

from pathlib import Path

from receivables.company import Company

LARGEST = 20_000_000
"""Bytes of a PDF that is taken along: what a mail server or a chat still takes."""


def path_of(company: Company, pdf_path: str | None) -> Path | None:
    """Return where the PDF of an invoice lies, if there is one inside the company's folder."""
    if not company.invoices_folder or not pdf_path:
        return None
    folder = Path(company.invoices_folder).resolve()
    found = (folder / pdf_path).resolve()
    return found if found.is_relative_to(folder) and found.is_file() else None


def read(company: Company, pdf_path: str | None) -> bytes | None:
    """Return the PDF of an invoice; None when there is none, or it is no PDF, or too large."""
    found = path_of(company, pdf_path)
    if found is None or found.stat().st_size > LARGEST:
        return None
    data = found.read_bytes()
    return data if data.startswith(b"%PDF-") else None
