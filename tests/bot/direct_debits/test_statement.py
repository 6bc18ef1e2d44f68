"""A statement asks nobody to transfer what is collected by direct debit or draft: it would be paid twice."""

import pytest

from receivables.codes.payments import Means
from store.books import open_books
from store.invoices import ending
from tests.bot import limits
from tests.bot.conftest import NOW, Office, plain


def statement(office: Office) -> str:
    seen = office.types("/relances releve Garage Martin")
    return " ".join(plain("\n".join(limits.texts(seen.whispers[0]["blocks"]))).split())


@pytest.mark.parametrize("means", [Means.DIRECT_DEBIT, Means.DRAFT])
def test_what_we_collect_ourselves_is_set_aside_and_its_customer_has_nothing_to_do(
    office: Office, means: Means
) -> None:
    office.add_invoice("FAC-1", means=means)
    told = statement(office)
    assert "Il ne reste rien à régler de votre côté : nous encaissons nous-mêmes ce qui reste" in told
    assert "encaissée par nos soins" in told
    assert "- encaissé par nos soins (prélèvement, effet) : − 1 200,00 €" in told
    assert "jours de retard" not in told
    assert "IBAN :" not in told


def test_beside_it_what_is_to_be_transferred_is_asked_for_alone(office: Office) -> None:
    office.add_invoice("FAC-1", means=Means.DIRECT_DEBIT)
    office.add_invoice("FAC-2", amount="300.00")
    told = statement(office)
    assert "300,00 €. Ce que nous encaissons nous-mêmes (prélèvement, effet) est mis à part." in told
    assert "Net à régler : 300,00 €" in told
    assert "Motif : FAC-2" in told


def test_once_the_bank_sent_it_back_it_is_asked_for_unless_it_is_presented_again(office: Office) -> None:
    office.add_invoice("FAC-1", means=Means.DIRECT_DEBIT)
    office.types("/relances rejet FAC-1")
    office.sends({"on": "2026-11-16"})
    assert "Net à régler : 1 200,00 €" in statement(office)
    office.types("/relances represente FAC-1 le 26/11")
    assert "Net à régler : 0,00 €" in statement(office)
    # two open days of grace after Thursday 26: through Monday 30
    office.clock.at = NOW.replace(month=12, day=1)
    assert "Net à régler : 1 200,00 €" in statement(office)


def test_the_terms_of_the_customer_and_what_a_person_says_count_too(office: Office) -> None:
    office.add_invoice("FAC-1")
    office.types("/relances moyen Garage Martin LCR")
    assert "rien à régler de votre côté" in statement(office)
    office.types("/relances moyen FAC-1 virement")
    assert "Net à régler : 1 200,00 €" in statement(office)


def test_with_nothing_but_what_is_handed_over_the_account_is_not_said_to_be_up_to_date(
    office: Office,
) -> None:
    id_ = office.add_invoice("FAC-1")
    with open_books(office.database, office.company) as b:
        ending.hand_over(b, id_, by="U0PAUL", at=NOW)
    told = statement(office)
    assert "Ce qui est au recouvrement mis à part, il ne reste rien à régler." in told
    assert "à jour" not in told
