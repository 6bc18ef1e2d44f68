"""Which sentences of the catalogue the code asks for, and what it fills them with."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

SPOKEN = {
    "say": "slack",
    "plain": "slack",
    "sentence": "slack",
    "print_sentence": "slack",
    "tell": "texts",
    "usage": "refusals",
    "TooMuch": "refusals",
}
"""Functions whose first argument is the key of a sentence, and the folder that they read."""
PREFIXED = {"help_of": "help.", "meta": "help.metavar."}
"""Functions of `texts/` whose first argument is the rest of a key."""
KEY = re.compile(r"[a-z][a-z_0-9]*(?:\.[A-Za-z0-9_-]+)+\Z")


BEGINNING = re.compile(r"[a-z_]+\\\.")
"""How a key begins that is put together: by its subject, written out."""


@dataclass(frozen=True)
class Asked:
    """One call that asks for a sentence by its full key; `facts` None: they cannot be seen."""

    line: int
    folder: str
    key: str
    facts: frozenset[str] | None


def asked(source: str, errors: frozenset[str]) -> Iterator[Asked]:
    """Yield the calls of a module that name a sentence."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        folder = _folder(node.func, errors)
        if isinstance(node.func, ast.Name) and node.func.id in PREFIXED:
            yield from _prefixed(node, PREFIXED[node.func.id])
        for key in _keys(node.args[0]) if folder else ():
            yield Asked(node.lineno, folder or "", key, _facts(node))


def _prefixed(node: ast.Call, prefix: str) -> Iterator[Asked]:
    if isinstance(node.args[0], ast.Constant):
        yield Asked(node.lineno, "texts", f"{prefix}{node.args[0].value}", None)


def _folder(called: ast.expr, errors: frozenset[str]) -> str | None:
    """Return the folder that a function reads; methods of the same name (`visit.tell`) are something else."""
    match called:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="catalogue"), attr=name):
            return "refusals" if name in errors else SPOKEN.get(name)
        case ast.Attribute(attr=name):
            return "refusals" if name in errors else None
    return None


def _keys(node: ast.expr) -> list[str]:
    """Return the keys that an argument can be: a literal, or one of the two of a choice."""
    if isinstance(node, ast.IfExp):
        return _keys(node.body) + _keys(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
        return [node.value]
    return []


def _facts(node: ast.Call) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    return frozenset(keyword.arg or "" for keyword in node.keywords)


def named(source: str) -> tuple[set[str], set[str]]:
    """Return the keys that a module writes out, and patterns of those it puts together."""
    whole, patterns = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole.add(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values]
            if BEGINNING.match("".join(parts)):
                patterns.add("".join(parts))
    return whole, patterns
