"""A person in front of the stand-in: what is typed, pressed and filled reaches a Bolt app, signed."""

import json
import logging
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from relance.demo.slack_fields import NotThere
from relance.demo.slack_person import SlackPerson, signed_request, to_app
from relance.demo.slack_standin import SlackStandin

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
    return SlackPerson(slack, "U0MARIE", to_app(app))


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


def post(url, body):
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status
    except HTTPError as error:
        with error:
            return error.code


def test_a_response_url_answers_five_times_then_is_used_up(slack, marie):
    url = marie.command_form("/dire")["response_url"]
    answers = [post(url, {"text": f"réponse {n}"}) for n in range(6)]
    assert answers == [200] * 5 + [404]
    assert [m["text"] for m in slack.ephemerals] == [f"réponse {n}" for n in range(5)]


def test_replacing_a_message_takes_its_buttons_away(slack, client, marie):
    button = {
        "type": "button",
        "action_id": "undo",
        "value": "1",
        "text": {"type": "plain_text", "text": "Annuler"},
    }
    blocks = [{"type": "actions", "elements": [button]}]
    client.chat_postMessage(channel=CHANNEL, text="fait", blocks=blocks)
    marie.press(slack.messages(CHANNEL)[0], "undo")
    assert slack.messages(CHANNEL)[0]["blocks"] == []
