"""E-invoices of other people's tools: which are read, with the figures that a bare look at them gives."""

import io
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from receivables.company import Company
from store.imports.books.money import paid_in_file
from store.imports.einvoices.apart import EDocuments
from store.imports.einvoices.content import read_papers
from store.imports.einvoices.opening import read_paper
from store.imports.reading import KnownOfFile
from store.imports.report import Findings
from store.imports.tables.files import Unreadable
from tests.outside import SAMPLES

FILES = sorted(path for kind in ("pdf", "xml") for path in (SAMPLES / f"einvoice_{kind}").glob("*"))
REFUSED = {
    "imports.pdf_without_xml": 13,
    "imports.xml_of_another_kind": 3,
    "imports.pdf_broken": 1,
}
"""Plain PDFs, orders, and one PDF of fifteen bytes."""
SUMS = {
    "EUR": (Decimal("440284.32"), Decimal("421276.58")),
    "NOK": (Decimal("7207.12"), Decimal("3207.12")),
    "DKK": (Decimal("32305.00"), Decimal("27630.00")),
    "SEK": (Decimal("7230.00"), Decimal("7230.00")),
    "GBP": (Decimal("2043.82"), Decimal("1043.82")),
    "HUF": (Decimal("87859.00"), Decimal("87859.00")),
}
"""Totals and what is to pay, by currency, as each file's own XML says."""
_TOTAL = "//*[local-name()='{}'][not(ancestor::*[contains(local-name(), 'Line')])]/text()"

pytestmark = pytest.mark.skipif(not FILES, reason="files of other tools are not here")


def _xml(path: Path) -> bytes:
    data = path.read_bytes()
    if not data.startswith(b"%PDF"):
        return data
    carried = PdfReader(io.BytesIO(data)).attachments
    name = next(name for name in sorted(carried) if name.lower() in _NAMES)
    return bytes(carried[name][0])


_NAMES = ("factur-x.xml", "zugferd-invoice.xml")


def _bare(path: Path) -> tuple[str, Decimal, Decimal]:
    """Return currency, total and what is to pay, read without the code that is tried."""
    root = etree.fromstring(_xml(path))

    def first(*names: str) -> str:
        return next(str(found[0]) for name in names if (found := root.xpath(_TOTAL.format(name))))

    total = Decimal(first("GrandTotalAmount", "TaxInclusiveAmount"))
    pay = Decimal(first("DuePayableAmount", "PayableAmount", "GrandTotalAmount"))
    return first("InvoiceCurrencyCode", "DocumentCurrencyCode"), total, pay


def test_every_file_is_read_or_refused_by_name_and_the_sums_are_those_of_its_xml() -> None:
    refused: Counter[str] = Counter()
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for path in FILES:
        try:
            found = read_paper(path.name, path.read_bytes()).invoice
        except Unreadable as error:
            refused[error.code] += 1
            continue
        assert found is not None, path.name
        payable = found.amount if found.payable is None else found.payable
        assert (found.currency, found.amount, payable) == _bare(path), path.name
        total, pay = sums.get(found.currency, (Decimal(0), Decimal(0)))
        sums[found.currency] = total + found.amount, pay + payable
    assert refused == REFUSED
    assert sums == SUMS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_owed_to_its_seller_with_what_is_to_pay(company: Company, tmp_path: Path, path: Path) -> None:
    try:
        paper = read_paper(path.name, path.read_bytes())
    except Unreadable:
        return
    invoice = paper.invoice
    assert invoice is not None
    own = replace(company, name=invoice.seller.name, siren=invoice.seller.siren or "", iban="")
    findings = Findings()
    content = read_papers(path, EDocuments([paper], [], tmp_path, ""), own, findings, KnownOfFile())
    (record,), (client,) = content.records, content.clients
    _currency, total, pay = _bare(path)
    assert findings.refused == []
    assert (record.number, record.client, client.name) == (invoice.number, client, invoice.buyer.name)
    assert record.credit is (invoice.type_code == "381" or total < 0)
    assert record.amount == abs(total)
    owed = abs(total) - (paid_in_file(record, abs(total), findings) or 0)
    assert owed == (abs(pay) if record.credit else min(max(pay, Decimal(0)), total))
