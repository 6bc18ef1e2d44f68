"""Many dead addresses at once: one message, and its two answers."""

import copy
from datetime import date

import pytest

from store.books import open_books, read_books
from store.db.tables import Contact, Incoming, Recipient, Reminder
from store.post_room import bounced, bursts
from store.post_room.bounced import Dead
from store.replies.acts import Arrived
from tests import builders
from tests.bot.conftest import NOW, Office, plain
from tests.bot.replies.test_reponses import buttons, card, post, words
from tests.scheduler.posting import planned

HOSTILE = "550 5.1.1 <!channel> & <" + "&" * 200


def burst(office: Office, count: int = 12) -> None:
    """Have so many reports come on the mails of one morning, and the look end."""
    with open_books(office.database, office.company) as b:
        for one in range(count):
            customer = builders.customer(b, f"Client & fils {one}", email=f"a{one}@c.example")
            invoice = builders.invoice(b, customer, f"FAC-{one}", due=date(2026, 11, 9))
            mail = planned(b, customer, [invoice], at=NOW)
            mail.state, mail.sent_at, mail.message_id = "sent", NOW, f"<{one}@d>"
            b.session.add(
                Recipient(
                    company_id=b.company_id,
                    reminder_id=mail.id,
                    address=f"a{one}@c.example",
                    state="accepted",
                    attempts=1,
                    tried_at=NOW,
                )
            )
            b.session.flush()
            report = Arrived(
                key=f"<b{one}@x>", digest="b", received_at=NOW, kind="bounce", sender="daemon@x.example",
                sender_name=None, subject="", text=f"5.1.1 a{one}@c.example", raw=b"",
                customer_id=customer.id, reminder_id=mail.id,
            )  # fmt: skip
            bounced.take_in(b, report, [Dead(f"a{one}@c.example", HOSTILE)], at=NOW)
        bursts.conclude(b, at=NOW)
    post(office)


def dead(office: Office) -> int:
    with read_books(office.database, office.company) as b:
        return b.session.query(Contact).filter(Contact.bounced_at.is_not(None)).count()


def test_a_burst_is_one_message_that_names_no_one_aloud(office: Office) -> None:
    burst(office, 40)
    [shown] = office.slack.messages()
    assert card(office) == shown
    assert "*40 adresses refusées d’un coup, sur les e-mails du 23/11/2026* : rien n’est marqué." in words(
        shown
    )
    assert "Client &amp; fils 0 : a0@c.example (550 5.1.1 &lt;!channel&gt;" in words(shown)
    assert "et 25 autres : `/relances a-classer`" in words(shown)
    assert buttons(shown) == ["Ne rien marquer", "Ces adresses n’existent plus"]
    assert dead(office) == 0


@pytest.mark.parametrize(
    ("action", "told", "marked"),
    [
        ("burst_mark", "confirme 12 refus : plus aucun e-mail ne part à ces adresses", 12),
        ("burst_ignore", "écarte 12 refus : aucune adresse n’est marquée", 0),
    ],
)
def test_its_two_answers(office: Office, action: str, told: str, marked: int) -> None:
    burst(office)
    asked = copy.deepcopy(card(office))
    assert told in plain(office.clicks(asked, action).public)
    assert dead(office) == marked
    with read_books(office.database, office.company) as b:
        assert {row.state for row in b.session.query(Incoming)} == {"handled" if marked else "ignored"}
        assert {row.state for row in b.session.query(Reminder)} == {"failed" if marked else "sent"}
    post(office)
    again = next(each for each in office.slack.messages() if each["ts"] == asked["ts"])
    assert "ont été traités" in words(again)
    assert "déjà été traitées" in plain(office.clicks(asked, action).private)
