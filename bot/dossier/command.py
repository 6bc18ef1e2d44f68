"""/relances dossier: the whole file of a customer as one zip, in a private message."""

from bot.dossier.handover import desk
from bot.slack import blocks
from bot.slack.access import SLACK_TROUBLE
from bot.slack.visit import Visit
from bot.typed.choosing import choose_customer
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused

OPEN = "handover_open"


def answer_dossier(visit: Visit, said: Understood) -> None:
    """Answer `/relances dossier CLIENT`. Raises RelanceError."""
    if said.help:
        visit.tell(say("dossier.help", visit.language))
        return
    with visit.look() as b:
        customer = choose_customer(b, said)
    try:
        made = desk(visit).for_person(customer.id, visit.user, at=visit.at)
    except SLACK_TROUBLE as error:
        raise Refused("dossier.not_sent") from error
    told = say(
        "dossier.sent",
        visit.language,
        customer=cut(made.customer, 100),
        papers=made.papers,
        sha256=made.sha256,
    )
    sure = blocks.confirm(
        plain("dossier.open_title", visit.language),
        plain("dossier.open_text", visit.language),
        plain("dossier.open_yes", visit.language),
        plain("dossier.open_no", visit.language),
    )
    button = blocks.button(
        plain("dossier.open", visit.language), OPEN, visit.value(customer.id), confirm=sure
    )
    visit.tell(told, [blocks.section(told), blocks.actions(button)])
