"""The words that commands know: means of payment, outcomes of a call, and what only joins others."""

from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.text import fold_typed

HELP = frozenset({"aide", "help", "?", "-h", "--help"})

MEANS = {
    Means.TRANSFER: ("virement", "virement sepa", "virement bancaire", "vir", "transfert"),
    Means.CARD: ("carte", "cb", "carte bancaire", "carte bleue"),
    Means.CHEQUE: ("cheque", "chq", "chèque"),
    Means.DIRECT_DEBIT: ("prelevement", "prelevement sepa", "prlv"),
    Means.DRAFT: ("effet", "lcr", "traite", "bor", "billet a ordre", "lettre de change"),
    Means.CASH: ("especes", "liquide", "cash"),
    Means.LINK: ("lien", "lien de paiement", "paiement en ligne"),
}
BY_FILE = frozenset({"fichier", "fichiers", "import"})
"""What is typed for a means of payment that the files say."""
MEANS_OF = {fold_typed(word): means for means, words in MEANS.items() for word in words}

OUTCOMES = {
    CallResult.PROMISE: (
        "promet",
        "promis",
        "promesse",
        "promet de payer",
        "promis de payer",
        "paiera",
        "payera",
        "s'engage",
    ),
    CallResult.VOICEMAIL: ("repondeur", "messagerie", "message vocal"),
    CallResult.UNREACHABLE: ("injoignable", "absent", "absente", "pas de reponse", "ne repond pas", "occupe"),
    CallResult.DISPUTE: ("litige", "conteste", "contestation"),
    CallResult.PAYMENT_SENT: (
        "paiement envoye",
        "virement envoye",
        "virement parti",
        "vire",
        "deja paye",
        "paiement parti",
    ),
    CallResult.WAITING_APPROVAL: ("validation", "en validation", "attente de validation", "bon a payer"),
    CallResult.IN_PAYMENT: (
        "paiement programme",
        "virement programme",
        "paiement en cours",
        "en cours de paiement",
    ),
    CallResult.INVOICE_NOT_RECEIVED: (
        "non recue",
        "pas recue",
        "pas recu",
        "facture non recue",
        "pas eu la facture",
    ),
    CallResult.CALLBACK: ("rappeler", "a rappeler", "rappelle", "rappel"),
    CallResult.REACHED: ("joint", "jointe", "eu au telephone"),
}
OUTCOME_OF = {fold_typed(word): outcome for outcome, words in OUTCOMES.items() for word in words}
ALL = frozenset({"tout", "solde", "le solde", "le reste", "total", "la totalite", "en totalite"})
FILLERS = frozenset(
    {
        "de",
        "pour",
        "recu",
        "recue",
        "paye",
        "payee",
        "a",
        "regle",
        "reglee",
        "montant",
        "d'un",
        "il",
        "elle",
        "le",
        "client",
    }
)
LEGAL = frozenset({"legal", "defaut"})
NO_DISCOUNT = frozenset({"aucun", "non", "sans"})
UNTIL = frozenset({"jusqu'au", "jusqu'a", "jusque", "au", "le"})
JOINING = frozenset({"et", "+", "pour", "facture", "factures"})
EVERYONE = frozenset({"toutes", "tous", "tout", "equipe", "toute l'equipe"})
OWN = frozenset({"mes", "moi", "miennes"})
