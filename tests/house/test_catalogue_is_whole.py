"""The catalogue and the code fit: no key is asked for in vain, none is forgotten, each language has all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from message_templates import catalogue, formats
from receivables.acts import Act
from receivables.language import Language
from tests.house.catalogue_use import KEY, asked, named
from tests.house.french import family
from tests.house.test_sentences import FILES

ERRORS = family(list(FILES.values()))
FOLDERS = ("slack", "texts", "refusals")
GIVEN = {"closest"}
"""Facts that an error has of itself."""


def keys(folder: str, language: Language = Language.FR) -> dict[str, str]:
    return {
        key: text
        for subject in catalogue.subjects(language, folder)
        for key, text in catalogue.sources(folder, subject, language).items()
    }


KNOWN = {folder: keys(folder) for folder in FOLDERS}


def variables(text: str) -> set[str]:
    environment = Environment(autoescape=False)
    for name in (*formats.FILTERS, "who", "quoted", "rate", "label"):
        environment.filters[name] = str
    return meta.find_undeclared_variables(environment.parse(text))


def calls() -> Iterator[tuple[str, str, str, frozenset[str] | None]]:
    for name, source in FILES.items():
        for each in asked(source, ERRORS):
            yield f"{name}:{each.line}", each.folder, each.key, each.facts


def test_each_sentence_asked_for_is_there() -> None:
    assert [f"{where}: {key}" for where, folder, key, _ in calls() if key not in KNOWN[folder]] == []


def test_each_key_that_is_written_out_is_there() -> None:
    """Constants and tables of codes, whose use cannot be seen from the call."""
    everything = set().union(*KNOWN.values()) | {act.value for act in Act}
    subjects = {key.partition(".")[0] for key in everything}
    unknown = [
        f"{name}: {word}"
        for name, source in FILES.items()
        if name.startswith(("receivables/", "store/", "scheduler/", "correspondence/", "bot/"))
        if not name.startswith("store/db/")
        for word in named(source)[0] - everything
        if KEY.match(word) and word.partition(".")[0] in subjects
        if not word.endswith(("_", ".html", ".json", ".txt", ".toml"))
    ]
    assert unknown == []


def test_each_sentence_is_given_what_fills_it() -> None:
    lacking = [
        f"{where}: {key} lacks {sorted(missing)}"
        for where, folder, key, facts in calls()
        if facts is not None and key in KNOWN[folder]
        if (missing := variables(KNOWN[folder][key]) - facts - GIVEN)
    ]
    assert lacking == []


def test_no_sentence_is_forgotten() -> None:
    found = [named(source) for source in FILES.values()]
    whole = set().union(*(words for words, _ in found))
    made = re.compile("|".join(f"(?:{pattern})" for _, patterns in found for pattern in patterns))
    assert not made.fullmatch("nothing.like_it")
    forgotten = [
        f"{folder}: {key}"
        for folder in FOLDERS
        for key in KNOWN[folder]
        if key not in whole and not made.fullmatch(key)
    ]
    assert forgotten == []


@pytest.mark.parametrize("language", catalogue.languages())
@pytest.mark.parametrize("folder", FOLDERS)
def test_each_language_has_every_sentence_with_the_same_facts(folder: str, language: Language) -> None:
    there = keys(folder, language)
    assert there.keys() == KNOWN[folder].keys()
    assert [key for key in there if variables(there[key]) - variables(KNOWN[folder][key])] == []


@pytest.mark.parametrize("language", catalogue.languages())
def test_each_language_has_every_page_of_a_case_file(language: Language) -> None:
    first, own = (
        sorted(each.name for each in Path("message_templates", folder, "dossier").iterdir())
        for folder in (Language.FR, language)
    )
    assert own == first


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('raise Refused("undo.nothing_like_it")', True),
        ('say("common.nothing_like_it" if x else "common.undo")', True),
        ('raise Refused("undo.others", author=None)', False),
    ],
)
def test_a_planted_key_is_found(source: str, missing: bool) -> None:
    found = [each for each in asked(source, ERRORS) if each.key not in KNOWN[each.folder]]
    assert bool(found) is missing
