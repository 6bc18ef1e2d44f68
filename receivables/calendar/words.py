"""The one calendar of words: months, days of the week, near days and small counts, in French and in English.

Commands, customers' replies and files are all read with it. Words are folded (`receivables.text`): small
letters, no accents. On which side of today a word is looked for is a rule of the place that reads it.
"""

from collections.abc import Iterable, Mapping

_MONTHS = (
    ("janvier january", "janv jan"),
    ("fevrier february", "fevr fev feb"),
    ("mars march", "mar"),
    ("avril april", "avr apr"),
    ("mai may", ""),
    ("juin june", "jun"),
    ("juillet july", "juil jul"),
    ("aout august", "aug"),
    ("septembre september", "sept sep"),
    ("octobre october", "oct"),
    ("novembre november", "nov"),
    ("decembre december", "dec"),
)
_WEEKDAYS = (
    "lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday", "vendredi friday",
    "samedi saturday", "dimanche sunday",
)  # fmt: skip
_COUNTS = (
    "zero", "un une one", "deux two", "trois three", "quatre four", "cinq five", "six", "sept seven",
    "huit huitaine eight", "neuf nine", "dix dizaine ten", "onze eleven", "douze twelve", "treize thirteen",
    "quatorze fourteen", "quinze quinzaine fifteen",
)  # fmt: skip

MONTHS: Mapping[str, int] = {
    name: month for month, (full, short) in enumerate(_MONTHS, 1) for name in f"{full} {short}".split()
}
"""The number of each month by its names, whole and cut short."""
SHORT_MONTHS = tuple(name for _, short in _MONTHS for name in short.split())
"""The names that are cut short: a point after one ends no sentence."""
WEEKDAYS: Mapping[str, int] = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}
"""The rank of each day of the week, Monday 0, as `date.weekday` counts."""
COUNTS: Mapping[str, int] = {word: count for count, words in enumerate(_COUNTS) for word in words.split()} | {
    "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30,
}  # fmt: skip
"""Small numbers as words, « huitaine » and the like included."""
NEAR_DAYS: Mapping[str, int] = {
    "avant-hier": -2, "avant hier": -2, "hier": -1, "yesterday": -1, "aujourd'hui": 0, "aujourd hui": 0,
    "aujourd' hui": 0, "aujourdhui": 0, "auj": 0, "today": 0, "ce jour": 0, "ce matin": 0, "ce soir": 0,
    "demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2, "day after tomorrow": 2,
}  # fmt: skip
"""How many days away from today each word is."""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of `words`, the longest first: « juil » would hide « juillet »."""
    return "|".join(sorted(words, key=len, reverse=True))
