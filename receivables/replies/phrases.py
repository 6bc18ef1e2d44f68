"""The turns of phrase of replies, as `phrases.toml` lists them, ready to be matched."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from receivables.calendar.words import WEEKDAYS, any_of
from receivables.codes.disputes import DisputeKind

_WORD = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class Phrases:
    """One pattern for each kind of phrase; all are for what `text.fold_sentence` returns."""

    will_pay: re.Pattern[str]
    pays_on: re.Pattern[str]
    has_paid: re.Pattern[str]
    has_left: re.Pattern[str]
    """Of a payment already made: that it is on its way, and may not be here yet."""
    of_something_else: re.Pattern[str]
    condition: re.Pattern[str]
    contests: re.Pattern[str]
    no_dispute: re.Pattern[str]
    not_received: re.Pattern[str]
    cannot_pay: re.Pattern[str]
    question: re.Pattern[str]
    asks_about_ours: re.Pattern[str]
    denied_before: re.Pattern[str]
    denied_inside: re.Pattern[str]
    denied_after: re.Pattern[str]
    of_invoices: re.Pattern[str]
    """The word for an invoice, and the numbers after it, as its group."""
    disputes: Mapping[DisputeKind, re.Pattern[str]]
    """What a dispute is about, by its kind: the first that fits."""


@lru_cache(maxsize=1)
def shipped() -> Phrases:
    """Return the phrases that Relance ships."""
    told = tomllib.loads(files("receivables").joinpath("replies", "phrases.toml").read_text(encoding="utf-8"))
    words = {**told.pop("words"), "weekday": f"(?:{any_of(WEEKDAYS)})"}
    disputes = told.pop("dispute")
    return Phrases(
        disputes={DisputeKind(kind): _pattern(each["any"], words) for kind, each in disputes.items()},
        **{name: _pattern(each["any"], words) for name, each in told.items()},
    )


def _pattern(phrases: list[str], words: Mapping[str, str]) -> re.Pattern[str]:
    whole = "|".join(f"(?:{_WORD.sub(lambda found: words[found[1]], phrase)})" for phrase in phrases)
    return re.compile(whole)
