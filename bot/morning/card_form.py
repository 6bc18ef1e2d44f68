"""The card of one message as a form: where it stands, what may be done about it, and its very text."""

from bot.digest import mail_card
from bot.morning import mail_view
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.visit import Visit
from bot.typed.words import plain
from correspondence import shown
from store.books import Books
from store.morning import cards as card_facts


def page(visit: Visit, b: Books, reminder_id: int) -> Block | None:
    """Return the page of a message as the books stand; None when there is no such message."""
    deck = card_facts.deck(b, visit.today, [reminder_id], now=visit.at)
    if not deck.cards:
        return None
    card = deck.cards[0]
    over = card.day < visit.today
    found = shown.shown_mail(b, card.id, now=visit.at)
    drawn = mail_card.one(visit.company, deck, card, over=over, reading=True)
    return mail_view.page(visit.company, found, above=drawn, channel=visit.voice.channel)


def question(visit: Visit, text: str, button: Block) -> Block:
    """Return the page that asks before a message leaves, with the button that lets it."""
    return mail_view.modal(
        visit.company,
        plain("cartes.sure.send_title", visit.language),
        [blocks.section(text), blocks.actions(button)],
        channel=visit.voice.channel,
    )
