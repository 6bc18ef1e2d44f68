"""Who may act: roles, groups, guests, other workspaces, several companies, and Slack itself."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from receivables.company import Company
from relance.demo.slack_person import Signed, SlackPerson, signed_request, to_app
from relance.demo.slack_standin import SlackStandin
from store.db.engine import Database
from tests.bot.conftest import Clock, Office, open_office

ROLES = {
    "commercial": ("S0VENTE",),
    "finance": ("U0MARIE", "S0COMPTA"),
    "responsable": ("U0PAUL",),
}


@pytest.fixture
def strict(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot whose company names who may do what."""
    yield from open_office(sqlite_books, replace(company, roles=ROLES), slack, clock)


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("U0INVITE", "Les invités n’agissent pas"),
        ("U0EXTERNE", "Vous venez d’un autre espace de travail"),
        ("U0PARTI", "il faut un membre actif"),
        ("U0INCONNU", "Vous venez d’un autre espace de travail"),
    ],
)
def test_strangers_are_refused_with_a_sentence(office: Office, user: str, sentence: str) -> None:
    office.add_invoice()
    seen = office.types("/paye FAC-123", user=user)
    assert sentence in seen.private
    assert office.outstanding() == "1200.00"


def test_a_request_from_another_workspace_is_refused(office: Office) -> None:
    office.add_invoice()
    stranger = SlackPerson(office.slack, "U0MARIE", to_app(office.app), team="T0AILLEURS")
    seen = office.after(lambda: stranger.command("/paye FAC-123"))
    assert "autre espace de travail" in seen.private
    assert office.outstanding() == "1200.00"


def test_a_member_of_the_group_may_declare_but_not_send(strict: Office) -> None:
    strict.add_invoice()
    assert "*10,00 €*" in strict.types("/paye FAC-123 10", user="U0SOPHIE").public
    shown = strict.types("/escalade FAC-123").whispers[0]
    refused = strict.clicks(shown, "escalade_send", user="U0SOPHIE")
    assert "Il faut le rôle « finance »" in refused.private
    assert "[company.durand.roles]" in refused.private
    assert "envoie maintenant" in strict.clicks(shown, "escalade_send").public


def test_each_takes_back_their_own_acts_and_finance_those_of_others(strict: Office) -> None:
    strict.add_invoice()
    by_finance = strict.types("/paye FAC-123 10").messages[0]
    refused = strict.clicks(by_finance, "undo", user="U0SOPHIE")
    assert "noté par <@U0MARIE> : cette personne peut l’annuler" in refused.private
    assert "rôle « finance »" in refused.private
    assert strict.outstanding() == "1190.00"
    own = strict.types("/paye FAC-123 20", user="U0SOPHIE").messages[0]
    strict.clicks(own, "undo", user="U0SOPHIE")
    assert strict.outstanding() == "1190.00"
    again = strict.types("/paye FAC-123 30", user="U0SOPHIE").messages[0]
    strict.clicks(again, "undo")
    assert strict.outstanding() == "1190.00"


def test_a_manager_may_do_what_finance_may(strict: Office) -> None:
    strict.add_invoice()
    assert strict.types("/paye FAC-123", user="U0PAUL").public


def test_who_has_no_role_is_told_which_key_to_set(strict: Office) -> None:
    strict.slack.add_people([{**strict.slack.world.people["U0MARIE"], "id": "U0NEUF"}])
    seen = strict.types("/relances", user="U0NEUF")
    assert "Il faut le rôle « commercial »" in seen.private


def test_when_slack_cannot_answer_nothing_is_done(strict: Office) -> None:
    strict.add_invoice()
    strict.slack.fail("usergroups.users.list", "http_500", times=9)
    seen = strict.types("/paye FAC-123", user="U0SOPHIE")
    assert "Slack ne répond pas" in seen.private
    assert strict.outstanding() == "1200.00"


def test_people_are_asked_for_once_in_a_while_only(strict: Office, clock: Clock) -> None:
    strict.add_invoice()
    for _ in range(3):
        strict.types("/relances", user="U0SOPHIE")
    assert len(strict.slack.called("users.info")) == 1
    clock.at += timedelta(minutes=6)
    strict.types("/relances", user="U0SOPHIE")
    assert len(strict.slack.called("users.info")) == 2


def test_the_form_is_checked_again_when_it_is_sent(strict: Office, clock: Clock) -> None:
    strict.add_invoice()
    strict.types("/paye", user="U0SOPHIE")
    strict.slack.add_people([{**strict.slack.world.people["U0SOPHIE"], "is_restricted": True}])
    clock.at += timedelta(minutes=6)
    seen = strict.sends({"number": "FAC-123"}, user="U0SOPHIE")
    assert "Les invités n’agissent pas" in seen.private
    assert strict.outstanding() == "1200.00"


