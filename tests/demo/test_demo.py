"""The try-out as people live it: lines typed, what the screen says, the mails that leave."""

import io
import re
from datetime import date

import pytest

from receivables.errors import RelanceError
from relance.demo import play_demo
from relance.demo.company_data import clients, company, ledger, write_export
from relance.demo.conversation import Conversation
from relance.demo.screen import Screen, console
from relance.demo.stage import open_stage
from tests.refusals import refused

FRIDAY = date(2026, 11, 20)


class Session:
    """A conversation and what its screen shows."""

    def __init__(self, stage):
        self.stage, self.paper = stage, io.StringIO()
        self.talk = Conversation(
            stage, Screen(stage.slack.world, stage.company.zone, console(self.paper, 100))
        )

    def type(self, *lines):
        """Type lines; return what the last one shows, spaces made plain."""
        for line in lines:
            self.paper.truncate(0)
            self.paper.seek(0)
            self.goes_on = self.talk.hear(line)
        return re.sub(r"[\s│┃]+", " ", self.paper.getvalue())


@pytest.fixture(scope="module")
def friday(tmp_path_factory):
    """A morning without the weeks before: one import, the plan, the sends."""
    with open_stage(tmp_path_factory.mktemp("essai"), FRIDAY) as stage:
        stage.bring_in(FRIDAY)
        session = Session(stage)
        session.talk.open_day(FRIDAY)
        session.opening = session.paper.getvalue()
        yield session


@pytest.fixture
def session(friday):
    """The same morning, Marie at the keyboard, no form open."""
    friday.type("moi Marie")
    friday.stage.slack.world.close_views("U0MARIE")
    return friday


def number(session, code, rank=0):
    return session.stage.ledger.of(code, rank).number


# --- the company ------------------------------------------------------------------------------------------


def test_the_company_is_the_same_every_time_whatever_the_day():
    first, second = (ledger(day, company().calendar) for day in (FRIDAY, date(2027, 3, 2)))
    assert [(b.number, b.client.code, b.amount) for b in first.bills] == [
        (b.number, b.client.code, b.amount) for b in second.bills
    ]
    assert len(clients()) == 40
    assert 180 <= len(first.known_on(FRIDAY)) + len([b for b in first.bills if b.paid_on]) <= 320


def test_the_export_is_what_an_accounting_program_writes(tmp_path):
    book = ledger(FRIDAY, company().calendar)
    lines = write_export(tmp_path / "e.csv", book.known_on(FRIDAY)).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Code client;Nom du client;")
    assert "C001;Hôtel du Port;Claire Guillou;compta@hotel-port.example" in "\n".join(lines)


# --- the morning ------------------------------------------------------------------------------------------


def test_the_digest_is_drawn_from_its_blocks(friday):
    shown = friday.opening.replace("\u00a0", " ")
    for part in ("Encaissements du vendredi 20 novembre 2026", "Hôtel du Port", "⋯ Payée · Appel"):
        assert part in shown


# --- commands, buttons, forms -----------------------------------------------------------------------------


def test_a_payment_is_told_then_taken_back(session):
    hotel = number(session, "C001")
    assert f"pour {hotel} (Hôtel du Port)" in session.type(f"/paye {hotel} 1500 par virement")
    shown = session.type("clic annuler")
    assert "Slack demande" in shown
    assert "message modifié" in shown
    assert "Annulé par Marie Le Goff" in shown


def test_a_form_is_filled_sent_and_acted_upon(session):
    tilleul = number(session, "C017")
    assert "[issue=]" in session.type(f"/appel {tilleul}")
    assert "Promesse de paiement" in session.type(
        "remplir issue=promesse promis=15/12/2026 note=Très aimable"
    )
    assert "15/12/2026" in session.type("remplir montant=500")
    assert "promesse de 500,00 €" in session.type("envoyer")
    assert "Aucun formulaire" in session.type("envoyer")


def test_a_form_with_an_empty_field_is_not_sent(session):
    session.type(f"/appel {number(session, 'C017')}")
    assert "Slack n’enverrait pas : Issue de l’appel est à remplir" in session.type("envoyer")
    assert "n’est pas dans la liste" in session.type("remplir issue=bricolage")
    assert "Il n’y a pas de champ « couleur »" in session.type("remplir couleur=vert")
    assert "Formulaire fermé" in session.type("fermer")


def test_an_error_of_the_form_is_drawn_under_its_field(session):
    session.type(f"/appel {number(session, 'C017')}")
    shown = session.type("remplir issue=promesse", "envoyer")
    assert "Le formulaire n’est pas accepté" in shown
    assert "⚠" in shown


