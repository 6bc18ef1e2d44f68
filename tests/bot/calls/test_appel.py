"""Conversations with /appel."""

import pytest

from store.books import read_books
from store.db.tables import Call, Promise
from tests.bot.conftest import Office, plain


def test_a_promise_in_a_line_is_echoed_with_its_day(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/appel FAC-123 promet 1200 le 15/12")
    assert plain(seen.public) == (
        "<@U0MARIE> a appelé *Garage Martin* au sujet de *FAC-123* : promesse de *1 200,00 €* pour le "
        "*mardi 15 décembre 2026*. Les relances attendent jusqu’au 17/12/2026. "
        "Prochaine relance : le vendredi 18 décembre 2026 (relance ferme)."
    )
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Promise).one().ended_how == "undone"
        assert b.session.query(Call).one().undone_at is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/appel FAC-123 répondeur", "message laissé sur le répondeur."),
        ("/appel FAC-123 a promis de payer vendredi", "pour le *vendredi 27 novembre 2026*"),
        ("/appel FAC-123 litige colis abîmé <@U0PAUL>", "Le litige est ouvert"),
        ("/appel fac 123 rappeler Mme Roux jeudi", "Note : Mme Roux"),
    ],
)
def test_an_outcome_in_a_line(office: Office, line: str, said: str) -> None:
    office.add_invoice()
    assert said in office.types(line).public


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/appel FAC-123 promet 1200", "Pour quelle date la promesse ?"),
        ("/appel FAC-123 promet 1200 le 15/11", "de quelle année ?"),
        ("/appel FAC-123 promet 1200 le 20/11/2026", "20/11/2026"),
        ("/appel FAC-123 promet 1.200 le 15/12", "est-ce 1 200,00 € ou 1,200 ?"),
        ("/appel FAC-123 promet 1200 la semaine prochaine", "trop vague"),
        ("/appel FAC-123 promet 500 $ le 15/12", "FAC-123 est en EUR"),
    ],
)
def test_an_unclear_promise_is_asked_and_nothing_is_written(office: Office, line: str, sentence: str) -> None:
    office.add_invoice()
    seen = office.types(line)
    assert sentence in seen.private
    assert not seen.messages
    with read_books(office.database, office.company) as b:
        assert b.session.query(Call).count() == 0


def test_the_form_takes_who_outcome_promise_and_note(office: Office) -> None:
    office.add_invoice()
    office.types("/appel FAC-123")
    view = office.person().view
    assert view is not None
    assert "reste 1 200,00 €" in plain(view["blocks"][0]["text"]["text"])
    seen = office.sends(
        {
            "contact": "Mme Roux",
            "outcome": "promise",
            "promise_date": "2026-12-15",
            "promise_amount": "600",
            "note": "Trésorerie tendue & reprise en janvier",
        }
    )
    assert "*Garage Martin* (Mme Roux)" in seen.public
    assert "promesse de *600,00 €*" in seen.public
    assert "Note : Trésorerie tendue &amp; reprise en janvier" in seen.public


def test_words_without_an_outcome_are_kept_as_the_note_of_the_form(office: Office) -> None:
    office.add_invoice()
    office.types("/appel FAC-123 parlé à Mme Roux")
    view = office.person().view
    assert view is not None
    assert view["blocks"][-1]["element"]["initial_value"] == "parlé à Mme Roux"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"outcome": "promise"}, "promise_date"),
        ({"outcome": "promise", "promise_date": "2026-11-01"}, "promise_date"),
        ({"outcome": "reached", "promise_date": "2026-12-01"}, "promise_date"),
        ({"outcome": "reached", "promise_amount": "50"}, "promise_amount"),
        ({"outcome": "promise", "promise_date": "2026-12-01", "promise_amount": "1.234"}, "promise_amount"),
    ],
)
def test_the_form_says_what_does_not_fit(office: Office, fields: dict[str, str | None], wrong: str) -> None:
    office.add_invoice()
    office.types("/appel FAC-123")
    assert list(office.sends(fields).answer.data["errors"]) == [wrong]


def test_a_paid_invoice_takes_no_promise(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123")
    assert "Il n’y a plus rien à réclamer" in office.types("/appel FAC-123 promet le 15/12").private
    assert "a appelé" in office.types("/appel FAC-123 joint").public


def test_a_promise_by_telephone_shows_the_customer_s_record(office: Office) -> None:
    office.add_invoice()
    assert "tenue" not in office.types("/appel FAC-123 promet le 1/12/2026").public
    second = office.types("/appel FAC-123 promet le 8/12/2026", user="U0PAUL").public
    assert (
        "La promesse du 01/12/2026 est reportée. Ses promesses jusqu’ici : 0 tenue sur 1, dont 1 reportée."
        in second
    )
    assert "c’est le 2e report d’affilée" in office.types("/appel FAC-123 promet le 15/12/2026").public
