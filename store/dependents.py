"""Acts that rest on an earlier one: they are named, and must be undone before it."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import aliased

from receivables.acts import Act
from receivables.errors import Refused
from store import journal, wording
from store.books import Books
from store.db.tables import JournalLine
from store.traces.about import Figured, Numbered
from store.traces.codec import ActData

SAYS = {
    Act.PAYMENT_RECORDED: "l’encaissement",
    Act.CREDIT_NOTE_ADDED: "l’avoir",
    Act.CREDIT_ALLOCATED: "l’utilisation du crédit",
    Act.CALL_LOGGED: "l’appel",
    Act.PROMISE_MADE: "la promesse",
    Act.PROMISE_POSTPONED: "le report de la promesse",
    Act.PLAN_MADE: "l’échéancier",
    Act.DISPUTE_OPENED: "le litige",
    Act.DISPUTE_FOLLOWED: "le suivi du litige",
    Act.DISPUTE_SETTLED: "le règlement du litige",
    Act.PAUSE_SET: "la suspension",
    Act.PAUSE_ENDED: "la reprise",
    Act.TASK_OPENED: "la tâche",
    Act.TASK_CLOSED: "la clôture de la tâche",
    Act.TASK_PUT_OFF: "le report de la tâche",
    Act.LETTER_PREPARED: "la préparation de la lettre",
    Act.LETTER_APPROVED: "l’approbation de la lettre",
    Act.LETTER_DEPOSITED: "le dépôt de la lettre",
    Act.REMINDER_ESCALATED: "la relance",
    Act.MESSAGE_REMOVED: "le retrait de la relance",
    Act.MESSAGE_PUT_OFF: "le report de la relance",
    Act.MESSAGE_EDITED: "le changement de texte",
    Act.MESSAGE_SENT_NOW: "l’envoi immédiat",
    Act.APPROVAL_GIVEN: "l’accord",
    Act.APPROVAL_REFUSED: "le refus",
    Act.REPLY_HANDLED: "le traitement de la réponse",
    Act.REPLY_FILED: "le classement de la réponse",
    Act.ADDRESS_BOUNCED: "le refus de l’adresse",
    Act.ADDRESS_CORRECTED: "la correction de l’adresse",
    Act.PENALTIES_CLAIMED: "la réclamation des pénalités",
    Act.PENALTIES_WAIVED: "l’abandon des pénalités",
    Act.PENALTY_RATE_SET: "le taux de pénalité",
    Act.DISCOUNT_SET: "l’escompte",
    Act.RATES_CONFIRMED: "la confirmation des taux",
    Act.CUSTOMER_CHANGED: "la modification de la fiche",
    Act.INVOICE_WRITTEN_OFF: "le passage en perte",
    Act.INVOICE_HANDED_OVER: "la remise au recouvrement",
    Act.STATEMENT_ASKED: "l’envoi du relevé",
    Act.FORCING_ASKED: "la demande d’envoi malgré des comptes anciens",
    Act.FORCING_CONFIRMED: "la confirmation de l’envoi malgré des comptes anciens",
}


Depends = Callable[[JournalLine, ActData], bool]
"""Whether a later line, and what it keeps, rests on the act that is to be undone."""


def describe(b: Books, line: JournalLine) -> str:
    """Tell an act in a few words: what, how much, on which invoice, when and by whom."""
    told = journal.data_of(line)
    parts = [SAYS.get(Act(line.act), "une opération")]
    if isinstance(told, Figured):
        parts.append(f"de {wording.amount(told.amount, told.currency)}")
    if isinstance(told, Numbered) and told.number:
        parts.append(f"sur {told.number}")
    return f"{' '.join(parts)} du {wording.day(b.today(line.at))} par {wording.who(line.by)}"


def refuse(b: Books, line: JournalLine, depends: Depends) -> None:
    """Refuse to undo `line` while a later act, not undone, depends on it. Raises Refused, naming it."""
    for later in _later(b, line):
        if depends(later, journal.data_of(later)):
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
