"""/relances pause, /relances reprendre: nothing leaves for an invoice or a customer until a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Rule
from bot.slack.outcomes import joined, with_undo
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from bot.typed import dates, parsing
from bot.typed.choosing import choose
from bot.typed.parsing import Reading
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused, UnknownCustomer
from receivables.people import Person
from receivables.text import fold_typed
from store import pauses
from store.books import Books
from store.customers import facts as customers
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts
from store.invoices import search
from store.pauses import PauseOutcome

_LEADS = frozenset({"jusqu'au", "jusqu'a", "jusque", "au", "le"})
_REASON = 200


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a pause is about, and what was typed after it."""

    customer: CustomerFacts
    invoice_id: int | None
    name: str
    rest: str


def answer_pause(visit: Visit, text: str) -> None:
    """Answer `/relances pause FAC-123 jusqu’au 15/12 motif`. Raises RelanceError."""
    if not clean(text) or fold_typed(text) in parsing.HELP:
        visit.tell(say("promesses.pause.help", visit.language))
        return
    words = parsing.words_of(text, plain("promesses.pause.example", visit.language))
    named, day, reason = _dated(words, visit.today)
    with visit.look() as b:
        scope = _scope(b, named)
    if day is None:
        raise Refused("pauses.date_missing", what=scope.name)
    _check_own(visit, scope.customer)
    with visit.books() as b:
        done = pauses.pause(
            b,
            **_target(scope),
            until=day,
            reason=cut(reason, _REASON) or None,
            by=visit.user,
            at=visit.at,
        )
    _say_paused(visit, done, "set")


def resume(visit: Visit, text: str) -> None:
    """Answer `/relances reprendre FAC-123`: end the pause now. Raises RelanceError."""
    if not clean(text) or fold_typed(text) in parsing.HELP:
        visit.tell(say("promesses.pause.help", visit.language))
        return
    words = parsing.words_of(text, plain("promesses.pause.example", visit.language))
    with visit.look() as b:
        scope = _scope(b, words)
        pause_id = pauses.running(b, **_target(scope), on=visit.today)
    if pause_id is None:
        raise Refused("pauses.none", what=scope.name)
    _check_own(visit, scope.customer)
    with visit.books() as b:
        done = pauses.resume(b, pause_id, by=visit.user, at=visit.at)
    _say_paused(visit, done, "ended")


def _dated(words: Sequence[str], today: date) -> tuple[list[str], date | None, str]:
    """Cut the words into what is paused, until when, and why."""
    for start in range(1, len(words)):
        for end in range(min(len(words), start + 6), start, -1):
            phrase = " ".join(words[start:end])
            if dates.looks_like(phrase) and not phrase.isdigit():
                named = [*words[:start]]
                while len(named) > 1 and fold_typed(named[-1]) in _LEADS:
                    named.pop()
                day = dates.read_date(phrase, today=today, side=dates.Side.FUTURE)
                return named, day, " ".join(words[end:])
    return list(words), None, ""


def _scope(b: Books, words: Sequence[str]) -> _Scope:
    """Return the invoice, else the customer, that the words name. Raises NoSuchInvoice, UnknownCustomer."""
    named = " ".join(words)
    if search.known_id(b, named) is None:
        try:
            customer = customer_search.find(b, named)
        except UnknownCustomer:
            if not any(sign.isdigit() for sign in named):
                raise
        else:
            return _Scope(customer, None, cut(customer.name, 100), "")
    invoice, _ = choose(b, (Reading(named, ""),), plain("promesses.pause.example", b.company.language))
    return _Scope(customers.get_customer(b, invoice.customer_id), invoice.id, cut(invoice.number, 40), "")


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
    scope = "invoice" if done.number else "customer"
    text = joined(
        (
            say(f"promesses.pause.{what}_{scope}", visit.language, **facts, until=done.until),
            say("promesses.pause.reason", visit.language, reason=done.reason)
            if done.reason and what == "set"
            else None,
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


ROUTES = Routes(words={"pause": Rule(answer_pause, COMMERCIAL), "reprendre": Rule(resume, COMMERCIAL)})
