"""The picture of the rooms is that of the code, and no import goes round."""

from tools.architecture import PAGE, all_circles, page
from tools.graph import between, circles, imports, levels, without_shortcuts
from tools.rooms import HOUSE, Module, modules


def module(name: str, text: str = "") -> Module:
    return Module(name, HOUSE / f"{name.replace('.', '/')}.py", text)


def test_the_picture_is_up_to_date() -> None:
    assert page(modules()) == PAGE.read_text(encoding="utf-8"), "draw it again: make picture"


def test_no_import_goes_round() -> None:
    """Late imports included: between modules, and between the files and folders of each folder."""
    assert all_circles(modules(), imports(modules())) == []


def test_a_late_import_that_goes_round_is_seen() -> None:
    late = "def f():\n    from a.y import g\n    return g\n"
    found = imports([module("a.x", late), module("a.y", "from a import x"), module("a.z", "import a.x")])
    assert found == {"a.x": {"a.y"}, "a.y": {"a.x"}, "a.z": {"a.x"}}
    assert circles(found) == [("a.x", "a.y")]


def test_two_folders_that_import_each_other_are_seen_though_no_module_does() -> None:
    found = imports(
        [
            module("a.x.one", "from a.y import one"),
            module("a.y.one"),
            module("a.y.two", "from a.x.two import f"),
            module("a.x.two"),
        ]
    )
    assert circles(found) == []
    assert between(found, "a") == {"a.x": {"a.y"}, "a.y": {"a.x"}}


def test_what_follows_from_the_rest_is_not_drawn() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert without_shortcuts(graph) == {"a": ["b"], "b": ["c"], "c": []}
    assert levels(graph) == {"a": 3, "b": 2, "c": 1}
