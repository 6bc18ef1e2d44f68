"""`relance preview`: what a customer would read at a step today."""

import email
import email.policy
import json
import sqlite3
from pathlib import Path

import pytest
import time_machine

from tests.relance.conftest import Run
from tests.relance.test_cli import plain

TODAY = "2026-04-08T08:00:00+00:00"


@pytest.fixture
def filled(run: Run) -> Run:
    """The command line on 8 April: FAC-1 is a week late, FAC-2 falls due on the 20th."""
    assert run("import", "factures.csv", "--at", "2026-03-02").status == 0
    return run


@pytest.fixture(autouse=True)
def _eighth_of_april(request: pytest.FixtureRequest) -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def note(folder: Path, **columns: str) -> None:
    """Note something about all customers."""
    with sqlite3.connect(folder / "relance.db") as books:
        for name, value in columns.items():
            books.execute(f"UPDATE customers SET {name} = ?", [value])
    books.close()


def test_the_mail_that_leaves_today_is_shown_as_it_is(filled: Run) -> None:
    said = filled("preview", "ferme", "garage martin")
    text = plain(said.out)
    assert said.status == 0
    assert text.startswith("relance ferme (ferme) pour Garage Martin, en français, avec « vous »\n")
    assert "le message prévu pour aujourd'hui" in text
    assert "À : compta@martin.example" in text
    subject = next(line for line in text.splitlines() if line.startswith("Objet :"))
    assert "FAC-1 échue le 1er avril" in subject
    assert "1 200,00 €" in subject
    assert "échéance 01/04/2026, 7 jours de retard" in text
    assert "1 200,00 €" in text


def test_the_same_words_leave(filled: Run, folder: Path) -> None:
    shown = plain(filled("preview", "ferme", "garage martin").out)
    filled("tick", "--at", "2026-04-08T10:30")
    (file,) = (folder / "out").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert plain(body.get_content()).replace("\r\n", "\n").strip() in shown


NAMED = [
    ("echeance", "Boulangerie Léa", "arrive à échéance le lundi 20 avril 2026"),
    ("renforcee", "Garage Martin", "elle dirait de ce qu'il doit aujourd'hui"),
    ("renforcee", "Boulangerie Léa", "rempli avec une facture d'exemple"),
    ("firm", "FAC-1", "Peut-être vous a-t-elle échappé"),
    ("soft", "FAC-1", "simple oubli"),
    ("Relance Ferme", "garage", "Peut-être vous a-t-elle échappé"),
    ("appel", "garage", "n'écrit rien au client"),
    ("mise_en_demeure", "garage", "ajoutez --pdf FICHIER"),
]


def test_steps_and_customers_go_by_any_of_their_names(filled: Run) -> None:
    for step, client, words in NAMED:
        said = filled("preview", step, client)
        assert said.status == 0
        assert words in " ".join(plain(said.out).split())


def test_the_customers_form_and_language_are_used_and_others_may_be_asked_for(
    filled: Run, folder: Path
) -> None:
    note(folder, address_form="tu")
    assert "Elle t'a peut-être échappé" in " ".join(plain(filled("preview", "ferme", "FAC-1").out).split())
    note(folder, language="en")
    english = " ".join(plain(filled("preview", "ferme", "FAC-1").out).split())
    assert "which fell due on 1 April 2026, remains unpaid" in english
    assert "€1,200.00" in english
    french = filled("preview", "ferme", "FAC-1", "--language", "fr", "--form", "vous")
    assert "avec « vous »" in plain(french.out)


def test_the_page_opens_by_itself_with_its_code_within(filled: Run, folder: Path) -> None:
    said = filled("preview", "ferme", "FAC-1", "--html", "apercu.html")
    page = (folder / "apercu.html").read_text(encoding="utf-8")
    assert "data:image/png;base64,iVBOR" in page
    assert "cid:" not in page
    assert "1 200,00 €" in plain(page)
    assert "1 200,00 €" in plain((folder / "apercu.txt").read_text(encoding="utf-8"))
    assert "Écrit : apercu.html, apercu.txt" in plain(said.out)


def test_a_letters_page_is_a_pdf(filled: Run, folder: Path) -> None:
    note(folder, kind="business", postal_address="3 rue du Port\n44000 Nantes")
    assert filled("preview", "mise_en_demeure", "FAC-1", "--pdf", "lettre.pdf").status == 0
    assert (folder / "lettre.pdf").read_bytes().startswith(b"%PDF-")
    assert filled("preview", "reminder_letter", "FAC-1", "--pdf", "rappel.pdf").status == 0
    assert (folder / "rappel.pdf").read_bytes().startswith(b"%PDF-")


def test_a_wrong_text_of_the_companys_own_is_named(filled: Run, folder: Path) -> None:
    settings, own = folder / "relance.toml", folder / "textes" / "email" / "firm"
    settings.write_text(settings.read_text(encoding="utf-8") + 'templates = "textes"\n', encoding="utf-8")
    own.mkdir(parents=True)
    for text, words in (("\n{{ nom_client }}", "nom_client"), ("\n{{ customer", "ligne 2")):
        (own / "text.txt").write_text(text, encoding="utf-8")
        said = filled("preview", "ferme", "FAC-1")
        assert (said.status, "Traceback" in said.err) == (1, False)
        assert "firm/text.txt, ligne 2" in plain(said.err)
        assert words in said.err


REFUSED = [
    (("firme", "FAC-1"), 1, "Aucune étape « firme ». Les plus proches : ferme."),
    (("zzz", "FAC-1"), 1, "Celles de ce client : amicale, echeance, ferme"),
    (("ferme", "Garrage Martin"), 1, "Les plus proches : Garage Martin."),
    (("ferme", "FAC-1", "--language", "de"), 2, "attendu fr ou en"),
    (("ferme", "FAC-1", "--html", "nulle/part.html"), 1, "ne peut pas être écrit"),
    (("ferme", "FAC-1", "--pdf", "x.pdf"), 1, "ajoutez plutôt --html FICHIER"),
    (("mise_en_demeure", "Boulangerie Léa", "--pdf", "x.pdf"), 1, "aucune facture qui relève"),
]


def test_what_cannot_be_shown_is_said(filled: Run) -> None:
    for arguments, status, words in REFUSED:
        said = filled("preview", *arguments)
        assert said.status == status
        assert words in plain(said.err)


def test_looking_changes_nothing(filled: Run) -> None:
    before = json.dumps(filled("plan", "--json").json)
    filled("preview", "ferme", "FAC-1")
    assert json.dumps(filled("plan", "--json").json) == before
    assert filled("outbox", "--json").json == []
