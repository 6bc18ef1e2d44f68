"""Who a party is, as both formats write it: its identifiers by their schemes."""

import re
from collections.abc import Iterable

from store.imports.values import words

SIREN, SIRET, PLATFORM = "0002", "0009", "0225"
"""ISO 6523, as the French reform uses it; an address on the platforms begins with the SIREN."""
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"[\s.]+")
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})\Z")
_LENGTHS = {SIREN: {9}, SIRET: {14}, "": {9, 14}}


def siren(identifiers: Iterable[tuple[str, str]], vat: str, *, french: bool) -> str | None:
    """Return a SIREN by the schemes of `identifiers` (scheme, value), else by a French VAT number.

    Without a scheme nine or fourteen figures are one only where the party is `french`.
    """
    found = {scheme: _SPACES.sub("", value) for scheme, value in reversed(list(identifiers))}
    for scheme in (SIREN, SIRET, PLATFORM, "") if french else (SIREN, SIRET, PLATFORM):
        value = found.get(scheme, "").partition("_")[0] if scheme == PLATFORM else found.get(scheme, "")
        if _DIGITS.fullmatch(value) and len(value) in _LENGTHS.get(scheme, {9, 14}):
            return value[:9]
    match = _FRENCH_VAT.match(_SPACES.sub("", vat).upper())
    return match[1] if match else None


def postal(lines: Iterable[str], postcode: str, city: str, country: str) -> str | None:
    """Return the lines of a postal address; a country other than France is its last line."""
    town = words.text(f"{postcode} {city}")
    abroad = country if country not in {"", "FR"} else ""
    written = [line for line in (*lines, town, abroad) if line]
    return "\n".join(written) if town or len(written) > 1 else None
