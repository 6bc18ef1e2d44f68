"""What became of promises and payment plans, as the channel is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from receivables.language import Language
from receivables.schedule.holds import kept, missing, promise_end
from store.books import Books
from store.payment_plans import facts as plan_facts
from store.payment_plans.facts import PlanFacts
from store.promises import notices
from store.promises.notices import PromiseNotice

RECEIVED = "instalment_received"
NUMBERS = 10


def who(owner: str | None, language: Language) -> Mrkdwn:
    """Return a mention of the owner, or that there is none."""
    return say("digest.owner", language, owner=owner) if owner else say("digest.nobody", language)


def numbers_of(numbers: tuple[str, ...]) -> list[str]:
    """Return the first numbers of invoices, to be listed."""
    shown = [cut(number, 40) for number in numbers[:NUMBERS]]
    return shown if len(numbers) <= NUMBERS else [*shown, "…"]


def promise_broken(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell of a promise that was not kept, or of a payment that is said to have left and did not come."""
    told = notices.of_promise(b, int(data["promise_id"]))
    text = say(
        "promesses.unseen" if told.payment_left else "promesses.broken",
        b.company.language,
        **_promise_facts(told),
        who=who(told.owner, b.company.language),
        missing=told.missing,
        lacking=numbers_of(told.lacking),
    )
    return Notice(text, [blocks.section(text)])


def promise_kept(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell of a promise that was kept."""
    told = notices.of_promise(b, int(data["promise_id"]))
    text = say("promesses.kept", b.company.language, **_promise_facts(told))
    return Notice(text, [blocks.section(text)])


def _promise_facts(told: PromiseNotice) -> dict[str, Any]:
    return {
        "customer": cut(told.customer, 100),
        "numbers": numbers_of(told.numbers),
        "amount": told.amount,
        "currency": told.currency,
        "on": told.on,
    }


def instalment_due(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell of an instalment on its day, with the button that notes the money, until it is met."""
    plan, rank = _found(b, data)
    instalment = plan.instalments[rank]
    if plan.ended or kept(instalment):
        text = say(
            "promesses.plan.no_longer",
            b.company.language,
            **_instalment_facts(plan, rank, b.company.language),
            met=kept(instalment),
        )
        return Notice(text, [blocks.section(text)], over=True)
    until = promise_end(instalment, b.company.calendar, b.company.grace_days)
    text = say(
        "promesses.plan.due",
        b.company.language,
        **_instalment_facts(plan, rank, b.company.language),
        until=until,
    )
    button = blocks.button(
        plain("promesses.plan.received", b.company.language), RECEIVED, f"{b.company.key}:{plan.id}"
    )
    return Notice(text, [blocks.section(text), blocks.actions(button)])


def instalment_met(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell of an instalment that was met, and of the plan when it was the last."""
    plan, rank = _found(b, data)
    over = all(kept(each) for each in plan.instalments)
    text = say(
        "promesses.plan.met",
        b.company.language,
        **_instalment_facts(plan, rank, b.company.language),
        over=over and rank == len(plan.instalments) - 1,
    )
    return Notice(text, [blocks.section(text)])


def instalment_missed(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell of a plan that one instalment broke, to its owner."""
    text = say(
        "promesses.plan.missed",
        b.company.language,
        **_instalment_facts(*_found(b, data), language=b.company.language),
    )
    return Notice(text, [blocks.section(text)])


def _found(b: Books, data: Mapping[str, Any]) -> tuple[PlanFacts, int]:
    """Return the plan, and the rank of the instalment that is spoken of."""
    plan = plan_facts.get_plan(b, int(data["plan_id"]))
    days = [each.promised_on for each in plan.instalments]
    return plan, days.index(date.fromisoformat(data["date"]))


def _instalment_facts(plan: PlanFacts, rank: int, language: Language) -> dict[str, Any]:
    instalment = plan.instalments[rank]
    return {
        "customer": cut(plan.customer, 100),
        "who": who(plan.owner, language),
        "numbers": numbers_of(plan.numbers),
        "amount": instalment.amount,
        "currency": plan.currency,
        "on": instalment.promised_on,
        "rank": rank + 1,
        "count": len(plan.instalments),
        "missing": missing(instalment),
    }
