"""The card of one mail as Slack shows it: what leaves, to whom, when, and the buttons for it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.typed.words import cut, plain
from correspondence.copies import differ, told
from message_templates import labels
from message_templates.catalogue import Mrkdwn, keys, say
from receivables.codes.messages import MessageState, Origin, RecipientState
from receivables.codes.reasons import Obstacle, Reason
from receivables.company import Company, Mode
from receivables.language import Language
from store.morning.cards import Card, Deck
from store.reminders.copies import KEPT

TEXT, REMOVE, POSTPONE, EDIT, SEND, UNDO, MENU = (
    "card_text", "card_remove", "card_postpone", "card_edit", "card_send", "card_undo", "card_menu",
)  # fmt: skip
ACTIONS = {
    "text": TEXT, "remove": REMOVE, "postpone": POSTPONE, "edit": EDIT, "send": SEND, "undo": UNDO,
}  # fmt: skip
NAME, NUMBER, NUMBERS, ADDRESS, ADDRESSES = 60, 30, 4, 60, 3


def one(
    company: Company, deck: Deck, card: Card, *, over: bool = False, reading: bool = False
) -> list[Block]:
    """Return the blocks of one card. `over`: its day is; `reading`: its text stands beneath already."""
    text = "\n".join(_lines(company, deck, card, over=over))
    row = [] if over else _buttons(company, deck, card, reading=reading)
    return [blocks.section(text), blocks.actions(*row)] if row else [blocks.section(text)]


def choices(deck: Deck, card: Card) -> tuple[str, ...]:
    """Return what may be done about a message now, by its keys: a menu takes the first five."""
    by_clock = card.state == MessageState.PLANNED and card.origin == Origin.CLOCK
    if by_clock and card.void:
        return () if deck.mode == Mode.DRAFT else ("send",)
    if by_clock and card.items:
        if deck.mode == Mode.DRAFT:
            return ("text",)
        words = () if card.approved_by else ("edit",)  # what was approved leaves as it was shown
        undo = ("undo",) if card.edited_by and card.last_act is not None else ()
        return ("text", "remove", "postpone", *words, "send", *undo)
    if card.last_act is not None and (card.state == MessageState.PLANNED or card.error == Reason.VETOED):
        return ("undo",)
    readable = card.state in {*KEPT, MessageState.UNCERTAIN, MessageState.FAILED}
    return ("text",) if readable else ()


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
            numbers=numbers(card.numbers, company.language),
            totals=card.totals,
            to=to,
        )
    elif card.veto is not None and card.error == Reason.VETOED:
        yield say(
            "cartes.out",
            company.language,
            numbers=numbers([number for number, _ in card.dropped], company.language),
        )
    yield f"_{' '.join(states(company, deck, card, over=over))}_"


def numbers(known: Sequence[str], language: Language, most: int = NUMBERS) -> list[str]:
    """Return the invoices by number, the first ones when they are more than `most`."""
    found = [cut(number, NUMBER) for number in known]
    if len(found) <= most:
        return found
    return [*found[: most - 1], say("cartes.numbers_more", language, count=len(found) - most + 1)]


def states(company: Company, deck: Deck, card: Card, *, over: bool, brief: bool = False) -> Iterable[str]:
    """Yield what becomes of a message, a sentence each; `brief`: reasons are cut short."""
    yield _state(company, deck, card, over=over, brief=brief)
    if card.state == MessageState.PLANNED:
        if card.dropped and not card.void:
            yield say("cartes.state.dropped", company.language, why=why(card, company.language, brief=brief))
        if card.edited_by and not card.void:
            yield say(
                f"cartes.state.{'words' if card.words else 'words_void'}", company.language, by=card.edited_by
            )
    elif differ(card.copies):
        yield from (f"{each}." for each in _lacking(company, card, brief=brief))
    if card.approved_by:
        yield say("cartes.state.approved", company.language, by=card.approved_by)


def _lacking(company: Company, card: Card, *, brief: bool) -> Iterable[str]:
    """Yield what became of a message where it was not taken; `brief`: without servers' words."""
    lacking = [copy for copy in card.copies if copy.state is not RecipientState.ACCEPTED][:ADDRESSES]
    short = [replace(copy, address=cut(copy.address, ADDRESS)) for copy in lacking]
    yield from told(company, [replace(copy, words=None) for copy in short] if brief else short, slack=True)


