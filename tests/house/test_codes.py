"""No code compares with the text of a code: it names the member of the enum, so that a search finds it.

An attribute whose values are codes (`Reminder.state`, `task.kind`…) is compared with members, given members
and set to members. Words that only look like codes (columns of files, fields of forms) are other subjects.
"""

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import pytest

import receivables.codes
from receivables.acts import Act
from receivables.company import Mode
from receivables.language import Language
from tools.rooms import ROOMS

HOUSE = Path(__file__).parents[2]
SUBJECTS = re.compile(
    r"(?:^|\.)(?:state|kind|origin|status|reason|dropped|channel|attach|approval|act|mode|ended_how|settled_by"
    r"|means|standing|decision|how|error|outcome|what|scope|role|end|ended|before|state_of|why)$"
)
"""What holds codes: the last name of the expression that is compared, given as an argument, or set."""
ELSEWHERE = {
    "relance/demo": "blocks and events of Slack, in the try-out's own stand-in",
    "store/imports": "words and columns of files",
}
OTHER = {
    ("message_templates/formats.py", "days"): "a kind of calendar name",
    ("message_templates/formats_en.py", "days"): "a kind of calendar name",
}

OWN_WORDS = {
    "label": "tables of the catalogue, and names of columns in SQL",
    "Paper": "kinds of papers in a case file",
    "Fault": "checks of the books",
    "_unclear": "ends of the keys of questions",
    "refusal": "tables of the settings",
}
"""What takes words by place that only look like codes."""


def enums() -> Iterator[type[StrEnum]]:
    """The enums of the house."""
    yield from (Act, Mode, Language)
    for each in pkgutil.iter_modules(receivables.codes.__path__):
        module = importlib.import_module(f"receivables.codes.{each.name}")
        yield from (
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, StrEnum) and one.__module__ == module.__name__
        )


CODES = frozenset(str(member) for enum in enums() for member in enum)


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from texts(each)


def pairs(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield line, subject and text wherever a text meets something: compared, given, kept or set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for left, right in zip([node.left, *node.comparators], node.comparators, strict=False):
                yield from ((node.lineno, ast.unparse(left), text) for text in texts(right))
                yield from ((node.lineno, ast.unparse(right), text) for text in texts(left))
        elif isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from ((node.lineno, key.value, text) for text in texts(value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            yield from ((node.lineno, ast.unparse(node.targets[0]), text) for text in texts(node.value))


def _called(node: ast.Call) -> Iterator[tuple[int, str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    if isinstance(node.func, ast.Attribute) and name in {"in_", "not_in", "is_distinct_from"}:
        for argument in node.args:
            yield from ((node.lineno, ast.unparse(node.func.value), text) for text in texts(argument))
    for keyword in node.keywords:
        if keyword.arg:
            yield from ((node.lineno, keyword.arg, text) for text in texts(keyword.value))
    for place, argument in enumerate(node.args if name not in OWN_WORDS else ()):
        for parameter in sorted(parameters().get((name, place), ())):
            yield from ((node.lineno, parameter, text) for text in texts(argument))


@lru_cache(maxsize=1)
def parameters() -> dict[tuple[str, int], set[str]]:
    """The names of what functions and dataclasses of the house take at each place, by their own names."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for place, each in enumerate(taken(node)):
                found[node.name, place].add(each)  # type: ignore[attr-defined]
    return found


def taken(node: ast.AST) -> list[str]:
    """What a function, or a class by its fields, takes by place; `self` and `cls` are not given."""
    if isinstance(node, ast.FunctionDef):
        names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        return names[1:] if names[:1] in (["self"], ["cls"]) else names
    if isinstance(node, ast.ClassDef):
        fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
        return [each.id for each in fields if isinstance(each, ast.Name)]
    return []


def literals(source: str) -> list[tuple[int, str]]:
    """Return the lines on which a code is written as a text, and the code."""
    return [
        (line, text)
        for line, subject, text in pairs(ast.parse(source))
        if text in CODES and SUBJECTS.search(subject)
    ]


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@pytest.mark.parametrize("room", ROOMS)
def test_no_code_is_written_as_a_text_where_codes_are_compared(room: str) -> None:
    told = []
    for path in modules():
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith(f"{room}/") or any(name.startswith(place) for place in ELSEWHERE):
            continue
        told += [
            f"{name}:{line} {text}"
            for line, text in literals(path.read_text(encoding="utf-8"))
            if (name, text) not in OTHER
        ]
    assert told == []


@pytest.mark.parametrize(
    "source",
    [
        'if task.kind == "letter": pass',
        'x = Reminder.state.in_(["sent", "uncertain"])',
        'row.state = "planned"',
        'open_task(b, kind="escalation")',
        'if "paid" == decision.reason: pass',
        'ok = card.origin in {"clock"}',
        'announce(b, kind="task")',
        'if task.outcome == "cancelled": pass',
        'if decided.decision == "waived": pass',
        'told = PauseTold(scope="customer")',
        'if what != "paid": pass',
        'row = {"state": "open"}',
        'tasks.open_about(b, 3, "escalation")',
    ],
)
def test_a_code_written_as_a_text_is_found(source: str) -> None:
    assert literals(source)


def test_words_that_are_no_codes_are_left_alone() -> None:
    assert literals('if name == "note": pass') == []
    assert literals('if element["type"] == "call": pass') == []


def test_no_module_but_the_senders_own_names_its_channel_in_a_comparison() -> None:
    told = []
    for path in modules():
        for line, subject, text in pairs(ast.parse(path.read_text(encoding="utf-8"))):
            if text == "email" and subject.endswith(("channel", "channel.key")):
                told.append(f"{path.relative_to(HOUSE)}:{line}")
    assert told == []
