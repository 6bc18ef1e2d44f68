"""What only a person can mend is told once to one who can, and nothing that waits for it is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.codes.slack_errors import ERRORS
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store import announcements
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement
from tests.bot import limits
from tests.bot.conftest import NOW, Clock, Office, open_office, plain

ROLES = {"finance": ("U0MARIE",), "admin": ("U0PAUL",)}


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot at work for a company whose people have roles."""
    yield from open_office(sqlite_books, replace(company, roles=ROLES), slack, clock)


def announce(office: Office, *texts: str) -> None:
    with open_books(office.database, office.company) as b:
        for text in texts:
            announcements.announce(b, key=text, kind="said", data={"text": text}, at=NOW)


def post(office: Office, *, after: timedelta = timedelta(0)) -> int:
    office.clock.at += after
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    return post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def said(office: Office, place: str = "C0RELANCES") -> list[str]:
    return [plain(str(each["text"])) for each in office.slack.messages(_channel(place))]


def _channel(place: str) -> str:
    """Return the channel of what is said to a person."""
    return f"D{place[1:]}" if place.startswith("U") else place


def states(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [row.state for row in b.session.query(Announcement).filter_by(kind="said")]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_in_channel", "tapez `/invite @relance`"),
        ("channel_not_found", "il a été supprimé, ou il est privé et je n’y suis pas"),
        ("is_archived", "Désarchivez-le, ou indiquez un autre canal dans `slack_channel`"),
        ("restricted_action", "ne me laissent plus y écrire (restricted_action)"),
    ],
)
def test_what_is_wrong_with_the_channel_is_told_once_to_the_admin_and_all_of_it_comes_afterwards(
    office: Office, code: str, words: str
) -> None:
    announce(office, "Premier", "Deuxième", "Troisième")
    office.slack.fail("chat.postMessage", code)
    assert post(office) == 1
    assert states(office) == ["waiting"] * 3
    for _ in range(3):
        office.slack.fail("chat.postMessage", code)
        post(office, after=timedelta(minutes=5))
    [told] = said(office, "U0PAUL")
    assert words in told
    assert "Rien n’est perdu" in told
    assert said(office) == said(office, "U0MARIE") == []
    post(office, after=timedelta(minutes=1))
    assert said(office) == ["Premier", "Deuxième", "Troisième"]


def test_what_a_person_is_told_and_got_no_answer_is_told_again(office: Office) -> None:
    announce(office, "Premier")
    for how in ("is_archived", "cut_before", "is_archived"):
        office.slack.fail("chat.postMessage", how)
    for method in ("conversations.history", "conversations.replies"):
        office.slack.fail(method, "channel_not_found", times=9)
    for _ in range(3):
        post(office, after=timedelta(minutes=5))
    assert len(said(office, "U0PAUL")) == 1


def test_what_comes_back_after_it_was_over_is_told_anew(office: Office) -> None:
    for text in ("Premier", "Deuxième"):
        announce(office, text)
        office.slack.fail("chat.postMessage", "not_in_channel")
        post(office)
        post(office, after=timedelta(minutes=5))
    assert said(office) == ["Premier", "Deuxième"]
    assert len(said(office, "U0PAUL")) == 2


