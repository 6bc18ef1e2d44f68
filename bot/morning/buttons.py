"""The buttons of a card: see the text, take out, put off, change the words, send now, take back."""

from bot.announcements.posting import Post
from bot.announcements.redrawing import redraw_all
from bot.digest import mail_card as cards
from bot.escalation import command as escalade
from bot.morning import edit_form as edit_text
from bot.morning import mail_view
from bot.morning import postpone_form as postpone_mail
from bot.slack import blocks
from bot.slack.access import FINANCE
from bot.slack.fields import day_of, typed
from bot.slack.requests import Body, metadata_of
from bot.slack.undo import check
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from correspondence import shown
from correspondence.editing import editing
from message_templates.catalogue import say
from receivables.codes.messages import MessageState
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from store import undo
from store.books import Books
from store.morning import cards as card_facts
from store.morning import edits, send_now, vetoes
from store.morning.cards import Card
from store.reminders import card_marks

SEND_ANYWAY = "card_send_anyway"


def _card(b: Books, visit: Visit, reminder_id: int) -> Card:
    """Return the card of a message of these books. Raises Refused."""
    found = card_facts.deck(b, visit.today, [reminder_id], now=visit.at).cards
    if not found:
        raise Refused("cards.gone")
    return found[0]


def _mine(visit: Visit, reminder_id: int) -> Card:
    """Return the card, if it is of the person's own customer or the person is of finance. Raises Refused."""
    with visit.look() as b:
        card = _card(b, visit, reminder_id)
    if card.owner != visit.user and not visit.desk.access.may(visit.company, visit.user, FINANCE):
        raise Refused("cards.own_role")
    return card


def redraw(visit: Visit) -> None:
    """Draw anew at once what the act has changed; what Slack will not take now, the clock draws later."""
    redraw_all(Post(visit.desk.database, visit.company, visit.desk.client, visit.desk.now))


def _done(visit: Visit, reminder_id: int) -> None:
    """Show what an act has changed: in the channel, or to the person alone where no card stands there."""
    redraw(visit)
    with visit.look() as b:
        if card_marks.shown(b, reminder_id, visit.today):
            return
        deck = card_facts.deck(b, visit.today, [reminder_id], now=visit.at)
    drawn = [block for card in deck.cards for block in cards.one(visit.company, deck, card, small=False)]
    visit.tell(say("cartes.text", visit.language, count=len(deck.cards)), drawn, instead=True)


def show_text(visit: Visit, carried: str) -> None:
    """Answer *Voir le texte* with the very mail."""
    with visit.look() as b:
        card = _card(b, visit, int(carried))
        found = shown.shown_mail(b, card.id, now=visit.at)
    visit.open(mail_view.page(visit.company, found))


def remove(visit: Visit, carried: str) -> None:
    """Answer *Retirer*: nothing of it leaves before the next open day. Raises Refused."""
    card = _mine(visit, int(carried))
    with visit.books() as b:
        vetoes.remove(b, card.id, by=visit.user, at=visit.at)
    _done(visit, card.id)


def postpone(visit: Visit, carried: str) -> None:
    """Answer *Reporter* with its form."""
    visit.open(postpone_mail.view(visit, _mine(visit, int(carried))))


def postponed(visit: Visit, view: Body) -> None:
    """Put a message off, as its form says. Raises Refused."""
    card = _mine(visit, metadata_of(view)["reminder"])
    until = day_of(view, "until")
    if until is None:
        raise Refused("cards.postponed_past")
    reason = typed(view, "reason").strip() or None
    with visit.books() as b:
        vetoes.put_off(b, card.id, until=until, reason=reason, by=visit.user, at=visit.at)
    _done(visit, card.id)


def edit(visit: Visit, carried: str) -> None:
    """Answer *Modifier le texte* with its form. Raises Refused when nothing of the message leaves."""
    card = _mine(visit, int(carried))
    with visit.look() as b:
        words = editing(b, card.id, now=visit.at)
    if words is None:
        raise Refused("cards.void")
    visit.open(edit_text.view(visit, card, words))


