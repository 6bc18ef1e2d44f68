"""A separator inside a text, a figure behind it: the row is put together as it makes sense, or refused."""

from datetime import date
from decimal import Decimal

import pytest

from tests.store.imports.fec.conftest import Balances, Bring
from tests.store.imports.fec.producers import Book, Producer


@pytest.mark.parametrize("trailing", [False, True])
@pytest.mark.parametrize("sign", ["\t", "|"])
@pytest.mark.parametrize("held", ["label", "customer", "account", "journal"])
def test_a_figure_behind_a_separator_in_a_text_is_no_amount(
    bring: Bring, balances: Balances, held: str, sign: str, trailing: bool
) -> None:
    def text(name: str, plain: str) -> str:
        return f'{plain} {sign} a "b{sign}12' if name == held else plain

    book = Book()
    book.entry(
        "VE", text("journal", "Ventes"), date(2026, 1, 5), "F1", text("label", "Facture F1"),
        ("411000", text("account", "Clients"), "AB", text("customer", "Alba SARL"), "1200"),
        ("706000", text("account", "Prestations"), "", "", "-1000"),
        ("445710", text("account", "TVA"), "", "", "-200"),
    )  # fmt: skip
    report = bring(book, Producer("signs", sign=sign, trailing=sign if trailing else ""))
    assert report.done, report.questions
    assert balances() == {"AB": Decimal("1200.00")}
