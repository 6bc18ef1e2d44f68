"""The message of all that waits for an approval: a line each with its menu, and what became of the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.digest.mail_card import ADDRESS, NAME, NUMBER, NUMBERS, reason_of, whys
from bot.invoices.list import CHARACTERS, weight
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.slack.outcomes import holders_of
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import Mrkdwn, say
from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.messages import MessageState
from receivables.codes.reasons import REASONS, Obstacle, Reason, Standing, Why
from receivables.codes.roles import Role
from receivables.company import Company
from receivables.language import Language
from receivables.people import Automaton
from store.approvals import facts as approvals
from store.approvals.facts import ApprovalFacts
from store.books import Books

TEXT, APPROVE, REFUSE = "approval_text", "approval_give", "approval_refuse"
MENU, UNDO, ALL = "approval_menu", "approval_undo", "approval_all"
SHOWN = 40
"""Requests in one message: Slack takes fifty blocks."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the message of a day as the books stand at `data["now"]`."""
    day = date.fromisoformat(data["day"])
    found = approvals.of_day(b, day, now=datetime.fromisoformat(data["now"]))
    open_ = waiting(found)
    last = approvals.is_last(b, day)
    letters = approvals.letters_waiting(b) if last else 0
    if not found and last:
        return None
    text = _head(b, day, open_, last=last)
    drawn, room = [blocks.section(text)], CHARACTERS - 1500
    for told in found[:SHOWN]:
        block = _request(b.company, told)
        room -= weight([block])
        if room < 0:
            break
        drawn.append(block)
    drawn += _foot(b.company, len(found) - len(drawn) + 1, letters)
    drawn += [_all(b.company, len(open_))] if len(open_) > 1 else []
    return Notice(plain_of(b.company, day, open_), drawn)


def waiting(found: Iterable[ApprovalFacts]) -> list[ApprovalFacts]:
    """Return what may still be answered."""
    return [told for told in found if told.state == ApprovalState.ASKED and not told.changed]


def plain_of(company: Company, day: date, open_: Sequence[ApprovalFacts]) -> str:
    """Return the message in one sentence, for notifications."""
    return say("accords.text", company.language, count=len(open_), day=day, totals=totals(open_))


def _head(b: Books, day: date, open_: Sequence[ApprovalFacts], *, last: bool) -> str:
    language = b.company.language
    if not last:
        return say("accords.head_over", language, day=day, count=approvals.waiting(b))
    if not open_:
        return say("accords.head_none", language, day=day)
    who = holders_of(b.company, Role.RESPONSABLE)
    told = {"count": len(open_), "totals": totals(open_), "day": day}
    asked = say("accords.head_who", language, who=who) if who else _nobody(b.company)
    return f"{say('accords.head', language, **told)}\n{asked}"


def _nobody(company: Company) -> str:
    return say("accords.head_nobody", company.language, table=f"[company.{company.key}.roles]")


