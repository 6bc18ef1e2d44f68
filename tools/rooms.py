"""The rooms as the house rules see them: their modules, what these define, what they import."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]
ROOMS = (
    "receivables",
    "quarantine",
    "store",
    "message_templates",
    "correspondence",
    "scheduler",
    "bot",
    "relance",
)
"""From the ground up."""
MIGRATIONS = "store/db/migrations/"
"""Alembic writes these: one call a table, never changed again."""


@dataclass(frozen=True)
class Module:
    """One file of a room; a folder's `__init__` bears the folder's name."""

    name: str
    path: Path
    text: str

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def is_folder(self) -> bool:
        """Whether it is the `__init__` of a folder."""
        return self.path.name == "__init__.py"

    @property
    def tree(self) -> ast.Module:
        """What it says, parsed."""
        return _parsed(self.text)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def modules() -> tuple[Module, ...]:
    """Return the modules of all rooms, migrations apart."""
    return tuple(_module(path) for room in ROOMS for path in _files(HOUSE / room))


def tests() -> tuple[Module, ...]:
    """Return the modules of the tests."""
    return tuple(_module(path) for path in _files(HOUSE / "tests"))


def _files(folder: Path) -> Iterator[Path]:
    found = sorted(folder.rglob("*.py"))
    return (path for path in found if not path.relative_to(HOUSE).as_posix().startswith(MIGRATIONS))


def _module(path: Path) -> Module:
    name = ".".join(path.relative_to(HOUSE).with_suffix("").parts)
    return Module(name.removesuffix(".__init__"), path, path.read_text(encoding="utf-8"))


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """Yield the functions of a module, nested ones and methods too, with how many lines each has."""
    return _functions(module.tree, module.name)


def _functions(node: ast.AST, inside: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}.{child.name}"
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, (child.end_lineno or child.lineno) - child.lineno + 1
        yield from _functions(child, name)


def classes(module: Module) -> Iterator[str]:
    """Yield the names of the public classes that a module defines."""
    found = (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))
    return (node.name for node in found if not node.name.startswith("_"))
