"""Lists that are none of a customer's invoices: named by what shows it, and refused.

A list that a person mapped (`--map`) is taken at their word. Words are folded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import takewhile

from receivables.company import Company
from receivables.text import fold
from store.imports.columns.aged import SEVERAL, buckets
from store.imports.tables.files import Table, Unreadable
from store.imports.tables.headers import Layout, normal
from store.imports.values import words
from store.imports.values.survey import data_rows
from store.imports.values.words import text


class OtherDocument(StrEnum):
    """What a list holds instead of a customer's invoices."""

    QUOTES = "quotes"
    ORDERS = "orders"
    DELIVERIES = "deliveries"
    SUBSCRIPTIONS = "subscriptions"
    PAYMENTS = "payments"
    BANK = "bank"
    ENTRIES = "entries"
    PURCHASES = "purchases"
    SUMMARY = "summary"


_TITLES: Mapping[OtherDocument, frozenset[str]] = {
    OtherDocument.PURCHASES: frozenset((
        "fournisseur", "fournisseurs", "achat", "achats", "purchases", "bills", "vendors", "vendor",
        "suppliers", "supplier", "payables", "depenses", "expenses",
    )),
    OtherDocument.QUOTES: frozenset((
        "devis", "quotes", "quote", "quotations", "estimates", "estimate", "propositions", "proposals",
    )),
    OtherDocument.DELIVERIES: frozenset(("livraison", "livraisons", "bl", "delivery", "deliveries")),
    OtherDocument.ORDERS: frozenset(("commande", "commandes", "orders")),
    OtherDocument.SUBSCRIPTIONS: frozenset((
        "abonnement", "abonnements", "subscriptions", "recurrentes", "recurring", "modeles",
    )),
    OtherDocument.PAYMENTS: frozenset((
        "reglements", "encaissements", "paiements", "payments", "receipts", "remise", "remises", "deposits",
    )),
    OtherDocument.ENTRIES: frozenset(("ecritures", "journal", "ledger")),
}  # fmt: skip
"""Words of the rows above the header."""
_OURS = frozenset((
    "facture", "factures", "invoice", "invoices", "creances", "impayes", "receivable", "receivables",
    "client", "clients", "customer", "customers", "balance", "echeancier", "ventes", "sales", "ar", "aged",
    "relance", "relances", "avoirs",
))  # fmt: skip
"""Words of titles and headers that name what we read."""
_OWN: Mapping[OtherDocument, frozenset[str]] = {
    OtherDocument.QUOTES: frozenset(("devis", "quote", "quotation", "estimate", "proposition", "proposal")),
    OtherDocument.DELIVERIES: frozenset(("livraison", "bl", "delivery", "shipment", "expedition")),
    OtherDocument.ORDERS: frozenset(("commande", "order", "cde")),
}
"""Words of the header that numbers or dates each row's document."""
_OWN_WORDS = frozenset[str]().union(*_OWN.values())
_NUMBERS = frozenset(("numero", "number", "reference", "ref", "date", "id", "code", "num"))
_VALID = frozenset((
    "date validite", "valable jusqu au", "valid until", "expiry date", "expiration date", "validite",
    "date expiration", "fin validite", "date signature", "date acceptation",
))  # fmt: skip
_RECURRING = frozenset((
    "frequence", "periodicite", "cycles restants", "prochaine facture", "prochaine facturation",
    "date prochaine facture", "date prochaine facturation", "next invoice", "next invoice date", "recurrence",
    "frequency", "billing cycle", "billing interval", "remaining cycles", "cycles remaining", "interval",
    "prochaine echeance facturation", "date fin abonnement", "mrr", "next run", "next date", "repeats",
))  # fmt: skip
_PAID_DAYS = frozenset((
    "date reglement", "date paiement", "date encaissement", "payment date", "date versement", "date remise",
    "date received", "received on", "encaisse le", "regle le", "paye le", "paid on", "date payment",
))  # fmt: skip
_WAYS = frozenset((
    "mode", "moyen", "mode reglement", "mode paiement", "moyen paiement", "moyen reglement",
    "payment method", "method", "type reglement", "type paiement", "payment mode", "mode encaissement",
))  # fmt: skip
_TEXTS = frozenset((
    "libelle", "libelle operation", "description", "label", "libelle ecriture", "intitule ecriture",
    "memo description", "details", "detail ecriture", "narration",
))  # fmt: skip
_ACCOUNTS = frozenset((
    "journal", "code journal", "compte", "numero compte", "journal code", "compte general", "account",
    "account code", "jou", "numero general", "compte numero", "journal lib", "ecriture numero", "sens",
))  # fmt: skip
_OF_BANK = frozenset((
    "date valeur", "date operation", "date comptabilisation", "solde", "dateop", "dateval", "balance",
    "date op", "date val", "numero compte", "iban",
))  # fmt: skip
_BOTH = (frozenset(("debit", "debits")), frozenset(("credit", "credits")))
_BUYERS = frozenset((
    "fournisseur", "nom fournisseur", "code fournisseur", "raison sociale fournisseur", "fournisseurs",
    "supplier", "supplier name", "vendor", "vendor name", "vendor id", "supplier id", "bill number",
    "bill numero", "facture fournisseur", "numero facture fournisseur", "from supplier", "payee",
))  # fmt: skip


