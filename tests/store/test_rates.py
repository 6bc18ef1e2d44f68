"""Confirming the rates of a half-year: by a person, journaled, undone; never for what is known or to come."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from receivables.rates import Semester
from store import rates, undo
from store.books import Books
from store.db.tables import JournalLine
from tests.builders import MARIE, PAUL, at
from tests.refusals import refused

AUTUMN = date(2026, 9, 1)
S2 = Semester(2026, 2)


def confirm(
    b: Books, semester: Semester = S2, refinancing: str = "2.40", legal: str | None = "2.75", by: str = MARIE
) -> rates.Confirmed:
    return rates.confirm(
        b,
        semester,
        refinancing=Decimal(refinancing),
        legal=None if legal is None else Decimal(legal),
        by=by,
        at=at(AUTUMN),
    )


def test_confirmed_rates_are_used_and_one_line_says_by_whom(books: Books) -> None:
    assert rates.rates_of(books).refinancing(S2) is None
    assert rates.to_confirm(books, today=AUTUMN) == S2
    done = confirm(books)
    assert rates.rates_of(books).refinancing(S2) == Decimal("2.40")
    assert rates.rates_of(books).floor(S2) == Decimal("8.25")
    assert rates.to_confirm(books, today=AUTUMN) is None
    lines = list(books.session.query(JournalLine))
    assert [(line.id, line.act, line.by) for line in lines] == [(done.entry_id, "rates.confirmed", MARIE)]
    assert lines[0].data["semester"] == "2026-S2"


def test_undone_they_are_to_confirm_again(books: Books) -> None:
    undo.undo(books, confirm(books).entry_id, by=PAUL, at=at(AUTUMN))
    assert rates.rates_of(books).refinancing(S2) is None


def test_a_second_confirmation_takes_the_place_of_the_first_and_undoing_brings_that_back(
    books: Books,
) -> None:
    first = confirm(books, refinancing="2.40")
    second = confirm(books, refinancing="2.45", by=PAUL)
    assert (second.replaced is not None, rates.rates_of(books).refinancing(S2)) == (True, Decimal("2.45"))
    with refused(Refused, match="Annulez d’abord la confirmation des taux"):
        undo.undo(books, first.entry_id, by=MARIE, at=at(AUTUMN))
    undo.undo(books, second.entry_id, by=MARIE, at=at(AUTUMN))
    assert rates.rates_of(books).refinancing(S2) == Decimal("2.40")
    undo.undo(books, first.entry_id, by=MARIE, at=at(AUTUMN))
    assert rates.rates_of(books).refinancing(S2) is None


def test_without_the_legal_rate_there_is_a_rate_but_no_floor(books: Books) -> None:
    confirm(books, legal=None)
    assert (rates.rates_of(books).refinancing(S2), rates.rates_of(books).floor(S2)) == (Decimal("2.40"), None)


@pytest.mark.parametrize(
    ("semester", "refinancing", "legal", "said"),
    [
        (Semester(2027, 1), "2.40", "2.75", r"ne commence que le 01/01/2027"),
        (Semester(2026, 1), "2.40", "2.75", r"2026-S1 sont déjà connus.*2,15"),
        (S2, "-0.5", "2.75", "Le taux de refinancement doit être"),
        (S2, "NaN", "2.75", "Le taux de refinancement doit être"),
        (S2, "24", "2.75", "dépasse 20"),
        (S2, "2.405", "2.75", "plus de deux décimales"),
        (S2, "2.40", "-1", "Le taux légal doit être"),
        (S2, "2.40", "Infinity", "Le taux légal doit être"),
    ],
)
def test_what_cannot_be_confirmed_is_refused(
    books: Books, semester: Semester, refinancing: str, legal: str, said: str
) -> None:
    with refused(Refused, match=said):
        confirm(books, semester, refinancing, legal)
    assert books.session.query(JournalLine).count() == 0


def test_the_same_figures_twice_change_nothing(books: Books) -> None:
    confirm(books)
    with refused(Refused, match=rf"déjà confirmés par {MARIE}.*rien n’a changé"):
        confirm(books, by=PAUL)


def test_a_half_year_that_relance_never_shipped_can_be_confirmed(books: Books) -> None:
    old = Semester(2020, 2)
    assert rates.rates_of(books).refinancing(old) is None
    confirm(books, old, "0.00", "0.84")
    assert rates.rates_of(books).refinancing(old) == Decimal("0.00")


def test_the_list_shows_those_without_any_rate_up_to_today(books: Books) -> None:
    confirm(books)
    listed = rates.listed(books, today=date(2027, 8, 1))
    assert [(str(line.semester), line.rates is not None, line.by) for line in listed[:4]] == [
        ("2027-S2", False, None),
        ("2027-S1", False, None),
        ("2026-S2", True, MARIE),
        ("2026-S1", True, None),
    ]
