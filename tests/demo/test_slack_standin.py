"""The stand-in against the real client: what Slack keeps, what it refuses, how it fails."""

from datetime import UTC, datetime
from http.client import HTTPException

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from relance.demo.slack_standin import SlackStandin
from relance.demo.slack_world import person

CHANNEL = "C0RELANCES"


@pytest.fixture
def slack():
    with SlackStandin() as standin:
        yield standin


@pytest.fixture
def client(slack):
    return WebClient(token=slack.token, base_url=slack.url)


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def modal(**more):
    label = {"type": "plain_text", "text": "Note"}
    note = {
        "type": "input",
        "block_id": "note",
        "label": label,
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    texts = {key: {"type": "plain_text", "text": key} for key in ("title", "submit")}
    return {"type": "modal", "callback_id": "form", "blocks": [note], **texts, **more}


def refused(call, **args):
    with pytest.raises(SlackApiError) as error:
        call(**args)
    return error.value.response["error"]


def test_a_message_is_posted_changed_read_back_and_deleted(slack, client):
    posted = client.chat_postMessage(
        channel=CHANNEL, text="Bonjour", metadata={"event_type": "said", "event_payload": {"id": "7"}}
    )
    client.chat_postMessage(channel=CHANNEL, text="dans le fil", thread_ts=posted["ts"])
    read = client.conversations_history(channel=CHANNEL, include_all_metadata=True)["messages"]
    assert [(m["text"], m["metadata"]["event_payload"]) for m in read] == [("Bonjour", {"id": "7"})]
    assert "metadata" not in client.conversations_history(channel=CHANNEL)["messages"][0]
    assert len(client.conversations_replies(channel=CHANNEL, ts=posted["ts"])["messages"]) == 2

    client.chat_update(channel=CHANNEL, ts=posted["ts"], text="Bonsoir", blocks=[section("*Bonsoir*")])
    assert slack.messages(CHANNEL)[0]["text"] == "Bonsoir"
    client.chat_delete(channel=CHANNEL, ts=posted["ts"])
    assert [m["text"] for m in slack.messages(CHANNEL)] == ["dans le fil"]


def test_an_ephemeral_is_seen_by_one_person_only(slack, client):
    client.chat_postEphemeral(channel=CHANNEL, user="U0MARIE", text="pour vous")
    assert [(m["to"], m["text"]) for m in slack.ephemerals] == [("U0MARIE", "pour vous")]
    assert slack.messages(CHANNEL) == []


def test_a_message_to_a_person_goes_to_the_direct_channel(slack, client):
    channel = client.conversations_open(users=["U0PAUL"])["channel"]["id"]
    client.chat_postMessage(channel=channel, text="à vous")
    assert slack.messages("D0PAUL")[0]["text"] == "à vous"
    assert refused(client.conversations_open, users=["U0PARTI"]) == "user_not_found"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NULLEPART", "text": "x"}, "channel_not_found"),
        ({"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": CHANNEL, "text": "x", "blocks": [section("y")] * 51}, "invalid_blocks"),
        ({"channel": CHANNEL, "text": "x", "blocks": [section("y" * 3001)]}, "invalid_blocks"),
        ({"channel": CHANNEL, "text": "x", "blocks": [section("y" * 2000)] * 7}, "msg_blocks_too_long"),
        ({"channel": CHANNEL, "text": "x", "blocks": [section("")]}, "invalid_blocks"),
        (
            {
                "channel": CHANNEL,
                "text": "x",
                "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "y"}}],
            },
            "invalid_blocks",
        ),
        ({"channel": CHANNEL, "text": "x", "blocks": [{"type": "inconnu"}]}, "invalid_blocks"),
        (
            {"channel": CHANNEL, "text": "x", "blocks": [{"type": "context", "elements": []}]},
            "invalid_blocks",
        ),
    ],
)
def test_slack_refuses_what_passes_its_limits(client, args, error):
    assert refused(client.chat_postMessage, **args) == error


def test_slack_refuses_an_empty_message(client):
    assert refused(client.api_call, api_method="chat.postMessage", json={"channel": CHANNEL}) == "no_text"


