"""Whether the letters in the books are as they were frozen, and deposited ones say when."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from store.books import Books
from store.db.tables import Letter


def altered(b: Books) -> Iterator[tuple[int, str, str]]:
    """Yield each letter whose page is not what was frozen: its id, the SHA-256 found, the one kept."""
    rows = b.session.execute(
        select(Letter.id, Letter.pdf, Letter.sha256)
        .where(Letter.company_id == b.company_id)
        .execution_options(yield_per=100)
    )
    for key, pdf, sha256 in rows:
        found = hashlib.sha256(pdf).hexdigest()
        if found != sha256:
            yield key, found, sha256


def untraced(b: Books) -> Iterator[int]:
    """Yield the letters that are said to be deposited without a day or a person, or without approval."""
    yield from b.session.scalars(
        select(Letter.id).where(
            Letter.company_id == b.company_id,
            Letter.state == "deposited",
            Letter.deposited_on.is_(None) | Letter.deposited_by.is_(None) | Letter.approved_by.is_(None),
        )
    )
