"""People are named as text; a mention calls somebody of whom something is asked. Names are never markup."""

from datetime import date

import pytest
from slack_sdk import WebClient

from bot.slack.naming import asked, naming
from bot.typed.words import clean
from message_templates.catalogue import Mrkdwn, escape
from relance.demo.slack_standin import SlackStandin
from relance.demo.slack_world import person
from tests.bot.conftest import Office, plain


@pytest.fixture
def named(slack: SlackStandin) -> SlackStandin:
    slack.add_people([person("U0MARIE", "Marie Le Goff"), person("U0SOPHIE", "S*phie_ <Martin>")])
    return slack


def said(slack: SlackStandin, text: str) -> str:
    client = naming(WebClient(token=slack.token, base_url=slack.url))
    client.chat_postMessage(
        channel="C0RELANCES",
        text=text,
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    )
    message = slack.messages()[-1]
    assert message["text"] == message["blocks"][0]["text"]["text"]
    return str(message["text"])


def test_who_did_something_is_named_and_who_is_asked_is_called(named: SlackStandin) -> None:
    told = said(named, f"<@U0MARIE> a noté 12 €. À faire par {asked('U0MARIE')} et {asked('S0VENTE')}.")
    assert told == "Marie Le Goff a noté 12 €. À faire par <@U0MARIE> et <!subteam^S0VENTE>."


def test_a_name_is_no_markup_either(named: SlackStandin) -> None:
    assert said(named, "<@U0SOPHIE> a noté") == "S∗phieˍ &lt;Martin&gt; a noté"


def test_whom_slack_does_not_name_stays_a_mention(named: SlackStandin) -> None:
    named.fail("users.info", "http_500", times=5)
    assert said(named, "<@U0MARIE> a noté") == "<@U0MARIE> a noté"


def test_a_name_is_asked_once_for_many_messages(named: SlackStandin) -> None:
    client = naming(WebClient(token=named.token, base_url=named.url))
    for _ in range(3):
        client.chat_postMessage(channel="C0RELANCES", text="<@U0MARIE> et <@U0MARIE>")
    again = naming(client, [])
    again.chat_postMessage(channel="C0RELANCES", text="<@U0MARIE>")
    assert len(named.called("users.info")) == 1


def test_commands_name_who_acted(named: SlackStandin, office: Office) -> None:
    office.add_invoice()
    seen = office.types("/paye FAC-123 200")
    assert seen.public.startswith("Marie Le Goff a noté *200,00 €*")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("*Étoile* & Fils", "∗Étoile∗ &amp; Fils"),
        ("_Bois_ du Nord_", "ˍBoisˍ du Nordˍ"),
        ("FAC_2026_12", "FAC_2026_12"),
        ("L`Atelier ~", "LˋAtelier ∼"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_foreign_text_is_never_markup_and_is_read_back(name: str, shown: str) -> None:
    assert escape(name) == shown
    assert escape(Mrkdwn(name)) == name
    copied = shown.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert clean(copied) == clean(name)


def test_a_starred_customer_is_bold_as_a_whole_and_found_by_what_is_shown(office: Office) -> None:
    office.add_invoice("FAC-7", "*Le Zinc* _bar_", due=date(2026, 11, 2))
    seen = office.types("/paye FAC-7 200")
    assert "(∗Le Zinc∗ ˍbarˍ)" in plain(seen.public)
    assert "Aucune relance n’est prévue" in office.types("/relances carte ∗Le Zinc∗ ˍbarˍ").private
