"""Small e-invoices of our own making, in each format; their names are invented."""

import io
from collections.abc import Mapping, Sequence

from pypdf import PdfWriter

SELLER = {"name": "Atelier Durand SAS", "siren": "732829320"}
BUYER = {
    "name": "Librairie Ancre",
    "siren": "552081317",
    "email": "compta@ancre.example",
    "contact": "Zoé Martin",
    "street": "3 quai Vert",
    "postcode": "35000",
    "city": "Rennes",
}
_CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">{issue}</udt:DateTimeString></ram:IssueDateTime>
</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty>{seller}</ram:SellerTradeParty><ram:BuyerTradeParty>{buyer}</ram:BuyerTradeParty>
<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>{order}</ram:IssuerAssignedID>
</ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>{means}</ram:TypeCode>
<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>{iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
</ram:SpecifiedTradeSettlementPaymentMeans>{terms}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>{total}</ram:GrandTotalAmount>
<ram:DuePayableAmount>{payable}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
{corrects}</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
_DUE = """<ram:SpecifiedTradePaymentTerms><ram:Description>{words}</ram:Description>{day}{part}{reward}
</ram:SpecifiedTradePaymentTerms>"""
_DAY = '<ram:DueDateDateTime><udt:DateTimeString format="102">{}</udt:DateTimeString></ram:DueDateDateTime>'


def _party(said: Mapping[str, str]) -> str:
    siren, email = said.get("siren"), said.get("email")
    return (
        f"<ram:Name>{said['name']}</ram:Name>"
        + (
            f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{siren}</ram:ID>'
            "</ram:SpecifiedLegalOrganization>"
            if siren
            else ""
        )
        + (
            f"<ram:DefinedTradeContact><ram:PersonName>{said.get('contact', '')}</ram:PersonName>"
            f"<ram:EmailURIUniversalCommunication><ram:URIID>{email}</ram:URIID>"
            "</ram:EmailURIUniversalCommunication></ram:DefinedTradeContact>"
            if email
            else ""
        )
        + f"<ram:PostalTradeAddress><ram:PostcodeCode>{said.get('postcode', '')}</ram:PostcodeCode>"
        f"<ram:LineOne>{said.get('street', '')}</ram:LineOne>"
        f"<ram:CityName>{said.get('city', '')}</ram:CityName>"
        "<ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress>"
    )


def term(words: str = "", day: str = "", part: str = "", *, reward: bool = False) -> str:
    """Return one term of payment."""
    return _DUE.format(
        words=words,
        day=_DAY.format(day) if day else "",
        part=f"<ram:PartialPaymentAmount>{part}</ram:PartialPaymentAmount>" if part else "",
        reward="<ram:ApplicableTradePaymentDiscountTerms/>" if reward else "",
    )


def cii(
    number: str = "FAC-1",
    total: str = "1200.00",
    *,
    payable: str | None = None,
    terms: str | None = None,
    seller: Mapping[str, str] = SELLER,
    buyer: Mapping[str, str] = BUYER,
    corrects: Sequence[str] = (),
    **said: str,
) -> bytes:
    """Return an invoice in CII."""
    values = {
        "code": "380",
        "issue": "20260110",
        "currency": "EUR",
        "means": "30",
        "order": "BC-9",
        "iban": "FR7630006000011234567890189",
    } | said
    named = "".join(
        f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{each}</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
        for each in corrects
    )
    return _CII.format(
        number=number,
        total=total,
        payable=total if payable is None else payable,
        terms=term(day="20260210") if terms is None else terms,
        seller=_party(seller),
        buyer=_party(buyer),
        corrects=named,
        **values,
    ).encode()


def pdf(xml: bytes | None, *, name: str = "factur-x.xml", password: str = "") -> bytes:
    """Return a PDF of one page, with an XML in it."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if xml is not None:
        writer.add_attachment(name, xml)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


_UBL = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-01-10</cbc:IssueDate>{due}
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:BuyerReference>SERVICE-7</cbc:BuyerReference>
<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification>
<cbc:ID schemeID="0009">73282932000074</cbc:ID></cac:PartyIdentification>
<cac:PartyLegalEntity><cbc:RegistrationName>Atelier Durand</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cbc:EndpointID schemeID="0225">552081317_COMPTA</cbc:EndpointID>
<cac:PostalAddress><cbc:StreetName>3 quai Vert</cbc:StreetName><cbc:CityName>Rennes</cbc:CityName>
<cbc:PostalZone>35000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress><cac:PartyLegalEntity><cbc:RegistrationName>Librairie Ancre</cbc:RegistrationName>
</cac:PartyLegalEntity><cac:Contact><cbc:ElectronicMail>compta@ancre.example</cbc:ElectronicMail></cac:Contact>
</cac:Party></cac:AccountingCustomerParty>{terms}
<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">{total}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal></{root}>"""


def ubl(
    number: str = "FAC-2",
    total: str = "800.00",
    *,
    payable: str | None = None,
    root: str = "Invoice",
    due: str = "<cbc:DueDate>2026-02-10</cbc:DueDate>",
    terms: str = "",
) -> bytes:
    """Return an invoice, or a credit note, in UBL."""
    return _UBL.format(
        root=root,
        number=number,
        total=total,
        payable=total if payable is None else payable,
        due=due,
        terms=terms,
    ).encode()


_CDAR = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossDomainAcknowledgementAndResponse
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>M-1</ram:ID></rsm:ExchangedDocument>
<rsm:AcknowledgementDocument><ram:TypeCode>305</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="204">{at}</udt:DateTimeString></ram:IssueDateTime>
<ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>
<ram:TypeCode>380</ram:TypeCode><ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>
<ram:ProcessCondition>{words}</ram:ProcessCondition>
<ram:IssuerTradeParty><ram:GlobalID schemeID="0002">{siren}</ram:GlobalID></ram:IssuerTradeParty>
{more}</ram:ReferenceReferencedDocument></rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>"""
_RECEIVED = """<ram:SpecifiedDocumentStatus><ram:SpecifiedDocumentCharacteristic>
<ram:TypeCode>MEN</ram:TypeCode><ram:ValueAmount>{}</ram:ValueAmount></ram:SpecifiedDocumentCharacteristic></ram:SpecifiedDocumentStatus>"""


def cdar(
    code: str,
    words: str = "",
    *,
    number: str = "FAC-1",
    at: str = "20260120101500",
    siren: str = SELLER["siren"],
    received: str = "",
    reason: str = "",
) -> bytes:
    """Return a message of a platform about an invoice."""
    more = _RECEIVED.format(received) if received else ""
    if reason:
        more += (
            f"<ram:SpecifiedDocumentStatus><ram:Reason>{reason}</ram:Reason></ram:SpecifiedDocumentStatus>"
        )
    return _CDAR.format(code=code, words=words, number=number, at=at, siren=siren, more=more).encode()