def again(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return what is said at eleven of what still waits; None when nothing does, or nothing leaves any more.

    Said late, after the window, it would call people for what no answer of theirs sends that day.
    """
    day, now = date.fromisoformat(data["day"]), datetime.fromisoformat(data["now"])
    if now >= b.company.instant(day, b.company.window[1]):
        return None
    open_ = waiting(approvals.of_day(b, day, now=now))
    if not open_:
        return None
    who = holders_of(b.company, Role.RESPONSABLE)
    names = [cut(told.customer, NAME) for told in open_[:NUMBERS]]
    more = len(open_) - len(names)
    text = say("accords.again", b.company.language, who=who, count=len(open_), names=names, more=more)
    return Notice(text, [blocks.section(text)])


def one(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the card of one request, as earlier versions posted it."""
    told = approvals.get_approval(b, int(data["approval_id"]), now=datetime.fromisoformat(data["now"]))
    return Notice(
        say("accords.text_one", b.company.language, customer=cut(told.customer, NAME)),
        [_request(b.company, told)],
    )


def _request(company: Company, told: ApprovalFacts) -> Block:
    """Return the line of one request, with what may be done about it."""
    lines = list(lines_of(told, company.language))
    lines.append(f"_{_state(company, told)}_")
    return blocks.section("\n".join(lines), _accessory(company, told))


def lines_of(told: ApprovalFacts, language: Language) -> Iterator[str]:
    """Yield who would be asked for what, and at which step."""
    step = labels.step(told.step, language)
    yield say("accords.title", language, customer=cut(told.customer, NAME), step=step)
    to = [cut(address, ADDRESS) for address in told.to[:2]]
    yield say("accords.items", language, numbers=numbers(told, language), totals=totals([told]), to=to)


def _accessory(company: Company, told: ApprovalFacts) -> Block | None:
    value = f"{company.key}:{told.id}"
    if told.state == ApprovalState.ASKED and not told.changed:
        keys = ("text", "approve", "refuse")
        lines = [
            blocks.option(plain(f"accords.button.{key}", company.language), f"{key}|{value}") for key in keys
        ]
        return blocks.overflow(MENU, lines)
    if told.undoable and told.state in {ApprovalState.APPROVED, ApprovalState.REFUSED}:
        return blocks.button(plain("common.undo", company.language), UNDO, f"{value}:{told.entry_id}")
    return None


def _state(company: Company, told: ApprovalFacts) -> str:
    language = company.language
    if told.state == ApprovalState.APPROVED:
        return f"{say('accords.approved', language, by=told.answered_by)} {_leaves(company, told)}"
    if told.state == ApprovalState.REFUSED:
        return say(
            "accords.refused",
            language,
            by=told.answered_by,
            reason=cut(told.reason or "", 200),
            until=told.until,
        )
    if told.void == ApprovalVoid.WITHDRAWN:
        return say("accords.withdrawn", language)
    if told.state == ApprovalState.VOID or told.changed:
        key = "accords.void_hand" if told.by_hand else "accords.void"
        return say(key, language, why=why_of(told, language), left=_left(told))
    return _asked(company, told)


def _done(code: Why) -> bool:
    return isinstance(code, Reason) and REASONS[code].standing is Standing.DONE


def _left(told: ApprovalFacts) -> bool:
    """Whether something of what was asked is still to be paid: only that is asked for anew."""
    over = {number for number, code in told.why if _done(code)}
    return any(str(item["number"]) not in over for item in told.items)


def _asked(company: Company, told: ApprovalFacts) -> str:
    """Return why it waits, since when, and what keeps it back besides."""
    person = told.asked_by if told.asked_by != Automaton.CLOCK else ""
    since = company.day_of(told.asked_at)
    said = say("accords.asked", company.language, by=person, since=since)
    held = why_of(told, company.language)
    return f"{said} {say('accords.held', company.language, why=held)}" if held else said


def _leaves(company: Company, told: ApprovalFacts) -> str:
    """Return when what was approved leaves, or left; what has changed since is asked for anew."""
    if told.changed:
        why = why_of(told, company.language)
        return say("accords.leaves.changed", company.language, why=why, left=_left(told))
    if told.mail is None:
        return say("accords.leaves.later", company.language, why=why_of(told, company.language))
    local = told.mail.at.astimezone(company.zone)
    known = MessageState.PLANNED, MessageState.SENT, MessageState.CANCELLED
    key = told.mail.state if told.mail.state in known else MessageState.SENDING
    if key == MessageState.PLANNED and told.mail.due:
        return say("accords.leaves.now", company.language)
    later = local.date() if local.date() != told.answered_on else None
    return say(f"accords.leaves.{key}", company.language, at=f"{local:%H:%M}", on=later)


def why_of(told: ApprovalFacts, language: Language) -> Mrkdwn:
    """Return what has changed, or what keeps a request back, invoice by invoice."""
    said = [
        say(
            "cartes.state.void_item",
            language,
            number=cut(number, NUMBER),
            reason=say("accords.amount", language) if code == Obstacle.AMOUNT else reason_of(code, language),
        )
        for number, code in told.why[:NUMBERS]
    ]
    return whys(said, len(told.why), language)


def numbers(told: ApprovalFacts, language: Language) -> list[str]:
    """Return the invoices by number, the first ones when they are many."""
    found = [cut(str(item["number"]), NUMBER) for item in told.items]
    if len(found) <= NUMBERS:
        return found
    return [*found[: NUMBERS - 1], say("cartes.numbers_more", language, count=len(found) - NUMBERS + 1)]


def totals(found: Iterable[ApprovalFacts]) -> dict[str, Decimal]:
    """Return what was asked to be claimed, per currency."""
    sums: dict[str, Decimal] = {}
    for item in (item for told in found for item in told.items):
        code = str(item["currency"])
        sums[code] = sums.get(code, Decimal(0)) + Decimal(item["outstanding"])
    return sums


def _foot(company: Company, more: int, letters: int) -> list[Block]:
    told = [
        say(f"accords.{key}", company.language, count=count)
        for key, count in (("more", more), ("letters", letters))
        if count > 0
    ]
    return [blocks.context(" ".join(told))] if told else []


def _all(company: Company, count: int) -> Block:
    label = plain("accords.button.all", company.language, count=count)
    return blocks.actions(blocks.button(label, ALL, f"{company.key}:0", style="primary"))
