"""The PDF of an imported invoice, kept in the company's folder, where its mails find it."""

import os
import tempfile
from pathlib import Path

from receivables.company import Company
from receivables.file_names import safe
from store.imports.tables.files import Unreadable

_TRIES = 100


class PdfFolder:
    """Decides where PDFs go, and writes them at the end: nothing is written while a file is only tried."""

    def __init__(self, company: Company) -> None:
        self._folder = Path(company.invoices_folder).resolve() if company.invoices_folder else None
        self._given: dict[Path, Path] = {}

    @property
    def there(self) -> bool:
        """Whether the company has a folder of them."""
        return self._folder is not None

    def place(self, number: str, pdf: Path, original: Path) -> str | None:
        """Return the path in the folder under which a PDF is, or will be; None where there is no folder.

        A file that lies in the folder stays where it is. Of two PDFs that would have one name the later one
        gets a number; the same content is kept once.
        """
        if self._folder is None:
            return None
        if original.suffix.lower() == ".pdf" and original.resolve().is_relative_to(self._folder):
            return original.resolve().relative_to(self._folder).as_posix()
        content = pdf.read_bytes()
        base = safe(number)
        for count in range(1, _TRIES):
            target = self._folder / (f"{base}.pdf" if count == 1 else f"{base}-{count}.pdf")
            if target not in self._given.values() and _free(target, content):
                self._given[pdf] = target
                return target.name
        return None

    def keep(self) -> None:
        """Write what was given a place. Raises Unreadable when the folder takes nothing."""
        try:
            for pdf, target in self._given.items():
                _write(pdf, target)
        except OSError as error:
            raise Unreadable("imports.pdf_not_kept") from error


def _free(target: Path, content: bytes) -> bool:
    """Whether a name is free, or holds the same content already."""
    try:
        return target.read_bytes() == content
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _write(pdf: Path, target: Path) -> None:
    """Copy a file, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pdf.read_bytes())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
