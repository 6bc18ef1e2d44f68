"""What people do with a file that came: answer, say what its columns hold, bring it in, give it up."""

import logging
from collections.abc import Callable

from bot.arrivals import card, form
from bot.slack.access import SLACK_TROUBLE
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.slack.requests import Body
from bot.slack.visit import Visit
from store.imports import arrivals
from store.imports.arrivals import ArrivalFacts
from store.imports.report import ImportReport

log = logging.getLogger(__name__)


def take(visit: Visit, carried: str) -> None:
    """Bring the file in, as it was tried, and say what came of it. Raises Refused when it is in already."""
    _take(visit, int(carried))


def give_up(visit: Visit, carried: str) -> None:
    """Forget the file. Raises Refused when it is in the books, or gone."""
    with visit.books() as b:
        arrival = arrivals.give_up(b, int(carried), at=visit.at)
    _redraw(visit, arrival, card.given_up(visit.company, arrival, visit.user))


def ask_answers(visit: Visit, carried: str) -> None:
    """Open the form of the file's questions. Raises Refused when it is over."""
    _open(visit, carried, form.questions_view)


def ask_columns(visit: Visit, carried: str) -> None:
    """Open the form of the file's columns. Raises Refused when it is over."""
    _open(visit, carried, form.columns_view)


def answered(visit: Visit, view: Body) -> None:
    """Keep the answers, and try the file with them; one that is in the books is brought in again."""
    arrival_id = form.arrival_of(view)
    with visit.books() as b:
        answers = form.answers_of(view, arrivals.get(b, arrival_id))
        arrivals.say(b, arrival_id, maps={}, answers=answers)
    _again(visit, arrival_id)


def mapped(visit: Visit, view: Body) -> None:
    """Keep what the columns hold, and try the file with that."""
    arrival_id = form.arrival_of(view)
    with visit.books() as b:
        maps = form.maps_of(view, arrivals.get(b, arrival_id))
        arrivals.say(b, arrival_id, maps=maps, answers={})
    _again(visit, arrival_id)


def _open(visit: Visit, carried: str, view: Callable[[Visit, ArrivalFacts], Block]) -> None:
    with visit.look() as b:
        arrival = arrivals.get_open(b, int(carried))
    visit.open(view(visit, arrival))


def _again(visit: Visit, arrival_id: int) -> None:
    with visit.look() as b:
        taken = arrivals.get(b, arrival_id).import_id is not None
    if taken:
        _take(visit, arrival_id)
        return
    report = arrivals.try_dry(visit.desk.database, visit.company, arrival_id, at=visit.at)
    _show(visit, arrival_id, report)


def _take(visit: Visit, arrival_id: int) -> None:
    database, company = visit.desk.database, visit.company
    report = arrivals.take(database, company, arrival_id, by=visit.user, at=visit.at)
    notice = _show(visit, arrival_id, report)
    if report.done and visit.voice.channel != company.slack_channel:
        visit.publish(notice.text, notice.blocks)


def _show(visit: Visit, arrival_id: int, report: ImportReport) -> Notice:
    """Draw the file's message anew, from a report."""
    with visit.look() as b:
        arrival, before = arrivals.get(b, arrival_id), arrivals.earlier(b, arrival_id)
    notice = card.draw(visit.company, arrival, report, before, by=visit.user)
    _redraw(visit, arrival, notice)
    return notice


def _redraw(visit: Visit, arrival: ArrivalFacts, notice: Notice) -> None:
    """Draw the file's message anew; where Slack would not, the person is told."""
    try:
        visit.desk.client.chat_update(
            channel=arrival.channel, ts=arrival.message or "", text=notice.text, blocks=list(notice.blocks)
        )
    except SLACK_TROUBLE:
        log.warning("arrival_not_redrawn")
        visit.tell(notice.text, notice.blocks)
