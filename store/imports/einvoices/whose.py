"""Whose invoice it is: ours to a customer, or a supplier's to us."""

import re
from enum import StrEnum

from receivables.company import Company
from receivables.text import fold
from store.customers.search import LEGAL_FORMS
from store.imports.einvoices.facts import EInvoice, TradeParty

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")
_NOT_PART = re.compile(r"[^0-9A-Z]")


class Whose(StrEnum):
    """Who is who on an invoice."""

    OURS = "ours"
    PURCHASE = "purchase"
    """The company is its buyer."""
    ANOTHER = "another"
    UNSURE = "unsure"
    """Nothing but a name says who sells, and it is not the company's."""


def whose(company: Company, invoice: EInvoice) -> Whose:
    """Return whose it is, by SIREN where both have one, else by name."""
    sells = _is(company, invoice.seller)
    if sells:
        return Whose.OURS
    if _is(company, invoice.buyer):
        return Whose.PURCHASE
    return Whose.ANOTHER if sells is False else Whose.UNSURE


def _is(company: Company, party: TradeParty) -> bool | None:
    """Whether a party is the company; None where its name alone says no."""
    own = siren_of(company)
    if own and party.siren:
        return own == party.siren
    return True if party.name and bare(party.name) == bare(company.name) else None


def siren_of(company: Company) -> str:
    """Return the nine figures of the company's SIREN; empty when it has none."""
    return _NOT_PART.sub("", company.siren.upper())[:9]


def bare(name: str) -> str:
    """Return a name folded, without its legal form."""
    return " ".join(word for word in fold(name).split() if word not in LEGAL_FORMS) or fold(name)


def other_iban(company: Company, invoice: EInvoice) -> str | None:
    """Return an IBAN to be paid to that is not the company's, all but its ends hidden; None for none."""
    own = _NOT_PART.sub("", company.iban.upper())
    named = [_NOT_PART.sub("", iban.upper()) for iban in invoice.payee_ibans]
    named = [iban for iban in named if _IBAN.match(iban)]
    if not own or not named or own in named:
        return None
    return f"{named[0][:4]}…{named[0][-4:]}"
