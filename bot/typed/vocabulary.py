"""The words that commands know: means of payment, outcomes of a call, and what only joins others."""

from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.text import fold_typed

HELP = frozenset({"aide", "help", "?", "-h", "--help"})

ASKED_FOR = {
    "dso": "/relances",
    "balance": "/relances",
    "liste": "/relances",
    "list": "/relances",
    "retards": "/relances",
    "encours": "/relances",
    "export": "/relances dossier",
    "exporter": "/relances dossier",
    "excel": "/relances dossier",
    "csv": "/relances dossier",
    "pdf": "/relances dossier",
    "statut": "/relances pourquoi",
    "status": "/relances pourquoi",
    "etat": "/relances pourquoi",
    "client": "/relances fiche",
    "contact": "/relances fiche",
    "compte": "/relances releve",
    "solde client": "/relances releve",
}
"""What people ask for by names that are no command of ours, and the nearest one."""

MEANS = {
    Means.TRANSFER: (
        "virement",
        "virement sepa",
        "virement bancaire",
        "vir",
        "transfert",
        "virt",
        "virement instantane",
        "wire",
        "wire transfer",
        "transfer",
        "bank transfer",
    ),
    Means.CARD: ("carte", "cb", "carte bancaire", "carte bleue", "card", "credit card", "bank card"),
    Means.CHEQUE: ("cheque", "chq", "chèque", "cheque bancaire", "check"),
    Means.DIRECT_DEBIT: ("prelevement", "prelevement sepa", "prlv", "direct debit"),
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
        *(
            f"{what} {how}"
            for what in ("paiement", "virement", "reglement", "cheque")
            for how in ("envoye", "parti", "est parti", "fait", "effectue", "emis", "passe", "poste")
        ),
        "vire",
        "a vire",
        "a paye",
        "a regle",
        "deja paye",
        "deja regle",
        "a fait le virement",
        "a envoye le virement",
        "a envoye le cheque",
    ),
    CallResult.WAITING_APPROVAL: ("validation", "en validation", "attente de validation", "bon a payer"),
    CallResult.IN_PAYMENT: (
        "paiement programme",
        "virement programme",
        "reglement programme",
        "virement prevu",
        "paiement prevu",
        "reglement prevu",
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
    CallResult.CALLBACK: (
        "rappeler",
        "a rappeler",
        "rappelle",
        "rappel",
        "rappellera",
        "me rappelle",
        "nous rappelle",
        "doit rappeler",
        "promet de rappeler",
        "promis de rappeler",
        "demande a etre rappele",
        "demande a etre rappelee",
    ),
    CallResult.REACHED: ("joint", "jointe", "eu au telephone"),
}
OUTCOME_OF = {fold_typed(word): outcome for outcome, words in OUTCOMES.items() for word in words}
ALL = frozenset(
    {
        "tout", "solde", "le solde", "reste", "le reste", "total", "totalite", "la totalite", "en totalite",
        "integralite", "l'integralite", "en integralite", "en entier", "all", "balance", "full", "in full",
    }
)  # fmt: skip
HALF = frozenset({"moitie", "la moitie", "half"})
DEPOSIT = frozenset({"acompte", "d'acompte", "l'acompte", "arrhes", "deposit"})
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
        "la",
        "du",
        "l'",
        "en",
        "montant de",
        "somme",
        "verse",
        "versee",
        "versement",
        "reglement",
        "paiement",
        "encaisse",
        "encaissement",
        "received",
        "paid",
        "of",
        "on",
        "for",
        "the",
        "payment",
    }
)
LEADING_NAME = frozenset(
    {"pour", "de", "du", "client", "cliente", "recu", "recue", "noter", "paye", "regle", "from", "for"}
)
"""What may stand before the name of a customer, or a number."""
MEANS_LEAD = frozenset({"par", "en", "via", "avec", "by", "in", "with"})
LABELS = frozenset({"libelle", "label", "intitule", "communication"})
REFERENCES = frozenset({"ref", "reference", "references"})
NUMBERS = frozenset({"n°", "no", "num", "numero", "nr", "#"})
"""What leads to the reference of a payment."""
LEGAL = frozenset({"legal", "defaut"})
NO_DISCOUNT = frozenset({"aucun", "non", "sans"})
UNTIL = frozenset({"jusqu'au", "jusqu'a", "jusque", "au", "le"})
ALONG = frozenset({"et", "and", "puis", "ainsi", "que"})
"""What joins several invoices in one line, besides commas."""
RANGING = frozenset({"a", "au", "jusqu'a", "jusqu'au", "to"})
JOINING = frozenset({"et", "+", "pour", "facture", "factures"})
EVERYONE = frozenset({"toutes", "tous", "tout", "equipe", "toute l'equipe"})
OWN = frozenset({"mes", "moi", "miennes"})
