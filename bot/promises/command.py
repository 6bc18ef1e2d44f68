"""/relances promesse, /relances promesses: note a promise to pay, see those that run."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Protocol

from bot.promises.card import numbers_of
from bot.slack import blocks
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, sentence_of, with_undo
from bot.slack.visit import Visit
from bot.typed.questions import day_of
from bot.typed.together import choose_together
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.codes.agreements import PlanState
from receivables.errors import Refused
from receivables.language import Language
from receivables.schedule.holds import missing
from store.invoices.settling import AlreadySettled
from store.payment_plans import facts as plan_facts
from store.payment_plans.facts import PlanFacts
from store.promises import acts as promises
from store.promises.acts import PromiseOutcome, PromiseRecord, RunningPromise
from store.promises.payment_left import LeftPut

SHOWN = 40


def answer_promesse(visit: Visit, said: Understood) -> None:
    """Answer `/relances promesse FAC-123 1200 le 15/12`; without text, with how to. Raises RelanceError."""
    if said.help:
        visit.tell(say("promesses.help", visit.language))
        return
    with visit.look() as b:
        meant = choose_together(b, said, plain("promesses.example", visit.language))
        day = day_of(said, meant.reading, visit.language)
        if day is None:
            raise Refused("promises.date_missing", number=meant.invoices[0].number)
        amount = meant.amount(b, said)
    value, ids = amount.amount if amount else None, [each.id for each in meant.invoices]
    try:
        with visit.books() as b:
            done = promises.make_for(b, ids, amount=value, date=day, by=visit.user, at=visit.at)
    except AlreadySettled as error:
        visit.tell(sentence_of(error, visit.language))
        return
    told_ = promise_sentences(done, visit)
    visit.publish(told_, with_undo(visit, told_, done.entry_id))


def promise_sentences(done: PromiseOutcome, visit: Visit) -> str:
    """Return what was noted, in sentences."""
    return joined(
        (
            say(
                "promesses.made",
                visit.language,
                by=visit.user,
                customer=cut(done.customer, 100),
                numbers=numbers_of(done.numbers),
                amount=done.promise_amount,
                currency=done.currency,
                on=done.promise_date,
            ),
            replaced(done, visit.language),
            say("appel.holds", visit.language, until=done.holds_until),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            say("promesses.step_done", visit.language) if done.step else None,
            earlier_promises(done.record, visit.language),
            what_follows(visit, done.invoice_ids),
        )
    )


class Replacing(Protocol):
    """What is told of a promise that may replace others."""

    @property
    def postponed_from(self) -> date | None:
        """The date of the promise that it postpones."""

    @property
    def corrected_from(self) -> date | None:
        """The date of the promise that it corrects."""

    @property
    def postponements(self) -> int:
        """How often in a row it was postponed."""


def replaced(done: Replacing, language: Language) -> str | None:
    """Say that a promise postpones another, and that it is not the first time; or that it corrects one."""
    if done.postponed_from is not None:
        key = "postponed" if done.postponements < 2 else "postponed_again"
        return say(f"promesses.{key}", language, earlier=done.postponed_from, times=done.postponements)
    if done.corrected_from is not None:
        return say("promesses.corrected", language, earlier=done.corrected_from)
    return None


def left_sentences(left: LeftPut | None, language: Language) -> Iterator[str]:
    """Yield what the word that a payment has left brings about, besides the hold."""
    if left is None:
        return
    if left.again:
        key = "appel.left_again" if left.owner else "appel.left_again_nobody"
        yield say(key, language, numbers=numbers_of(left.again), owner=left.owner or "")
    if left.planned:
        yield say("appel.left_planned", language, numbers=numbers_of(left.planned))


def earlier_promises(known: PromiseRecord, language: Language) -> str:
    """Say how the customer's earlier promises ended: « 2 tenues sur 5 »."""
    if not known.ended:
        return say("promesses.record_none", language)
    return say("promesses.record", language, kept=known.kept, ended=known.ended, postponed=known.postponed)


def listed(visit: Visit, said: Understood) -> None:  # noqa: ARG001 - a conversation's signature
    """Whisper the promises and the plans that run, the soonest first."""
    with visit.look() as b:
        plans = [plan for plan in plan_facts.live(b) if plan.state(visit.today) is PlanState.RUNNING]
        singles = promises.running(b, visit.today)
    lines = [(plan.awaited.promised_on, _plan(plan, visit.language)) for plan in plans]
    lines += [(each.on, _single(each, visit.language)) for each in singles]
    if not lines:
        visit.tell(say("promesses.list_none", visit.language))
        return
    shown = [line for _, line in sorted(lines)[:SHOWN]]
    if len(lines) > SHOWN:
        shown.append(say("promesses.list_more", visit.language, count=len(lines) - SHOWN))
    title = say("promesses.list_title", visit.language)
    halves = ["\n".join(shown[start : start + 10]) for start in range(0, len(shown), 10)]
    visit.tell(title, [blocks.section(title), *(blocks.section(part) for part in halves)])


def _plan(plan: PlanFacts, language: Language) -> str:
    return say(
        "promesses.list_plan",
        language,
        customer=cut(plan.customer, 60),
        numbers=numbers_of(plan.numbers),
        met=plan.met,
        count=len(plan.instalments),
        amount=missing(plan.awaited),
        currency=plan.currency,
        on=plan.awaited.promised_on,
    )


def _single(each: RunningPromise, language: Language) -> str:
    amount: Decimal = each.amount
    facts = {"amount": amount, "currency": each.currency, "on": each.on}
    key = "promesses.list_left" if each.payment_left else "promesses.list_promise"
    return say(key, language, customer=cut(each.customer, 60), numbers=numbers_of(each.numbers), **facts)
