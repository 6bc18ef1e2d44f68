"""What people see: what an act says is never lost when Slack will not take it, and comes once, in order."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from tests.bot.conftest import Office, plain


def post(office: Office, *, after: timedelta = timedelta(minutes=20)) -> int:
    """Let the announcer say what waits, some time later."""
    office.clock.at += after
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    return post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def facts(office: Office) -> list[str]:
    """Return the payments that the channel shows, in order, by their amounts."""
    said = [plain(str(each["text"])) for each in office.slack.messages()]
    return [text.split("*")[1] for text in said if "a noté" in text]


@pytest.mark.parametrize("how", ["http_503", "not_in_channel", "channel_not_found", "cut_before"])
def test_a_fact_that_slack_refuses_is_said_once_it_takes_it_and_can_be_taken_back(
    office: Office, how: str
) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", how, times=2)
    seen = office.types("/paye FAC-123 300")
    assert "il y sera publié dès que possible" in plain(seen.private)
    assert "il y sera publié dès que possible" in plain(
        str(seen.whispers[-1]["blocks"]).replace("\\xa0", " ")
    )
    assert facts(office) == []
    for _ in range(4):
        post(office)
    assert facts(office) == ["300,00 €"]
    [message] = [each for each in office.slack.messages() if "a noté" in str(each["text"])]
    office.clicks(message, "undo")
    assert office.outstanding() == "1200.00"


def test_when_slack_asks_for_patience_longer_than_we_have_the_fact_waits(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", "ratelimited", times=4, retry_after=0)
    assert "il y sera publié" in plain(office.types("/paye FAC-123 300").private)
    post(office)
    assert facts(office) == ["300,00 €"]


def test_facts_come_in_the_order_of_the_acts_also_those_after_slack_is_back(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", "not_in_channel", times=2)
    office.types("/paye FAC-123 100")
    office.types("/paye FAC-123 200")
    assert "il y sera publié" in plain(office.types("/paye FAC-123 300").private)
    assert facts(office) == []
    post(office, after=timedelta(seconds=1))  # the first one is refused again
    for _ in range(6):
        post(office, after=timedelta(seconds=30))
    assert facts(office) == ["100,00 €", "200,00 €", "300,00 €"]
    office.types("/paye FAC-123 400")
    assert facts(office) == ["100,00 €", "200,00 €", "300,00 €", "400,00 €"]


def test_a_fact_whose_answer_was_lost_is_looked_for_and_not_said_twice(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", "cut_after")
    office.types("/paye FAC-123 300")
    for _ in range(2):
        post(office)
    assert facts(office) == ["300,00 €"]


def test_what_a_form_says_is_kept_too(office: Office) -> None:
    office.add_invoice()
    office.types("/paye")
    office.slack.fail("chat.postMessage", "http_503", times=9)
    office.sends({"number": "FAC-123", "amount": "300"})
    assert facts(office) == []
    office.slack.fail("chat.postMessage", "http_503", times=0)
    for _ in range(12):
        post(office)
    assert facts(office) == ["300,00 €"]


def test_with_slack_away_altogether_the_act_stands_and_is_said_later(office: Office) -> None:
    office.add_invoice()
    for method in ("chat.postMessage", "chat.postEphemeral"):
        office.slack.fail(method, "http_503", times=2)
    office.types("/paye FAC-123 300")
    assert office.outstanding() == "900.00"
    for _ in range(4):
        post(office)
    assert facts(office) == ["300,00 €"]
