"""Cross Industry Invoice of UN/CEFACT: Factur-X, ZUGFeRD 2, and ZUGFeRD 1 with its other names."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from receivables.text import fold
from store.imports.einvoices import parties
from store.imports.einvoices.facts import EInvoice, TradeParty
from store.imports.einvoices.trees import Node
from store.imports.tables.files import Unreadable

_DOCUMENT = ("ExchangedDocument", "HeaderExchangedDocument")
_TRADE = ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
_AGREEMENT = ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
_SETTLEMENT = ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
_SUMS = ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
_DATE = ("DateTimeString", "DateTime", "DateString", "Date")
_ORDER = (
    "BuyerOrderReferencedDocument/IssuerAssignedID",
    "BuyerOrderReferencedDocument/ID",
    "BuyerReference",
)
_DUE = tuple(f"DueDateDateTime/{each}" for each in _DATE)
_MEANS = "SpecifiedTradeSettlementPaymentMeans"
_CONTACT = "DefinedTradeContact"
_TERMS = "SpecifiedTradePaymentTerms"
DISCOUNT = frozenset({"escompte", "skonto", "discount", "rabatt"})
"""Words of a term that rewards an early payment."""


def read(root: Node) -> EInvoice:
    """Return what an invoice says. Raises Unreadable, naming what it lacks."""
    document, trade = _needed(root, *_DOCUMENT), _needed(root, *_TRADE)
    agreement, settlement = _needed(trade, *_AGREEMENT), _needed(trade, *_SETTLEMENT)
    sums = _needed(settlement, *_SUMS)
    total = sums.amount("GrandTotalAmount")
    payable = sums.amount("DuePayableAmount")
    amount = total if total is not None else payable
    number, issue = document.said("ID"), document.day(*(f"IssueDateTime/{each}" for each in _DATE))
    currency = settlement.said("InvoiceCurrencyCode").upper()
    if amount is None or issue is None or not number or not currency:
        raise lacking(number=number, issue=issue, amount=amount, currency=currency)
    terms = list(settlement.all(_TERMS))
    return EInvoice(
        number=number,
        type_code=document.said("TypeCode"),
        issue=issue,
        currency=currency,
        amount=amount + (sums.amount("RoundingAmount") or Decimal(0)),
        payable=payable,
        seller=_party(agreement, "SellerTradeParty"),
        buyer=_party(agreement, "BuyerTradeParty"),
        due_dates=tuple(_due_dates(terms)),
        terms="\n".join(text.lines for each in terms for text in each.all("Description") if text.lines),
        discount=any(_rewards(each) for each in terms),
        order=agreement.said(*_ORDER) or None,
        means_codes=_texts(settlement, f"{_MEANS}/TypeCode"),
        payee_ibans=_texts(settlement, f"{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID"),
        corrects=_texts(settlement, "InvoiceReferencedDocument/IssuerAssignedID"),
    )  # fmt: skip


def _needed(node: Node, *paths: str) -> Node:
    found = node.first(*paths)
    if found is None:
        raise Unreadable("imports.einvoice_lacks_part", element=paths[0])
    return found


def lacking(**facts: object) -> Unreadable:
    """Return the refusal of an invoice in which some of these are empty."""
    return Unreadable("imports.einvoice_lacks", missing=[name for name, value in facts.items() if not value])


def _texts(node: Node, path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.text for found in node.all(path) if found.text))


def _rewards(term: Node) -> bool:
    said = fold(term.said("Description")).split()
    return term.first("ApplicableTradePaymentDiscountTerms") is not None or not DISCOUNT.isdisjoint(said)


def _due_dates(terms: list[Node]) -> Iterator[tuple[date, Decimal | None]]:
    """Yield the dates on which the whole or a part is due; the end of a discount is none beside others."""
    dated = [(term, day) for term in terms if (day := term.day(*_DUE)) is not None]
    bare = [(term, day) for term, day in dated if not _rewards(term)]
    for term, day in bare or dated:
        yield day, term.amount("PartialPaymentAmount")


def _party(agreement: Node, name: str) -> TradeParty:
    node = agreement.first(name)
    if node is None:
        return TradeParty("")
    country = node.said("PostalTradeAddress/CountryID").upper()
    vat = next((each.text for each in node.all("SpecifiedTaxRegistration/ID") if _is_vat(each)), "")
    platform = [each for each in node.all("URIUniversalCommunication/URIID") if each.text]
    identifiers = [*node.all("GlobalID"), *node.all("SpecifiedLegalOrganization/ID"), *platform]
    mail = next((each.text for each in platform if each.attribute("schemeID").upper() == "EM"), "")
    street = [node.said(f"PostalTradeAddress/{line}") for line in ("LineOne", "LineTwo", "LineThree")]
    town = node.said("PostalTradeAddress/PostcodeCode"), node.said("PostalTradeAddress/CityName")
    return TradeParty(
        name=node.said("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
        siren=parties.siren(
            [(each.attribute("schemeID"), each.text) for each in identifiers], vat, french=country == "FR"
        ),
        email=node.said(f"{_CONTACT}/EmailURIUniversalCommunication/URIID") or mail or None,
        contact=node.said(f"{_CONTACT}/PersonName", f"{_CONTACT}/DepartmentName") or None,
        phone=node.said(f"{_CONTACT}/TelephoneUniversalCommunication/CompleteNumber") or None,
        address=parties.postal(street, *town, country),
    )


def _is_vat(node: Node) -> bool:
    return node.attribute("schemeID").upper() in {"VA", "VAT", ""}
