"""A dispute as Slack shows it: one line with its state, and what can be done about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from receivables.codes.disputes import DisputeEnd, DisputeQuestion
from receivables.language import Language
from store.books import Books
from store.disputes import facts as dispute_facts
from store.disputes.facts import DisputeFacts

SETTLE, FOLLOW, MENU = "dispute_settle", "dispute_follow", "dispute_menu"
YES, NO = "dispute_paid_yes", "dispute_paid_no"
NOTE = 300
OUTCOMES = frozenset({"ours", "theirs", "paid"})


def line(dispute: DisputeFacts, today: date, language: Language) -> Mrkdwn:
    """Return a dispute in words: what is contested, since when, by whom it is resolved, until when."""
    return say(
        "litiges.line",
        language,
        number=cut(dispute.number, 40),
        customer=cut(dispute.customer, 80),
        kind=kind_of(dispute.kind, language),
        disputed=dispute.disputed if dispute.disputed is not None else dispute.outstanding,
        outstanding=dispute.outstanding,
        currency=dispute.currency,
        age=dispute.age(today),
        who=resolver(dispute, language),
        on=dispute.follow_up_on,
        paid=dispute.outstanding <= 0,
        coming=dispute.outcome == DisputeEnd.CREDIT_COMING,
        note=cut(dispute.note or "", NOTE),
    )


def kind_of(kind: str, language: Language) -> str:
    """Return the nature of a dispute in words."""
    try:
        return say(f"litiges.kind.{kind}", language)
    except KeyError:
        return say("litiges.kind.other", language)


def resolver(dispute: DisputeFacts, language: Language, *, ask: bool = False) -> Mrkdwn:
    """Return who is to settle it, called to it when `ask`, or that there is nobody."""
    if not dispute.resolver:
        return say("litiges.nobody", language)
    return asked(dispute.resolver) if ask else say("digest.owner", language, owner=dispute.resolver)


def dispute_menu(company: str, dispute: DisputeFacts, language: Language) -> Block:
    """Return the menu of a dispute in a list."""
    choices = (("settle", SETTLE), ("follow", FOLLOW))
    return blocks.overflow(
        MENU,
        [
            blocks.option(plain(f"litiges.button.{key}", language), f"{action}|{company}:{dispute.id}")
            for key, action in choices
        ],
    )


def card(
    company: str, dispute: DisputeFacts, today: date, head: str = "", *, language: Language
) -> list[Block]:
    """Return a dispute with its two buttons, under a first line."""
    value = f"{company}:{dispute.id}"
    text = "\n".join(filter(None, (head, line(dispute, today, language))))
    return [
        blocks.section(text),
        blocks.actions(
            blocks.button(plain("litiges.button.settle", language), SETTLE, value, style="primary"),
            blocks.button(plain("litiges.button.follow", language), FOLLOW, value),
        ),
    ]


def question(company: str, dispute: DisputeFacts, language: Language) -> tuple[str, list[Block]]:
    """Ask whether a payment settles the dispute: it is closed only by an answer."""
    text = say(
        "litiges.paid_question",
        language,
        number=cut(dispute.number, 40),
        since=dispute.opened_on,
        kind=kind_of(dispute.kind, language),
    )
    value = f"{company}:{dispute.id}"
    buttons = blocks.actions(
        blocks.button(plain("litiges.yes", language), YES, value, style="primary"),
        blocks.button(plain("litiges.no", language), NO, value),
    )
    return text, [blocks.section(text), buttons]


def notice(b: Books, data: Mapping[str, Any]) -> Notice:
    """Ask the resolver of an open dispute; once it is settled, say how."""
    dispute = dispute_facts.get_dispute(b, int(data["dispute_id"]))
    if dispute.settled:
        outcome = dispute.outcome if dispute.outcome in OUTCOMES else "other"
        names = {"number": cut(dispute.number, 40), "customer": cut(dispute.customer, 80)}
        text = say(
            "litiges.over",
            b.company.language,
            outcome=say(f"litiges.outcome.{outcome}", b.company.language),
            **names,
        )
        return Notice(text, [blocks.section(text)], over=True)
    what = str(data["what"])
    today = date.fromisoformat(data["today"]) if "today" in data else dispute.opened_on
    if dispute.follow_up_on is not None and dispute.follow_up_on > today and what != DisputeQuestion.PAID:
        what = DisputeQuestion.LATER
    head = say(
        f"litiges.ask.{what}",
        b.company.language,
        who=resolver(dispute, b.company.language, ask=what != DisputeQuestion.LATER),
        since=dispute.follow_up_on,
    )
    drawn = card(b.company.key, dispute, today, head, language=b.company.language)
    if what == DisputeQuestion.PAID:
        drawn = [
            blocks.section(f"{head}\n{line(dispute, today, b.company.language)}"),
            question(b.company.key, dispute, b.company.language)[1][1],
        ]
    return Notice(f"{head}\n{line(dispute, today, b.company.language)}", drawn)
