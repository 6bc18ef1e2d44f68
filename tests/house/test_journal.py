"""The tables of the journal's acts agree; acts are named by the enum alone, lines read by their types."""

import ast

import pytest

from message_templates.catalogue import keys, languages
from receivables.acts import Act
from receivables.language import Language
from store.undo import ACTS, Never
from tools.rooms import modules

SUBJECTS = {f"{act.partition('.')[0]}." for act in Act}
WORDS = {act.value for act in Act}
UNDOABLE = [act for act, undoing in ACTS.items() if not isinstance(undoing, Never)]


def literals(tree: ast.AST) -> list[str]:
    """The acts that a module names by their text, whole or by the subject alone (`f"penalties.{how}"`)."""
    found = []
    for node in ast.walk(tree):
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
def test_what_can_be_taken_back_has_the_act_of_taking_it_back(act: Act) -> None:
    assert ACTS[act.undone] is Never.UNDOING


@pytest.mark.parametrize("language", languages())
def test_every_act_has_its_words_within_a_sentence_and_in_the_file_of_a_case(language: Language) -> None:
    done = [act for act in Act if not act.is_undoing]
    assert {f"labels.act.{act}" for act in done} <= set(keys("labels", language, "texts"))
    assert {f"dossier.act.{act}" for act in done} <= set(keys("dossier", language, "texts"))


def test_no_module_names_an_act_by_its_text() -> None:
    found = {each.name: literals(each.tree) for each in modules() if each.name != "receivables.acts"}
    assert {name: acts for name, acts in found.items() if acts} == {}


@pytest.mark.parametrize("planted", ['x = "payment.recorded"', 'x = f"penalties.{how}"'])
def test_an_act_named_by_its_text_is_found(planted: str) -> None:
    assert literals(ast.parse(planted))


OTHERS = {
    "Announcement": "what is to be said in Slack",
    "waiting": "an announcement that waits",
    "run": "what a job notes of its run",
    "row": "what a planned mail notes of itself",
    "each": "what a planned mail notes of itself",
    "answer": "an answer of the demo's Slack",
    "said": "an answer of a mail server",
}
"""What else has `data`, by the names that the rooms give it."""
READS = {"get", "items", "keys", "values"}


def readings(tree: ast.AST) -> list[str]:
    """The places where a module reads `data` by its keys, of anything that is not one of OTHERS."""
    found = []
    for node in ast.walk(tree):
        read = node.value if isinstance(node, ast.Subscript) else None
        if isinstance(node, ast.Attribute) and node.attr in READS:
            read = node.value
        if isinstance(read, ast.BoolOp):
            read = read.values[0]
        if isinstance(read, ast.Attribute) and read.attr == "data" and ast.unparse(read.value) not in OTHERS:
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


def test_no_module_reads_a_line_of_the_journal_by_its_keys() -> None:
    found = {each.name: readings(each.tree) for each in modules() if each.name != "store.journal"}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "planted",
    [
        'line.data["x"]',
        'line.data.get("x")',
        '(later.data or {}).get("x")',
        'JournalLine.data["x"].as_integer()',
    ],
)
def test_a_line_read_by_its_keys_is_found(planted: str) -> None:
    assert readings(ast.parse(planted))
