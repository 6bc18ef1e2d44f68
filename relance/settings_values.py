"""One value of `relance.toml` or of the environment: what is accepted, and how it reads in code.

Each check takes the raw value and returns the one the code uses; it raises Unfit, which says what was
expected: the end of a sentence that begins with the key.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from rapidfuzz import process
from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren as sirens

from message_templates.catalogue import languages
from receivables.calendar.workdays import check_code
from receivables.company import Mode
from receivables.errors import SettingsError
from receivables.language import Language

Check = Callable[[Any], Any]
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?\Z")
_RATE = re.compile(r"\d{1,2}(\.\d{1,2})?\Z")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_LONGEST_CLOSURE = 120
"""Days of one span of closed days: what is longer is rather a slip in a year."""
_AGE = re.compile(r"(\d{1,4})([hd])\Z")
_PAGE = re.compile(r"https?://[^\s<>\"']+\Z")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}\Z")
_TEAM = re.compile(r"[TE][A-Z0-9]{2,30}\Z")
_USER = re.compile(r"[UW][A-Z0-9]{2,30}\Z")
_USER_OR_GROUP = re.compile(r"[UWS][A-Z0-9]{2,30}\Z")


class Unfit(SettingsError):
    """A value is not what its key expects; its words are the end of the sentence of `refusal`."""


def refusal(where: str, value: object, expected: SettingsError) -> SettingsError:
    """Return the error that names the key `where`, shows its value and says what is expected."""
    shown = str(value)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    return SettingsError("settings.value", where=where, value=shown, expected=expected)


def unknown(where: str, key: str, known: Iterable[str]) -> SettingsError:
    """Return the error for a key that does not exist, with the closest one that does."""
    names = sorted(known)
    near = process.extractOne(key, names, score_cutoff=60)
    named = f"{where}.{key}".removeprefix(".")
    if near:
        return SettingsError("settings.unknown_key_near", key=named, near=near[0])
    return SettingsError("settings.unknown_key", key=named, known=names)


def text(value: Any) -> str:
    """A text on one line that is not empty."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Unfit("settings.expected.text")
    return value.strip()


def optional_text(value: Any) -> str:
    """A text on one line, or nothing."""
    return "" if value == "" else text(value)


def web_address(value: Any) -> str:
    """The address of a page on the web, or nothing."""
    said = optional_text(value)
    if said and not _PAGE.match(said):
        raise Unfit("settings.expected.web_address")
    return said


def lines(value: Any) -> str:
    """A text on one line or several."""
    if not isinstance(value, str):
        return text(value)
    return "\n".join(text(line) for line in value.strip().splitlines() or [""])


def _matching(pattern: re.Pattern[str], expected: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.match(value):
            raise Unfit(expected)
        return value

    return check


slack_channel = _matching(_CHANNEL, "settings.expected.slack_channel")
slack_team = _matching(_TEAM, "settings.expected.slack_team")
slack_user = _matching(_USER, "settings.expected.slack_user")
slack_person = _matching(_USER_OR_GROUP, "settings.expected.slack_person")


def siren(value: Any) -> str:
    """A SIREN: nine digits, the last one a check."""
    try:
        return str(sirens.validate(value))
    except (BadNumber, TypeError, AttributeError) as error:
        raise Unfit("settings.expected.siren") from error


def iban(value: Any) -> str:
    """An IBAN, check digits and country rules included."""
    try:
        return str(ibans.validate(value))
    except (BadNumber, TypeError, AttributeError) as error:
        raise Unfit("settings.expected.iban") from error


def email(value: Any) -> str:
    """A mailbox that any mail server takes: ASCII before the @, the domain in punycode if need be."""
    try:
        found = validate_email(value, check_deliverability=False, globally_deliverable=False)
    except (EmailNotValidError, TypeError, AttributeError) as error:
        raise Unfit("settings.expected.email") from error
    if found.ascii_email is None:
        raise Unfit("settings.expected.email_ascii")
    return found.ascii_email


def sender(value: Any) -> str:
    """A sender: a mailbox, with a name before it or without."""
    line = text(value)
    name, address = parseaddr(line)
    if not address or (name == "" and "<" in line and not line.startswith("<")):
        raise Unfit("settings.expected.sender")
    email(address)
    return line


def timezone(value: Any) -> str:
    """A timezone of the IANA database."""
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, AttributeError, OSError) as error:
        raise Unfit("settings.expected.timezone") from error


