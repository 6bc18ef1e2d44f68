"""What a team reads is written in its language: no room asks for the formats of one language by itself."""

import ast

import pytest

from tools.rooms import HOUSE, Module, modules

FORMATS = ("message_templates.formats", "message_templates.formats_en")
TEAM = ("bot/", "correspondence/", "scheduler/")


def formats_of_one_language(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        if node.module in FORMATS
        or (
            node.module == "message_templates" and any(each.name.startswith("formats") for each in node.names)
        )
    ]


def of_a_team(module: Module) -> bool:
    return module.path.relative_to(HOUSE).as_posix().startswith(TEAM)


def test_amounts_and_days_are_written_by_the_writer_of_a_language() -> None:
    found = {str(each.path): formats_of_one_language(each.tree) for each in modules() if of_a_team(each)}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source", ["from message_templates.formats import amount", "from message_templates import formats"]
)
def test_a_planted_one_is_found(source: str) -> None:
    assert formats_of_one_language(ast.parse(source)) == [1]
