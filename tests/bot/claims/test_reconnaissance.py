"""Old claims in Slack: the day's list, and what counts a claim anew."""

from dataclasses import replace
from datetime import date

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from bot.claims import card
from receivables.codes.customers import CustomerKind
from receivables.codes.roles import Role
from scheduler.jobs import remind_people
from store.books import open_books, read_books
from store.db.tables import Customer
from tests.bot.conftest import NOW, Office, plain
from tests.bot.limits import check


def news(office: Office) -> list[str]:
    """Play the morning twice, and return the lists of old claims that it said."""
    before = len(office.slack.messages())
    for _ in range(2):
        remind_people(office.database, office.company, at=NOW)
        client = WebClient(token=office.slack.token, base_url=office.slack.url)
        post_waiting(office.database, {office.company.key: office.company}, client, now=lambda: NOW)
    said = office.slack.messages()[before:]
    return [
        plain("\n".join(block["text"]["text"] for block in each["blocks"] if block["type"] == "section"))
        for each in said
        if "Créances anciennes" in each["text"]
    ]


def kind(office: Office, name: str, of: CustomerKind | None, siren: str | None = None) -> None:
    with open_books(office.database, office.company) as b:
        row = b.session.query(Customer).filter_by(name=name).one()
        row.kind, row.siren = of, siren


def test_the_team_is_told_once_six_months_before_and_on_the_day(office: Office) -> None:
    office.add_invoice("VIEUX", "Mme Petit", due=date(2024, 11, 23))
    office.add_invoice("BIENTOT", "Mme Petit", due=date(2025, 5, 23))
    office.add_invoice("PLUS-TARD", "Mme Petit", due=date(2025, 5, 24))
    kind(office, "Mme Petit", CustomerKind.CONSUMER)
    office.add_invoice("PRO", "Garage Martin", due=date(2024, 11, 23))
    (told,) = news(office)
    assert told == (
        "*Créances anciennes* : 2 factures à regarder.\n"
        "*Peut-être prescrites, plus aucune étape ne part* : 1 facture, 1 200,00 €\n"
        "• *VIEUX* · Mme Petit · 1 200,00 € · échue le 23/11/2024 · 23/11/2026\n"
        "*Dans six mois au plus* : 1 facture, 1 200,00 €\n"
        "• *BIENTOT* · Mme Petit · 1 200,00 € · échue le 23/05/2025 · 23/05/2027"
    )
    assert news(office) == []
    assert "peut être prescrite depuis le lundi 23 novembre 2026" in (
        office.types("/relances pourquoi VIEUX").private
    )


def test_the_list_is_for_those_who_decide(office: Office) -> None:
    id_ = office.add_invoice("A", due=date(2020, 11, 23))
    company = replace(office.company, roles={Role.RESPONSABLE: ("U0PAUL", "S0DIRECTION")})
    with read_books(office.database, company) as b:
        notice = card.draw(b, {"over": [id_], "soon": [], "now": NOW.isoformat()})
    assert notice is not None
    assert "· <@U0PAUL|ask>, <!subteam^S0DIRECTION>" in plain(notice.text)


def test_a_long_list_stays_within_the_limits_of_slack(office: Office) -> None:
    ids = [
        office.add_invoice(f"FAC-{number:04}" + "X" * 30, "W" * 90, due=date(2020, 11, 23))
        for number in range(120)
    ]
    with read_books(office.database, office.company) as b:
        notice = card.draw(b, {"over": ids[:60], "soon": ids[60:], "now": NOW.isoformat()})
    assert notice is not None
    assert "et 45\u00a0autres" in notice.blocks[1]["text"]["text"]
    check(notice.blocks)


def test_what_was_handed_over_or_given_up_is_not_listed_and_what_is_held_is(office: Office) -> None:
    office.add_invoice("A", due=date(2021, 11, 23), handed_over_at=NOW)
    office.add_invoice("B", due=date(2021, 11, 23), written_off_at=NOW)
    office.add_invoice("C", due=date(2021, 11, 23), withdrawn_at=NOW)
    assert news(office) == []
    office.add_invoice("D", due=date(2021, 11, 23))
    office.types("/relances pause D jusqu’au 15/12")
    assert "*D*" in news(office)[0]


def test_an_acknowledgement_in_writing_counts_the_claim_anew(office: Office) -> None:
    office.add_invoice(due=date(2022, 3, 1))
    seen = office.types("/relances reconnaissance FAC-123 le 12/10 courriel de la comptable")
    assert seen.public == (
        "<@U0MARIE> note que *Garage Martin* a reconnu par écrit devoir *FAC-123*, le lundi 12 octobre 2026. "
        "La créance peut être prescrite à partir du dimanche 12 octobre 2031. "
        "Prochaine relance : aujourd’hui (relance ferme).\n"
        "Note : courriel de la comptable"
    )
    office.clicks(seen.messages[0], "undo")
    seen = office.types("/relances reconnaissance FAC-123")
    assert "le lundi 23 novembre 2026" in seen.public


def test_what_comes_too_late_revives_nothing_and_it_is_said(office: Office) -> None:
    office.add_invoice(due=date(2021, 11, 22))
    seen = office.types("/relances reconnaissance FAC-123")
    assert "pouvait être prescrite depuis le dimanche 22 novembre 2026" in seen.public
    assert "peut être prescrite" in office.types("/relances pourquoi FAC-123").private
    assert "n’est pas encore passé" in office.types("/relances reconnaissance FAC-123 24/11/2026").private


def test_a_public_body_is_known_by_its_siren(office: Office) -> None:
    office.add_invoice("MAIRIE-1", "Commune de Neuville", due=date(2021, 6, 30))
    kind(office, "Commune de Neuville", None, "213500123")
    assert "depuis le jeudi 1er janvier 2026" in office.types("/relances pourquoi MAIRIE-1").private
