"""What is asked back, of every command: the button goes on with all that was said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Call
from tests.bot.conftest import Clock, Office, open_office, plain


def labels(whisper: Any) -> list[str]:
    """Return what the buttons of a whispered question say."""
    return [plain(one["text"]["text"]) for one in whisper["blocks"][1]["elements"]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/appel FAC-127 promet 500 le 15/12", "promesse de *500,00 €* pour le *mardi 15 décembre 2026*"),
        ("/appel FAC-127 rappeler Mme Roux 12 jeudi", "Note : Mme Roux 12"),
        ("/escalade FAC-127", "*FAC-124*"),
        ("/relances FAC-127", "*FAC-124*"),
        ("/relances pourquoi FAC-127", "*FAC-124*"),
        ("/relances promesse FAC-127 500 le 15/12", "*500,00 €*"),
        ("/relances pause FAC-127 jusqu’au 15/12 congés", "Motif : congés"),
        ("/relances penalites FAC-127", "FAC-124"),
        ("/relances escompte FAC-127 2 % 10 jours", "2,00 % sous 10 jours"),
        ("/relances avoir Garage Martin 120 AV-12 FAC-127", "*120,00 €*"),
    ],
)
def test_the_button_of_the_closest_number_goes_on_with_the_rest(office: Office, line: str, said: str) -> None:
    office.add_invoice("FAC-124")
    asked = office.types(line)
    assert "Aucune facture « FAC-127 »" in asked.private
    assert labels(asked.whispers[0]) == ["FAC-124"]
    seen = office.clicks(asked.whispers[0], "again:0")
    assert said in seen.public + seen.private


@pytest.mark.parametrize("word", ["avoirs", "fiche", "releve", "apercu", "apercu ferme", "echeancier"])
def test_the_button_of_the_closest_customer_goes_on(office: Office, word: str) -> None:
    office.add_invoice("FAC-124")
    asked = office.types(f"/relances {word} Garaje Martin")
    assert labels(asked.whispers[0]) == ["Garage Martin"]
    seen = office.clicks(asked.whispers[0], "again:0")
    view = office.person().view
    assert "Garage Martin" in plain(f"{seen.private}{view}")


def test_the_other_numbers_of_a_plan_stay_when_one_is_chosen(office: Office) -> None:
    for number in ("FAC-123", "FAC-124"):
        office.add_invoice(number)
    asked = office.types("/relances echeancier FAC-123 et FAC-12x")
    assert set(labels(asked.whispers[0])) == {"FAC-123", "FAC-124"}
    office.clicks(asked.whispers[0], f"again:{labels(asked.whispers[0]).index('FAC-124')}")
    view = office.person().view
    assert view is not None
    assert "2 400,00 €" in plain(view["blocks"][0]["text"]["text"])


def test_the_note_of_a_dispute_is_in_the_form_that_the_button_opens(office: Office) -> None:
    office.add_invoice("FAC-124")
    asked = office.types("/relances litige FAC-127 colis abîmé")
    office.clicks(asked.whispers[0], "again:0")
    assert "colis abîmé" in str(office.person().view)


def test_all_fields_of_the_form_of_a_call_stay_when_its_number_is_refused_or_asked_about(
    office: Office,
) -> None:
    office.add_invoice("FAC-124")
    office.add_invoice("FAC-125")
    office.types("/appel")
    fields: dict[str, str | None] = {
        "number": "FAC-127",
        "contact": "Mme Roux",
        "outcome": "voicemail",
        "callback_day": "2026-11-25",
        "callback_hour": "14:30",
        "next_what": "Renvoyer le contrat",
        "next_on": "2026-11-26",
        "note": "Deux lignes\net « guillemets »",
    }
    refused = office.sends(fields)
    assert "Les plus proches : FAC-124" in plain(refused.answer.data["errors"]["number"])
    asked = office.sends({"number": "garage martin"})
    assert labels(asked.whispers[0])[1] == "FAC-124 (reste 1 200,00 €)"
    office.clicks(asked.whispers[0], "again:1")
    with read_books(office.database, office.company) as b:
        call = b.session.query(Call).one()
        assert (call.contact, call.outcome) == ("Mme Roux", "voicemail")
        assert call.note == "Deux lignes\net « guillemets »"
        assert call.callback_at == datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


def test_a_customer_who_goes_by_a_name_that_looks_like_a_number_is_still_paused(office: Office) -> None:
    office.add_invoice("FAC-124", name="Garage 2000")
    assert "Garage 2000" in office.types("/relances pause Garage 2000 jusqu’au 15/12").public


@pytest.fixture
def shared(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot for two companies whose days are not the same at this hour."""
    clock.at = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    other = replace(
        company, key="reunion", name="Réunion", slack_channel="C0AUTRE", timezone="Indian/Reunion"
    )
    slack.world.direct("U0MARIE")
    yield from open_office(sqlite_books, company, slack, clock, other)


def test_what_was_typed_is_understood_on_the_day_of_each_company(shared: Office) -> None:
    shared.add_invoice()
    asked = shared.types("/paye FAC-123 20 hier", channel="D0MARIE")
    assert "Choisissez-la et je reprends : /paye FAC-123 20 hier" in asked.private
    values = [one["value"] for one in asked.whispers[0]["blocks"][1]["elements"]]
    assert ['"2026-11-22"' in values[0], '"2026-11-23"' in values[1]] == [True, True]
    person = shared.person("U0MARIE", "D0MARIE")
    done = shared.after(lambda: person.press(asked.whispers[0], "again:0"))
    assert "*20,00 €* reçus le 22/11/2026" in done.public