def test_one_channel_holds_up_no_other(office: Office) -> None:
    announce(office, "Premier")
    with open_books(office.database, office.company) as b:
        announcements.announce(
            b, key="other", kind="said", data={"text": "Ailleurs"}, at=NOW, channel="U0SOPHIE"
        )
    office.slack.fail("chat.postMessage", "is_archived")
    post(office)
    assert said(office, "U0SOPHIE") == ["Ailleurs"]


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_slack_does_not_know_is_tried_no_more_than_once_a_minute(
    office: Office, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody can be told in Slack: the log says it once, as an error, and `/readyz` says it too."""
    announce(office, *(f"Message {number}" for number in range(30)))
    for _ in range(3):
        office.slack.fail("chat.postMessage", code)
        assert post(office) == 0
        assert post(office) == 0
        office.clock.at += timedelta(minutes=1)
    assert len(office.slack.called("chat.postMessage")) == 3
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == ["slack_trouble"]
    assert post(office) == 30
    assert len(said(office)) == 30
    assert said(office, "U0PAUL") == []  # it is over


def test_who_types_while_slack_does_not_know_the_bot_is_told_whom_to_tell(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("users.info", "token_revoked")
    seen = office.types("/paye FAC-123 200")
    assert "Prévenez la personne qui administre Relance" in seen.private
    assert "rien n’a été changé" in seen.private
    assert office.outstanding() == "1200.00"


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "msg_blocks_too_long"])
def test_what_slack_does_not_take_as_it_is_drawn_is_said_in_text_alone(office: Office, code: str) -> None:
    office.add_invoice()
    with open_books(office.database, office.company) as b:
        announcements.announce(b, key="digest:2026-11-23", kind="digest", data={"day": "2026-11-23"}, at=NOW)
    office.slack.fail("chat.postMessage", code)
    post(office)
    [digest] = office.slack.messages()
    assert "FAC-123" in plain(str(digest["text"]))
    assert "texte seul" in plain(str(digest["text"]))
    assert len(str(digest["text"])) < 4000
    assert not digest.get("blocks")
    [told] = said(office, "U0PAUL")
    assert f"({code})" in told
    limits.check(office.slack.messages("D0PAUL")[0]["blocks"])


def test_what_slack_takes_in_no_words_is_kept_as_failed_and_told_once_a_day(office: Office) -> None:
    announce(office, "Premier", "Deuxième", "Troisième")
    office.slack.fail("chat.postMessage", "msg_too_long", times=6)
    post(office)
    assert states(office) == ["failed"] * 3
    [told] = said(office, "U0PAUL")
    assert "il n’a pas été publié" in told


def test_a_fact_that_slack_never_takes_as_drawn_is_said_in_text_alone(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", "invalid_blocks", times=2)
    assert "il y sera publié" in plain(office.types("/paye FAC-123 200").private)
    post(office)
    [fact] = said(office)
    assert "200,00 €" in fact


@pytest.mark.parametrize("code", ["expired_trigger_id", "trigger_expired", "exchanged_trigger_id"])
def test_a_form_that_came_too_late_is_told_to_who_asked_for_it(office: Office, code: str) -> None:
    office.add_invoice()
    office.slack.fail("views.open", code)
    seen = office.types("/appel FAC-123")
    assert "Slack n’a pas laissé le temps d’ouvrir le formulaire" in seen.private
    assert "référence" not in seen.private


def test_a_form_whose_opening_slack_did_not_confirm_is_told_as_such(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("views.open", "cut_after")
    assert "Slack n’a pas dit si le formulaire s’est ouvert" in office.types("/appel FAC-123").private


def test_where_nobody_has_a_role_who_acted_last_is_told(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123 200", "U0MARIE")
    alone = replace(office.company, roles={})
    announce(office, "Premier")
    office.slack.fail("chat.postMessage", "is_archived")
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {alone.key: alone}, client, now=office.clock)
    assert len(said(office, "U0MARIE")) == 1


def test_a_group_that_administers_is_told_by_its_members(office: Office) -> None:
    group = next(iter(office.slack.world.groups))
    grouped = replace(office.company, roles={"admin": (group,)})
    announce(office, "Premier")
    office.slack.fail("chat.postMessage", "is_archived")
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {grouped.key: grouped}, client, now=office.clock)
    members = office.slack.world.groups[group]["users"]
    assert [len(said(office, user)) for user in members[:3]] == [1] * len(members[:3])


def test_each_trouble_has_its_sentence() -> None:
    from message_templates import catalogue

    known = catalogue.sources("slack", "ennuis", catalogue.Language.FR)
    assert {f"ennuis.{trouble}" for trouble in ERRORS.values()} <= set(known)
