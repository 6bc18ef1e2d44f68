"""/relances carte CLIENT: the card of what leaves to one customer today."""

from bot.digest import mail_card as cards
from bot.slack.visit import Visit
from bot.typed.choosing import choose_customer
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused
from store.morning import cards as card_facts


def answer_carte(visit: Visit, said: Understood) -> None:
    """Whisper the card of a customer's message of today. Raises RelanceError."""
    if not said.readings:
        raise Refused("cards.own_which", example=plain("cartes.own.example", visit.language))
    with visit.look() as b:
        customer = choose_customer(b, said)
        ids = card_facts.of_customer(b, customer.id, visit.today)
        deck = card_facts.deck(b, visit.today, ids, now=visit.at)
    if not deck.cards:
        visit.tell(say("cartes.own.none", visit.language, customer=cut(customer.name, cards.NAME)))
        return
    drawn = [block for card in deck.cards for block in cards.one(visit.company, deck, card)]
    visit.tell(say("cartes.text", visit.language, count=len(deck.cards)), drawn)
