"""Headers that nobody knows and that may say something: money, a payment, a dispute, a status, an address.

Words are folded. A column is asked about only where its cells hold something that the columns read do not.
"""

from collections.abc import Mapping
from enum import StrEnum

from store.imports.tables.headers import normal


class Smell(StrEnum):
    """What an unread column may be about."""

    MONEY = "money"
    PAYMENT = "payment"
    DISPUTE = "dispute"
    STATUS = "status"
    ADDRESS = "address"


_WORDS: Mapping[Smell, frozenset[str]] = {
    Smell.DISPUTE: frozenset((
        "litige", "litiges", "conteste", "contestee", "contestation", "contentieux", "reclamation",
        "anomalie", "dispute", "disputed", "disputes", "claim", "complaint",
    )),
    Smell.PAYMENT: frozenset((
        "paye", "payee", "payes", "regle", "reglee", "regles", "encaisse", "encaissement",
        "encaissements", "versement", "versements", "verse", "acompte", "acomptes", "avance", "avances",
        "reglement", "reglements", "paiement", "paiements", "lettrage", "lettre", "rapproche", "paid",
        "payment", "payments", "received", "receipt", "deposit", "settled", "settlement", "collected",
        "prepaid", "cheque", "virement", "prelevement", "impaye", "rejet",
    )),
    Smell.STATUS: frozenset((
        "statut", "statuts", "etat", "status", "state", "situation", "stage", "phase", "blocage",
        "bloque", "bloquee", "suspendu", "suspension", "annule", "annulee", "cancelled", "canceled",
        "void", "hold", "stop",
    )),
    Smell.ADDRESS: frozenset(("mail", "mails", "email", "emails", "courriel", "courriels")),
    Smell.MONEY: frozenset((
        "montant", "montants", "solde", "soldes", "reste", "restant", "du", "dus", "due", "balance",
        "amount", "ttc", "encours", "credit", "avoir", "outstanding", "open", "remaining", "owed",
        "exigible", "echu",
    )),
}  # fmt: skip
"""In the order in which a header is tried."""
_HARMLESS = frozenset((
        "ht", "hors", "tva", "vat", "tax", "taxe", "taxes", "untaxed", "taux", "pourcentage", "pct",
        "percent", "remise", "rabais", "discount", "quantite", "qte", "qty", "prix", "unitaire", "unit",
        "price", "frais", "port", "shipping", "cost", "cout", "marge", "margin", "jours", "jour",
        "days", "day", "delai", "mode", "moyen", "methode", "method", "type", "conditions", "condition",
        "terms", "term", "compte", "account", "iban", "bic", "limite", "limit", "plafond",
        "line", "ligne", "item", "article",
        "reference", "ref", "numero", "id", "code", "devise", "currency", "opt", "optin", "newsletter",
))  # fmt: skip
"""Words beside which a header says something else: « mode de règlement », « montant HT », « jours »."""
_DAYS = frozenset({"date", "jour", "day"})
"""Words that are harmless but for payments: « date d’encaissement »."""


def smell(title: str) -> Smell | None:
    """Return what an unknown header may be about; None when nothing that changes a reminder."""
    words = set(normal(title).split())
    found = next((each for each, known in _WORDS.items() if known & words), None)
    harmless = {
        None: frozenset[str](),
        Smell.DISPUTE: frozenset[str](),
        Smell.PAYMENT: _HARMLESS - _DAYS,
    }.get(found, _HARMLESS | _DAYS)
    return None if harmless & words else found
