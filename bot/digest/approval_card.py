"""The card that asks for an approval: what would leave, to whom, who asked, and the two answers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.digest.mail_card import ADDRESS, NAME, NUMBER, NUMBERS, reason_of, whys
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.reasons import Obstacle
from receivables.language import Language
from receivables.people import Automaton
from store.approvals import acts as approvals
from store.approvals.acts import ApprovalFacts
from store.books import Books

TEXT, APPROVE, REFUSE = "approval_text", "approval_give", "approval_refuse"


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the card as the books stand at `data["now"]`."""
    facts = approvals.get_approval(b, int(data["approval_id"]), now=datetime.fromisoformat(data["now"]))
    day = date.fromisoformat(data["day"])
    over = facts.state == ApprovalState.ASKED and date.fromisoformat(data["today"]) > day
    text = "\n".join(_lines(facts, over=over, language=b.company.language))
    drawn = [blocks.section(text)]
    if facts.state == ApprovalState.ASKED and not facts.changed and not over:
        drawn.append(_buttons(b.company.key, facts, b.company.language))
    return Notice(say("accords.text", b.company.language, customer=cut(facts.customer, NAME)), drawn)


def _lines(facts: ApprovalFacts, *, over: bool, language: Language) -> Iterable[str]:
    owner = (
        say("cartes.owner", language, owner=facts.owner) if facts.owner else say("cartes.nobody", language)
    )
    yield say(
        "accords.title",
        language,
        customer=cut(facts.customer, NAME),
        owner=owner,
        step=labels.step(facts.step, language),
    )
    to = [cut(address, ADDRESS) for address in facts.to[:3]]
    yield say("accords.items", language, numbers=numbers(facts, language), totals=totals(facts), to=to)
    yield _state(facts, over=over, language=language)


def _state(facts: ApprovalFacts, *, over: bool, language: Language) -> str:
    person = facts.asked_by if facts.asked_by != Automaton.CLOCK else ""
    if facts.state == ApprovalState.APPROVED:
        return say("accords.approved", language, by=facts.answered_by, asked=person)
    if facts.state == ApprovalState.REFUSED:
        return say("accords.refused", language, by=facts.answered_by, reason=cut(facts.reason or "", 200))
    if facts.reason == ApprovalVoid.WITHDRAWN:
        return say("accords.withdrawn", language)
    if facts.state == ApprovalState.VOID or facts.changed:
        return (
            say("accords.void_hand", language)
            if person
            else say("accords.void", language, why=_why(facts, language))
        )
    if over:
        return say("accords.over", language)
    return say("accords.person", language, by=person) if person else say("accords.clock", language)


def _why(facts: ApprovalFacts, language: Language) -> str:
    told = [
        say(
            "cartes.state.void_item",
            language,
            number=cut(number, NUMBER),
            reason=say("accords.amount", language) if code == Obstacle.AMOUNT else reason_of(code, language),
        )
        for number, code in facts.why[:NUMBERS]
    ]
    return whys(told, len(facts.why), language)


def numbers(facts: ApprovalFacts, language: Language) -> list[str]:
    """Return the invoices by number, the first ones when they are many."""
    found = [cut(str(item["number"]), NUMBER) for item in facts.items]
    if len(found) <= NUMBERS:
        return found
    return [*found[: NUMBERS - 1], say("cartes.numbers_more", language, count=len(found) - NUMBERS + 1)]


def totals(facts: ApprovalFacts) -> dict[str, Decimal]:
    """Return what was asked to be claimed, per currency."""
    found: dict[str, Decimal] = {}
    for item in facts.items:
        code = str(item["currency"])
        found[code] = found.get(code, Decimal(0)) + Decimal(item["outstanding"])
    return found


def _buttons(key: str, facts: ApprovalFacts, language: Language) -> Block:
    value = f"{key}:{facts.id}"
    told = {
        "step": labels.step(facts.step, language),
        "customer": cut(facts.customer, NAME),
        "totals": totals(facts),
    }
    sure = blocks.confirm(
        plain("accords.sure.title", language),
        plain("accords.sure.text", language, **told),
        plain("accords.sure.yes", language),
        plain("accords.sure.no", language),
    )
    return blocks.actions(
        blocks.button(plain("accords.button.text", language), TEXT, value),
        blocks.button(
            plain("accords.button.approve", language), APPROVE, value, style="primary", confirm=sure
        ),
        blocks.button(plain("accords.button.refuse", language), REFUSE, value),
    )
