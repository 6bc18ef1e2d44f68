"""*Envoyer à moi d'abord*: the form that asks where, and having it sent."""

import json
from typing import Any

from bot.going_live import card
from bot.slack import blocks
from bot.slack.access import SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.fields import typed
from bot.slack.visit import Desk, Visit
from bot.typed.words import plain
from message_templates.catalogue import say
from receivables.addresses import fault
from receivables.company import Company
from store import going_live

CALLBACK = "going_live_form"


def open_checklist(visit: Visit, carried: str) -> None:  # noqa: ARG001 - as every click
    """Open the checklist, as the books stand now."""
    with visit.look() as b:
        found, mail = going_live.checklist(b), going_live.first_mail(b, visit.today)
    visit.open(card.view(visit.company, found, mail, channel=visit.voice.channel))


def ask_where(visit: Visit, carried: str) -> None:
    """Ask to which address of one's own the mail is to go."""
    customer_id, _, step = carried.partition(":")
    visit.open(_view(visit, int(customer_id), step))


def _view(visit: Visit, customer_id: int, step: str) -> Block:
    known = {"company": visit.company.key, "channel": visit.voice.channel}
    entry = blocks.text_input("to", initial=_own_address(visit), placeholder="nom@exemple.fr", most=254)
    return blocks.modal(
        CALLBACK,
        plain("depart.form.title", visit.language),
        [blocks.field("to", plain("depart.form.to", visit.language), entry)],
        submit=plain("depart.form.submit", visit.language),
        close=plain("depart.close", visit.language),
        metadata=json.dumps({**known, "customer": customer_id, "step": step}),
    )


def _own_address(visit: Visit) -> str:
    """Return the person's address where Slack says it; "" else."""
    try:
        profile = visit.desk.client.users_info(user=visit.user)["user"].get("profile") or {}
    except SLACK_TROUBLE:
        return ""
    return str(profile.get("email") or "")


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:  # noqa: ARG001 - a Form's
    """Return what is wrong with the address."""
    found = fault(typed(view, "to"))
    return {"to": plain(f"reponses.form.address_{found}", company.language)} if found else {}


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Have the very mail sent to the address typed. Raises BadAddress."""
    known, to = json.loads(view["private_metadata"]), typed(view, "to").strip()
    with visit.books() as b:
        going_live.ask(b, int(known["customer"]), known["step"], to=to, by=visit.user, at=visit.at)
    visit.tell(say("depart.asked", visit.language, to=to))
