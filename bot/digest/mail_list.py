"""What leaves today in one message: a line a customer with its menu, redrawn as things happen."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.digest import mail_card
from bot.digest.mail_card import MENU, choices, clock, numbers, states
from bot.invoices.list import CHARACTERS, weight
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.messages import MessageState, Origin
from receivables.company import Company, Mode
from store.books import Books
from store.morning import cards
from store.morning.cards import Card, Deck

SIZES = ((60, 2, False), (40, 1, True), (20, 0, True))
"""Characters of a name, numbers of invoices, whether reasons are cut short: less where many are long."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return one list of messages as the books stand now."""
    day = date.fromisoformat(data["day"])
    deck = cards.deck(b, day, data["reminders"], now=datetime.fromisoformat(data["now"]))
    if not deck.cards:
        return None
    over = "today" in data and date.fromisoformat(data["today"]) > day
    head = blocks.section(_head(b.company, deck, data, over=over))
    foot = (
        [blocks.context(say("cartes.rest", b.company.language, count=data["rest"]))] if data["rest"] else []
    )
    return Notice(
        say("cartes.text", b.company.language, count=len(deck.cards)),
        [head, *_rows(b.company, deck, over=over), *foot],
    )


def _rows(company: Company, deck: Deck, *, over: bool) -> list[Block]:
    """Return a line a customer, shortened when Slack would not take them all together."""
    drawn: list[Block] = []
    for size in SIZES:
        drawn = [_row(company, deck, card, size, over=over) for card in deck.cards]
        if weight(drawn) <= CHARACTERS:
            break
    return drawn


def _row(company: Company, deck: Deck, card: Card, size: tuple[int, int, bool], *, over: bool) -> Block:
    name, most, brief = size
    dropped = [number for number, _ in card.dropped]
    text: str = say(
        "cartes.line",
        company.language,
        customer=cut(card.customer, name),
        step=labels.step(card.step, company.language),
        totals=card.totals,
        numbers=numbers(card.numbers or dropped, company.language, most) if most else [],
        nowhere=not card.to,
        owner=say("cartes.owner", company.language, owner=card.owner) if card.owner else "",
    )
    if not _as_said_above(card, over=over):
        text += f"\n_{' '.join(states(company, deck, card, over=over, brief=brief))}_"
    return blocks.section(text, None if over else _accessory(company, deck, card))


def _as_said_above(card: Card, *, over: bool) -> bool:
    """Whether nothing is to be said of a message that the head of its list does not say."""
    told = card.void or card.dropped or card.edited_by or card.approved_by or card.again_at
    return _by_clock(card) and not (over or told)


def _accessory(company: Company, deck: Deck, card: Card) -> Block | None:
    """Return the menu of a line; a button where there is one thing to do."""
    keys = choices(deck, card)
    if len(keys) == 1:
        return mail_card.button(company, card, keys[0])
    lines = [
        blocks.option(
            plain(f"cartes.button.{key}", company.language),
            f"{key}|{mail_card.act_value(company, card, key)}",
        )
        for key in keys
    ]
    return blocks.overflow(MENU, lines) if lines else None


def _head(company: Company, deck: Deck, data: Mapping[str, Any], *, over: bool) -> str:
    first = data["first"]
    told = say(
        "cartes.head",
        company.language,
        day=deck.day,
        first=first,
        last=first + len(data["reminders"]) - 1,
        shown=len(data["reminders"]),
        of=data["of"],
        late=data["late"],
    )
    return f"{told}\n{_rule(company, deck, over=over)}"


def _rule(company: Company, deck: Deck, *, over: bool) -> str:
    """Say what happens to those that nothing else is said of, and what has happened already."""
    language = company.language
    left = sum(card.state == MessageState.SENT for card in deck.cards)
    gone = say("cartes.gone", language, count=left) if left else ""
    if over:
        return gone or say("cartes.state.day_over", language)
    pending = [card for card in deck.cards if _by_clock(card) and not card.void]
    if not pending:
        return " ".join(filter(None, (gone, say("cartes.no_more", language))))
    first = [card for card in pending if card.again_at is None]
    if not first:
        return " ".join(filter(None, (gone, say("cartes.tried", language))))
    at = clock(company, first[0].leaves_at)
    rule = "go" if deck.waits and deck.mode == Mode.LIVE else deck.mode
    return " ".join(filter(None, (gone, say(f"cartes.rule_{rule}", language, at=at))))


def _by_clock(card: Card) -> bool:
    return card.state == MessageState.PLANNED and card.origin == Origin.CLOCK
