"""The buttons of a card: see the text, take out, put off, change the words, send now, take back."""

from collections.abc import Sequence

from bot.announcements.posting import Post
from bot.announcements.redrawing import redraw_all
from bot.digest import mail_card as cards
from bot.escalation import command as escalade
from bot.morning import card_form
from bot.morning import edit_form as edit_text
from bot.morning import postpone_form as postpone_mail
from bot.slack import blocks
from bot.slack.access import FINANCE, RESPONSABLE
from bot.slack.fields import day_of, typed
from bot.slack.requests import Body, metadata_of
from bot.slack.undo import check
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from correspondence.editing import editing
from message_templates.catalogue import Mrkdwn, say
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
    """Show what an act has changed: in the channel and in the card that it came from.

    To the person alone, where neither stands.
    """
    redraw(visit)
    if visit.modals:
        _redraw_form(visit, reminder_id)
        return
    with visit.look() as b:
        if card_marks.shown(b, reminder_id, visit.today):
            return
        deck = card_facts.deck(b, visit.today, [reminder_id], now=visit.at)
    drawn = [block for card in deck.cards for block in cards.one(visit.company, deck, card)]
    visit.tell(say("cartes.text", visit.language, count=len(deck.cards)), drawn, instead=True)


def _redraw_form(visit: Visit, reminder_id: int) -> None:
    with visit.look() as b:
        page = card_form.page(visit, b, reminder_id)
    if page is not None:
        visit.change_modals(page)


def show_text(visit: Visit, carried: str) -> None:
    """Answer *Voir le texte* with the card as a form: the very mail, and what may be done about it."""
    with visit.look() as b:
        page = card_form.page(visit, b, int(carried))
    if page is None:
        raise Refused("cards.gone")
    visit.open(page)


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
    _done(visit, card.id)


def send(visit: Visit, carried: str) -> None:
    """Answer *Envoyer maintenant*: at once, or after a second confirmation when something holds it."""
    _send(visit, int(carried), confirmed=False)


def send_from_menu(visit: Visit, carried: str) -> None:
    """Answer the same in a menu, which cannot ask « are you sure »: a page does."""
    card = _mine(visit, int(carried))
    if _is_void(card):
        _void(visit, card)
        return
    against = _against(visit, card)
    if against:
        _ask_anyway(visit, card, against)
    else:
        ask = say("cartes.send.ask", visit.language, customer=cut(card.customer, cards.NAME))
        _ask(visit, card, ask, cards.SEND)


def send_anyway(visit: Visit, carried: str) -> None:
    """Answer *Envoyer quand même*, the second confirmation."""
    _send(visit, int(carried), confirmed=True)


def _send(visit: Visit, reminder_id: int, *, confirmed: bool) -> None:
    card = _mine(visit, reminder_id)
    if _is_void(card):
        _void(visit, card)
        return
    against = [] if confirmed else _against(visit, card)
    if against:
        _ask_anyway(visit, card, against)
        return
    with visit.books() as b:
        done = send_now.send(
            b,
            card.id,
            by=visit.user,
            at=visit.at,
            confirmed=confirmed,
            may_approve=_may_approve(visit),
        )
    if visit.modals:
        _done(visit, done.reminder_id)
        return
    visit.tell(say("cartes.send.done", visit.language, customer=cut(done.customer, cards.NAME)))
    redraw(visit)


def _is_void(card: Card) -> bool:
    return card.state == MessageState.CANCELLED and bool(card.dropped) and card.error != Reason.VETOED


def _against(visit: Visit, card: Card) -> Sequence[Reason]:
    """Return what is to be confirmed a second time; nothing where it is refused anyway."""
    with visit.look() as b:
        found = send_now.warnings(b, card.id, now=visit.at)
    return [] if send_now.forbidden(found) else found


def _ask_anyway(visit: Visit, card: Card, against: Sequence[Reason]) -> None:
    told = Mrkdwn("\n".join(f"• {escalade.warning(code, visit.language)}" for code in against))
    name = cut(card.customer, cards.NAME)
    _ask(visit, card, say("cartes.send.against", visit.language, customer=name, warnings=told), SEND_ANYWAY)


def _may_approve(visit: Visit) -> bool:
    return visit.desk.access.may(visit.company, visit.user, RESPONSABLE)


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
    visit.open(card_form.question(visit, question, button))


def take_back(visit: Visit, carried: str) -> None:
    """Answer *Annuler* on a card: undo its last act. Raises Refused."""
    reminder_id, _, entry_id = carried.partition(":")
    _mine(visit, int(reminder_id))
    check(visit, int(entry_id))
    with visit.books() as b:
        undo.undo(b, int(entry_id), by=visit.user, at=visit.at)
    _done(visit, int(reminder_id))
