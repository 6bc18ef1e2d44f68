"""OASIS UBL 2: `Invoice` and `CreditNote`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from store.imports.einvoices import parties
from store.imports.einvoices.cii import lacking
from store.imports.einvoices.facts import EInvoice, TradeParty
from store.imports.einvoices.trees import Node

CREDIT_NOTE = "381"
INVOICE = "380"
_REFERENCES = "BillingReference/InvoiceDocumentReference/ID"


def read(root: Node) -> EInvoice:
    """Return what an invoice says. Raises Unreadable, naming what it lacks."""
    credit = root.name == "CreditNote"
    total = root.amount("LegalMonetaryTotal/TaxInclusiveAmount")
    payable = root.amount("LegalMonetaryTotal/PayableAmount")
    amount = total if total is not None else payable
    number, issue = root.said("ID"), root.day("IssueDate")
    currency = root.said("DocumentCurrencyCode").upper() or _currency(root)
    if amount is None or issue is None or not number or not currency:
        raise lacking(number=number, issue=issue, amount=amount, currency=currency)
    rounding = root.amount("LegalMonetaryTotal/PayableRoundingAmount") or Decimal(0)
    terms = list(root.all("PaymentTerms"))
    return EInvoice(
        number=number,
        type_code=root.said("CreditNoteTypeCode", "InvoiceTypeCode") or (CREDIT_NOTE if credit else INVOICE),
        issue=issue,
        currency=currency,
        amount=amount + rounding,
        payable=payable,
        seller=_party(root, "AccountingSupplierParty/Party"),
        buyer=_party(root, "AccountingCustomerParty/Party"),
        due_dates=tuple(_due_dates(root, terms)),
        terms="\n".join(text.lines for each in terms for text in each.all("Note") if text.lines),
        discount=any(each.said("SettlementDiscountPercent") for each in terms),
        order=root.said("OrderReference/ID", "BuyerReference") or None,
        means_codes=_texts(root, "PaymentMeans/PaymentMeansCode"),
        payee_ibans=_texts(root, "PaymentMeans/PayeeFinancialAccount/ID"),
        corrects=_texts(root, _REFERENCES),
    )


def _currency(root: Node) -> str:
    total = root.first("LegalMonetaryTotal/PayableAmount", "LegalMonetaryTotal/TaxInclusiveAmount")
    return total.attribute("currencyID").upper() if total else ""


def _texts(node: Node, path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.text for found in node.all(path) if found.text))


def _due_dates(root: Node, terms: list[Node]) -> Iterator[tuple[date, Decimal | None]]:
    """Yield the parts that terms name; else the date of the whole."""
    parts = [
        (day, each.amount("Amount"))
        for each in terms
        if (day := each.day("InstallmentDueDate", "PaymentDueDate")) is not None
    ]
    whole = root.day("DueDate", "PaymentMeans/PaymentDueDate")
    if len(parts) > 1 or whole is None:
        yield from parts
    else:
        yield whole, None


def _party(root: Node, path: str) -> TradeParty:
    node = root.first(path)
    if node is None:
        return TradeParty("")
    country = node.said("PostalAddress/Country/IdentificationCode").upper()
    taxed = [each for each in node.all("PartyTaxScheme") if each.said("TaxScheme/ID").upper() in {"VAT", ""}]
    vat = next((text for each in taxed if (text := each.said("CompanyID"))), "")
    endpoint = node.first("EndpointID")
    identifiers = [*node.all("PartyLegalEntity/CompanyID"), *node.all("PartyIdentification/ID"),
                   *([endpoint] if endpoint else [])]  # fmt: skip
    mail = endpoint.text if endpoint is not None and endpoint.attribute("schemeID").upper() == "EM" else ""
    address = [node.said(f"PostalAddress/{each}") for each in ("StreetName", "AdditionalStreetName")]
    address += [each.text for each in node.all("PostalAddress/AddressLine/Line")]
    return TradeParty(
        name=node.said("PartyLegalEntity/RegistrationName", "PartyName/Name"),
        siren=parties.siren(
            [(each.attribute("schemeID"), each.text) for each in identifiers], vat, french=country == "FR"
        ),
        email=node.said("Contact/ElectronicMail") or mail or None,
        contact=node.said("Contact/Name") or None,
        phone=node.said("Contact/Telephone") or None,
        address=parties.postal(
            address, node.said("PostalAddress/PostalZone"), node.said("PostalAddress/CityName"), country
        ),
    )
