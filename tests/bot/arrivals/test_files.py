"""A file dropped in the channel: tried dry, answered in the thread, brought in by whoever may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from receivables.codes.roles import Role
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from scheduler.jobs import sweep
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Arrival, Contact, ImportRun, Invoice
from tests.bot.conftest import NOW, Clock, Office, Seen, open_office, plain

LIST = "Numéro;Client;Date;Échéance;Montant TTC;Couleur\nA-1;Garage Martin;01/10/2026;31/10/2026;1200;bleu\n"
ASKED = "Numéro;Client;Échéance;Montant TTC;Règlement reçu\nA-1;Garage Martin;31/10/2026;1200;400\n"


def drop(
    office: Office, name: str, content: str | bytes, user: str = "U0MARIE", channel: str = "C0RELANCES"
) -> tuple[Any, Seen]:
    """Share a file and return what the bot says of it: the message, and what the person alone sees."""
    data = content.encode() if isinstance(content, str) else content
    seen = office.after(lambda: office.person(user, channel).upload(name, data))
    mine = [each for each in office.slack.messages(channel) if each["user"] == "U0RELANCE"]
    return (mine[-1] if mine else None), seen


def said(message: Any) -> str:
    texts = [str((block.get("text") or {}).get("text") or "") for block in message["blocks"]]
    return plain("\n".join(texts))


def buttons(message: Any) -> list[str]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row["elements"]]


def count(office: Office, table: type[Any]) -> int:
    with read_books(office.database, office.company) as b:
        return b.session.query(table).count()


def kept(office: Office) -> Arrival:
    with read_books(office.database, office.company) as b:
        found = b.session.query(Arrival).order_by(Arrival.id.desc()).first()
        assert found is not None
        b.session.expunge(found)
        return found


def test_a_list_is_tried_dry_and_told_in_its_thread(office: Office) -> None:
    message, _ = drop(office, "liste.csv", LIST)
    shared = office.slack.messages()[0]
    assert message["thread_ts"] == shared["ts"]
    assert "liste.csv* · 1 ligne : 1 nouvelle, 1 nouveau client. Rien n’est encore importé." in said(message)
    assert "Colonnes non lues : « Couleur » (par exemple : bleu)." in said(message)
    assert buttons(message) == ["Importer", "Associer les colonnes", "Abandonner"]
    assert count(office, Invoice) == 0


def test_it_is_brought_in_once_by_whoever_says_so(office: Office) -> None:
    message, _ = drop(office, "liste.csv", LIST)
    office.clicks(message, "arrival_take")
    assert "liste.csv*, importé par <@U0MARIE> · 1 ligne : 1 nouvelle" in said(message)
    assert count(office, Invoice) == 1
    assert kept(office).packed is None, "what is in the books is not kept twice"


def test_a_file_given_up_is_forgotten(office: Office) -> None:
    message, _ = drop(office, "liste.csv", LIST)
    stale = {**message, "blocks": list(message["blocks"])}
    office.clicks(message, "arrival_give_up")
    assert "abandonné par <@U0MARIE>" in said(message)
    assert kept(office).packed is None
    seen = office.clicks(stale, "arrival_take")
    assert "n’est plus gardé" in seen.private
    assert count(office, ImportRun) == 0


def test_the_same_file_again_is_said_and_a_second_press_changes_nothing(office: Office) -> None:
    message, _ = drop(office, "liste.csv", LIST)
    stale = {**message, "blocks": list(message["blocks"])}
    office.clicks(message, "arrival_take")
    assert "déjà importé" in office.clicks(stale, "arrival_take").private
    again, _ = drop(office, "copie.csv", LIST)
    assert "Ce même fichier a déjà été importé le 23/11/2026 par <@U0MARIE>." in said(again)
    assert "1 inchangée" in said(again)
    assert count(office, ImportRun) == 1


def test_questions_are_answered_in_a_form_and_the_file_is_tried_again(office: Office) -> None:
    message, _ = drop(office, "liste.csv", ASKED)
    assert "La colonne « Règlement reçu » n’est pas lue" in said(message)
    assert "1 question" in said(message)
    assert "que contient-elle ? D’ici là, ces factures sont reprises et personne n’est relancé" in said(
        message
    )
    office.clicks(message, "arrival_answer")
    office.sends({"q0": "le montant payé"})
    assert "question" not in said(message)
    office.clicks(message, "arrival_take")
    assert office.outstanding("A-1") == "800.00"


def test_a_file_taken_with_an_open_question_is_brought_in_again_with_the_answer(office: Office) -> None:
    message, _ = drop(office, "liste.csv", ASKED)
    office.clicks(message, "arrival_take")
    assert office.outstanding("A-1") == "1200.00"
    assert buttons(message) == ["Répondre aux questions"]
    office.clicks(message, "arrival_answer")
    office.sends({"q0": "le montant payé"})
    assert office.outstanding("A-1") == "800.00"
    assert buttons(message) == []
    assert kept(office).packed is None


def test_columns_are_said_in_a_form(office: Office) -> None:
    odd = LIST.replace("Couleur", "Zone libre").replace("bleu", "marie@garage-martin.example")
    message, _ = drop(office, "liste.csv", odd)
    office.clicks(message, "arrival_map")
    office.sends({"Zone libre": "l’adresse e-mail"})
    assert "Zone libre" not in said(message)
    office.clicks(message, "arrival_take")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Contact).one().email == "marie@garage-martin.example"
    next_month, _ = drop(office, "decembre.csv", odd.replace("A-1", "A-2"))
    assert "Zone libre" not in said(next_month), "what was said is remembered for files of this shape"


def test_what_is_wrong_is_named_by_line_and_nothing_can_be_imported(office: Office) -> None:
    message, _ = drop(office, "liste.csv", LIST.replace("1200", "douze"))
    assert "ne peut pas être importé tel quel" in said(message)
    assert "• ligne 2, « Montant TTC » : « douze »" in said(message)
    assert "Importer" not in buttons(message)


@pytest.mark.parametrize("name", ["photo.png", "contrat.pdf", "notes.txt", "flux.xml"])
def test_the_channel_hears_nothing_of_what_is_no_list(office: Office, name: str) -> None:
    message, seen = drop(office, name, b"%PDF-1.4 rien")
    assert message is None
    assert not seen.whispers


def test_who_sends_it_to_the_bot_is_told_what_it_reads(office: Office) -> None:
    office.slack.world.direct("U0MARIE")
    _, seen = drop(office, "photo.png", b"\x89PNG", channel="D0MARIE")
    assert "Je ne lis que les listes" in seen.private


def test_sent_to_the_bot_it_is_answered_there_and_the_import_is_told_in_the_channel(office: Office) -> None:
    office.slack.world.direct("U0MARIE")
    message, _ = drop(office, "liste.csv", LIST, channel="D0MARIE")
    assert "1 nouvelle" in said(message)
    seen = office.after(lambda: office.person(channel="D0MARIE").press(message, "arrival_take"))
    assert "importé par <@U0MARIE>" in seen.public


def test_guests_and_the_bot_s_own_files_are_not_taken(office: Office) -> None:
    for user in ("U0INVITE", "U0EXTERNE", "U0RELANCE"):
        drop(office, "liste.csv", LIST, user=user)
    assert count(office, Arrival) == 0


def test_one_too_large_is_not_fetched(office: Office) -> None:
    seen = office.after(lambda: office.person().upload("gros.csv", b"x", size=21_000_000))
    assert "trop gros pour passer par Slack (21 Mo, 20 au plus)" in seen.private
    assert count(office, Arrival) == 0


@pytest.fixture
def ranked(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    roles = {Role.COMMERCIAL: ("U0KARIM",), Role.FINANCE: ("U0MARIE",)}
    yield from open_office(sqlite_books, replace(company, roles=roles), slack, clock)


def test_a_salesman_is_told_who_may_and_nothing_is_kept(ranked: Office) -> None:
    _, seen = drop(ranked, "liste.csv", LIST, user="U0KARIM")
    assert "Il faut le rôle « finance »" in seen.private
    assert count(ranked, Arrival) == 0
    message, _ = drop(ranked, "liste.csv", LIST)
    seen = ranked.clicks(message, "arrival_take", user="U0KARIM")
    assert "Il faut le rôle « finance »" in seen.private
    assert count(ranked, Invoice) == 0


def test_files_that_nobody_brings_in_are_forgotten_after_a_month(office: Office) -> None:
    drop(office, "liste.csv", LIST)
    for days, stands in ((29, True), (31, False)):
        sweep(office.database, office.company, at=NOW + timedelta(days=days))
        assert (kept(office).packed is not None) is stands
