"""`python -m tools.sizes`: how big the house is: the longest functions and files, the fullest folders."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping

from tools.rooms import HOUSE, Module, functions, modules, tests

SHOWN = 8


def report(found: Iterable[Module]) -> list[str]:
    """Return lines that tell the biggest of each kind among these modules."""
    known = list(found)
    places = Counter(one.path.parent.relative_to(HOUSE).as_posix() for one in known if not one.is_folder)
    sizes = {name: size for module in known for name, size in functions(module)}
    middle = sorted(sizes.values())[len(sizes) // 2] if sizes else 0
    lines = sum(module.lines for module in known)
    return [
        f"{len(known)} files, {lines} lines, {len(sizes)} functions of {middle} lines in the middle",
        *_biggest("functions, in lines", sizes),
        *_biggest("files, in lines", {module.name: module.lines for module in known}),
        *_biggest("folders, in files", places),
    ]


def _biggest(what: str, sizes: Mapping[str, int]) -> list[str]:
    ranked = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    return [what, *(f"  {size:4} {name}" for name, size in ranked[:SHOWN])]


def main() -> None:
    """Print what the rooms measure, then the tests."""
    told = ["THE ROOMS", *report(modules()), "", "THE TESTS", *report(tests())]
    sys.stdout.write("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
