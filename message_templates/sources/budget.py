"""What a company's own template may use up while one message is written: steps, time, lengths.

A step is a turn of a loop, a call, a filter, a sum or sixty-four characters of what these make. Steps are
counted the same everywhere; the time is a second bound, for what is slow in a way that nobody thought of.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.utils import Namespace

from receivables.errors import Fact, SettingsError

MOST_STEPS = 300_000
"""Ten times what a mail with three thousand invoices takes."""
MOST_SECONDS = 10.0
"""Of processor."""
LONGEST = 500_000
"""Characters that a part of a mail may have, or things that a list may hold, those in its lists counted."""
LARGEST_NUMBER = 256
"""Bits."""
_SIGNS_A_STEP = 64
_TIMED_EVERY = 64
_HOLDERS = (list, tuple, dict, set, frozenset)


class TooMuch(SecurityError):
    """A template that takes too much, or what it may not; `why` is the refusal that says of what."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.why = SettingsError(code, **facts)


class Budget:
    """What is left to one message."""

    def __init__(self) -> None:
        self.steps = 0
        self._timed_at = 0
        self._ends = time.thread_time() + MOST_SECONDS

    def take(self, steps: int) -> None:
        """Take so many steps. Raises TooMuch."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise TooMuch("templates.steps", most=MOST_STEPS)
        if self.steps - self._timed_at > _TIMED_EVERY:
            self._timed_at = self.steps
            if time.thread_time() > self._ends:
                raise TooMuch("templates.slow", seconds=int(MOST_SECONDS))


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def one_message() -> Iterator[Budget]:
    """Count what is written within as one message, with whatever it is a part of."""
    found = _budget.get()
    if found is not None:
        yield found
        return
    made = Budget()
    before = _budget.set(made)
    try:
        yield made
    finally:
        _budget.reset(before)


def take(steps: int) -> None:
    """Take steps from what the message being written has left. Raises TooMuch."""
    found = _budget.get()
    if found is not None:
        found.take(steps)


def turns(values: Any) -> Any:
    """Return what a loop goes through, its turns taken."""
    found = values if hasattr(values, "__len__") else list(values)
    take(1 + len(found))
    return found


def weighed(value: Any) -> Any:
    """Return what a template has made, its weight taken, when it is not huge. Raises TooMuch."""
    weight = _weight(value)
    if weight > LONGEST:
        raise TooMuch("templates.large", most=LONGEST)
    take(1 + weight // _SIGNS_A_STEP)
    return value


def _weight(value: Any) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, _HOLDERS):
        return _held(value, {})
    if isinstance(value, int) and value.bit_length() > LARGEST_NUMBER:
        raise TooMuch("templates.large", most=LONGEST)
    return 0


def _held(holder: Any, known: dict[int, int]) -> int:
    """Return how many things a list holds, those in its lists counted as often as they stand there."""
    if isinstance(holder, Namespace):
        raise TooMuch("templates.namespace")
    if not isinstance(holder, _HOLDERS):
        return 1
    found = known.get(id(holder))
    if found is None:
        values = holder.values() if isinstance(holder, Mapping) else holder
        found = known[id(holder)] = 1 + len(holder)
        for value in values:
            if isinstance(value, (*_HOLDERS, Namespace)):
                found += _held(value, known)
        known[id(holder)] = found
    return found


def said(value: Any) -> Any:
    """Return what is to become text: a list or a namespace would be written as code. Raises TooMuch."""
    if isinstance(value, (*_HOLDERS, Namespace)):
        raise TooMuch("templates.list_shown")
    return value


def bounded(parts: Iterable[str], where: str | None) -> str:
    """Return what the template of the file `where` says. Raises TooMuch when it says too much."""
    found, length = [], 0
    with one_message():
        for part in parts:
            found.append(part)
            length += len(part)
            if length > LONGEST:
                raise TooMuch("templates.long", where=where, most=LONGEST)
    return "".join(found)
