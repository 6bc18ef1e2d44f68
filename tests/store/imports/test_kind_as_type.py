"""A column « Type » that says what the customer is, or what the paper is."""

from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.db.engine import Database
from store.db.tables import Customer
from store.imports.apply import bring_in
from tests.store.imports.test_terms import SPRING


@pytest.mark.parametrize(
    ("said", "kind"), [("public", "public"), ("Particulier", "consumer"), ("Facture", None), ("FA", None)]
)
def test_a_type_that_is_a_kind_of_customer_is_read_as_one(
    database: Database, company: Company, tmp_path: Path, said: str, kind: str | None
) -> None:
    path = tmp_path / "f.csv"
    head = "Client;Facture;Type;Montant TTC;Date facture;Échéance\n"
    path.write_text(head + f"Mairie;F1;{said};100,00;02/02/2026;01/03/2026\n", encoding="utf-8")
    assert bring_in(database, company, path, at=SPRING).refused == []
    with database.read() as session:
        assert list(session.scalars(select(Customer.kind))) == [kind]
