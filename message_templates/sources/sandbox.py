"""The sandbox of a company's own templates: no way out to Python, and no end without bounds."""

from collections.abc import Iterable
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from receivables.errors import Fact, SettingsError

LONGEST_RANGE = 200
"""A mail lists invoices, it does not count to thousands: three loops within each other end in a moment."""
MOST_TIMES = 2_000
"""How often a text may be repeated."""
LONGEST = 500_000
"""Characters that a part of a mail may have."""
_WITHOUT_BOUNDS = ("center", "indent", "wordwrap", "batch", "slice", "format", "xmlattr", "pprint")


class TooMuch(SecurityError):
    """A template that takes too much; `why` is the refusal that says of what."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.why = SettingsError(code, **facts)


def short_range(*bounds: int) -> range:
    """Return `range(*bounds)` when it is short. Raises TooMuch."""
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise TooMuch("templates.long_range", most=LONGEST_RANGE)
    return found


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's own sandbox, in which nothing grows without bounds either."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.globals["range"] = short_range
        self.globals.pop("lipsum", None)
        for name in _WITHOUT_BOUNDS:
            self.filters.pop(name, None)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply, unless that makes something huge. Raises TooMuch."""
        texts = [each for each in (left, right) if isinstance(each, str | list | tuple)]
        times = next((each for each in (left, right) if isinstance(each, int)), 0)
        if operator == "**" or (texts and times > MOST_TIMES):
            raise TooMuch("templates.huge", operator=operator)
        return super().call_binop(context, operator, left, right)


def bounded(parts: Iterable[str], where: str | None) -> str:
    """Return what the template of the file `where` says. Raises TooMuch when it says too much."""
    said, length = [], 0
    for part in parts:
        said.append(part)
        length += len(part)
        if length > LONGEST:
            raise TooMuch("templates.long", where=where, most=LONGEST)
    return "".join(said)
