"""Acts that rest on an earlier one: they are named, and must be undone before it."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from receivables.errors import Refused
from store import wording
from store.books import Books
from store.tables import JournalLine

_SAYS = {
    "payment.recorded": "l’encaissement",
    "credit_note.added": "l’avoir",
    "credit.allocated": "l’utilisation du crédit",
    "call.logged": "l’appel",
    "promise.made": "la promesse",
    "promise.postponed": "le report de la promesse",
    "plan.made": "l’échéancier",
    "dispute.opened": "le litige",
    "dispute.followed": "le suivi du litige",
    "dispute.settled": "le règlement du litige",
    "pause.set": "la suspension",
    "pause.ended": "la reprise",
    "task.opened": "la tâche",
    "task.closed": "la clôture de la tâche",
    "task.put_off": "le report de la tâche",
    "letter.prepared": "la préparation de la lettre",
    "letter.approved": "l’approbation de la lettre",
    "letter.deposited": "le dépôt de la lettre",
    "reminder.escalated": "la relance",
    "message.removed": "le retrait de la relance",
    "message.put_off": "le report de la relance",
    "message.edited": "le changement de texte",
    "message.sent_now": "l’envoi immédiat",
    "approval.given": "l’accord",
    "approval.refused": "le refus",
    "reply.handled": "le traitement de la réponse",
    "reply.filed": "le classement de la réponse",
    "address.bounced": "le refus de l’adresse",
    "address.corrected": "la correction de l’adresse",
    "penalties.claimed": "la réclamation des pénalités",
    "penalties.waived": "l’abandon des pénalités",
    "penalty_rate.set": "le taux de pénalité",
    "discount.set": "l’escompte",
    "rates.confirmed": "la confirmation des taux",
    "customer.changed": "la modification de la fiche",
    "invoice.written_off": "le passage en perte",
    "invoice.handed_over": "la remise au recouvrement",
}


def describe(b: Books, line: JournalLine) -> str:
    """Tell an act in a few words: what, how much, on which invoice, when and by whom."""
    data = line.data
    parts = [_SAYS.get(line.act, "une opération")]
    if data.get("amount") and data.get("currency"):
        parts.append(f"de {wording.amount(Decimal(data['amount']), data['currency'])}")
    if data.get("number"):
        parts.append(f"sur {data['number']}")
    return f"{' '.join(parts)} du {wording.day(b.today(line.at))} par {wording.who(line.by)}"


def refuse(b: Books, line: JournalLine, depends: Callable[[JournalLine], bool]) -> None:
    """Refuse to undo `line` while a later act, not undone, depends on it. Raises Refused, naming it."""
    for later in _later(b, line):
        if depends(later):
            raise Refused(f"Annulez d’abord {describe(b, later)} : elle en dépend.")


def _later(b: Books, line: JournalLine) -> Iterator[JournalLine]:
    """Yield the acts on the same customer (or company) after `line` that stand, latest first."""
    undoing = aliased(JournalLine)
    undone = select(undoing.id).where(undoing.undoes_id == JournalLine.id)
    same = JournalLine.customer_id.is_not_distinct_from(line.customer_id)
    yield from b.session.scalars(
        select(JournalLine)
        .where(
            JournalLine.company_id == b.company_id,
            JournalLine.id > line.id,
            JournalLine.undoes_id.is_(None),
            same,
            ~undone.exists(),
        )
        .order_by(JournalLine.id.desc())
    )