@pytest.mark.parametrize(
    "element",
    [
        {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"},
        {
            "type": "button",
            "text": {"type": "plain_text", "text": "x"},
            "action_id": "a",
            "value": "v" * 2001,
        },
        {
            "type": "overflow",
            "action_id": "a",
            "options": [{"text": {"type": "plain_text", "text": "o"}, "value": str(n)} for n in range(6)],
        },
        {"type": "static_select", "action_id": "a", "options": []},
        {"type": "plain_text_input", "action_id": "a"},
    ],
)
def test_slack_refuses_bad_elements(client, element):
    blocks = [{"type": "actions", "elements": [element]}]
    assert refused(client.chat_postMessage, channel=CHANNEL, text="x", blocks=blocks) == "invalid_blocks"


def test_a_refusal_points_at_the_place(client):
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("ok"), section("y" * 3001)])
    told = error.value.response["response_metadata"]["messages"]
    assert told == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]


def test_people_and_groups_are_described(slack, client):
    slack.add_people([person("U0NEUF", "Nadia Neuf", is_ultra_restricted=True)])
    assert client.users_info(user="U0NEUF")["user"]["is_ultra_restricted"]
    assert client.users_info(user="U0EXTERNE")["user"]["team_id"] != client.auth_test()["team_id"]
    assert client.users_info(user="U0PARTI")["user"]["deleted"]
    assert client.usergroups_users_list(usergroup="S0COMPTA")["users"] == ["U0MARIE"]
    assert [g["handle"] for g in client.usergroups_list()["usergroups"]] == ["ventes", "compta"]
    assert refused(client.usergroups_users_list, usergroup="S0RIEN") == "no_such_subteam"
    assert refused(client.users_info, user="U0RIEN") == "user_not_found"


def test_a_file_is_uploaded_into_a_thread(slack, client):
    parent = client.chat_postMessage(channel=CHANNEL, text="le point")
    client.files_upload_v2(channel=CHANNEL, thread_ts=parent["ts"], filename="liste.csv", content="a;b\n1;2")
    assert [(f["name"], f["content"]) for f in slack.files] == [("liste.csv", b"a;b\n1;2")]
    assert slack.messages(CHANNEL, thread=parent["ts"])[0]["files"][0]["name"] == "liste.csv"


def test_a_wrong_token_and_socket_mode_are_refused(slack, client):
    assert refused(WebClient(token="xoxb-autre", base_url=slack.url).auth_test) == "invalid_auth"
    assert refused(client.apps_connections_open, app_token=slack.token) == "not_allowed_token_type"


def test_it_fails_on_demand(slack, client):
    slack.fail("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=CHANNEL, text="un")
    assert error.value.response.headers["Retry-After"] == "7"
    slack.fail("chat.postMessage", "http_503")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=CHANNEL, text="deux")
    slack.fail("chat.postMessage", "is_archived")
    assert refused(client.chat_postMessage, channel=CHANNEL, text="trois") == "is_archived"
    assert slack.messages(CHANNEL) == []


def test_a_connection_cut_after_the_effect_leaves_the_message(slack):
    client = WebClient(token=slack.token, base_url=slack.url, retry_handlers=[])
    slack.fail("chat.postMessage", "cut_after")
    with pytest.raises((OSError, HTTPException)):
        client.chat_postMessage(channel=CHANNEL, text="parti quand même")
    assert [m["text"] for m in slack.messages(CHANNEL)] == ["parti quand même"]


def test_history_comes_in_pages_newest_first(client):
    for word in ("un", "deux", "trois"):
        client.chat_postMessage(channel=CHANNEL, text=word)
    first = client.conversations_history(channel=CHANNEL, limit=2)
    rest = client.conversations_history(
        channel=CHANNEL, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for page in (first, rest) for m in page["messages"]] == ["trois", "deux", "un"]
    newer = client.conversations_history(channel=CHANNEL, oldest=first["messages"][1]["ts"])
    assert [m["text"] for m in newer["messages"]] == ["trois"]


def test_the_clock_of_a_story_dates_its_messages():
    then = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    with SlackStandin(lambda: then) as past:
        client = WebClient(token=past.token, base_url=past.url)
        stamps = [client.chat_postMessage(channel=CHANNEL, text="x")["ts"] for _ in range(2)]
    assert [int(float(ts)) for ts in stamps] == [int(then.timestamp())] * 2
    assert stamps[0] < stamps[1]


def test_a_home_tab_is_published_for_one_person(slack, client):
    client.views_publish(user_id="U0PAUL", view={"type": "home", "blocks": [section("Bonjour")]})
    assert slack.world.homes["U0PAUL"]["blocks"][0]["text"]["text"] == "Bonjour"
    assert refused(client.views_publish, user_id="U0PAUL", view=modal()) == "invalid_arguments"
