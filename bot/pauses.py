"""/relances pause, /relances reprendre: nothing leaves for an invoice or a customer until a day."""

from dataclasses import dataclass

from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.following import what_follows
from bot.slack.front import Command
from bot.slack.outcomes import joined, with_undo
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from bot.typed import understanding
from bot.typed.choosing import rows, the_meaning, which_one
from bot.typed.questions import day_of
from bot.typed.values import Reading, Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.codes.agreements import PauseScope
from receivables.errors import Refused
from receivables.people import Person
from store import pauses
from store.books import Books
from store.customers import facts as customers
from store.customers.facts import CustomerFacts
from store.invoices import search
from store.pauses import PauseOutcome

_REASON = 200


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a pause is about."""

    customer: CustomerFacts
    invoice_id: int | None
    name: str


def answer_pause(visit: Visit, said: Understood) -> None:
    """Answer `/relances pause FAC-123 jusqu’au 15/12 motif`. Raises RelanceError."""
    if said.help:
        visit.tell(say("promesses.pause.help", visit.language))
        return
    with visit.look() as b:
        scope, reading = _scope(b, said)
    until, reason = day_of(said, reading, visit.language), reading.rest
    if until is None:
        raise Refused("pauses.date_missing", what=scope.name)
    _check_own(visit, scope.customer)
    with visit.books() as b:
        done = pauses.pause(
            b,
            **_target(scope),
            until=until,
            reason=cut(reason, _REASON) or None,
            by=visit.user,
            at=visit.at,
        )
    _say_paused(visit, done, "set")


def resume(visit: Visit, said: Understood) -> None:
    """Answer `/relances reprendre FAC-123`: end the pause now. Raises RelanceError."""
    if said.help:
        visit.tell(say("promesses.pause.help", visit.language))
        return
    with visit.look() as b:
        scope, _ = _scope(b, said)
        pause_id = pauses.running(b, **_target(scope), on=visit.today)
    if pause_id is None:
        raise Refused("pauses.none", what=scope.name)
    _check_own(visit, scope.customer)
    with visit.books() as b:
        done = pauses.resume(b, pause_id, by=visit.user, at=visit.at)
    _say_paused(visit, done, "ended")


def _scope(b: Books, said: Understood) -> tuple[_Scope, Reading]:
    """Return the invoice, else the customer, that is named, and the reading. Raises Unclear."""
    meaning = the_meaning(b, said, plain("promesses.pause.example", b.company.language), lists=False)
    if meaning.customer_id is not None:
        customer = customers.get_customer(b, meaning.customer_id)
        return _Scope(customer, None, cut(customer.name, 100)), meaning.reading
    found = rows(b, meaning)
    if len(found) > 1:
        raise which_one(b, said, meaning.reading, found)
    customer = customers.get_customer(b, found[0].customer_id)
    return _Scope(customer, found[0].id, cut(found[0].number, 40)), meaning.reading


def _target(scope: _Scope) -> dict[str, int | None]:
    customer_id = None if scope.invoice_id is not None else scope.customer.id
    return {"invoice_id": scope.invoice_id, "customer_id": customer_id}


def _check_own(visit: Visit, customer: CustomerFacts) -> None:
    """Let finance pause everybody, the others their own customers (DESIGN 7). Raises Refused."""
    owner = customer.owner
    if owner in {None, visit.user} or visit.desk.access.may(visit.company, visit.user, FINANCE):
        return
    raise Refused("pauses.not_yours", customer=cut(customer.name, 100), owner=Person(owner))


def _say_paused(visit: Visit, done: PauseOutcome, what: str) -> None:
    facts = {
        "by": visit.user,
        "customer": cut(done.customer or "", 100),
        "number": cut(done.number or "", 40),
    }
    scope = PauseScope.INVOICE if done.number else PauseScope.CUSTOMER
    text = joined(
        (
            say(f"promesses.pause.{what}_{scope}", visit.language, **facts, until=done.until),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            _follows(visit, done),
            say("promesses.pause.reason", visit.language, reason=done.reason)
            if done.reason and what == "set"
            else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _follows(visit: Visit, done: PauseOutcome) -> str | None:
    """Return what comes next for the invoice, or the customer's open ones."""
    if done.invoice_id is not None:
        return what_follows(visit, [done.invoice_id])
    with visit.look() as b:
        ids = search.open_of(b, done.customer_id) if done.customer_id is not None else []
    return what_follows(visit, ids) if ids else None


ROUTES = Routes(
    words={
        "pause": Command("pause", understanding.pause, answer_pause, COMMERCIAL),
        "reprendre": Command(
            "reprendre", understanding.number("promesses.pause.example"), resume, COMMERCIAL
        ),
    }
)