def test_a_day_that_cannot_be_told_is_asked_once_of_the_company_that_was_chosen(shared: Office) -> None:
    """« lundi », late on a Monday in Paris, is yesterday in Réunion: only Paris has to ask."""
    shared.add_invoice()
    person = shared.person("U0MARIE", "D0MARIE")
    for company, said in ((0, "c’est aujourd’hui ou une autre semaine"), (1, "Aucune facture")):
        asked = shared.types("/paye FAC-123 20 lundi par chèque", channel="D0MARIE")
        assert "Choisissez-la et je reprends" in asked.private
        seen = shared.after(
            lambda asked=asked, company=company: person.press(asked.whispers[0], f"again:{company}")
        )
        assert said in seen.private
    day = shared.types("/paye FAC-123 20 le 15/12 par chèque", channel="D0MARIE")
    year = shared.after(lambda: person.press(day.whispers[0], "again:0"))
    assert "Était-ce le 15/12/2025 ?" in year.private
    done = shared.after(lambda: person.press(year.whispers[0], "again:0"))
    assert "*20,00 €* reçus le 15/12/2025 par chèque pour *FAC-123*" in done.public


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/appel FAC-123 promet 1.100 le 15/12 Mme Roux", "Mme Roux"),
        ("/relances avoir Garage Martin 1.234 AV-12 FAC-123", "AV-12"),
    ],
)
def test_the_button_of_an_amount_keeps_the_note_and_the_number(office: Office, line: str, said: str) -> None:
    office.add_invoice(amount="5000.00")
    asked = office.types(line)
    seen = office.clicks(asked.whispers[0], "again:0")
    assert said in plain(seen.public + seen.private)


@pytest.mark.parametrize("line", ["/paye FAC-123 1.100 $", "/appel FAC-123 promet 1.100 $ le 15/12"])
def test_an_amount_in_doubt_does_not_lose_its_currency(office: Office, line: str) -> None:
    office.add_invoice(amount="5000.00")
    asked = office.types(line)
    assert "est en EUR et vous avez écrit USD" in plain(asked.private)
    assert office.outstanding() == "5000.00"


def test_a_doubt_between_amounts_speaks_the_currency_that_was_typed(office: Office) -> None:
    office.add_invoice(amount="5000.00", currency="USD")
    asked = office.types("/paye FAC-123 1.100 $")
    assert labels(asked.whispers[0]) == ["1 100,00 USD", "1,10 USD"]
    assert "*1 100,00 USD*" in plain(office.clicks(asked.whispers[0], "again:0").public)


def _undo_of(message: Any) -> str:
    found = [e for block in message["blocks"] for e in block.get("elements", ()) if e.get("type") == "button"]
    return next(str(each["action_id"]) for each in found if str(each["action_id"]).startswith("undo"))


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("/paye Garage Martin 500", "l’encaissement"),
        ("/relances promesse Garage Martin 500 le 15/12", "la promesse"),
        ("/appel Garage Martin répondeur", "l’appel"),
        ("/relances pause FAC-12 FAC-13 jusqu’au 15/12", "la suspension"),
    ],
)
def test_of_the_buttons_of_a_question_one_acts_until_it_is_taken_back(
    office: Office, line: str, done: str
) -> None:
    office.add_invoice("FAC-123")
    office.add_invoice("FAC-124")
    office.add_invoice("FAC-125")
    asked = office.types(line.replace("FAC-12 FAC-13", "Garage Marten"))
    buttons = next(block for block in asked.whispers[0]["blocks"] if block["type"] == "actions")["elements"]
    first = office.clicks(asked.whispers[0], buttons[0]["action_id"])
    assert len(first.messages) == 1, (asked.private, first.private)
    other = buttons[min(1, len(buttons) - 1)]["action_id"]
    again = office.clicks(asked.whispers[0], other)
    assert not again.messages
    assert f"Cette question a déjà sa réponse : {done}" in again.private
    assert "Pour répondre autrement, annulez d’abord." in again.private
    office.clicks(again.whispers[0], _undo_of(again.whispers[0]))
    redone = office.clicks(asked.whispers[0], other)
    assert len(redone.messages) == 1
    third = office.clicks(asked.whispers[0], buttons[0]["action_id"])
    assert not third.messages
    assert "a déjà sa réponse" in third.private


def test_an_answer_that_did_nothing_leaves_the_question_open(office: Office) -> None:
    office.add_invoice("FAC-123")
    office.add_invoice("FAC-124")
    asked = office.types("/paye Garage Martin")
    whisper = asked.whispers[0]
    buttons = next(block for block in whisper["blocks"] if block["type"] == "actions")["elements"]
    office.types("/paye FAC-123")
    taken = next(each for each in buttons if "FAC-123" in each["text"]["text"])
    free = next(each for each in buttons if "FAC-124" in each["text"]["text"])
    assert not office.clicks(whisper, taken["action_id"]).messages, "settled meanwhile"
    assert len(office.clicks(whisper, free["action_id"]).messages) == 1
