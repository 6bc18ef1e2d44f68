"""The sandbox of a company's own templates: no way out to Python, and no end without bounds.

Jinja's own sandbox keeps what is private private. Here nothing grows without bounds either: what a template
may call and filter by is listed, each loop, call and sum counts (`budget.py`), and is weighed.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast

from jinja2 import nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Undefined, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from typing_extensions import override

from message_templates.sources.budget import LONGEST, TooMuch, said, take, turns, weighed

LONGEST_RANGE = 200
"""A mail lists invoices, it does not count to thousands."""
FINEST = 12
"""Decimals that a number may be rounded to."""
KNOWN_FILTERS = frozenset(
    {
        "abs",
        "capitalize",
        "count",
        "d",
        "default",
        "dictsort",
        "e",
        "escape",
        "first",
        "float",
        "forceescape",
        "groupby",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "safe",
        "select",
        "selectattr",
        "sort",
        "string",
        "sum",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
        "urlencode",
        "wordcount",
    }
)
"""Jinja's filters that a template may use: the others grow what they are given, or are slow."""
_OF_TEXTS = frozenset(
    {
        "capitalize",
        "e",
        "escape",
        "forceescape",
        "lower",
        "replace",
        "string",
        "title",
        "trim",
        "truncate",
        "upper",
        "urlencode",
        "wordcount",
        "held",
        "unbroken",
        "paragraphs",
    }
)
METHODS = frozenset(
    {
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "get",
        "index",
        "isalnum",
        "isalpha",
        "isdecimal",
        "isdigit",
        "islower",
        "isnumeric",
        "isspace",
        "istitle",
        "isupper",
        "items",
        "keys",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "rfind",
        "rindex",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "values",
    }
)
"""What a text, a number, a list or a day may be asked to do: all that makes nothing longer."""
_OF_JINJA = frozenset({"_loop_vars", "_block_vars"})
"""What Jinja itself gives with each call."""
_PLAIN_MODULES = frozenset({"builtins", "markupsafe", "datetime", "decimal"})


def short_range(*bounds: int) -> range:
    """Return `range(*bounds)` when it is short. Raises TooMuch."""
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise TooMuch("templates.long_range", most=LONGEST_RANGE)
    return found


class _Counted(NodeTransformer):
    """Rewrites a template so that what its tags make is counted: loops, texts put together, lists."""

    @override
    def visit(self, node: nodes.Node, *args: Any, **options: Any) -> nodes.Node:
        self.generic_visit(node, *args, **options)
        match node:
            case nodes.For():
                node.iter = _through(cast("nodes.Expr", node.iter), "_turns")
            case nodes.Include() | nodes.Import() | nodes.FromImport():
                node.template = _through(node.template, "_named")
            case nodes.Concat():
                return _through(nodes.List(node.nodes, lineno=node.lineno), "_joined")
            case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load"):
                return _through(cast("nodes.Expr", node), "_weighed")
        return node


def _through(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


@pass_eval_context
def _joined(context: EvalContext, parts: list[Any]) -> str:
    """Put texts together, as `~` does."""
    found = [said(part) for part in parts]
    return cast("str", weighed((markup_join if context.autoescape else str_join)(found)))


def _named(name: Any) -> Any:
    """Return the name of a template that is taken in, a step taken."""
    take(1)
    return name


def _counted(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that takes steps, and gives nothing huge."""
    passes = hasattr(filter_, "jinja_pass_arg")

    @wraps(filter_)
    def applied(*given: Any, **more: Any) -> Any:
        first, values = (given[:1], list(given[1:])) if passes else ((), list(given))
        if name == "join" and not hasattr(values[0], "__len__"):
            values[0] = list(values[0])
        for value in (*values, *more.values()):
            weighed(value)
        if name in _OF_TEXTS:
            said(values[0])
        _look(name, values, more)
        return weighed(filter_(*first, *values, **more))

    return applied


def _look(name: str, values: Sequence[Any], more: Mapping[str, Any]) -> None:
    """Refuse what a filter would take too long over, before it begins. Raises TooMuch."""
    rest = (*values[1:], *more.values())
    if name == "replace" and len(rest) >= 2:
        text, old, new = str(values[0]), str(rest[0]), str(rest[1])
        times = text.count(old) if old else len(text) + 1
        _fits(len(text) + times * len(new))
    elif name == "join":
        lengths = [len(str(said(part))) for part in values[0] if not isinstance(part, Undefined)]
        between = len(str(values[1])) if len(values) > 1 else len(str(more.get("d", "")))
        _fits(sum(lengths) + len(lengths) * between)
    elif name == "sum" and isinstance(more.get("start", [0, *rest][-1]), list | tuple):
        raise TooMuch("templates.large", most=LONGEST)
    elif name == "round" and any(isinstance(value, int) and abs(value) > FINEST for value in rest):
        raise TooMuch("templates.round", most=FINEST)


def _fits(length: int) -> None:
    if length > LONGEST:
        raise TooMuch("templates.large", most=LONGEST)
    take(length // 64)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's own sandbox, in which nothing grows without bounds either."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, finalize=said)
        self.globals["range"] = short_range
        self.globals.pop("lipsum", None)
        jinjas = {name: self.filters[name] for name in KNOWN_FILTERS}
        self.filters.clear()
        self.add_filters(jinjas)
        self.filters |= {"_turns": turns, "_weighed": weighed, "_joined": _joined, "_named": _named}

    def add_filters(self, filters: Mapping[str, Callable[..., Any]]) -> None:
        """Let templates use these, each counted."""
        self.filters |= {name: _counted(name, each) for name, each in filters.items()}

    @staticmethod
    def concat(parts: Any) -> str:
        """Put together what a macro or a block of text says. Raises TooMuch."""
        return cast("str", weighed("".join(parts)))

    @override
    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        return super()._generate(cast("nodes.Template", _Counted().visit(source)), *args, **options)

    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        plain = type(obj).__module__ in _PLAIN_MODULES and callable(value)
        return super().is_safe_attribute(obj, attr, value) and (not plain or attr in METHODS)

    @override
    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        raise TooMuch("templates.unsafe", name=attribute)

    @override
    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` what it is, a method that is not listed: a width in it has no bounds."""

    @override
    def call(__self, __context: Any, __obj: Any, *args: Any, **options: Any) -> Any:  # noqa: N805 - as Jinja
        """Call, when what is given and comes back is not huge. Raises TooMuch."""
        for value in (*args, *(each for name, each in options.items() if name not in _OF_JINJA)):
            weighed(value)
        return weighed(super().call(__context, __obj, *args, **options))

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon, unless that makes something huge. Raises TooMuch."""
        held = [each for each in (left, right) if isinstance(each, str | bytes | list | tuple)]
        times = next((each for each in (left, right) if isinstance(each, int)), 0)
        if operator == "**" or (operator == "%" and held):
            raise TooMuch("templates.huge", operator=operator)
        if operator == "*" and held and len(held[0]) * times > LONGEST:
            raise TooMuch("templates.huge", operator=operator)
        return weighed(super().call_binop(context, operator, left, right))
