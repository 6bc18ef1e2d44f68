"""One name, one thing: no two classes of the rooms share one, no two files of a folder nearly do."""

from collections import defaultdict
from collections.abc import Iterable

from tests.house.exceptions import NAMES_OF_TWO
from tools.rooms import HOUSE, Module, classes, modules


def homonyms(found: Iterable[Module]) -> dict[str, list[str]]:
    """Return the public classes that several modules define, by name."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in found:
        for name in classes(module):
            places[name].append(module.name)
    return {name: where for name, where in places.items() if len(where) > 1}


def near(found: Iterable[Module]) -> list[tuple[str, ...]]:
    """Return the files and folders of one folder whose names differ by a plural or an underscore."""
    alike: dict[str, set[str]] = defaultdict(set)
    for module in found:
        folder, _, own = module.name.rpartition(".")
        alike[f"{folder}.{''.join(word.rstrip('s') for word in own.split('_'))}"].add(module.name)
    return [tuple(sorted(names)) for names in alike.values() if len(names) > 1]


def module(name: str, text: str = "") -> Module:
    return Module(name, HOUSE / f"{name}.py", text)


def test_no_class_name_is_given_to_two_things() -> None:
    found = homonyms(modules())
    assert {name: where for name, where in found.items() if name not in NAMES_OF_TWO} == {}
    assert [name for name in NAMES_OF_TWO if name not in found] == []


def test_no_two_files_of_a_folder_are_named_nearly_the_same() -> None:
    assert near(modules()) == []


def test_a_name_of_two_things_is_seen() -> None:
    twice = [
        module("a.x", "class Desk: ..."),
        module("b.y", "class Desk: ...\nclass _Own: ..."),
        module("c.z"),
    ]
    assert homonyms([*twice, module("d.z", "class _Own: ...")]) == {"Desk": ["a.x", "b.y"]}
    assert near([module("a.notice"), module("a.notices"), module("b.notice")]) == [("a.notice", "a.notices")]
