"""The buttons of an approval: see the text, approve, refuse with a reason (SCHEDULE 17)."""

from bot.morning import mail_view
from bot.morning import refusal_form as refusal
from bot.morning.buttons import redraw
from bot.slack.fields import day_of, typed
from bot.slack.outcomes import UNDO_RESPONSABLE, with_undo
from bot.slack.requests import Body, metadata_of
from bot.slack.visit import Visit
from bot.typed.words import cut
from correspondence import shown
from message_templates.catalogue import say
from store.approvals import acts as approvals
from store.approvals import giving as approving
from store.approvals.acts import ApprovalFacts


def _approval(visit: Visit, approval_id: int) -> ApprovalFacts:
    with visit.look() as b:
        return approvals.get_approval(b, approval_id, now=visit.at)


def show_text(visit: Visit, carried: str) -> None:
    """Answer *Voir le texte* with the very mail that an approval would let leave."""
    with visit.look() as b:
        mail = shown.of_approval(b, int(carried), now=visit.at)
    visit.open(mail_view.page(visit.company, mail))


def approve(visit: Visit, carried: str) -> None:
    """Answer *Approuver*. Raises Refused to who asked, and when it is answered already."""
    with visit.books() as b:
        given = approving.approve(b, int(carried), by=visit.user, at=visit.at)
    redraw(visit)
    told = {"by": visit.user, "customer": cut(given.customer, 100), "asked": given.asked_by}
    said = say(f"accords.told.{given.leaves}", visit.language, **told)
    if given.entry_id is None:
        visit.tell(said)
    else:
        visit.publish(said, with_undo(visit, said, given.entry_id, action=UNDO_RESPONSABLE))


def refuse(visit: Visit, carried: str) -> None:
    """Answer *Refuser* with its form."""
    visit.open(refusal.view(visit, _approval(visit, int(carried))))


def refused(visit: Visit, view: Body) -> None:
    """Refuse, as the form says. Raises Refused when it is answered already."""
    approval_id = metadata_of(view)["approval"]
    reason = typed(view, "reason").strip() or None
    with visit.books() as b:
        entry_id, until = approvals.refuse(
            b, approval_id, until=day_of(view, "until"), reason=reason, by=visit.user, at=visit.at
        )
    redraw(visit)
    name = cut(_approval(visit, approval_id).customer, 100)
    said = say(
        "accords.told.refused",
        visit.language,
        by=visit.user,
        customer=name,
        until=until,
        reason=cut(reason or "", 200),
    )
    visit.publish(said, with_undo(visit, said, entry_id, action=UNDO_RESPONSABLE))
