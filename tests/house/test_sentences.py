"""No sentence that people read stands in Python: it has a key in `message_templates`, in each language."""

from pathlib import Path

import pytest

from tests.house.exceptions import FRENCH
from tests.house.french import family, french, sentences, told_raw
from tools.rooms import ROOMS

ROOT = Path(__file__).parents[2]
FILES = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for room in ROOMS
    for file in sorted((ROOT / room).rglob("*.py"))
}


def test_no_sentence_stands_in_python() -> None:
    found = [
        f"{name}:{line}: {text}"
        for name, source in FILES.items()
        if name not in FRENCH
        for line, text in sentences(source)
    ]
    assert found == []


def test_each_exception_is_still_needed() -> None:
    assert [name for name in FRENCH if not sentences(FILES.get(name, ""))] == []


def test_a_caught_refusal_is_told_by_the_catalogue_and_never_by_itself() -> None:
    errors = family(list(FILES.values()))
    assert {"Refused", "Unreadable", "BadMailbox"} <= errors
    found = [f"{name}:{line}" for name, source in FILES.items() for line in told_raw(source, errors)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "Montant refusé",
        "Il manque un montant.",
        "la facture est payee",
        "n’a rien",
        "«",
        "attendu un nombre de jours",
        "Cette facture ne part pas",
    ],
)
def test_a_planted_sentence_is_found(text: str) -> None:
    for source in (f"x = {text!r}", f"raise Refused(f'{text} {{x}}')", f"f(a, b={text!r})"):
        assert sentences(source), source


@pytest.mark.parametrize(
    "text", ["payment.recorded", "the file is on the table", "SELECT id FROM la", "commercial", "par"]
)
def test_keys_and_english_are_left_alone(text: str) -> None:
    assert not french(text)


def test_docstrings_are_for_who_reads_the_code() -> None:
    assert not sentences('def f():\n    """Say « oui »."""\n    x: int\n    """Ce qui est dû."""')


@pytest.mark.parametrize("shown", ["f(str(error))", 'f(f"no: {error}")', "x = [str(error)]"])
def test_a_planted_text_of_an_error_is_found(shown: str) -> None:
    source = f"try:\n    g()\nexcept (OSError, Refused) as error:\n    {shown}\n"
    assert told_raw(source, frozenset({"Refused"})) == [4]
    assert told_raw(source, frozenset({"Unreadable"})) == []
