"""/relances taux: the rates behind penalties, and confirming those of a half-year."""

from typing import Any

from bot.penalties import card as penalty_view
from bot.penalties import form
from bot.slack.access import FINANCE
from bot.slack.outcomes import UNDO_FINANCE, with_undo
from bot.slack.visit import Visit
from bot.typed.values import Understood
from message_templates.catalogue import say
from receivables.errors import Refused
from receivables.rates import BUSINESS_POINTS, Semester, parse_semester
from store import rates


def answer_taux(visit: Visit, said: Understood) -> None:
    """Answer `/relances taux` with the table, `/relances taux 2026-S2` with the form. Raises RelanceError."""
    if said.semester is not None:
        visit.desk.access.check(visit.company, visit.user, FINANCE)
        _ask(visit, said.semester)
        return
    with visit.look() as b:
        lines = rates.listed(b, today=visit.today)
    drawn = penalty_view.rates(visit, lines)
    visit.tell(drawn[0]["text"]["text"], drawn)


def ask(visit: Visit, carried: str) -> None:
    """Answer *Confirmer les taux*: open the form of the half-year."""
    _ask(visit, parse_semester(carried.partition(":")[2]))


def _ask(visit: Visit, semester: Semester) -> None:
    with visit.look() as b:
        usable = rates.rates_of(b)
    known = usable.known.get(semester)
    if semester.first > visit.today:
        raise Refused("rates.not_begun", semester=str(semester), day=semester.first)
    visit.open(form.confirming(visit, semester, known if known and known.to_confirm else None))


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Confirm the rates in the form. Raises Refused."""
    semester, refinancing, legal = form.confirmed(view)
    with visit.books() as b:
        done = rates.confirm(b, semester, refinancing=refinancing, legal=legal, by=visit.user, at=visit.at)
    text = say(
        "penalites.rates.confirmed",
        visit.language,
        by=done.by,
        semester=str(done.semester),
        refinancing=done.refinancing,
        legal=done.legal,
        business=done.refinancing + BUSINESS_POINTS,
    )
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