def holidays(value: Any) -> str:
    """A calendar of public holidays."""
    code = text(value)
    try:
        check_code(code)
    except SettingsError as error:
        raise Unfit("settings.expected.holidays") from error
    return code


def closed_days(value: Any) -> frozenset[date]:
    """Own closed days: a list of days, and of spans with both ends closed."""
    if not isinstance(value, list):
        raise Unfit("settings.expected.closed_days")
    return frozenset(day for entry in value for day in _span(entry))


def _span(entry: object) -> list[date]:
    first, between, last = entry.partition("..") if isinstance(entry, str) else (entry, "", "")
    begin = _day(first)
    end = _day(last) if between else begin
    if not timedelta(0) <= end - begin < timedelta(days=_LONGEST_CLOSURE):
        raise Unfit("settings.expected.closed_span", longest=_LONGEST_CLOSURE)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DAY.match(value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError as error:
        raise Unfit("settings.expected.closed_days") from error
    raise Unfit("settings.expected.closed_days")


def clock_time(value: Any) -> time:
    """A time of day."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    match = _TIME.match(value) if isinstance(value, str) else None
    if match is None:
        raise Unfit("settings.expected.clock_time")
    return time(int(match[1]), int(match[2]))


def window(value: Any) -> tuple[time, time]:
    """Opening and closing time of the sending window."""
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit("settings.expected.window")
    opens, closes = clock_time(value[0]), clock_time(value[1])
    if opens >= closes:
        raise Unfit("settings.expected.window_order")
    return opens, closes


def count(lowest: int, highest: int) -> Check:
    """Return the check of a whole number between two bounds."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise Unfit("settings.expected.count", lowest=lowest, highest=highest)
        return value

    return check


def amount(value: Any) -> Decimal:
    """An amount, written as a text so that no binary rounding touches it."""
    if not isinstance(value, str) or not _AMOUNT.match(value):
        raise Unfit("settings.expected.amount")
    return Decimal(value).quantize(Decimal("0.01"))


def amount_or_off(value: Any) -> Decimal | None:
    """An amount, or None for "off"."""
    if value == "off":
        return None
    try:
        return amount(value)
    except Unfit as error:
        raise Unfit("settings.expected.amount_or_off") from error


def rate_or_legal(value: Any) -> Decimal | None:
    """A yearly rate in percent, or None for "legal"."""
    if value == "legal":
        return None
    if not isinstance(value, str) or not _RATE.match(value):
        raise Unfit("settings.expected.rate_or_legal")
    return Decimal(value).quantize(Decimal("0.01"))


def count_or_off(lowest: int, highest: int) -> Check:
    """Return the check of a whole number between two bounds, or None for "off"."""
    whole = count(lowest, highest)

    def check(value: Any) -> int | None:
        if value == "off":
            return None
        try:
            return int(whole(value))
        except Unfit as error:
            raise Unfit("settings.expected.or_off", expected=error) from error

    return check


def one_of(*choices: str) -> Check:
    """Return the check of one word among several, which gives the code itself where the words are codes."""

    def check(value: Any) -> str:
        if value not in choices:
            raise Unfit("settings.expected.one_of", choices=choices)
        return choices[choices.index(value)]

    return check


def yes_or_no(value: Any) -> bool:
    """Either true or false."""
    if value is not True and value is not False:
        raise Unfit("settings.expected.yes_or_no")
    return value


def bic(value: Any) -> str:
    """A BIC of eight or eleven characters."""
    try:
        return str(bics.validate(value))
    except (BadNumber, TypeError, AttributeError) as error:
        raise Unfit("settings.expected.bic") from error


def age(value: Any) -> timedelta | None:
    """A length of time in hours or days, or None for "off"."""
    if value == "off":
        return None
    match = _AGE.match(value) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise Unfit("settings.expected.age")
    return timedelta(hours=int(match[1])) if match[2] == "h" else timedelta(days=int(match[1]))


def language(value: Any) -> Language:
    """The language of the team's Slack: one that has a catalogue."""
    if value not in languages():
        raise Unfit("settings.expected.one_of", choices=languages())
    return Language(value)


def mode(value: Any) -> Mode:
    """How far automatic sending goes."""
    if value not in tuple(Mode):
        raise Unfit("settings.expected.one_of", choices=tuple(Mode))
    return Mode(value)
