"""The stand-in against the real client: what Slack keeps, what it refuses, how it fails."""

import logging
from http.client import HTTPException

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from relance.demo.slack_fields import NotThere
from relance.demo.slack_person import Person, signed_request, to_app
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


def listeners(app):
    """A small app: a command that opens a form, a button that rewrites its message, a menu, a form."""

    @app.command("/form")
    def open_form(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.command("/dire")
    def say_back(ack, command, respond):
        ack("bien reçu")
        respond(text=f"vous dites {command['text']}", response_type="in_channel")

    @app.action("undo")
    def undo(ack, action, respond):
        ack()
        respond(text=f"annulé {action['value']}", replace_original=True)

    @app.action("menu")
    def menu(ack, action, client, body):
        ack()
        client.chat_postMessage(channel=body["channel"]["id"], text=action["selected_option"]["value"])

    @app.view("form")
    def sent(ack, view, client):
        typed = view["state"]["values"]["note"]["text"]["value"]
        if typed == "non":
            ack(response_action="errors", errors={"note": "dites oui"})
            return
        ack()
        client.chat_postMessage(channel=CHANNEL, text=typed)


@pytest.fixture
def marie(slack, client):
    app = App(
        client=client,
        signing_secret=slack.signing_secret,
        token_verification_enabled=False,
        process_before_response=True,
        logger=logging.getLogger("tests.demo"),
    )
    listeners(app)
    return Person(slack, "U0MARIE", to_app(app))


def test_a_person_types_a_command_and_sees_both_answers(slack, marie):
    assert marie.command("/dire bonjour").status == 200
    assert [m["text"] for m in slack.messages(CHANNEL)] == ["vous dites bonjour"]
    assert [m["text"] for m in slack.ephemerals] == ["bien reçu"]


def test_a_person_presses_a_button_and_the_message_changes(slack, client, marie):
    button = {
        "type": "button",
        "action_id": "undo",
        "value": "12",
        "text": {"type": "plain_text", "text": "Annuler"},
    }
    client.chat_postMessage(channel=CHANNEL, text="fait", blocks=[{"type": "actions", "elements": [button]}])
    marie.press(slack.messages(CHANNEL)[0], "undo", value="12")
    assert slack.messages(CHANNEL)[0]["text"] == "annulé 12"
    with pytest.raises(NotThere):
        marie.press(slack.messages(CHANNEL)[0], "undo", value="13")


def test_a_person_chooses_in_a_menu_by_its_label(slack, client, marie):
    options = [
        {"text": {"type": "plain_text", "text": t}, "value": v}
        for t, v in (("Payée", "paid"), ("Appel", "call"))
    ]
    block = section("FAC-1") | {"accessory": {"type": "overflow", "action_id": "menu", "options": options}}
    client.chat_postMessage(channel=CHANNEL, text="fait", blocks=[block])
    marie.press(slack.messages(CHANNEL)[0], "menu", value="appel")
    assert slack.messages(CHANNEL)[-1]["text"] == "call"


def test_a_person_fills_a_form_is_told_of_errors_then_sends_it(slack, marie):
    marie.command("/form")
    assert marie.view["callback_id"] == "form"
    assert marie.missing() == ["Note"]
    assert marie.submit({"note": "non"}).data["errors"] == {"note": "dites oui"}
    assert marie.view is not None
    marie.submit({"note": "oui"})
    assert marie.view is None
    assert slack.messages(CHANNEL)[-1]["text"] == "oui"


def test_a_trigger_opens_one_view_only(client, slack):
    trigger = slack.world.trigger("U0MARIE")
    client.views_open(trigger_id=trigger, view=modal())
    assert refused(client.views_open, trigger_id=trigger, view=modal()) == "expired_trigger_id"
    assert (
        refused(
            client.views_open,
            trigger_id=slack.world.trigger("U0MARIE"),
            view=modal(title={"type": "plain_text", "text": "t" * 25}),
        )
        == "invalid_arguments"
    )


def test_an_old_or_tampered_request_is_refused_by_the_app(marie):
    form = marie.command_form("/dire x")
    assert marie.deliver(signed_request(form, at=1_000_000)).status == 401
    assert marie.deliver(signed_request(form, "autre secret")).status == 401
