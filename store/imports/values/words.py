"""Words in cells: kinds of document and of customer, languages."""

import re
from datetime import date, time
from functools import lru_cache

from receivables.codes.payments import Means
from receivables.text import fold
from store.imports.tables.files import Cell

_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]+")

_CREDIT = frozenset(["avoir", "avoirs", "refund", "creditnote", "381", "av"])
_CREDIT_PHRASES = ("note credit", "credit note", "credit memo", "note de credit", "out refund")
_PAYMENTS = frozenset(["paiement", "payment", "reglement", "encaissement", "deposit", "virement"])
_PURCHASES = frozenset((
    "fournisseur", "fournisseurs", "achat", "achats", "bill", "bills", "vendor", "supplier", "purchase",
    "in invoice", "in refund", "depense", "expense",
))  # fmt: skip
_OFFERS = frozenset(
    ["devis", "quote", "quotation", "estimate", "commande", "order", "proforma", "bon", "livraison", "bl"]
)

_KINDS = {
    "business": "entreprise professionnel professionnelle pro b2b business societe company entreprises",
    "public": "public publique administration collectivite mairie b2g government etat hopital",
    "consumer": "particulier particuliers consommateur consumer b2c individual prive",
}
_LANGUAGES = {
    "fr": "fr fra fre francais francaise french",
    "en": "en eng anglais anglaise english",
    "de": "de deu ger allemand german deutsch",
    "es": "es spa espagnol spanish espanol",
    "it": "it ita italien italian italiano",
    "nl": "nl nld dut neerlandais dutch",
    "pt": "pt por portugais portuguese",
}
_MEANS = {
    Means.DIRECT_DEBIT: "prelevement prelevements prlv prel prelev prelevmt sdd",
    Means.DRAFT: "lcr traite traites bor effet effets",
    Means.TRANSFER: "virement virements vir vrt transfer wire sct",
    Means.CHEQUE: "cheque cheques chq check",
    Means.CARD: "carte cb card",
    Means.CASH: "especes liquide cash comptant",
    Means.LINK: "lien link stripe paypal",
}
_MEANS_PHRASES = {
    "direct debit": Means.DIRECT_DEBIT,
    "billet a ordre": Means.DRAFT,
    "billet ordre": Means.DRAFT,
    "lettre de change": Means.DRAFT,
    "bill of exchange": Means.DRAFT,
    "promissory note": Means.DRAFT,
    "sepa dd": Means.DIRECT_DEBIT,
    "sepa b2b": Means.DIRECT_DEBIT,
    "sepa core": Means.DIRECT_DEBIT,
    "credit transfer": Means.TRANSFER,
    "credit card": Means.CARD,
    "debit card": Means.CARD,
    "bank transfer": Means.TRANSFER,
}
_MEANS_OF = {word: means for means, words in _MEANS.items() for word in words.split()}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_LANGUAGE_OF = {word: code for code, words in _LANGUAGES.items() for word in words.split()}


def text(cell: Cell) -> str:
    """Return a cell as text on one line, without control signs or marks that turn the reading direction."""
    if isinstance(cell, str):
        if cell.isprintable() and "  " not in cell:
            return cell.strip()
        return _BLANKS.sub(" ", cell).strip()
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


@lru_cache(maxsize=1024)
def document(value: str) -> str:
    """Return `credit`, `payment`, `offer`, `purchase` or `invoice`."""
    folded = fold(value)
    words = set(folded.split())
    if folded in _PURCHASES or words & _PURCHASES:
        return "purchase"
    if words & _CREDIT or any(phrase in folded for phrase in _CREDIT_PHRASES):
        return "credit"
    if words & _PAYMENTS and "facture" not in words and "invoice" not in words:
        return "payment"
    return "offer" if words & _OFFERS and not words & {"facture", "invoice"} else "invoice"


def kind(value: str) -> str | None:
    """Return business, public or consumer; None for another word."""
    return next((_KIND_OF[word] for word in fold(value).split() if word in _KIND_OF), None)


def language(value: str) -> str | None:
    """Return a language code of two letters; None for another word."""
    words = fold(value).split()
    return _LANGUAGE_OF.get(words[0]) if words else None


@lru_cache(maxsize=1024)
def means(value: str) -> Means | None:
    """Return a means of payment; None for other words, or for words that say two."""
    folded = fold(value)
    phrased = [found for phrase, found in _MEANS_PHRASES.items() if phrase in folded]
    found = set(phrased) or {_MEANS_OF[word] for word in folded.split() if word in _MEANS_OF}
    return found.pop() if len(found) == 1 else None
