"""What a button carries: values as compact JSON, with a version; read back with their types checked.

A button is the company, if it is known, and an `Understood`. What was left out was nothing. Whoever can forge
a button is a member of the team; still, what does not have the right shape is refused with a sentence.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from bot.typed.amounts import CURRENCIES, DOUBTS
from bot.typed.amounts import MOST as MOST_MONEY
from bot.typed.dates import DOUBTS as DAY_DOUBTS
from bot.typed.dates import NAMING
from bot.typed.values import (
    Amount,
    CallAgain,
    CallDetails,
    DayDoubt,
    Doubt,
    Part,
    Picked,
    Reading,
    Terms,
    Understood,
)
from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Refused, RelanceError
from receivables.rates import parse_semester

VERSION = 1
MOST = 2000
"""Characters that Slack lets a button carry."""
LONGEST = 1900
_LARGEST_ID = 2**53
_KINDS = {"i": "invoice", "c": "customer", "o": "open"}
_MARKS = {kind: mark for mark, kind in _KINDS.items()}
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, RelanceError)

Json = Any
T = TypeVar("T")


def pack(company: str, understood: Understood) -> str:
    """Return what a button carries; `company` is "" when it is still to be asked."""
    said = {"v": VERSION, "k": company, "t": understood.topic, **_packed(understood)}
    return json.dumps(
        {key: value for key, value in said.items() if value not in (None, "", [], False)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def unpack(carried: str) -> tuple[str, Understood]:
    """Return the company's key, or "", and the values of a button. Raises Refused when it is not ours."""
    try:
        if len(carried) > MOST:
            raise ValueError(len(carried))
        said = json.loads(carried)
        if said["v"] != VERSION:
            raise ValueError(said["v"])
        return _text(said.get("k", "")), _unpacked(said)
    except _BROKEN as error:
        raise Refused("saisie.old_button") from error


def _packed(said: Understood) -> dict[str, Json]:
    whole = _whole(said.readings[0]) if said.readings else ""
    return {
        "h": said.help,
        "w": whole,
        "r": [_packed_reading(reading, whole) for reading in said.readings],
        "p": [_packed_name(part) for part in said.parts],
        "d": said.day.isoformat() if said.day else None,
        "q": _packed_day(said.day_doubt),
        "z": said.sure,
        "n": said.near,
        "o": said.outcome,
        "x": [_written(said.terms.rate), said.terms.days] if said.terms else None,
        "s": str(said.semester) if said.semester else None,
        "e": said.everyone,
        "f": _packed_call(said.call) if said.call else None,
    }


def _unpacked(said: Mapping[str, Json]) -> Understood:
    whole = _text(said.get("w", ""))
    terms, semester, means = said.get("x"), said.get("s"), _maybe(Means, said.get("m"))
    return Understood(
        topic=_text(said.get("t", "")),
        help=_flag(said.get("h", False)),
        readings=tuple(_reading(each, whole, means) for each in _list(said.get("r", []))),
        parts=tuple(_name(each) for each in _list(said.get("p", []))),
        day=_maybe(date.fromisoformat, said.get("d")),
        day_doubt=_maybe(_doubtful_day, said.get("q")),
        sure=_flag(said.get("z", False)),
        near=_text(said.get("n", "")),
        outcome=_maybe(CallResult, said.get("o")),
        terms=Terms(_maybe(_decimal, terms[0]), _maybe(_whole_number, terms[1])) if terms else None,
        semester=_maybe(parse_semester, _maybe(_text, semester)),
        everyone=_flag(said.get("e", False)),
        call=_call(said["f"]) if "f" in said else None,
    )


def _whole(reading: Reading) -> str:
    """Return the words that a reading cuts in two; nothing when it is no cut of words."""
    if isinstance(reading.subject, Picked) or reading.other or reading.reference:
        return ""
    return f"{reading.subject} {reading.rest}" if reading.rest else reading.subject


def _packed_reading(reading: Reading, whole: str) -> Json:
    """Return a cut of the words that all readings share as its place, another reading in full."""
    amount, day = _packed_amount(reading.amount), _packed_day(reading.day)
    if whole and _whole(reading) == whole and day is None and reading.means is None:
        return [len(str(reading.subject)), amount] if amount is not None else len(str(reading.subject))
    plain = [_packed_name(reading.subject), reading.rest, amount, _packed_name(reading.other)]
    if day is None and reading.means is None and not reading.reference:
        return plain
    return [*plain, day, reading.means, reading.reference]


def _reading(said: Json, whole: str, means: Means | None) -> Reading:
    """Return a reading; `means` is what buttons of earlier versions say of all of them."""
    if isinstance(said, int):
        said = [said, None]
    if len(said) == 2:
        place, amount = said
        if not 0 <= _whole_number(place) <= len(whole):
            raise ValueError(place)
        return Reading(whole[:place], whole[place + 1 :], _amount(amount), means=means)
    subject, rest, amount, other, *more = said
    reading = Reading(_name(subject), _text(rest), _amount(amount), _name(other), means=means)
    if not more:
        return reading
    day, own, reference = more
    own = _maybe(Means, own)
    return replace(reading, day=_maybe(_day, day), means=own, reference=_text(reference))


