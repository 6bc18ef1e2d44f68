"""How the types of the journal's data are written as JSON and read back: by their annotations alone.

Money is text, a day or an instant is ISO, a tuple a list. What earlier versions did not write takes the
default of its field; what they wrote besides is left aside.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]
ABSENT, FLAT, KEY = "absent", "flat", "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActData:
    """What the journal keeps of an act: the ids and figures that undoing or telling it needs."""


D = TypeVar("D", bound=ActData)


def absent(default: Any = None) -> Any:
    """Return a field that is not written at all while it is None, or the value given."""
    return field(default=default, metadata={ABSENT: True})


def flat(*, default: Any = MISSING) -> Any:
    """Return a field whose own fields are written among its owner's; None: none of them is."""
    return field(default=default, metadata={FLAT: True})


def named(key: str, *, default: Any = MISSING) -> Any:
    """Return a field that is written under another name."""
    return field(default=default, metadata={KEY: key})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(flat, named))
def act_data(kind: type[D]) -> type[D]:
    """Make a class the type of an act's data: frozen, its fields given by name."""
    return dataclass(frozen=True, slots=True, kw_only=True)(kind)


@dataclass(frozen=True, slots=True)
class _Part:
    """One field: its name, its key in JSON, and how its values are turned (None: as they are)."""

    name: str
    key: str
    write: Turn | None
    read: Turn | None
    absent: bool
    default: Any
    flat: type[ActData] | None
    required: bool


def to_json(data: ActData) -> dict[str, Any]:
    """Return what the journal stores of an act's data."""
    told: dict[str, Any] = {}
    for part in _parts(type(data)):
        value = getattr(data, part.name)
        if part.flat is not None:
            told |= to_json(value) if value is not None else {}
        elif not part.absent or value != part.default:
            told[part.key] = value if value is None or part.write is None else part.write(value)
    return told


def facts_of(data: ActData) -> dict[str, Any]:
    """Return the values of an act's data by their keys, for whoever tells them by name."""
    found: dict[str, Any] = {}
    for part in _parts(type(data)):
        value = getattr(data, part.name)
        found |= {part.key: value} if part.flat is None else facts_of(value) if value is not None else {}
    return found


def from_json(kind: type[D], stored: Mapping[str, Any]) -> D:
    """Return an act's data as it was stored, by this version or an earlier one.

    Raises TypeError when something is missing that every version wrote.
    """
    found: dict[str, Any] = {}
    for part in _parts(kind):
        if part.flat is not None:
            here = part.required or _holds(stored, part.flat)
            found[part.name] = from_json(part.flat, stored) if here else None
        elif part.key in stored:
            value = stored[part.key]
            found[part.name] = value if value is None or part.read is None else part.read(value)
    return kind(**found)


def _holds(stored: Mapping[str, Any], kind: type[ActData]) -> bool:
    """Whether all that every version wrote of `kind` is there."""
    return all(
        _holds(stored, part.flat) if part.flat else stored.get(part.key) is not None
        for part in _parts(kind)
        if part.required
    )


def _parts(kind: type) -> tuple[_Part, ...]:
    return _parts_of(kind)


@cache
def _parts_of(kind: type) -> tuple[_Part, ...]:
    hints = get_type_hints(kind)
    return tuple(_part(each, hints[each.name]) for each in fields(kind))


def _part(each: Field[Any], hint: Any) -> _Part:
    inner = _without_none(hint)
    write, read = _turns(inner)
    return _Part(
        each.name,
        each.metadata.get(KEY, each.name),
        write,
        read,
        absent=bool(each.metadata.get(ABSENT)),
        default=None if each.default is MISSING else each.default,
        flat=inner if each.metadata.get(FLAT) else None,
        required=each.default is MISSING and each.default_factory is MISSING and inner is hint,
    )


def _without_none(hint: Any) -> Any:
    """Return what a hint stands for besides None: a type, or several codes; other unions stay JSON."""
    if get_origin(hint) not in {Union, UnionType}:
        return hint
    kinds = tuple(kind for kind in get_args(hint) if kind is not NoneType)
    if len(kinds) == 1:
        return kinds[0]
    return kinds if all(_is_code(kind) for kind in kinds) else Any


def _is_code(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


_SCALARS: Mapping[Any, tuple[Turn, Turn]] = {
    Decimal: (str, Decimal),
    date: (date.isoformat, date.fromisoformat),
    datetime: (datetime.isoformat, datetime.fromisoformat),
}


def _turns(kind: Any) -> tuple[Turn | None, Turn | None]:
    """Return how a value of `kind` is written and read; None: as it is."""
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple_turns(get_args(kind))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_turns(get_args(kind)[1])
    if isinstance(kind, type) and issubclass(kind, ActData):
        return to_json, lambda stored: from_json(kind, stored)
    if isinstance(kind, tuple) or _is_code(kind):
        return _code_turns(kind if isinstance(kind, tuple) else (kind,))
    return _SCALARS.get(kind, (None, None))


def _code_turns(kinds: tuple[type[StrEnum], ...]) -> tuple[Turn, Turn]:
    """Return the turns of a code. A text that no member has, written by another version, stays a text."""
    members = {str(member): member for kind in reversed(kinds) for member in kind}
    return str, lambda stored: members.get(stored, stored)


def _tuple_turns(kinds: tuple[Any, ...]) -> tuple[Turn, Turn]:
    """Return the turns of a tuple of one kind, or of several in their order."""
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        write, read = _nullable(kinds[0])
        return lambda told: [write(each) for each in told], lambda told: tuple(read(each) for each in told)
    turns = [_nullable(kind) for kind in kinds]
    return (
        lambda told: [turn[0](each) for turn, each in zip(turns, told, strict=True)],
        lambda told: tuple(turn[1](each) for turn, each in zip(turns, told, strict=True)),
    )


def _mapping_turns(kind: Any) -> tuple[Turn, Turn]:
    write, read = _nullable(kind)
    return (
        lambda told: {key: write(each) for key, each in told.items()},
        lambda told: {key: read(each) for key, each in told.items()},
    )


def _nullable(kind: Any) -> tuple[Turn, Turn]:
    write, read = _turns(_without_none(kind))
    return _or_none(write), _or_none(read)


def _or_none(turn: Turn | None) -> Turn:
    if turn is None:
        return lambda value: value
    return lambda value: None if value is None else turn(value)
