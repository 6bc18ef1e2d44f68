"""`python -m tools.architecture`: draw rooms, folders and who imports whom into docs/architecture.md."""

from collections.abc import Iterator

from tools.graph import Graph, between, circles, imports, levels, without_shortcuts
from tools.rooms import HOUSE, ROOMS, Module, modules

PAGE = HOUSE / "docs" / "architecture.md"
HEAD = """# Architecture

Made from the code by `make picture` (`tools/architecture.py`); a test says whether it is up to date, so
change the code, not this page. What each room is for: `CONTRIBUTING.md`. Why it is so: `docs/why.md`.

An arrow says "imports". Arrows that follow from others (A to C, where A leads to B and B to C) are left out.
Folders are drawn; files that stand by themselves in a room are in the tables below, in layers: each imports
only from the layers above its line. Imports inside functions count like any other.
"""


def page(found: tuple[Module, ...]) -> str:
    """Return the whole page for these modules."""
    graph = imports(found)
    parts = [HEAD, _picture(found, graph), _circles(found, graph)]
    return "\n".join([*parts, *(_room(room, graph, found) for room in reversed(ROOMS))])


def _picture(found: tuple[Module, ...], graph: Graph) -> str:
    lines = ["```mermaid", "flowchart TB"]
    for room in reversed(ROOMS):
        lines += [f"  subgraph {room}", *_folders(room, found, graph), "  end"]
    drawn = without_shortcuts(between(graph, ""))
    lines += [f"  {room} ==> {other}" for room in reversed(ROOMS) for other in drawn.get(room, ())]
    return "\n".join([*lines, "```", ""])


def _folders(room: str, found: tuple[Module, ...], graph: Graph) -> Iterator[str]:
    """Yield a room's folders, and what they import of one another by whatever way."""
    folders = sorted(
        name for name in _packages(found) if name.count(".") == 1 and name.startswith(f"{room}.")
    )
    yield from (f'    {_id(name)}["{name.partition(".")[2]}"]' for name in folders or [f"{room}.files"])
    inside = {name: others & set(folders) for name, others in between(graph, room).items() if name in folders}
    for name, others in without_shortcuts(inside).items():
        yield from (f"    {_id(name)} --> {_id(other)}" for other in others)


def _packages(found: tuple[Module, ...]) -> set[str]:
    return {module.name for module in found if module.is_folder}


def _id(name: str) -> str:
    return name.replace(".", "_")


def _circles(found: tuple[Module, ...], graph: Graph) -> str:
    told = [f"- {' ⇄ '.join(each)}" for each in all_circles(found, graph)]
    return "\n".join(
        ["## Circles", "", *(told or ["None, neither between modules nor between folders."]), ""]
    )


def all_circles(found: tuple[Module, ...], graph: Graph) -> list[tuple[str, ...]]:
    """Return the circles between modules, and between the children of each folder."""
    within = [circles(between(graph, folder)) for folder in ("", *sorted(_packages(found)))]
    return [*circles(graph), *(each for some in within for each in some)]


def _room(room: str, graph: Graph, found: tuple[Module, ...]) -> str:
    """Return a room's table: its files and folders in layers, those that import nothing of it first."""
    inside = between(graph, room)
    children = {
        f"{room}.{module.name.split('.')[1]}" for module in found if module.name.startswith(f"{room}.")
    }
    rows: dict[int, list[str]] = {}
    packages = _packages(found)
    for name, level in levels({child: inside.get(child, set()) for child in children}).items():
        rows.setdefault(level, []).append(_cell(name, packages))
    lines = [f"## {room}", "", "| layer | files and folders |", "|---|---|"]
    return "\n".join(
        [*lines, *(f"| {level} | {', '.join(sorted(rows[level]))} |" for level in sorted(rows)), ""]
    )


def _cell(name: str, packages: set[str]) -> str:
    """Name a file as it is, a folder with a slash."""
    return f"`{name.partition('.')[2]}{'/' if name in packages else ''}`"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(modules()), encoding="utf-8")


if __name__ == "__main__":
    main()
