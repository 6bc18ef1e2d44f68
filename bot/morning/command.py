"""/relances carte CLIENT: the card of what leaves to one customer today."""

from bot.digest import mail_card as cards
from bot.slack.visit import Visit
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused
from store.customers import search as customer_search
from store.morning import cards as card_facts


def answer_carte(visit: Visit, text: str) -> None:
    """Whisper the card of a customer's message of today. Raises RelanceError."""
    if not clean(text):
        raise Refused("cards.own_which", example=plain("cartes.own.example", visit.language))
    with visit.look() as b:
        customer = customer_search.find(b, clean(text))
        ids = card_facts.of_customer(b, customer.id, visit.today)
        deck = card_facts.deck(b, visit.today, ids, now=visit.at)
    if not deck.cards:
        visit.tell(say("cartes.own.none", visit.language, customer=cut(customer.name, cards.NAME)))
        return
    drawn = [block for card in deck.cards for block in cards.one(visit.company, deck, card, small=False)]
    visit.tell(say("cartes.text", visit.language, count=len(deck.cards)), drawn)