def _packed_day(day: date | DayDoubt | None) -> Json:
    if isinstance(day, DayDoubt):
        about = day.about.isoformat() if day.about else None
        return {"q": day.code, "y": day.typed, "d": [each.isoformat() for each in day.days], "b": about}
    return day.isoformat() if day else None


def _day(said: Json) -> date | DayDoubt:
    return date.fromisoformat(said) if isinstance(said, str) else _doubtful_day(said)


def _doubtful_day(said: Json) -> DayDoubt:
    days = tuple(date.fromisoformat(each) for each in _list(said["d"]))
    if said["q"] not in DAY_DOUBTS or len(days) not in DAY_DOUBTS[said["q"]]:
        raise ValueError(said["q"])
    about = _maybe(date.fromisoformat, said.get("b"))
    if (about is None) == (said["q"] in NAMING):
        raise ValueError(about)
    return DayDoubt(said["q"], _text(said["y"]), days, about)


def _packed_name(name: str | Picked) -> Json:
    if not isinstance(name, Picked):
        return name
    return {_MARKS[name.what]: [name.id, *name.more] if name.more else name.id}


def _name(said: Json) -> str | Picked:
    if isinstance(said, str):
        return _text(said)
    ((mark, ids),) = said.items()
    first, *more = ids if isinstance(ids, list) else [ids]
    return Picked(_KINDS[mark], _whole_number(first), tuple(_whole_number(each) for each in more))


def _packed_amount(amount: Amount | Doubt | Part | None) -> Json:
    if isinstance(amount, Part):
        return str(amount)
    if isinstance(amount, Doubt):
        sums = [str(each) for each in amount.amounts]
        return {"q": amount.code, "y": amount.typed, "a": sums, "c": amount.currency}
    return [str(amount.amount), amount.currency] if amount else None


def _amount(said: Json) -> Amount | Doubt | Part | None:
    if said is None:
        return None
    if isinstance(said, str):
        return Part(said)
    if isinstance(said, list):
        written, currency = said
        return Amount(_decimal(written), _maybe(_currency, currency))
    sums = tuple(_decimal(each) for each in said["a"])
    if said["q"] not in DOUBTS or len(sums) != DOUBTS[said["q"]]:
        raise ValueError(said["q"])
    return Doubt(said["q"], _text(said["y"]), sums, _maybe(_currency, said.get("c")))


def _packed_call(call: CallDetails) -> Json:
    at, on = call.callback_at, call.next_on
    moment, day = at.isoformat() if at else None, on.isoformat() if on else None
    found = [call.contact, call.moves, moment, call.next_what, call.next_owner, day]
    if call.again is None and not call.ticked:
        return found
    return [*found, _packed_again(call.again), call.ticked]


def _packed_again(again: CallAgain | None) -> Json:
    if again is None:
        return None
    return [again.hour.isoformat("minutes") if again.hour else None, again.minutes]


def _again(said: Json) -> CallAgain:
    hour, minutes = said
    return CallAgain(_maybe(time.fromisoformat, hour), _maybe(_whole_number, minutes))


def _call(said: Json) -> CallDetails:
    contact, moves, at, what, owner, on, *more = said
    again, ticked = more or (None, False)
    return CallDetails(
        contact=_maybe(_text, contact),
        moves=_maybe(_flag, moves),
        callback_at=_maybe(_instant, at),
        next_what=_maybe(_text, what),
        next_owner=_maybe(_text, owner),
        next_on=_maybe(date.fromisoformat, on),
        again=_maybe(_again, again),
        ticked=_flag(ticked),
    )


def _written(value: Decimal | None) -> str | None:
    return str(value) if value is not None else None


def _maybe(read: Callable[[Json], T], said: Json) -> T | None:
    return None if said is None else read(said)


def _text(said: Json) -> str:
    if not isinstance(said, str) or len(said) > LONGEST:
        raise TypeError(said)
    return said


def _currency(said: Json) -> str:
    if said not in CURRENCIES:
        raise ValueError(said)
    return _text(said)


def _list(said: Json) -> Sequence[Json]:
    if not isinstance(said, list):
        raise TypeError(said)
    return said


def _flag(said: Json) -> bool:
    if not isinstance(said, bool):
        raise TypeError(said)
    return said


def _whole_number(said: Json) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= _LARGEST_ID:
        raise TypeError(said)
    return said


def _decimal(said: Json) -> Decimal:
    value = Decimal(_text(said))
    if not value.is_finite() or not 0 <= value <= MOST_MONEY:
        raise ValueError(said)
    return value


def _instant(said: Json) -> datetime:
    value = datetime.fromisoformat(said)
    if value.tzinfo is None:
        raise ValueError(said)
    return value
