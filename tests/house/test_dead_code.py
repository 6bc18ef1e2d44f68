"""No dead code: what vulture finds unused is taken out, or listed with the reason why it stands."""

from fnmatch import fnmatchcase
from pathlib import Path

from vulture import Vulture

from tests.house.exceptions import USED_ELSEWHERE
from tools.rooms import HOUSE, modules


def unused(*paths: Path) -> set[str]:
    """Return what nothing in these files uses: `file:name`."""
    found = Vulture()
    found.scavenge([str(path) for path in paths])
    return {f"{_place(Path(item.filename))}:{item.name}" for item in found.get_unused_code()}


def _place(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix() if path.is_relative_to(HOUSE) else path.name


def test_no_code_is_dead() -> None:
    found = sorted(unused(*(module.path for module in modules())))
    assert [name for name in found if not any(fnmatchcase(name, each) for each in USED_ELSEWHERE)] == []
    assert [each for each in USED_ELSEWHERE if not any(fnmatchcase(name, each) for name in found)] == []


def test_a_dead_function_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def used(): ...\ndef dead(): ...\nused()\n", encoding="utf-8")
    assert unused(tmp_path / "a.py") == {"a.py:dead"}
