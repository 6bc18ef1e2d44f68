"""What people see: an e-invoice says what it says in whatever format, and a trap costs a sentence."""

import io
import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from receivables.errors import RelanceError
from store.imports.einvoices.apart import is_einvoice, papers_apart
from store.imports.einvoices.facts import EInvoice
from store.imports.einvoices.opening import papers_in, read_paper
from store.imports.tables.files import Unreadable
from tests.refusals import refused, told
from tests.store.imports.einvoices.making import BUYER, cii, pdf, term, ubl


def _invoice(data: bytes) -> EInvoice:
    invoice = read_paper("f", data).invoice
    assert invoice is not None
    return invoice


@pytest.mark.parametrize("data", [cii(), pdf(cii()), pdf(cii(), name="ZUGFeRD-invoice.xml")])
def test_an_invoice_in_cii_alone_or_in_a_pdf(data: bytes) -> None:
    found = _invoice(data)
    assert (found.number, found.type_code, found.issue) == ("FAC-1", "380", date(2026, 1, 10))
    assert (found.amount, found.payable, found.currency) == (Decimal("1200.00"), Decimal("1200.00"), "EUR")
    assert found.due_dates == ((date(2026, 2, 10), None),)
    assert (found.seller.siren, found.buyer.siren) == ("732829320", "552081317")
    assert (found.buyer.email, found.buyer.contact) == ("compta@ancre.example", "Zoé Martin")
    assert found.buyer.address == "3 quai Vert\n35000 Rennes"
    assert (found.order, found.means_codes) == ("BC-9", ("30",))
    assert found.payee_ibans == ("FR7630006000011234567890189",)


def test_an_invoice_in_ubl_whose_parties_are_known_by_siret_and_platform_address() -> None:
    found = _invoice(ubl(payable="300.00"))
    assert (found.number, found.type_code, found.amount, found.payable) == (
        "FAC-2",
        "380",
        Decimal("800.00"),
        Decimal("300.00"),
    )
    assert (found.seller.siren, found.buyer.siren) == ("732829320", "552081317")
    assert (found.order, found.buyer.email) == ("SERVICE-7", "compta@ancre.example")
    assert _invoice(ubl(root="CreditNote", due="")).type_code == "381"


def test_zugferd_1_has_other_names_for_the_same() -> None:
    older = (
        cii()
        .replace(b"CrossIndustryInvoice", b"CrossIndustryDocument")
        .replace(b"rsm:ExchangedDocument", b"rsm:HeaderExchangedDocument")
        .replace(b"rsm:SupplyChainTrade", b"rsm:SpecifiedSupplyChainTrade")
        .replace(b"ApplicableHeaderTrade", b"ApplicableSupplyChainTrade")
        .replace(b"HeaderMonetary", b"Monetary")
    )
    assert _invoice(older) == _invoice(cii())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_read(encoding: str, tmp_path: Path) -> None:
    said = cii().decode().replace('encoding="UTF-8"', 'encoding="UTF-16"' if "16" in encoding else "")
    data = said.encode(encoding)
    path = tmp_path / "f.xml"
    path.write_bytes(data)
    assert is_einvoice(path)
    assert _invoice(data) == _invoice(cii())


def test_the_end_of_a_discount_is_no_due_date_and_parts_have_their_amounts() -> None:
    two = term("net", "20260210") + term("2 % d’escompte", "20260117", reward=True)
    assert _invoice(cii(terms=two)).due_dates == ((date(2026, 2, 10), None),)
    worded = term("ohne Abzug", "20260210") + term("mit 2% Skonto", "20260117")
    assert _invoice(cii(terms=worded)).due_dates == ((date(2026, 2, 10), None),)
    parts = term("", "20260210", "700.00") + term("", "20260310", "500.00")
    assert _invoice(cii(terms=parts)).due_dates == (
        (date(2026, 2, 10), Decimal("700.00")),
        (date(2026, 3, 10), Decimal("500.00")),
    )
    alone = term("30 jours, 2 % d’escompte à 8 jours", "20260210", reward=True)
    assert _invoice(cii(terms=alone)).due_dates == ((date(2026, 2, 10), None),)


