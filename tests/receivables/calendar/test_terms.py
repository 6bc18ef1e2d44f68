"""Terms of payment in words: what is clear gives a day, what is not gives none."""

from datetime import date

import pytest

from receivables.calendar.terms import MonthEnd, PaymentTerm, due_date, read_terms

JANUARY = date(2026, 1, 10)
JUNE = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("30 jours", date(2026, 2, 9)),
        ("PAIEMENT 30 JOURS NET", date(2026, 2, 9)),
        ("60 jours date de facture", date(2026, 3, 11)),
        ("Net 30", date(2026, 2, 9)),
        ("Payment within 30 days", date(2026, 2, 9)),
        ("30 dagar netto. Dröjsmålsränta: 12 %", date(2026, 2, 9)),
        ("1 mois", date(2026, 2, 10)),
        ("Comptant", JANUARY),
        ("À réception de facture", JANUARY),
        ("Zahlbar sofort rein netto", JANUARY),
        ("fin de mois", date(2026, 1, 31)),
        ("le 10 du mois suivant", date(2026, 2, 10)),
        ("fin de mois + 45 jours", date(2026, 3, 17)),
        ("45 jours à compter de la fin du mois", date(2026, 3, 17)),
        ("Facture du 05/01/2026 payable à 30 jours", date(2026, 2, 9)),
        # a discount, a penalty, a delivery say nothing of when the whole is due
        ("Paiement à 30 jours, escompte 2 % à 8 jours", date(2026, 2, 9)),
        ("Innerhalb von 30 Tagen 2% Skonto, 60 Tage ohne Abzug", date(2026, 3, 11)),
        ("30 jours nets. Pénalités : 3 fois le taux légal, 40 €.", date(2026, 2, 9)),
        ("Livraison sous 10 jours. 30 jours net.", date(2026, 2, 9)),
        ("2/10 net 30", date(2026, 2, 9)),
    ],
)
def test_words_that_are_clear_give_one_day(words: str, due: date) -> None:
    term = read_terms(words)
    assert isinstance(term, PaymentTerm)
    assert not term.two_counts
    assert due_date(term, JANUARY) == due


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Zahlbar innerhalb 30 Tagen netto bis 04.04.2018, 3% Skonto bis 15.03.2018", date(2018, 4, 4)),
        ("Payable au plus tard le 15/02/2026", date(2026, 2, 15)),
        ("Échéance : 2026-03-02", date(2026, 3, 2)),
        ("01.11.2021 00:00:00", date(2021, 11, 1)),
    ],
)
def test_words_may_hold_the_day_itself(words: str, day: date) -> None:
    assert read_terms(words) == day


@pytest.mark.parametrize(
    "words",
    [
        "",
        "30 ou 60 jours",
        "30 jours, sinon 60 jours",
        "50% prepaid, 50% within one month",
        "Skonto 2% innerhalb 10 Tagen",
        "émise le 15/01/2026",
        "selon contrat",
        "900 jours",
        "payable au plus tard le 31/02/2026",
    ],
)
def test_words_that_are_not_clear_give_none(words: str) -> None:
    assert read_terms(words) is None


@pytest.mark.parametrize("words", ["45 jours fin de mois", "45 j FDM", "45JFM", "45 days EOM"])
def test_the_end_of_the_month_has_two_lawful_counts_and_unsaid_the_later_one_holds(words: str) -> None:
    term = read_terms(words)
    assert isinstance(term, PaymentTerm)
    assert term.two_counts
    days_first = PaymentTerm(days=45, month_end=True, order=MonthEnd.DAYS_FIRST)
    month_first = PaymentTerm(days=45, month_end=True, order=MonthEnd.MONTH_FIRST)
    assert (due_date(days_first, JANUARY), due_date(month_first, JANUARY)) == (
        date(2026, 2, 28),
        date(2026, 3, 17),
    )
    assert (due_date(days_first, JUNE), due_date(month_first, JUNE)) == (date(2026, 7, 31), date(2026, 8, 14))
    assert due_date(term, JANUARY) == date(2026, 3, 17)


def test_a_day_after_the_end_of_the_month_is_the_next_of_that_number() -> None:
    term = PaymentTerm(days=30, month_end=True, order=MonthEnd.DAYS_FIRST, on_day=10)
    assert read_terms("30 jours fin de mois le 10") == PaymentTerm(days=30, month_end=True, on_day=10)
    assert due_date(term, JANUARY) == date(2026, 3, 10)
    last = PaymentTerm(month_end=True, on_day=31)
    assert due_date(last, JANUARY) == date(2026, 2, 28)
