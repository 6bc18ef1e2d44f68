"""Where Python holds what people read: literals that are French, and errors turned into text."""

import ast
import itertools
import re
from collections.abc import Iterator

_SIGNS = re.compile("[àâçèéêëîïôùûœÀÂÇÈÉÊËÎÏÔÙÛŒ’«»]")
_LITTLE = re.compile(
    r"(?:au|aux|avec|ce|ces|cette|dans|de|des|du|elle|est|et|il|la|le|les|leur|ne|nous|ou|par|pas|pour|que|qui"
    r"|sans|sera|ses|son|sont|sur|un|une|vos|votre|vous)\Z"
)
_WORD = re.compile(r"[a-z]+")
_NEAR = 3
"""Two little words as near as this make a French sentence: « le montant est »."""


def french(text: str) -> bool:
    """Whether a text is French that people would read: by its signs, or by little words near each other."""
    if _SIGNS.search(text):
        return True
    if " " not in text.strip():
        return False
    at = [rank for rank, word in enumerate(_WORD.findall(text.lower())) if _LITTLE.match(word)]
    return any(later - earlier <= _NEAR for earlier, later in itertools.pairwise(at))


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of every string that is no docstring; an f-string is one text."""
    left_out = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            left_out |= {id(part) for part in parts}
            yield node.lineno, " {} ".join(str(part.value) for part in parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def sentences(source: str) -> list[tuple[int, str]]:
    """Return the French texts of a module, with their lines."""
    return sorted({(line, text) for line, text in literals(ast.parse(source)) if french(text)})


def family(sources: list[str]) -> frozenset[str]:
    """Return the names of all classes that descend from RelanceError."""
    parents: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                parents[node.name] = {_name(base) for base in node.bases}
    known = {"RelanceError"}
    while more := {name for name, bases in parents.items() if bases & known} - known:
        known |= more
    return frozenset(known)


def told_raw(source: str, errors: frozenset[str]) -> list[int]:
    """Return the lines on which a caught refusal is turned into text instead of told by the catalogue."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.name and node.type and _names(node.type) & errors:
            lines += [use.lineno for use in ast.walk(node) if _is_text_of(use, node.name)]
    return sorted(lines)


def _is_text_of(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=what)]):
            return what == name
        case ast.FormattedValue(value=ast.Name(id=what)):
            return what == name
    return False


def _names(node: ast.AST) -> set[str]:
    return {_name(each) for each in ast.walk(node)} - {""}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