@pytest.fixture
def shared(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot for two companies, each with its channel."""
    other = replace(company, key="seconde", name="Seconde & Fils", slack_channel="C0SECONDE")
    place = {"id": "C0SECONDE", "name": "seconde", "is_im": False, "is_member": True}
    slack.world.channels["C0SECONDE"] = place
    slack.world.direct("U0MARIE")
    yield from open_office(sqlite_books, company, slack, clock, other)


def test_with_several_companies_the_channel_says_which_or_the_person_does(shared: Office) -> None:
    shared.add_invoice()
    marie = shared.person("U0MARIE", "D0MARIE")
    assert shared.types("/paye FAC-123 10").public
    asked = shared.types("/paye FAC-123 20", channel="D0MARIE")
    assert "Pour quelle société ?" in asked.private
    (whisper,) = asked.whispers
    labels = [one["text"]["text"] for one in whisper["blocks"][1]["elements"]]
    assert labels == ["Atelier Durand SAS", "Seconde & Fils"]
    assert "*20,00 €*" in shared.after(lambda: marie.press(whisper, "again:0")).public
    (whisper,) = shared.types("/paye FAC-123 30", channel="D0MARIE").whispers
    unknown = shared.after(lambda: marie.press(whisper, "again:1"))
    assert "Aucune facture « FAC-123 »" in unknown.private


# --- what Slack did not sign, and what it delivers twice


def _tampered(signed: Signed) -> Signed:
    return Signed(signed.body.replace("FAC-123", "FAC-124"), signed.headers)


@pytest.mark.parametrize("how", ["unsigned", "stale", "tampered", "wrong_secret"])
def test_what_slack_did_not_sign_is_refused(office: Office, how: str) -> None:
    office.add_invoice()
    form = office.person().command_form("/paye FAC-123")
    requests = {
        "unsigned": Signed(signed_request(form).body, {"Content-Type": "application/x-www-form-urlencoded"}),
        "stale": signed_request(form, at=1_700_000_000),
        "tampered": _tampered(signed_request(form)),
        "wrong_secret": signed_request(form, "un-autre-secret"),
    }
    assert to_app(office.app)(requests[how]).status == 401
    office.settle()
    assert office.outstanding() == "1200.00"


def test_the_same_delivery_twice_changes_nothing_the_second_time(office: Office) -> None:
    office.add_invoice()
    signed = signed_request(office.person().command_form("/paye FAC-123 100"))
    threads = [threading.Thread(target=to_app(office.app), args=(signed,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.settle()
    assert office.outstanding() == "1100.00"
    assert len(office.slack.messages()) == 1


def test_a_double_click_on_undo_undoes_once(office: Office) -> None:
    office.add_invoice()
    said = office.types("/paye FAC-123").messages[0]
    block, element = said["blocks"][1], said["blocks"][1]["elements"][0]
    payload = office.person().actions(said, block, element, None)
    late_click = office.person().actions(said, block, element, None)
    signed = signed_request({"payload": json.dumps(payload)})
    for _ in range(2):
        assert to_app(office.app)(signed).status == 200
        office.settle()
    assert office.outstanding() == "1200.00"
    assert not office.slack.ephemerals
    click = signed_request({"payload": json.dumps(late_click)})
    later = office.after(lambda: to_app(office.app)(click))
    assert "Déjà annulé par <@U0MARIE>" in later.private


def test_a_refusal_is_acknowledged_at_once_every_time(office: Office) -> None:
    answers = [office.types("/paye FAC-1 hier avant-hier").answer for _ in range(30)]
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < 2


def test_what_goes_wrong_on_our_side_gives_a_reference(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.add_invoice()
    office.slack.fail("views.open", "internal_error")
    seen = office.types("/paye")
    assert "transmettez cette référence" in seen.private
    logged = [record for record in caplog.records if record.message == "listener_failed"]
    assert len(logged) == 1
    assert logged[0].__dict__["reference"] in seen.private


def test_the_word_payload_may_be_typed(office: Office) -> None:
    office.add_invoice()
    assert "Je n’ai pas compris « payload »" in office.types("/paye payload").private


def test_a_command_with_that_word_is_signed_like_any_other(office: Office) -> None:
    form = {"command": "/paye", "text": "payload", "user_id": "U0MARIE", "channel_id": "C0RELANCES"}
    assert to_app(office.app)(signed_request(form, "another secret")).status == 401
