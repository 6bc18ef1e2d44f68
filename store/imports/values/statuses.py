"""Words of a column of statuses that are facts of an invoice (SCHEDULE 28); compared folded.

The whole cell first, then the longest phrase on word boundaries: « en attente de validation » is not « en
attente ». To know one more word, add it here.
"""

from collections.abc import Mapping
from functools import lru_cache

from receivables.codes.files import FileMeaning
from receivables.text import fold

PHRASES: Mapping[FileMeaning | None, tuple[str, ...]] = {
    FileMeaning.WITHDRAWN: (
        "annule", "annulee", "annules", "annulees", "cancelled", "canceled", "void", "voided", "supprimee",
        "220", "220 annulee", "reversed", "extournee",
    ),
    FileMeaning.REFUSED: (
        "refuse", "refusee", "refused", "rejete", "rejetee", "rejected", "210", "210 refusee", "213",
        "213 rejetee", "irrecevable", "501", "501 irrecevable",
    ),
    FileMeaning.DISPUTED: (
        "litige", "en litige", "conteste", "contestee", "disputed", "dispute", "in dispute", "bloque litige",
        "207", "207 en litige",
    ),
    FileMeaning.PAUSED: (
        "suspendu", "suspendue", "208", "208 suspendue", "en attente de validation", "attente validation",
        "bloque", "bloquee", "ne pas relancer", "on hold", "hold",
    ),
    FileMeaning.PAYMENT_LEFT: (
        "paiement transmis", "211", "211 paiement transmis", "virement emis", "paiement en cours",
        "reglement en cours", "processing",
    ),
    FileMeaning.PROMISED: (
        "promesse", "promise", "promesse de paiement", "echeancier", "echeancier accorde",
        "plan de paiement", "payment plan",
    ),
    FileMeaning.LOST: (
        "irrecouvrable", "perte", "passe en perte", "passee en perte", "write off", "writeoff",
        "written off", "uncollectible", "bad debt",
    ),
    FileMeaning.COLLECTION: (
        "contentieux", "recouvrement", "en recouvrement", "huissier", "remise a l huissier",
        "commissaire de justice", "avocat", "collection", "in collection", "collections", "injonction",
        "injonction de payer",
    ),
    FileMeaning.INSOLVENCY: (
        "redressement", "redressement judiciaire", "liquidation", "liquidation judiciaire", "sauvegarde",
        "procedure collective", "bankrupt", "bankruptcy",
    ),
    FileMeaning.CREDITED: (
        "avoir", "avoir emis", "compense", "compensee", "credited", "credit note",
    ),
    None: (
        "en attente", "attente", "a payer", "non paye", "non payee", "pas paye", "pas payee", "not paid",
        "impaye", "impayee", "impayes", "ouvert", "ouverte", "open", "due", "unpaid", "overdue",
        "past due", "en retard", "retard", "late", "echu", "echue", "non echu", "non echue", "a echoir",
        "not due", "envoye", "envoyee", "sent", "posted", "valide", "validee", "emise", "emis", "issued",
        "a regler", "non regle", "non reglee", "non solde", "non soldee", "a encaisser", "pending",
        "awaiting payment", "outstanding", "relance", "relancee", "comptabilisee", "facturee", "facture",
        "partiel", "partielle", "partiellement", "partially", "partial", "acompte", "depot", "exigible",
        "paye", "payee", "payes", "payees", "regle", "reglee", "regles", "reglees", "paid", "solde",
        "soldee", "soldes", "acquitte", "acquittee", "encaisse", "encaissee", "settled", "closed", "212",
        "lettre", "lettree", "brouillon", "draft", "proforma", "a valider", "oui", "non", "yes", "no",
    ),
}  # fmt: skip
"""The phrases of each meaning; under None those that say no more than the amounts do."""
_MEANING = {phrase: meaning for meaning, phrases in PHRASES.items() for phrase in phrases}
_UNPAID = frozenset({"impaye", "impayee", "impayes", "unpaid", "non paye", "non payee"})
_LONGEST = 4
"""Words of the longest phrase."""


@lru_cache(maxsize=4096)
def meaning(value: str) -> FileMeaning | None:
    """Return the fact that a status tells; None where it says no more than the amounts, or nothing."""
    words = fold(value).split()
    for size in range(min(len(words), _LONGEST), 0, -1):
        starts = range(len(words) - size + 1)
        found = [phrase for at in starts if (phrase := " ".join(words[at : at + size])) in _MEANING]
        if found:
            return _MEANING[found[0]]
    return FileMeaning.UNKNOWN if any(word.isalpha() for word in words) else None


def says_unpaid(value: str) -> bool:
    """Whether a status says in so many words that nothing came: of a direct debit it is asked about."""
    return bool(_UNPAID & {fold(value), *fold(value).split()})
