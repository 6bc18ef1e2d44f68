"""Messages of an invoice's life (CDAR): `CrossDomainAcknowledgementAndResponse` of UN/CEFACT."""

from collections.abc import Iterator
from decimal import Decimal

from store.imports.einvoices import parties
from store.imports.einvoices.facts import LifecycleStatus
from store.imports.einvoices.trees import Node, instant
from store.imports.tables.files import Unreadable

_RECEIVED = "MEN"
"""The characteristic that holds how much came in."""
_LONGEST = 150


def read(root: Node) -> tuple[LifecycleStatus, ...]:
    """Return what a message says of each invoice that it names. Raises Unreadable when it names none."""
    found = tuple(
        status for document in root.all("AcknowledgementDocument") for status in _of_document(root, document)
    )
    if not found:
        raise Unreadable("imports.lifecycle_without_invoice")
    return found


def _of_document(root: Node, document: Node) -> Iterator[LifecycleStatus]:
    said = document.said("IssueDateTime/DateTimeString", "IssueDateTime/DateTime") or root.said(
        "ExchangedDocument/IssueDateTime/DateTimeString", "ExchangedDocument/IssueDateTime/DateTime"
    )
    for each in document.all("ReferenceReferencedDocument"):
        number = each.said("IssuerAssignedID")
        code = each.said("ProcessConditionCode") or document.said("ProcessConditionCode")
        if number and code:
            yield LifecycleStatus(
                number=number,
                code=code,
                said_at=instant(said),
                seller_siren=parties.siren(
                    [(one.attribute("schemeID"), one.text) for one in each.all("IssuerTradeParty/GlobalID")],
                    "",
                    french=True,
                ),
                words=", ".join(_words(each))[:_LONGEST],
                received=_received(each),
            )


def _words(document: Node) -> Iterator[str]:
    if said := document.said("ProcessCondition"):
        yield said
    for status in document.below("SpecifiedDocumentStatus"):
        text = status.said("Reason", "ReasonCode")
        if text:
            yield text


def _received(document: Node) -> Decimal | None:
    amounts = [
        amount
        for each in document.below("SpecifiedDocumentCharacteristic")
        if each.said("TypeCode") == _RECEIVED and (amount := each.amount("ValueAmount")) is not None
    ]
    return sum(amounts, Decimal(0)) if amounts else None
