"""The cards of the morning as Slack shows them: what leaves, to whom, when, and the buttons for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import Mrkdwn, keys, say
from receivables.codes.messages import MessageState, Origin
from receivables.codes.reasons import Obstacle, Reason
from receivables.company import Company, Mode
from receivables.language import Language
from store.books import Books
from store.morning import cards
from store.morning.cards import Card, Deck

TEXT, REMOVE, POSTPONE, EDIT, SEND, UNDO, MENU = (
    "card_text", "card_remove", "card_postpone", "card_edit", "card_send", "card_undo", "card_menu",
)  # fmt: skip
IN_MENU = ("postpone", "edit", "send")
NAME, NUMBER, NUMBERS, ADDRESS = 60, 30, 4, 60


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return one message of cards as the books stand now."""
    day = date.fromisoformat(data["day"])
    deck = cards.deck(b, day, data["reminders"], now=datetime.fromisoformat(data["now"]))
    if not deck.cards:
        return None
    over = "today" in data and date.fromisoformat(data["today"]) > day
    drawn = [blocks.section(_head(b.company, deck, data))]
    for card in deck.cards:
        drawn += one(b.company, deck, card, small=data["small"], over=over)
    if data["rest"]:
        drawn.append(blocks.context(say("cartes.rest", b.company.language, count=data["rest"])))
    return Notice(say("cartes.text", b.company.language, count=len(deck.cards)), drawn)


def _head(company: Company, deck: Deck, data: Mapping[str, Any]) -> str:
    first, shown = data["first"], len(data["reminders"])
    told = say(
        "cartes.head",
        company.language,
        day=deck.day,
        first=first,
        last=first + shown - 1,
        shown=shown,
        of=data["of"],
        late=data["late"],
    )
    at = _clock(company, deck.cards[0].leaves_at)
    return f"{told}\n{say(f'cartes.rule_{_rule(deck)}', company.language, at=at)}"


def _rule(deck: Deck) -> str:
    return "go" if deck.waits and deck.mode == Mode.LIVE else deck.mode


def _clock(company: Company, instant: datetime) -> str:
    return f"{instant.astimezone(company.zone):%H:%M}"


def one(company: Company, deck: Deck, card: Card, *, small: bool, over: bool = False) -> list[Block]:
    """Return the blocks of one card. `small`: the rarer buttons are in a menu; `over`: its day is."""
    text = "\n".join(_lines(company, deck, card, over=over))
    row = [] if over else _buttons(company, deck, card, small=small)
    return [blocks.section(text), blocks.actions(*row)] if row else [blocks.section(text)]


def _lines(company: Company, deck: Deck, card: Card, *, over: bool) -> Iterable[str]:
    owner = (
        say("cartes.owner", company.language, owner=card.owner)
        if card.owner
        else say("cartes.nobody", company.language)
    )
    yield say(
        "cartes.title",
        company.language,
        customer=cut(card.customer, NAME),
        owner=owner,
        step=labels.step(card.step, company.language),
    )
    if card.items:
        to = [cut(address, ADDRESS) for address in card.to[:2]] + (["…"] if len(card.to) > 2 else [])
        yield say(
            "cartes.items",
            company.language,
            numbers=_numbers(card.numbers, company.language),
            totals=card.totals,
            to=to,
        )
    elif card.veto is not None and card.error == Reason.VETOED:
        yield say(
            "cartes.out",
            company.language,
            numbers=_numbers([number for number, _ in card.dropped], company.language),
        )
    yield f"_{' '.join(_states(company, deck, card, over=over))}_"


def _numbers(known: Sequence[str], language: Language) -> list[str]:
    numbers = [cut(number, NUMBER) for number in known]
    if len(numbers) <= NUMBERS:
        return numbers
    return [*numbers[: NUMBERS - 1], say("cartes.numbers_more", language, count=len(numbers) - NUMBERS + 1)]


def _states(company: Company, deck: Deck, card: Card, *, over: bool) -> Iterable[str]:
    yield _state(company, deck, card, over=over)
    if card.state == MessageState.PLANNED:
        if card.dropped and not card.void:
            yield say("cartes.state.dropped", company.language, why=why(card, company.language))
        if card.edited_by and not card.void:
            yield say(
                f"cartes.state.{'words' if card.words else 'words_void'}", company.language, by=card.edited_by
            )
    if card.approved_by:
        yield say("cartes.state.approved", company.language, by=card.approved_by)


def _state(company: Company, deck: Deck, card: Card, *, over: bool) -> str:
    if card.state == MessageState.PLANNED:
        return _planned(company, deck, card, over=over)
    if card.state == MessageState.CANCELLED:
        return _cancelled(card, company.language)
    if card.state == MessageState.SENT and card.sent_at is not None:
        by = card.by if card.origin == Origin.HAND else ""
        return say("cartes.state.sent", company.language, at=_clock(company, card.sent_at), by=by)
    return say(f"cartes.state.{card.state}", company.language)


