"""What people see: columns are recognised in any order, in French and English, as tools really word them."""

import csv
import re
from pathlib import Path

import pytest

from receivables.company import Company
from store.imports.columns.documents import refuse_others
from store.imports.tables.files import Row, Sheet, Table, Unreadable
from store.imports.tables.headers import check_needed, columns_of, find_layout, meanings, normal
from tests.refusals import refused, told

FILES = Path(__file__).parent / "files"
ARTICLE = "Nom du client;Date de facture;Montant;Date prévue;Statut"


def _table(name: str) -> list[list[str]]:
    """Return the lines of a test table: a header, and what is said of it."""
    lines = (FILES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


LISTS = _table("headers.txt")


def _row(line: str) -> Row:
    return list(next(csv.reader([line], delimiter=";")))


@pytest.mark.parametrize(("line", "fields"), LISTS)
def test_each_list_of_receivables_is_recognised_column_by_column(line: str, fields: str) -> None:
    row = _row(line)
    wanted = {field: position for position, field in enumerate(fields.split()) if field != "-"}
    assert columns_of(row) == wanted
    assert find_layout([(1, row)]).line == 1


@pytest.mark.parametrize(("line", "fields"), LISTS)
def test_order_case_and_accents_do_not_matter(line: str, fields: str) -> None:
    plain = str.maketrans("éèêàûÉ", "eeeauE")
    row: Row = [str(cell).upper().translate(plain) for cell in reversed(_row(line))]
    assert set(columns_of(row)) == set(fields.split()) - {"-"}


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("N? Pi?ce", "number"),
        ("\ufffdch\ufffdance", "due"),
        ("Date d'?ch?ance", "due"),
        ("Ã‰chÃ©ance", "due"),
        ("Intitul?", "customer"),
        ("dateEcheance", "due"),
        ("date_echeance", "due"),
        ("Montant(EUROS)", "amount"),
        ("Montant TTC (€)", "amount"),
        ("Montant TTC (k€)", "amount"),
        ("Montant dû (XPF)", "left"),
        ("amount_gbp", "amount"),
        ("Total TTC en USD", "amount"),
        ("Montnat TTC", "amount"),
        ("MONTANT DÛ", "left"),
        ("Payé ?", "paid"),
        ("Commercial", "manager"),
        ("SIRET", "siren"),
        ("Plafond d'encours", "credit_limit"),
        ("Lien de paiement", "link"),
        ("Scénario", "policy"),
        ("Code client payeur", "payer"),
        ("Bill-to account", "payer"),
    ],
)
def test_a_header_is_recognised_through_noise(title: str, field: str) -> None:
    assert meanings(title)[0][0] == field


@pytest.mark.parametrize(
    "title",
    [
        "Montant HT",
        "Total HT",
        "montant_ht",
        "Montant TVA",
        "Untaxed Amount Signed",
        "?",
        "",
    ],
)
def test_what_a_customer_does_not_owe_is_never_the_amount(title: str) -> None:
    assert "amount" not in dict(meanings(title))


@pytest.mark.parametrize(("line", "says"), _table("other_headers.txt"))
def test_a_list_that_is_something_else_is_refused_with_what_is_missing(
    company: Company, line: str, says: str
) -> None:
    with refused(Unreadable, match=says):
        _read(line, company)


def test_the_header_is_found_below_a_preamble() -> None:
    rows: list[tuple[int, Row]] = [
        (1, ["Rapport des Impayés"]),
        (2, ["Client : tous", "Date : 03/01/2026"]),
        (3, []),
    ]
    assert find_layout([*rows, (4, _row(ARTICLE))]).line == 4


def test_little_words_go_but_the_last_one_stays() -> None:
    assert normal("Date de la facture") == "date facture"
    assert normal("Reste dû") == "reste du"


def test_every_receivables_header_of_the_survey_is_either_read_or_refused_with_a_reason(
    company: Company,
) -> None:
    headers = (FILES / "survey.txt").read_text(encoding="utf-8").splitlines()
    refusals = [said for header in headers if (said := _refusal(header, company))]
    assert len(headers) - len(refusals) >= 4
    assert all(re.search("fournisseurs|hors taxes", said) for said in refusals)


def _read(header: str, company: Company) -> None:
    layout = find_layout([(1, _row(header))])
    refuse_others(Table("", lambda: iter([(1, _row(header))]), Sheet("")), layout, company)
    check_needed(layout)


def _refusal(header: str, company: Company) -> str:
    try:
        _read(header, company)
    except Unreadable as refused:
        return told(refused)
    return ""