def test_a_menu_says_what_it_offers(session):
    session.type("point")
    menus = [n for n, control in session.talk.screen.drawing.controls.items() if control.menu]
    first = menus[-1]
    assert "est un menu" in session.type(f"clic {first}")
    assert "n’est pas dans ce menu" in session.type(f"clic {first} danser")
    assert "échéance" in session.type(f"clic {first} pourquoi")


def test_somebody_else_takes_the_keyboard(session):
    assert "Sophie Martin" in session.type("moi sophie")
    assert "Personne ne s’appelle « Zoé »" in session.type("moi Zoé")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("danser", "Je n’ai pas compris « danser »"),
        ("clique 4", "Vouliez-vous dire clic"),
        ("/payer FAC-1", "Cette commande n’existe pas"),
        ("clic", "Dites quel bouton"),
        ("clic 99999", "Il n’y a pas de bouton « 99999 »"),
        ("remplir note=x", "Aucun formulaire n’est ouvert"),
        ("fermer", "Aucun formulaire n’est ouvert"),
        ("jour hier", "Dites de combien de jours"),
        ("jour +0", "Dites de combien de jours"),
        ("jour +400", "Dites de combien de jours"),
        ("/paye FAC-9999", "Aucune facture"),
        ("aide", "clic 4"),
        ("mails", "index.html"),
        ("", ""),
        ("[/bold] :fire: <@U0MARIE>", "Je n’ai pas compris"),
    ],
)
def test_every_line_gets_an_answer_in_french(session, line, answer):
    assert answer in session.type(line)
    assert session.goes_on


def test_quitter_ends(session):
    assert "À bientôt" in session.type("quitter")
    assert not session.goes_on


def test_a_first_morning_leaves_once_told_to_then_days_go_by(tmp_path):
    with open_stage(tmp_path, FRIDAY) as stage:
        stage.bring_in(FRIDAY)
        session = Session(stage)
        session.talk.open_day(FRIDAY)
        assert "attend un feu vert" in session.paper.getvalue()
        assert "aucun e-mail ne part ce matin" in session.paper.getvalue()
        assert "e-mails partent aussitôt" in session.type("clic donner")
        assert len(list((stage.out / "mails").glob("*.eml"))) > 20

        assert "dimanche 22 novembre 2026 : c’est un jour non ouvré" in session.type("jour +2")
        shown = session.type("jour +2")
        assert "lundi 23 novembre 2026" in shown
        assert "Encaissements du mardi 24 novembre 2026" in shown


def test_a_bill_paid_at_the_prompt_is_not_paid_again_by_its_customer(tmp_path):
    with open_stage(tmp_path, FRIDAY) as stage:
        stage.bring_in(FRIDAY)
        session = Session(stage)
        session.talk.open_day(FRIDAY)
        soon = next(b for b in stage.ledger.bills if b.paid_on == date(2026, 11, 23))
        session.type(f"/paye {soon.number}")
        session.type("jour +4")
        assert "est déjà soldée depuis le 20/11/2026" in session.type(f"/paye {soon.number}")


def test_what_is_sent_now_leaves_at_once(tmp_path):
    with open_stage(tmp_path, FRIDAY) as stage:
        stage.bring_in(FRIDAY)
        session = Session(stage)
        session.talk.open_day(FRIDAY)
        assert "relance ferme" in session.type(f"/escalade {number(session, 'C001')}")
        shown = session.type("clic envoyer")
        assert "1 e-mail part aussitôt" in shown
        assert "compta@hotel-port.example" in shown


# --- the whole --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The complete try-out with a script, as without a terminal."""
    folder = tmp_path_factory.mktemp("tout")
    script = folder / "lignes.txt"
    script.write_text(
        "# un commentaire\n\nmails\n/relances pourquoi FAC-101\nquitter\n/paye FAC-101\n", "utf-8"
    )
    return script, folder / "sortie"


def test_the_whole_plays_a_script_and_ends_well(whole, capsys):
    script, out = whole
    assert play_demo(script, out) == 0
    shown = capsys.readouterr().out
    for part in ("Relance, essai complet.", "Depuis le", "En retard", "relance> mails", "À bientôt."):
        assert part in shown
    assert "relance> /paye FAC-101" not in shown, "nothing is played after quitter"
    mails = list((out / "mails").glob("*.eml"))
    assert len(mails) > 60
    page = (out / "index.html").read_text("utf-8")
    assert page.count("<iframe") == len(mails)
    assert "cid:" not in page, "every image of a mail is inside the page"


def test_an_unreadable_script_is_refused_with_a_sentence(tmp_path):
    with refused(RelanceError, match="ne se lit pas"):
        play_demo(tmp_path / "absent.txt", tmp_path)


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "fichier").write_text("", "utf-8")
    with refused(RelanceError, match="ne peut pas être écrit"):
        play_demo(None, tmp_path / "fichier" / "sortie")
