"""From a file to its table, in whatever format it is."""

import hashlib
from pathlib import Path

from store.imports.tables import headers
from store.imports.tables.accounting import read_accounting
from store.imports.tables.files import Table, is_workbook, read_bytes, refuse_foreign
from store.imports.tables.text import read_text
from store.imports.tables.workbooks import read_workbook


def open_table(path: Path) -> tuple[Table, str]:
    """Return the table in a file, and the file's SHA-256. Raises Unreadable."""
    data = read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    if is_workbook(data):
        return read_workbook(path.name, data, headers.score), digest
    refuse_foreign(data)
    return read_accounting(path.name, data) or read_text(path.name, data, headers.score), digest