def test_a_french_vat_number_tells_the_siren_and_nine_figures_without_a_scheme_abroad_do_not() -> None:
    bare = {key: value for key, value in BUYER.items() if key != "siren"}
    vat = b'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR 05 552 081 317</ram:ID>'
    vat += b"</ram:SpecifiedTaxRegistration></ram:BuyerTradeParty>"
    assert _invoice(cii(buyer=bare).replace(b"</ram:BuyerTradeParty>", vat)).buyer.siren == "552081317"
    loose = cii().replace(b'<ram:ID schemeID="0002">552081317', b"<ram:ID>552081317")
    assert _invoice(loose).buyer.siren == "552081317"
    head, _, rest = loose.rpartition(b"<ram:CountryID>FR")
    assert _invoice(head + b"<ram:CountryID>DE" + rest).buyer.siren is None


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]><a>&a11;</a>"
).encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (BOMB, "DTD"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "DTD"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "DTD"),
        (cii()[:700], "tronqué ou abîmé"),
        (cii().replace(b'encoding="UTF-8"', b'encoding="klingon"'), "encodage inconnu"),
        (cii().replace(b"Librairie Ancre", b"Librairie \xe9"), "encodage inconnu, ou ne le respecte pas"),
        (b"<SCRDMCCBDACIOMessageStructure/>", "une commande"),
        (b"<p:FatturaElettronica xmlns:p='u'/>", "FatturaPA"),
        (b"<Document/>", "relevé de banque"),
        (b"<Anything/>", "un autre document"),
        (b"<Invoice/>", "un autre document"),
        (pdf(None), "ne porte pas de données de facture"),
        (pdf(cii(), password="x"), "mot de passe"),
        (pdf(cii())[:300], "tronqué ou abîmé|ne porte pas"),
        (b"%PDF-1.7\n", "tronqué ou abîmé"),
        (pdf(b"<SCRDMCCBDACIOMessageStructure/>", name="order-x.xml"), "une commande"),
        (cii(total="1.200,00"), "devrait être un montant"),
        (cii(total="NaN"), "devrait être un montant"),
        (cii(issue="20260230"), "devrait être une date"),
        (cii(issue="18700101"), "devrait être une date"),
        (cii(number=""), "le numéro"),
        (cii().replace(b"GrandTotal", b"Other").replace(b"DuePayable", b"Else"), "le montant TTC"),
    ],
)
def test_what_is_no_invoice_is_refused_by_name(data: bytes, sentence: str) -> None:
    with refused(Unreadable, match=sentence):
        read_paper("f", data)


def test_a_bomb_and_one_byte_too_many_take_no_time() -> None:
    start = time.monotonic()
    for data in (BOMB, cii() + b" " * 20_000_000):
        with refused(Unreadable):
            read_paper("f", data)
    assert time.monotonic() - start < 5


def test_a_pdf_with_two_versions_gives_the_newer_one() -> None:
    writer, out = PdfWriter(PdfReader(io.BytesIO(pdf(cii("OLD"), name="ZUGFeRD-invoice.xml")))), io.BytesIO()
    writer.add_attachment("factur-x.xml", cii("NEW"))
    writer.write(out)
    assert _invoice(out.getvalue()).number == "NEW"


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return out.getvalue()


def test_a_zip_gives_each_of_its_documents_and_a_bomb_in_it_is_refused_whole() -> None:
    read = list(
        papers_in("f.zip", zipped({"b.xml": ubl(), "a.pdf": pdf(cii()), "notes.txt": b"x", ".x": b""}))
    )
    assert [each.name for each in read] == ["a.pdf", "b.xml", "notes.txt"]
    assert [isinstance(each.found, RelanceError) for each in read] == [False, False, True]
    with refused(Unreadable, match="une fois ouverte"):
        list(papers_in("f.zip", zipped({"a.xml": b" " * 100_000_001})))


def test_the_process_of_its_own_hands_over_all_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    path.write_bytes(zipped({"a.pdf": pdf(cii()), "b.xml": ubl(payable="1.00"), "c.xml": b"<a>"}))
    with papers_apart(path) as papers:
        assert [each.invoice for each in papers.read] == [_invoice(cii()), _invoice(ubl(payable="1.00"))]
        assert [each.pdf is not None for each in papers.read] == [True, False]
        assert (papers.folder / str(papers.read[0].pdf)).read_bytes().startswith(b"%PDF")
        assert ["abîmé" in told(each.why) for each in papers.unread] == [True]