def _planned(company: Company, deck: Deck, card: Card, *, over: bool) -> str:
    if card.origin == Origin.HAND:
        return say("cartes.state.hand", company.language, by=card.by)
    if over:
        return say("cartes.state.day_over", company.language)
    if card.void:
        return say("cartes.state.void", company.language, why=why(card, company.language))
    if deck.mode in {Mode.DRAFT, Mode.MANUAL}:
        return say(f"cartes.state.{deck.mode}", company.language)
    if deck.waits:
        return say("cartes.state.waits", company.language)
    return say("cartes.state.leaves", company.language, at=_clock(company, card.leaves_at))


def _cancelled(card: Card, language: Language) -> str:
    if card.veto is not None and card.error == Reason.VETOED:
        veto, reason = card.veto, cut(card.veto.reason or "", 200)
        return say(f"cartes.state.{veto.kind}", language, by=veto.by, until=veto.until, reason=reason)
    if card.error == Obstacle.DAY_OVER:
        return say("cartes.state.day_over", language)
    return say("cartes.state.void", language, why=why(card, language))


def why(card: Card, language: Language) -> str:
    """Return what left a message and for which reasons, in words."""
    told = [
        say(
            "cartes.state.void_item", language, number=cut(number, NUMBER), reason=reason_of(reason, language)
        )
        for number, reason in card.dropped[:NUMBERS]
    ]
    return whys(told, len(card.dropped), language) if told else reason_of(card.error or "other", language)


def whys(told: Sequence[str], count: int, language: Language) -> Mrkdwn:
    """Return reasons one after another, and how many more of `count` there are."""
    more = f" {say('cartes.state.void_more', language, count=count - len(told))}" if count > len(told) else ""
    return Mrkdwn("\u202f; ".join(told) + more)


def reason_of(code: str, language: Language) -> str:
    """Return the words for the reason by which an invoice left a message."""
    known = f"cartes.reason.{code}"
    return say(known if known in keys("cartes", language) else "cartes.reason.other", language)


def _buttons(company: Company, deck: Deck, card: Card, *, small: bool) -> list[Block]:
    """Return the buttons that make sense for what became of the message."""
    value = f"{company.key}:{card.id}"
    text = blocks.button(plain("cartes.button.text", company.language), TEXT, value)
    if card.void and card.state == MessageState.PLANNED:
        return [] if deck.mode == Mode.DRAFT else [_send(card, value, company.language)]
    if card.state == MessageState.PLANNED and card.origin == Origin.CLOCK and card.items:
        return (
            [text]
            if deck.mode == Mode.DRAFT
            else [text, *_choices(card, value, small=small, language=company.language)]
        )
    if card.last_act is not None and (card.state == MessageState.PLANNED or card.error == Reason.VETOED):
        return [_undo(company, card)]
    return [text] if card.state in {MessageState.SENT, MessageState.UNCERTAIN, MessageState.FAILED} else []


def _choices(card: Card, value: str, *, small: bool, language: Language) -> Sequence[Block]:
    remove = blocks.button(plain("cartes.button.remove", language), REMOVE, value)
    if small:
        lines = [blocks.option(plain(f"cartes.button.{key}", language), f"{key}|{value}") for key in IN_MENU]
        return [remove, blocks.overflow(MENU, lines)]
    postpone = blocks.button(plain("cartes.button.postpone", language), POSTPONE, value)
    edit = blocks.button(plain("cartes.button.edit", language), EDIT, value)
    words = [] if card.approved_by else [edit]  # what was approved leaves as it was shown
    return [remove, postpone, *words, _send(card, value, language)]


def _send(card: Card, value: str, language: Language) -> Block:
    sure = blocks.confirm(
        plain("cartes.sure.send_title", language),
        plain("cartes.sure.send_text", language, customer=cut(card.customer, NAME)),
        plain("cartes.sure.yes", language),
        plain("cartes.sure.no", language),
    )
    return blocks.button(plain("cartes.button.send", language), SEND, value, confirm=sure)


def _undo(company: Company, card: Card) -> Block:
    sure = blocks.confirm(
        plain("cartes.sure.undo_title", company.language),
        plain("cartes.sure.undo_text", company.language),
        plain("cartes.sure.yes", company.language),
        plain("cartes.sure.no", company.language),
    )
    value = f"{company.key}:{card.id}:{card.last_act}"
    return blocks.button(plain("cartes.button.undo", company.language), UNDO, value, confirm=sure)
