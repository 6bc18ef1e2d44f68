"""The Home tab: what is late now, and how to act on it."""

from collections.abc import Callable
from typing import Any

from bot.invoices import list as late_list
from bot.slack import blocks
from bot.slack.access import COMMERCIAL, SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.failures import log
from bot.slack.outcomes import sentence_of
from bot.slack.visit import Desk
from bot.tasks import list as task_list
from bot.typed.words import plain
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import Refused
from store.books import read_books
from store.invoices import last_acts
from store.morning import late

SHOWN = 20
TASKS = 8
MOST = 100


def on_opened(desk: Desk) -> Callable[[dict[str, Any]], None]:
    """Return what follows when somebody opens one of the app's tabs."""

    def work(event: dict[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            publish(desk, event["user"])

    return work


def publish(desk: Desk, user: str) -> None:
    """Draw the tab of one person anew."""
    try:
        drawn = draw(desk, user)
    except Refused as error:
        drawn = [blocks.section(say("home.closed", desk.language, why=sentence_of(error, desk.language)))]
    try:
        desk.client.views_publish(user_id=user, view={"type": "home", "blocks": drawn})
    except SLACK_TROUBLE:
        log.warning("home_not_published")


def draw(desk: Desk, user: str) -> list[Block]:
    """Return the tab of one person: tasks and late invoices of each company that is theirs, then commands."""
    mine = [one for one in desk.companies.values() if desk.access.may(one, user, COMMERCIAL)]
    if not mine:
        return [blocks.section(say("home.nothing", desk.language))]
    room = late_list.CHARACTERS // len(mine)
    drawn = [block for company in mine for block in _company(desk, company, user, room)]
    return [*drawn[: MOST - 2], blocks.divider(), blocks.section(say("home.help", desk.language))]


def _company(desk: Desk, company: Company, user: str, room: int) -> list[Block]:
    today = company.day_of(desk.now())
    with read_books(desk.database, company) as b:
        mine = task_list.read_tasks(b, desk.access, user, task_list.HOME, now=desk.now())
        found = late.customers(b, today)
        acts = last_acts.last_acts_of(b, late_list.first_ids(found, SHOWN))
    total = [invoice for customer in found for invoice in customer.invoices]
    head = blocks.header(plain("home.title", company.language, name=company.name))
    asked = _tasks(desk, company, mine, room // 3)
    room -= late_list.weight(asked)
    if not total:
        return [head, *asked, blocks.section(say("relances.none", company.language))]
    facts = {"invoices": len(total), "totals": late.totals_of(total)}
    shown = late_list.sections(company, found, acts, room=room - 800, most=SHOWN)
    text = say("digest.list", company.language, customers=len(found), **facts)
    foot = (
        [blocks.context(say("digest.shown", company.language, shown=len(shown), **facts))]
        if len(shown) < len(total)
        else []
    )
    return [head, *asked, blocks.section(text), *shown, *foot]


def _tasks(desk: Desk, company: Company, mine: task_list.TaskList, room: int) -> list[Block]:
    if not mine.tasks:
        return []
    title = blocks.section(say("taches.list.mine", company.language, count=len(mine.tasks)))
    shown = task_list.rows(company, mine, now=desk.now(), room=room, most=TASKS)
    return [title, *shown, blocks.divider()]
