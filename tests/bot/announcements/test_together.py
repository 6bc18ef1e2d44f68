"""News that come at once: one message, in which each keeps its words and its buttons."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Announcement, Customer
from store.promises import acts as promises
from store.promises import news as promise_news
from store.replies import acts as incoming
from store.replies.acts import Arrived
from tests.bot import limits
from tests.bot.conftest import NOW, TODAY, Clock, Office, open_office, plain
from tests.bot.morning.test_cards import say


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    roles = {"finance": ("U0MARIE",), "responsable": ("U0PAUL",)}
    yield from open_office(sqlite_books, replace(company, roles=roles), slack, clock)


def arrive(office: Office, *names: str, text: str = "Nous réglerons vendredi.") -> None:
    with open_books(office.database, office.company) as b:
        for name in names:
            customer = b.session.query(Customer).filter_by(name=name).one()
            mail = Arrived(
                key=f"<{name}@client.example>", digest="d", received_at=NOW, kind="reply",
                sender="compta@client.example", sender_name="", subject="Re: Votre facture",
                text=text, raw=b"", customer_id=customer.id,
            )  # fmt: skip
            incoming.take_in(b, mail, at=NOW)


def break_promises(office: Office, *ids: int) -> None:
    with open_books(office.database, office.company) as b:
        for id_ in ids:
            made = NOW - timedelta(days=20)
            promises.make(b, id_, date=TODAY - timedelta(days=12), amount=None, by="U0MARIE", at=made)
        promise_news.announce_promise_news(b, at=NOW)


def texts(message: dict[str, Any]) -> str:
    limits.check([{k: v for k, v in each.items() if k != "block_id"} for each in message["blocks"]])
    return plain("\n".join(limits.texts(message["blocks"])))


def morning(office: Office) -> dict[str, Any]:
    """Have two replies and a broken promise come at once, and return their message."""
    for rank, name in enumerate(("Alpha", "Beta", "Gamma")):
        office.add_invoice(f"FAC-{rank}", name, due=date(2026, 10, 20))
    arrive(office, "Alpha", "Beta")
    break_promises(office, 3)
    say(office)
    (message,) = office.slack.messages()
    return message


def button(message: dict[str, Any], action: str, rank: int = 0) -> tuple[str, str]:
    found = [
        e for block in message["blocks"] for e in block.get("elements", ()) if e.get("action_id") == action
    ]
    return action, found[rank]["value"]


def test_each_keeps_its_words_and_its_buttons(office: Office) -> None:
    message = morning(office)
    assert plain(message["text"]) == "*2 réponses de clients et 1 promesse non tenue*"
    shown = texts(message)
    assert shown.index("Réponse de Alpha") < shown.index("Réponse de Beta") < shown.index("Promesse rompue")
    actions = [
        e["action_id"] for block in message["blocks"] for e in block.get("elements", ()) if "value" in e
    ]
    assert len(actions) == 2 * len(set(actions)), "both replies have all of theirs"


def test_an_act_on_one_of_them_draws_it_anew_and_leaves_the_others(office: Office) -> None:
    message = morning(office)
    seen = office.clicks(message, *button(message, "reply_ignored", 1))
    assert not seen.messages
    assert not seen.whispers
    say(office)
    (message,) = office.slack.messages()
    shown = texts(message)
    assert "Réponse de Alpha" in shown and "Promesse rompue" in shown  # noqa: PT018 - the others
    assert len([a for a in shown.splitlines() if "<@U0MARIE>" in a]) == 1
    office.clicks(message, *button(message, "reply_undo"))
    say(office)
    (message,) = office.slack.messages()
    assert button(message, "reply_ignored", 1)


def test_who_may_not_is_asked_about_the_one_that_was_pressed(office: Office) -> None:
    message = morning(office)
    seen = office.clicks(message, *button(message, "reply_ignored", 1), user="U0SOPHIE")
    asking = str(seen.whispers[0]["blocks"])
    assert "« Ignorer » · *Réponse de Beta*" in asking
    assert "Alpha" not in asking


def test_one_alone_is_said_as_ever(office: Office) -> None:
    office.add_invoice(due=date(2026, 10, 20))
    break_promises(office, 1)
    say(office)
    (message,) = office.slack.messages()
    assert message["text"].startswith("*Promesse rompue*")
    assert "together" not in str(message["blocks"])


def test_many_are_cut_into_messages_that_slack_takes(office: Office) -> None:
    names = [f"Client {rank:02}" for rank in range(14)]
    for rank, name in enumerate(names):
        office.add_invoice(f"FAC-{rank}", name, due=date(2026, 10, 20))
    arrive(office, *names, text="Bonjour, " + "voici ce que nous voulions vous dire. " * 60)
    say(office)
    shown = "\n".join(texts(message) for message in office.slack.messages())
    assert 2 <= len(office.slack.messages()) < 14
    assert all(shown.count(f"Réponse de {name}") == 1 for name in names)


def test_what_slack_took_without_answering_is_not_said_twice(office: Office) -> None:
    for rank, name in enumerate(("Alpha", "Beta")):
        office.add_invoice(f"FAC-{rank}", name)
    arrive(office, "Alpha", "Beta")
    office.slack.fail("chat.postMessage", "cut_after")
    say(office)
    office.clock.at += timedelta(minutes=5)
    say(office)
    assert len(office.slack.messages()) == 1
    with open_books(office.database, office.company) as b:
        rows = b.session.query(Announcement).all()
    assert {row.state for row in rows} == {"posted"}
    assert len({row.ts for row in rows}) == 1
