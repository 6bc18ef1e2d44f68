"""Hours of a day as people type them in French: « 14 h », « vers 9h30 », « midi », « dans une heure »."""

import re
from datetime import time

from bot.typed.words import clean
from receivables.calendar.words import COUNTS, any_of
from receivables.text import fold_typed

NINE, NOON, TWO, SIX = time(9), time(12), time(14), time(18)
_PARTS = {
    "matin": NINE, "le matin": NINE, "ce matin": NINE, "dans la matinee": NINE, "en matinee": NINE,
    "fin de matinee": time(11), "en fin de matinee": time(11), "midi": NOON, "a midi": NOON, "ce midi": NOON,
    "apres-midi": TWO, "apres midi": TWO, "l'apres-midi": TWO, "cet apres-midi": TWO, "cette apres-midi": TWO,
    "dans l'apres-midi": TWO, "debut d'apres-midi": TWO, "en debut d'apres-midi": TWO,
    "fin d'apres-midi": time(17), "en fin d'apres-midi": time(17),
    "fin de journee": time(17), "en fin de journee": time(17), "soir": SIX, "le soir": SIX, "ce soir": SIX,
}  # fmt: skip
_LEAD = r"(?:(?:a|vers|des|avant|apres|pour|entre) )?"
_AT = re.compile(
    rf"{_LEAD}(?P<hour>[01]?[0-9]|2[0-3]) ?(?:h(?:eures?|rs?)?|:) ?(?P<minute>[0-5][0-9])?"
    r"(?: (?:pile|precises?|environ))?(?: (?P<part>du matin|de l'apres-midi|du soir))?"
)
_BARE = re.compile(r"a (?P<hour>[6-9]|1[0-9]|2[0-1])")
_IN = re.compile(
    rf"dans (?P<count>[0-9]{{1,3}}|{any_of(COUNTS)}) ?(?P<unit>h|heures?|min|mn|minutes?)"
    r"|dans (?P<part>une demi-heure|un quart d'heure|une demi heure)"
)


def read_hour(text: str) -> time | None:
    """Return the hour of a day that the whole of `text` says; None when it says none."""
    phrase = fold_typed(clean(text))
    if phrase in _PARTS:
        return _PARTS[phrase]
    match = _AT.fullmatch(phrase) or _BARE.fullmatch(phrase)
    if match is None:
        return None
    said = match.groupdict()
    hour = int(said["hour"])
    later = said.get("part") in {"de l'apres-midi", "du soir"} and hour < NOON.hour
    return time(hour + 12 if later else hour, int(said.get("minute") or 0))


def read_wait(text: str) -> int | None:
    """Return the minutes from now that the whole of `text` says (« dans une heure »); None for none."""
    match = _IN.fullmatch(fold_typed(clean(text)))
    if match is None:
        return None
    if match["part"]:
        return 15 if "quart" in match["part"] else 30
    said = match["count"]
    count = int(said) if said.isdigit() else COUNTS[said]
    return count * (60 if match["unit"].startswith("h") else 1) or None
