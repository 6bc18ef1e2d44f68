"""What is done with the requests of a day: see the text, approve one or all, refuse, take an answer back."""

from bot.digest.mail_card import NAME
from bot.morning import approve_all_form as everything
from bot.morning import approve_form as approving_form
from bot.morning import mail_view
from bot.morning import refusal_form as refusal
from bot.morning.buttons import redraw
from bot.slack.fields import day_of, typed
from bot.slack.requests import Body, metadata_of
from bot.slack.undo import check
from bot.slack.visit import Visit
from bot.typed.words import cut
from correspondence import shown
from message_templates.catalogue import say
from receivables.errors import Refused
from store import undo
from store.approvals import acts as approvals
from store.approvals import facts
from store.approvals import giving as approving
from store.approvals.facts import ApprovalFacts
from store.approvals.giving import Given, Leaves


def _approval(visit: Visit, approval_id: int) -> ApprovalFacts:
    with visit.look() as b:
        return facts.get_approval(b, approval_id, now=visit.at)


def show_text(visit: Visit, carried: str) -> None:
    """Answer *Voir le texte* with the very mail that an approval would let leave."""
    with visit.look() as b:
        mail = shown.of_approval(b, int(carried), now=visit.at)
    visit.open(mail_view.page(visit.company, mail))


def ask_sure(visit: Visit, carried: str) -> None:
    """Answer *Approuver* of a menu with the mail, and the button that lets it leave."""
    with visit.look() as b:
        told = facts.get_approval(b, int(carried), now=visit.at)
        mail = shown.of_approval(b, told.id, now=visit.at)
    visit.open(approving_form.view(visit, told, mail))


def approved(visit: Visit, view: Body) -> None:
    """Approve, as the form says. Raises Refused when it is answered already."""
    _approve(visit, metadata_of(view)["approval"])


def approve(visit: Visit, carried: str) -> None:
    """Answer *Approuver* on a card of an earlier version. Raises Refused when it is answered already."""
    _approve(visit, int(carried))


def _approve(visit: Visit, approval_id: int) -> None:
    """Approve and redraw: the message says what became of it, and nothing more is posted."""
    given = _give(visit, approval_id)
    redraw(visit)
    if given.leaves is Leaves.VOID:
        visit.tell(say("accords.told.void", visit.language, customer=cut(given.customer, NAME)))


def _give(visit: Visit, approval_id: int) -> Given:
    with visit.books() as b:
        return approving.approve(b, approval_id, by=visit.user, at=visit.at)


def ask_all(visit: Visit, _carried: str) -> None:
    """Answer *Tout approuver* with the list of what that is, and of what it leaves out."""
    with visit.look() as b:
        found = everything.sort(b, facts.of_day(b, visit.today, now=visit.at), now=visit.at)
    visit.open(everything.view(visit, found))


def approved_all(visit: Visit, view: Body) -> None:
    """Approve what the form listed, each by itself; what has changed meanwhile is told."""
    left: list[str] = []
    for approval_id in metadata_of(view)["approvals"]:
        try:
            given = _give(visit, approval_id)
        except Refused:
            left.append(cut(_approval(visit, approval_id).customer, NAME))
            continue
        left += [cut(given.customer, NAME)] if given.leaves is Leaves.VOID else []
    redraw(visit)
    if left:
        visit.tell(say("accords.told.all_left", visit.language, customers=left[:10], count=len(left)))


def refuse(visit: Visit, carried: str) -> None:
    """Answer *Refuser* with its form."""
    visit.open(refusal.view(visit, _approval(visit, int(carried))))


def refused(visit: Visit, view: Body) -> None:
    """Refuse, as the form says. Raises Refused when it is answered already."""
    reason = typed(view, "reason").strip() or None
    with visit.books() as b:
        approvals.refuse(
            b,
            metadata_of(view)["approval"],
            until=day_of(view, "until"),
            reason=reason,
            by=visit.user,
            at=visit.at,
        )
    redraw(visit)


def take_back(visit: Visit, carried: str) -> None:
    """Answer *Annuler* beside an answer. Raises Refused once what was approved has left."""
    _, _, entry_id = carried.partition(":")
    check(visit, int(entry_id))
    with visit.books() as b:
        undo.undo(b, int(entry_id), by=visit.user, at=visit.at)
    redraw(visit)
