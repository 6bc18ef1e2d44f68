"""*Annuler*: take back the act of a journal line, and say so where it was told."""

from bot import blocks
from bot.replies import who
from bot.visit import Visit
from message_templates.catalogue import say
from store import undo


def run(visit: Visit, carried: str) -> None:
    """Take back journal line `carried`. Raises Refused when it is undone already, or others depend on it."""
    with visit.books() as b:
        undone = undo.undo(b, int(carried), by=visit.user, at=visit.at)
    key = "undone_payment" if undone.act == "payment.recorded" else "undone"
    small = say(f"erreurs.{key}", by=visit.user, on=visit.today)
    said = visit.clicked
    redrawn = said and visit.voice.replace(f"{said}\n{small}", [blocks.section(said), blocks.context(small)])
    if not redrawn or visit.voice.channel != visit.company.slack_channel:
        text = say(
            "erreurs.undone_whole",
            by=visit.user,
            number=undone.number or "",
            customer=undone.customer or "",
            author=who(undone.by),
        )
        visit.publish(text, [blocks.section(text)])
