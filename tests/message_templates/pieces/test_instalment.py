"""The word on an instalment as customers read it, in three manners."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from message_templates.checks.mails import check_email
from message_templates.pieces.instalment import InstalmentContext, render_instalment
from receivables.company import Company
from tests.message_templates.pieces.test_statement import WRONG, flat


@pytest.fixture
def context(company: Company) -> InstalmentContext:
    return InstalmentContext(
        company=company,
        customer="Garage Martin",
        today=date(2026, 4, 17),
        rank=1,
        count=3,
        on=date(2026, 4, 18),
        amount=Decimal(400),
        after=Decimal(540),
        numbers=("F-1", "F-2"),
    )


@pytest.mark.parametrize(
    ("language", "form", "said"),
    [
        (
            "fr",
            "vous",
            (
                "la 1re échéance (sur 3), de 400,00 €, est à régler au plus tard le",
                "Il restera ensuite 540,00 €",
                "Répondez",
            ),
        ),
        ("fr", "tu", ("la 1re échéance (sur 3), de 400,00 €", "Il restera ensuite 540,00 €", "Réponds")),
        (
            "en",
            "vous",
            ("the 1st instalment (of 3), €400.00, is to be paid by", "€540.00 will be left", "As we agreed"),
        ),
    ],
)
def test_it_tells_amount_rank_and_rest(
    context: InstalmentContext, language: str, form: str, said: tuple[str, ...]
) -> None:
    mail = render_instalment(replace(context, language=language, address_form=form))
    text = flat(mail.text)
    for words in (*said, "F-1", "F-2", "IBAN"):
        assert words in text, words
    assert mail.qr is not None
    assert mail.html.count('class="p lead"') == 1
    assert not {"retard", "pénalité", "late", "overdue", "penalt"} & set(text.lower().split())
    if form == "tu":
        assert not re.search(r"\b(votre|vos|vous)\b", text)
    if language == "fr":
        assert not WRONG.search(mail.text), WRONG.search(mail.text)[0] + repr(mail.text[:400])


def test_the_last_says_that_all_is_paid_then_and_only_euros_have_a_code(context: InstalmentContext) -> None:
    mail = render_instalment(replace(context, rank=3, after=Decimal(0), currency="CHF"))
    assert "C’est la dernière : ces factures seront alors soldées." in flat(mail.text)
    assert mail.qr is None


def test_a_companys_own_words_are_tried_as_others_are() -> None:
    check_email("instalment", None)


@pytest.mark.parametrize("form", ["vous", "tu"])
def test_the_instalments_to_come_are_listed_and_the_motive_says_which_one_it_is(
    company: Company, form: str
) -> None:
    told = InstalmentContext(
        company=company,
        customer="Garage Martin",
        today=date(2026, 12, 1),
        rank=1,
        count=3,
        on=date(2026, 12, 4),
        amount=Decimal(1000),
        after=Decimal(1500),
        later=((date(2027, 1, 4), Decimal(1000)), (date(2027, 2, 4), Decimal(500))),
        numbers=("FAC-141", "FAC-142"),
        address_form=form,
    )
    said = " ".join(render_instalment(told).text.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert "- 04/01/2027 – 1 000,00 € - 04/02/2027 – 500,00 €" in said
    assert "Motif : FAC-141 FAC-142 ECH 1/3 Nous" in said
