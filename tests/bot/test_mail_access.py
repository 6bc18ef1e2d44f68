"""What Slack says of the access to mail: what is wrong, what it stops, what to do, and who is called."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.announcements.notices import draw
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.mail_access import AccessTrouble
from store.books import Books
from tests.bot.limits import check

ADMIN = "U0PAUL"


def text(b: Books, **data: object) -> str:
    known = replace(b, company=replace(b.company, roles={"admin": (ADMIN,)}))
    notice = draw(known, AnnouncementKind.MAIL_ACCESS, json.loads(json.dumps(data)))
    assert notice is not None
    check(notice.blocks)
    return str(notice.blocks[0]["text"]["text"]).replace("\u00a0", " ").replace("\u202f", " ")


TOLD = {
    AccessTrouble.NOT_AUTHORIZED: ("Personne n’a encore autorisé", "lancez `relance mail authorize`"),
    AccessTrouble.WITHDRAWN: ("a pris fin", "pour autoriser à nouveau"),
    AccessTrouble.SECRET: ("faux, supprimé ou expiré", "puis redémarrez Relance"),
    AccessTrouble.NOT_ALLOWED: ("n’a pas le droit", "vérifiez les permissions"),
    AccessTrouble.PUBLIC_CLIENT: ("attend un secret", "Autoriser les flux clients publics"),
    AccessTrouble.UNKNOWN: ("ne connaît pas", "cherchez le code reçu"),
    AccessTrouble.REFUSED: ("même avec un jeton neuf", "l’application y a droit"),
    AccessTrouble.UNREADABLE: ("ne se déchiffre plus", "RELANCE_SECRET=nouveau,ancien"),
}


@pytest.mark.parametrize("trouble", AccessTrouble)
def test_each_trouble_says_what_to_do_and_calls_the_admin(books: Books, trouble: AccessTrouble) -> None:
    said = text(books, trouble=trouble, words="x AADSTS1", ways=["IMAP", "SMTP"], good_until=None)
    for part in TOLD[trouble]:
        assert part in said
    assert f"<@{ADMIN}|ask> : " in said
    assert "(IMAP et SMTP)" in said
    assert "aucune adresse n’est mise en cause" in said
    assert "Les réponses restent dans la boîte" in said
    assert "Réponse reçue : x AADSTS1" in said


def test_ahead_of_time_it_says_until_when_mails_still_leave(books: Books) -> None:
    until = datetime(2026, 4, 8, 12, 35, tzinfo=UTC).isoformat()
    said = text(books, trouble="withdrawn", words="", ways=["SMTP"], good_until=until)
    assert "jusqu’au mercredi 8 avril 2026 à 14:35" in said
    assert "Réponse reçue" not in said


def test_what_a_server_says_is_no_markup(books: Books) -> None:
    said = text(books, trouble="refused", words="535 <!channel> *x*", ways=["SMTP"], good_until=None)
    assert "<!channel>" not in said


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (AnnouncementKind.SENDS_FAILED, {"down": True}),
        (AnnouncementKind.MAILBOX_DOWN, {"since": "2026-04-08"}),
    ],
)
def test_why_a_server_is_not_used_is_said_where_it_is_known(
    books: Books, kind: AnnouncementKind, data: dict[str, object]
) -> None:
    for why in ("le certificat du serveur a expiré", ""):
        notice = draw(books, kind, {**data, "why": why})
        assert notice is not None
        assert why in notice.text
        assert ("ne répond pas" in notice.text or "vérifiez IMAP_URL" in notice.text) is not bool(why)
        assert draw(books, kind, data) is not None  # as earlier versions wrote it


def test_an_end_that_is_near(books: Books) -> None:
    ends = datetime(2026, 4, 12, 22, 30, tzinfo=UTC).isoformat()
    said = text(books, ends_at=ends, ways=["SMTP"])
    assert "prend fin le lundi 13 avril 2026" in said
    assert f"<@{ADMIN}|ask>" in said
