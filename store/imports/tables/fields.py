"""What a column of a file may hold, under the names that people type in a map."""

from collections.abc import Mapping

from receivables.text import fold
from store.imports.tables.synonyms import SYNONYMS

UNREAD = "-"
"""In a map: a column that is not read."""
_ALSO: Mapping[str, str] = {
    "outstanding": "left",
    "due_date": "due",
    "issue_date": "issue",
    "owner": "manager",
    "order": "order_number",
    "vat_number": "siren",
}
"""Names of the books for what the import calls otherwise."""

FIELDS = tuple(sorted({*SYNONYMS.keys() - _ALSO.values(), *_ALSO}))
"""The names that a map may use."""


def field_of(said: str) -> str | None:
    """Return the field that somebody names in a map, by its code or a header that means it; None: no such.

    `UNREAD` is itself.
    """
    word = said.strip()
    if word == UNREAD:
        return UNREAD
    code = fold(word).replace(" ", "_")
    code = _ALSO.get(code, code)
    return code if code in SYNONYMS else None