def refuse_others(table: Table, layout: Layout, company: Company) -> None:
    """Raise Unreadable, naming what it is and what shows it, for a list of other documents."""
    if layout.mapped:
        return
    above = _above(table, layout, company)
    names = {normal(title): title for title in layout.titles if title}
    found = (
        _by_headers(layout, names)
        or _by_titles(above, names, due="due" in layout.columns)
        or _by_ways(table, layout, names)
    )
    found = found or _by_types(table, layout)
    if found is not None:
        document, seen = found
        raise Unreadable("imports.other_document", document=document, seen=seen[:60])


def _above(table: Table, layout: Layout, company: Company) -> list[str]:
    """Return the rows above the header, each as one text; not those that name the company."""
    head = takewhile(lambda numbered: numbered[0] < layout.line, table.rows())
    told = (" ".join(filter(None, map(text, row))) for _, row in head)
    return [line for line in told if line and fold(company.name) not in fold(line)]


Found = tuple[OtherDocument, str] | None


def _first(names: Mapping[str, str], wanted: frozenset[str]) -> str | None:
    return next((title for name, title in names.items() if name in wanted), None)


def _by_headers(layout: Layout, names: Mapping[str, str]) -> Found:
    if buyer := _first(names, _BUYERS):
        return OtherDocument.PURCHASES, buyer
    ledger = _ledger(layout, names)
    if ledger is not None:
        return ledger
    if {"issue", "due"}.isdisjoint(layout.columns) and len(aged := buckets(layout)) >= SEVERAL:
        return OtherDocument.SUMMARY, aged[0]
    return None if "due" in layout.columns else _not_due(layout, names)


def _ledger(layout: Layout, names: Mapping[str, str]) -> Found:
    """Tell entries of the accounts, and a statement of the bank."""
    both = all(_first(names, side) for side in _BOTH)
    account = _first(names, _ACCOUNTS)
    if both and account:
        return OtherDocument.ENTRIES, account
    if _invoiced(names) or not {"customer", "code", "due", "type"}.isdisjoint(layout.columns):
        return None
    label = _first(names, _TEXTS)
    return (OtherDocument.BANK, label) if label and (both or _first(names, _OF_BANK)) else None


def _not_due(layout: Layout, names: Mapping[str, str]) -> Found:
    """Tell lists in which nothing falls due."""
    invoiced, columns = _invoiced(names), layout.columns.keys()
    if (recurring := _first(names, _RECURRING)) and not invoiced:
        return OtherDocument.SUBSCRIPTIONS, recurring
    if not invoiced and (valid := _first(names, _VALID)):
        return OtherDocument.QUOTES, valid
    number = normal(layout.title("number")) if "number" in columns else ""
    if not invoiced and (not number or set(number.split()) & _OWN_WORDS):
        return _own_document(names)
    paid_on = _first(names, _PAID_DAYS)
    alone = columns.isdisjoint({"issue", "left", "status"})
    return (OtherDocument.PAYMENTS, paid_on) if paid_on and alone else None


def _own_document(names: Mapping[str, str]) -> Found:
    for document, own in _OWN.items():
        for name, title in names.items():
            told = set(name.split())
            if told & own and (told & _NUMBERS or len(told) == 1):
                return document, title
    return None


def _invoiced(names: Iterable[str]) -> bool:
    return any({"facture", "factures", "invoice", "invoices"} & set(name.split()) for name in names)


def _by_titles(above: Iterable[str], names: Mapping[str, str], *, due: bool) -> Found:
    if _invoiced(names):
        return None
    for line in above:
        told = set(fold(line).split())
        for document, known in _TITLES.items():
            if told & known and not told & _OURS and (document is OtherDocument.PURCHASES or not due):
                return document, line
    return None


def _by_ways(table: Table, layout: Layout, names: Mapping[str, str]) -> Found:
    """Tell a list of payments whose only date and amount say nothing: each row says how money came."""
    columns = layout.columns
    if {"due", "status", "left", "paid", "terms"} & columns.keys() or not {
        "issue",
        "amount",
    } <= columns.keys():
        return None
    loose = normal(layout.title("issue")) == "date" and normal(layout.title("amount")) in _LOOSE
    way = next((at for at, title in enumerate(layout.titles) if normal(title) in _WAYS), None)
    if not loose or way is None or len(names) < _WHOLE:
        return None
    cells = [text(row[way]) for _, row in data_rows(table, layout) if way < len(row) and text(row[way])]
    said = sum(words.means(cell) is not None for cell in cells)
    return (OtherDocument.PAYMENTS, layout.titles[way]) if cells and said > len(cells) / 2 else None


_OF_INVOICES = frozenset({"due", "status", "left", "paid", "terms"})
"""Fields that a list of payments has not."""
_LOOSE = frozenset({"montant", "amount", "total", "somme"})
_WHOLE = 5
"""Columns of a list of payments: day, invoice, customer, way, amount."""


def _by_types(table: Table, layout: Layout) -> Found:
    at = layout.columns.get("type")
    if at is None:
        return None
    found: Counter[str] = Counter()
    for _, row in data_rows(table, layout):
        if at < len(row) and (cell := text(row[at])):
            found[cell] += 1
    kinds = {cell: _of_type(cell) for cell in found}
    if not found or None in kinds.values():
        return None
    most = found.most_common(1)[0][0]
    document = kinds[most]
    return (document, most) if document else None


def _of_type(cell: str) -> OtherDocument | None:
    """Return what a type says that is neither an invoice nor a credit note of a customer."""
    match words.document(cell):
        case "purchase":
            return OtherDocument.PURCHASES
        case "payment":
            return OtherDocument.PAYMENTS
        case "offer":
            told = set(fold(cell).split())
            return next((document for document, own in _OWN.items() if told & own), OtherDocument.QUOTES)
    return None
