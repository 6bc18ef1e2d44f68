"""What a banking application reads in the code: line by line, EPC069-12."""

from decimal import Decimal

import pytest

from message_templates.pages import transfer_code
from receivables.errors import SettingsError
from tests.refusals import refused

IBAN = "FR7630006000011234567890189"


def test_the_code_says_who_is_paid_how_much_and_what_for():
    lines = (
        transfer_code.payload("Atelier Durand SAS", IBAN, Decimal("1234.5"), "FAC-1 FAC-2")
        .decode()
        .split("\n")
    )
    assert lines == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Atelier Durand SAS",
        IBAN,
        "EUR1234.50",
        "",
        "",
        "FAC-1 FAC-2",
    ]


@pytest.mark.parametrize("amount", ["0", "0.001", "-1", "1000000000"])
def test_an_amount_that_a_transfer_cannot_have_is_refused(amount):
    with pytest.raises(ValueError, match="out of range"):
        transfer_code.payload("Durand", IBAN, Decimal(amount), "F-1")


@pytest.mark.parametrize("iban", ["FR7630006000011234567890188", "FR76", "bonjour"])
def test_a_wrong_iban_is_never_drawn(iban):
    with refused(SettingsError, match="iban"):
        transfer_code.payload("Durand", iban, Decimal(1), "F-1")


def test_an_iban_may_be_written_with_spaces():
    assert (
        IBAN in transfer_code.payload("Durand", "FR76 3000 6000 0112 3456 7890 189", Decimal(1), "F").decode()
    )


def test_names_are_folded_to_letters_every_bank_reads():
    lines = (
        transfer_code.payload("L’Œuvre d’Été & Fils\n€", IBAN, Decimal(1), "Facture n°1\nEUR9")
        .decode()
        .split("\n")
    )
    assert lines[5] == "L'OEuvre d'Ete + Fils"
    assert lines[10] == "Facture n 1 EUR9"
    assert len(lines) == 11


def test_long_names_and_motives_are_cut():
    lines = (
        transfer_code.payload("N" * 99, IBAN, Decimal(1), " ".join(f"FAC-{n:04d}" for n in range(40)))
        .decode()
        .split("\n")
    )
    assert len(lines[5]) == 70
    assert len(lines[10]) <= 140
    assert lines[10].endswith("FAC-0014")
