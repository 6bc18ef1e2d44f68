"""The QR code of a transfer (EPC069-12, version 002): who is paid, on which IBAN, how much, what for.

Checked here: no QR library checks the IBAN's key. The text is folded to the letters
that every bank's application reads.
"""

import re
from decimal import Decimal
from functools import lru_cache

from stdnum import iban as iban_rules
from stdnum.exceptions import ValidationError

from receivables.errors import SettingsError
from receivables.text import unaccented

LEAST = Decimal("0.01")
MOST = Decimal("999999999.99")
_NAME = 70
_TEXT = 140
_SPELLED = str.maketrans({"’": "'", "&": "+"})
_OTHER = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")


def payload(name: str, iban: str, amount: Decimal, text: str) -> bytes:
    """Return the content of the code for `amount` in euros; `text` is cut at a word, to 140 characters.

    Raises SettingsError when the IBAN is wrong, ValueError when the amount is out of the range of EPC.
    """
    if not LEAST <= amount <= MOST:
        raise ValueError(f"amount out of range for a transfer code: {amount}")
    lines = [_head(name, iban) + f"{amount:.2f}", "", "", _cut(_plain(text), _TEXT)]
    return "\n".join(lines).rstrip("\n").encode("ascii")


@lru_cache(maxsize=64)
def _head(name: str, iban: str) -> str:
    try:
        number = iban_rules.validate(iban)
    except ValidationError as error:
        raise SettingsError("settings.iban") from error
    return "\n".join(["BCD", "002", "1", "SCT", "", _plain(name)[:_NAME].strip(), number, "EUR"])


def _plain(text: str) -> str:
    return " ".join(_OTHER.sub(" ", unaccented(text.translate(_SPELLED))).split())


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    whole, _, _ = text[: most + 1].rpartition(" ")
    return whole or text[:most]
