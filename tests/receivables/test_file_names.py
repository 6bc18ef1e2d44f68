"""File names made from foreign text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.file_names import Names, safe


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FAC-123", "FAC-123"),
        ("FAC/2026/01 é", "FAC-2026-01-e"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp\\x", "C-temp-x"),
        ("Société Générale & Cœur", "Societe-Generale-Coeur"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ("株式会社", "sans-nom"),
        ("…", "sans-nom"),
        ("-rf", "rf"),
    ],
)
def test_a_name_is_safe_everywhere(text: str, name: str) -> None:
    assert safe(text) == name


@given(st.lists(st.text(max_size=80), max_size=20))
def test_any_names_give_paths_of_their_own_that_stay_in_their_folder(names: list[str]) -> None:
    given_ = Names()
    paths = [given_.give("factures", name, "pdf") for name in names]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        folder, _, name = path.partition("/")
        assert (folder, name.endswith(".pdf")) == ("factures", True)
        assert "/" not in name
        assert not name.startswith(".")
        assert len(name) <= 75
