"""The tables of the journal's acts agree, and no act is named but by the enum."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from receivables.acts import Act
from store import dependents
from store.undo import ACTS, Never

ROOMS = ("receivables", "store", "message_templates", "scheduler", "bot", "relance")
ROOT = Path(__file__).parents[2]
SUBJECTS = {f"{act.partition('.')[0]}." for act in Act}
WORDS = {act.value for act in Act}
UNDOABLE = [act for act, undoing in ACTS.items() if not isinstance(undoing, Never)]


def modules() -> Iterator[Path]:
    """Every module of the rooms that may know acts, the migrations and the enum itself apart."""
    for room in ROOMS:
        found = (path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts)
        yield from (path for path in found if path.relative_to(ROOT) != Path("receivables/acts.py"))


def literals(source: str) -> list[str]:
    """The acts that a module names by their text, whole or by the subject alone (`f"penalties.{how}"`)."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in WORDS:
            found.append(f"{node.lineno}: {node.value}")
        if isinstance(node, ast.JoinedStr) and _is_a_subject(node.values[0]):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


def _is_a_subject(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value in SUBJECTS


def test_every_act_says_how_it_is_taken_back_or_why_it_is_not() -> None:
    assert set(ACTS) == set(Act)


@pytest.mark.parametrize("act", UNDOABLE)
def test_what_can_be_taken_back_has_the_words_and_the_act_of_it(act: Act) -> None:
    assert act in dependents.SAYS
    assert ACTS[act.undone] is not None


def test_no_module_names_an_act_by_its_text() -> None:
    found = {str(path.relative_to(ROOT)): literals(path.read_text("utf-8")) for path in modules()}
    assert {path: acts for path, acts in found.items() if acts} == {}


@pytest.mark.parametrize("planted", ['x = "payment.recorded"', 'x = f"penalties.{how}"'])
def test_an_act_named_by_its_text_is_found(planted: str) -> None:
    assert literals(planted)
