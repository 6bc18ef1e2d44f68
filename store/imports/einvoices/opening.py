"""From the bytes of a file to its papers: an XML, a PDF that carries one, or a zip of both."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from store.imports.einvoices import cdar, cii, pdf, ubl
from store.imports.einvoices.facts import EDocument
from store.imports.einvoices.trees import parse
from store.imports.tables.files import MAX_BYTES, Unreadable

MOST_PAPERS = 2_000
"""Files of one zip."""
_ENDINGS = (".xml", ".pdf")

_CII = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
_UBL = frozenset({"Invoice", "CreditNote"})
_MESSAGE = "CrossDomainAcknowledgementAndResponse"
_NAMED = {
    "SCRDMCCBDACIOMessageStructure": "order",
    "CrossIndustryOrder": "order",
    "Order": "order",
    "OrderResponse": "order",
    "DespatchAdvice": "delivery_note",
    "Quotation": "offer",
    "FatturaElettronica": "fattura_pa",
    "Facturae": "facturae",
    "ApplicationResponse": "receipt_of_platform",
    "Document": "bank_statement",
    "Reminder": "reminder",
    "Statement": "account_statement",
}
"""Documents known by the name of their root that are no invoice of ours to read."""
_TABLES = frozenset({"Workbook", "document", "html"})
"""Spreadsheets and pages written in XML."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One document: its bytes, and what they say or why they say nothing."""

    name: str
    content: bytes
    found: EDocument | Unreadable

    @property
    def is_pdf(self) -> bool:
        """Whether people can look at it."""
        return pdf.is_pdf(self.content)


def papers_in(name: str, data: bytes) -> Iterator[Opened]:
    """Yield the documents of a file. Raises Unreadable for the file as a whole."""
    if not pdf.is_pdf(data) and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _zipped(data)
    else:
        yield _opened(name, data)


def _opened(name: str, data: bytes) -> Opened:
    try:
        return Opened(name, data, read_paper(name, data))
    except Unreadable as refused:
        return Opened(name, data, refused)


def _zipped(data: bytes) -> Iterator[Opened]:
    """Yield what a zip holds in the order of its names, its size being bounded before it is unfolded."""
    left = MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        inside = [each for each in bundle.infolist() if not each.is_dir() and not _hidden(each.filename)]
        if len(inside) > MOST_PAPERS:
            raise Unreadable("imports.zip_of_too_many", most=MOST_PAPERS)
        for each in sorted(inside, key=lambda info: info.filename):
            if not each.filename.lower().endswith(_ENDINGS):
                yield Opened(each.filename, b"", Unreadable("imports.zip_member_of_another_kind"))
                continue
            if each.flag_bits & 1:
                raise Unreadable("imports.zip_protected")
            content = _unfolded(bundle, each, left)
            left -= len(content)
            yield _opened(each.filename, content)


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _unfolded(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    try:
        with bundle.open(member) as opened:
            content = opened.read(left + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable("imports.zip_broken") from error
    if len(content) > left:
        raise Unreadable("imports.zip_too_large", megabytes=MAX_BYTES // 1_000_000)
    return content


def read_paper(name: str, data: bytes) -> EDocument:
    """Return what one file says. Raises Unreadable, which says why and what to give instead."""
    if not pdf.is_pdf(data):
        return _of_xml(name, data)
    refused: Unreadable | None = None
    for content in pdf.xml_in(data):
        try:
            return _of_xml(name, content)
        except Unreadable as error:
            refused = refused or error
    raise refused or Unreadable("imports.pdf_without_xml")


def _of_xml(name: str, data: bytes) -> EDocument:
    root = parse(data)
    if root.name == _MESSAGE:
        return EDocument(name, statuses=cdar.read(root))
    if root.name in _CII:
        return EDocument(name, cii.read(root))
    if root.name in _UBL and root.first("LegalMonetaryTotal") is not None:
        return EDocument(name, ubl.read(root))
    if root.name in _TABLES:
        raise Unreadable("imports.file_of_another_kind", kind="web_page" if root.name == "html" else "xml")
    raise Unreadable(
        "imports.xml_of_another_kind", kind=_NAMED.get(root.name, "other"), element=root.name[:60]
    )
