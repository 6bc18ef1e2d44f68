"""Who imports whom in the rooms, imports inside functions included; and the circles, if there are any."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from tools.rooms import Module

Graph = Mapping[str, Collection[str]]


def imports(modules: Iterable[Module]) -> dict[str, set[str]]:
    """Return which modules of the rooms each module imports, anywhere in its text."""
    known = {module.name: module for module in modules}
    return {name: set(_imported(module, known)) - {name} for name, module in known.items()}


def _imported(module: Module, known: Collection[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from (name for name in (whole, node.module)[whole not in known :][:1] if name in known)


def between(found: Graph, folder: str) -> dict[str, set[str]]:
    """Return who imports whom among the children of a folder: files and folders, each as one."""
    drawn: dict[str, set[str]] = defaultdict(set)
    for name, others in found.items():
        child = _child(name, folder)
        for other in others if child else ():
            near = _child(other, folder)
            if child and near and near != child:
                drawn[child].add(near)
    return dict(drawn)


def _child(name: str, folder: str) -> str | None:
    """Return the child of `folder` that a module stands in; None outside, and for the folder's `__init__`."""
    if not name.startswith(f"{folder}.") and folder:
        return None
    depth = len(folder.split(".")) + 1 if folder else 1
    return ".".join(name.split(".")[:depth])


def circles(found: Graph) -> list[tuple[str, ...]]:
    """Return each set of nodes that lead to one another, in order of name."""
    reached = {node: _reached(node, found) for node in found}
    together = {
        tuple(sorted(other for other in reached[node] if node in reached.get(other, ()))) for node in found
    }
    return sorted(each for each in together if len(each) > 1)


def _reached(start: str, found: Graph) -> set[str]:
    reached, to_see = set[str](), [start]
    while to_see:
        for other in found.get(to_see.pop(), ()):
            if other not in reached:
                reached.add(other)
                to_see.append(other)
    return reached


def without_shortcuts(found: Graph) -> dict[str, list[str]]:
    """Return the same graph less what follows from the rest: A to C, where A leads to B and B to C."""
    reached = {node: _reached(node, found) for node in found}
    return {
        node: sorted(
            other
            for other in others
            if not any(other in reached.get(step, ()) for step in others if step != other)
        )
        for node, others in found.items()
    }


def levels(found: Graph) -> dict[str, int]:
    """Return how high each node of a graph without circles stands: 1 when it leads nowhere."""
    known: dict[str, int] = {}

    def level(node: str) -> int:
        if node not in known:
            known[node] = 0
            known[node] = 1 + max((level(other) for other in found.get(node, ())), default=0)
        return known[node]

    return {node: level(node) for node in sorted(found)}
