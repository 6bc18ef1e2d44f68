"""No function over 50 lines, no file over 350, no folder of more than some twenty files."""

from collections import Counter
from collections.abc import Mapping

from tests.house.exceptions import FULL_FOLDERS, LONG_FILES, LONG_FUNCTIONS
from tools.rooms import HOUSE, Module, functions, modules

FUNCTION_LINES, FILE_LINES, FOLDER_FILES = 50, 350, 22


def over(sizes: Mapping[str, int], most: int) -> dict[str, int]:
    """Return what is bigger than it may be."""
    return {name: size for name, size in sizes.items() if size > most}


def wrong(found: Mapping[str, int], excepted: Mapping[str, str]) -> list[str]:
    """Return what is over the mark without a reason, and the reasons that nothing needs any more."""
    return [*(f"{name}: {size}" for name, size in found.items() if name not in excepted),
            *(f"{name} is no longer over the mark" for name in excepted if name not in found)]  # fmt: skip


def test_no_function_is_too_long() -> None:
    sizes = {name: size for module in modules() for name, size in functions(module)}
    assert len(sizes) > 2500
    assert wrong(over(sizes, FUNCTION_LINES), LONG_FUNCTIONS) == []


def test_no_file_is_too_long() -> None:
    assert wrong(over({module.name: module.lines for module in modules()}, FILE_LINES), LONG_FILES) == []


def test_no_folder_is_too_full() -> None:
    files = (module for module in modules() if not module.is_folder)
    sizes = Counter(module.path.parent.relative_to(HOUSE).as_posix() for module in files)
    assert wrong(over(sizes, FOLDER_FILES), FULL_FOLDERS) == []


def test_a_long_method_and_a_useless_exception_are_seen() -> None:
    text = "class A:\n    def short(self): ...\n    def long(self):\n" + "        pass\n" * 50
    sizes = dict(functions(Module("m", HOUSE / "m.py", text)))
    assert over(sizes, FUNCTION_LINES) == {"m.A.long": 51}
    assert wrong({"m.A.long": 51}, {"m.A.short": "why"}) == [
        "m.A.long: 51",
        "m.A.short is no longer over the mark",
    ]
