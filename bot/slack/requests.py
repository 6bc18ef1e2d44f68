"""Reading Slack's requests: who, where, what was clicked, and the key that tells two deliveries apart."""

import json
from typing import Any

from bot.slack.blocks import TOGETHER
from bot.slack.visit import Desk
from bot.slack.voice import Respond, Voice

Body = dict[str, Any]


def user_of(body: Body) -> str:
    """Return who typed, clicked or sent; "" when no person did."""
    user = body.get("user")
    return str((user.get("id") if isinstance(user, dict) else body.get("user_id")) or "")


def team_of(body: Body) -> str:
    """Return the workspace of the person, when Slack's request names it."""
    user = body.get("user")
    return str((user.get("team_id") if isinstance(user, dict) else body.get("team_id")) or "")


def channel_of(body: Body) -> str:
    """Return the channel of a command, click or form; the person's own when there is none."""
    if "view" in body:
        return str(metadata_of(body["view"]).get("channel") or user_of(body))
    place = body.get("channel") or {}
    return str(body.get("channel_id") or place.get("id") or user_of(body))


def modals_of(body: Body) -> tuple[str, ...]:
    """Return the modals that a click or a form came from: the one that stands, then the one at the bottom."""
    view = body.get("view") or {}
    if view.get("type") != "modal":
        return ()
    standing = () if body.get("type") == "view_submission" else (view.get("id"),)
    found = (*standing, view.get("root_view_id"))
    gone = view.get("id") if not standing else None
    return tuple(dict.fromkeys(str(each) for each in found if each and each != gone))


def metadata_of(view: Body) -> Body:
    """Return what a form was opened with."""
    known = view.get("private_metadata") or ""
    return dict(json.loads(known)) if known.startswith("{") else {}


def voice_of(desk: Desk, body: Body, respond: Respond | None) -> Voice | None:
    """Return the voice to answer a request with; None when no person made it."""
    user = user_of(body)
    usable = respond if body.get("response_url") else None
    return Voice(desk.client, user, channel_of(body), usable) if user else None


def clicked_of(body: Body) -> str:
    """Return the first paragraph of the message that was clicked; Slack leaves it out of whispers.

    Nothing of a message that says other things too, which is drawn anew as a whole.
    """
    shown = (body.get("message") or {}).get("blocks") or [{}]
    if among_others(body):
        return ""
    return str((shown[0].get("text") or {}).get("text") or "")


def among_others(body: Body) -> bool:
    """Whether the message that was clicked says other things besides."""
    shown = (body.get("message") or {}).get("blocks") or [{}]
    return bool(shown[0].get("block_id") == TOGETHER)


def label_of(body: Body) -> str:
    """Return the words of the button, or of the line of a menu, that was chosen."""
    action = body["actions"][0]
    option = action.get("selected_option") or {}
    return str(((option.get("text") or action.get("text")) or {}).get("text") or "")


def about_of(body: Body) -> str:
    """Return the first line of what the button stands beside, else of its message, as mrkdwn."""
    shown = (body.get("message") or {}).get("blocks") or []
    own = [each for each in shown if each.get("block_id") == body["actions"][0].get("block_id")]
    if own and among_others(body):
        before = shown[: shown.index(own[0])]
        cuts = [place for place, each in enumerate(before) if each.get("type") == "divider"]
        shown = before[cuts[-1] if cuts else 0 :]
    texts = (str((each.get("text") or {}).get("text") or "") for each in [*own, *shown])
    return next((text.splitlines()[0] for text in texts if text), "")


def carried_by(body: Body) -> str:
    """Return what the button, or the chosen line of the menu, carries."""
    action = body["actions"][0]
    option = action.get("selected_option") or {}
    return str(option.get("value") or action.get("value") or "")


def command_key(body: Body) -> str:
    """Return the key of one typed command."""
    return f"command:{body.get('trigger_id')}"


def click_key(body: Body) -> str:
    """Return the key of one click."""
    action = body["actions"][0]
    return f"click:{user_of(body)}:{action.get('action_ts')}:{action.get('action_id')}"


def answer_key(body: Body) -> str:
    """Return the key of the answer to a question that was asked back, whichever of its buttons is pressed."""
    shown = (body.get("container") or {}).get("message_ts")
    return f"answer:{channel_of(body)}:{shown}" if shown else click_key(body)


def form_key(body: Body) -> str:
    """Return the key of one form: once taken, it is closed."""
    return f"view:{body['view']['id']}"


def event_key(body: Body) -> str:
    """Return the key of one event."""
    return f"event:{body.get('event_id')}"