def edited(visit: Visit, view: Body) -> None:
    """Keep a person's words for one mail. Raises Refused when the mail has changed meanwhile."""
    told = metadata_of(view)
    card = _mine(visit, told["reminder"])
    subject, words = edit_text.read_fields(view)
    with visit.books() as b:
        now = editing(b, card.id, now=visit.at)
        if now is None or now.mark != told["mark"]:
            raise Refused("cards.changed")
        new_subject = subject if subject and subject != now.own_subject else None
        new_text = words if words and words != now.own_text else None
        edits.edit(b, card.id, subject=new_subject, text=new_text, about=now.mark, by=visit.user, at=visit.at)
    redraw(visit)


def send(visit: Visit, carried: str) -> None:
    """Answer *Envoyer maintenant*: at once, or after a second confirmation when something holds it."""
    _send(visit, int(carried), confirmed=False)


def send_from_menu(visit: Visit, carried: str) -> None:
    """Answer the same in a menu, which cannot ask « are you sure »."""
    card = _mine(visit, int(carried))
    ask = say("cartes.send.ask", visit.language, customer=cut(card.customer, cards.NAME))
    _ask(visit, card, ask, cards.SEND)


def send_anyway(visit: Visit, carried: str) -> None:
    """Answer *Envoyer quand même*, the second confirmation."""
    _send(visit, int(carried), confirmed=True)


def _send(visit: Visit, reminder_id: int, *, confirmed: bool) -> None:
    card = _mine(visit, reminder_id)
    if card.state == MessageState.CANCELLED and card.dropped and card.error != Reason.VETOED:
        _void(visit, card)
        return
    with visit.look() as b:
        against = send_now.warnings(b, card.id, now=visit.at)
    if against and not confirmed and not send_now.forbidden(against):
        told = "\n".join(f"• {escalade.warning(code, visit.language)}" for code in against)
        asked = say(
            "cartes.send.against", visit.language, customer=cut(card.customer, cards.NAME), warnings=told
        )
        _ask(visit, card, asked, SEND_ANYWAY)
        return
    with visit.books() as b:
        done = send_now.send(b, card.id, by=visit.user, at=visit.at, confirmed=confirmed)
    visit.tell(say("cartes.send.done", visit.language, customer=cut(done.customer, cards.NAME)))
    redraw(visit)


def _void(visit: Visit, card: Card) -> None:
    """A message that is void: show where its first invoice stands, and the way to escalate it."""
    with visit.look() as b:
        invoice_id = card_facts.first_invoice(b, card.id)
    escalade.show_next_step(visit, invoice_id, head=say("cartes.send.void", visit.language))


def _ask(visit: Visit, card: Card, question: str, action: str) -> None:
    anyway = action == SEND_ANYWAY
    sure = blocks.confirm(
        plain("cartes.send.anyway_title" if anyway else "cartes.sure.send_title", visit.language),
        plain("cartes.sure.send_text", visit.language, customer=cut(card.customer, cards.NAME)),
        plain("cartes.sure.yes", visit.language),
        plain("cartes.sure.no", visit.language),
    )
    label = plain("cartes.send.anyway" if anyway else "cartes.button.send", visit.language)
    style = "danger" if anyway else "primary"
    button = blocks.button(label, action, visit.value(card.id), style=style, confirm=sure)
    visit.tell(question, [blocks.section(question), blocks.actions(button)])


def take_back(visit: Visit, carried: str) -> None:
    """Answer *Annuler* on a card: undo its last act. Raises Refused."""
    reminder_id, _, entry_id = carried.partition(":")
    _mine(visit, int(reminder_id))
    check(visit, int(entry_id))
    with visit.books() as b:
        undo.undo(b, int(entry_id), by=visit.user, at=visit.at)
    _done(visit, int(reminder_id))