def _state(company: Company, deck: Deck, card: Card, *, over: bool, brief: bool) -> str:
    if card.state == MessageState.PLANNED:
        return _planned(company, deck, card, over=over, brief=brief)
    if card.state == MessageState.CANCELLED:
        return _cancelled(card, company.language, brief=brief)
    if card.state == MessageState.SENT and card.sent_at is not None:
        by = card.by if card.origin == Origin.HAND else ""
        return say("cartes.state.sent", company.language, at=clock(company, card.sent_at), by=by)
    return say(f"cartes.state.{card.state}", company.language)


def _planned(company: Company, deck: Deck, card: Card, *, over: bool, brief: bool) -> str:
    if card.origin == Origin.HAND:
        return say("cartes.state.hand", company.language, by=card.by)
    if over:
        return say("cartes.state.day_over", company.language)
    if card.void:
        return say("cartes.state.void", company.language, why=why(card, company.language, brief=brief))
    if deck.mode in {Mode.DRAFT, Mode.MANUAL}:
        return say(f"cartes.state.{deck.mode}", company.language)
    if deck.waits:
        return say("cartes.state.waits", company.language)
    key = "again" if card.again_at else "leaves"
    return say(f"cartes.state.{key}", company.language, at=clock(company, card.again_at or card.leaves_at))


def _cancelled(card: Card, language: Language, *, brief: bool) -> str:
    if card.veto is not None and card.error == Reason.VETOED:
        veto, reason = card.veto, cut(card.veto.reason or "", 40 if brief else 200)
        return say(f"cartes.state.{veto.kind}", language, by=veto.by, until=veto.until, reason=reason)
    if card.error == Obstacle.DAY_OVER:
        return say("cartes.state.day_over", language)
    return say("cartes.state.void", language, why=why(card, language, brief=brief))


def why(card: Card, language: Language, *, brief: bool = False) -> str:
    """Return what left a message and for which reasons, in words."""
    told = [
        say(
            "cartes.state.void_item", language, number=cut(number, NUMBER), reason=reason_of(reason, language)
        )
        for number, reason in card.dropped[: 1 if brief else NUMBERS]
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


def _buttons(company: Company, deck: Deck, card: Card, *, reading: bool) -> list[Block]:
    """Return the buttons that make sense for what became of the message."""
    return [button(company, card, key) for key in choices(deck, card) if not (reading and key == "text")]


def button(company: Company, card: Card, key: str) -> Block:
    """Return one button of a card; what cannot be taken back asks first."""
    sure = _sure(key, card, company.language) if key in {"send", "undo"} else None
    label = plain(f"cartes.button.{key}", company.language)
    return blocks.button(label, ACTIONS[key], act_value(company, card, key), confirm=sure)


def _sure(key: str, card: Card, language: Language) -> Block:
    return blocks.confirm(
        plain(f"cartes.sure.{key}_title", language),
        plain(f"cartes.sure.{key}_text", language, customer=cut(card.customer, NAME)),
        plain("cartes.sure.yes", language),
        plain("cartes.sure.no", language),
    )


def clock(company: Company, instant: datetime) -> str:
    """Return an instant as the hour of the company's day."""
    return f"{instant.astimezone(company.zone):%H:%M}"


def act_value(company: Company, card: Card, key: str) -> str:
    """Return what the button or the line of a menu carries that does `key` to a message."""
    value = f"{company.key}:{card.id}"
    return f"{value}:{card.last_act}" if key == "undo" else value
