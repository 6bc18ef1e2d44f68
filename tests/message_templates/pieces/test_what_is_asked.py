"""What a mail asks for is one clear thing: what, by when, what follows, and how to pay it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from message_templates.pages import qr_code, transfer_code
from message_templates.pieces.mail import BrokenPromiseShown, EmailContext, render_email
from receivables.codes.channels import CALL, LETTER
from tests.message_templates.mails import ALL, COMPANY, TODAY, about, line
from tests.message_templates.pieces.test_email import flat, read

BY = date(2026, 12, 7)
ASKING = ("firm", "strong", "consumer_firm")
LEFT = (BrokenPromiseShown("FAC-0001", date(2026, 11, 25), has_left=True),)
BROKEN = (BrokenPromiseShown("FAC-0001", date(2026, 11, 25)),)


def text(template: str, context: EmailContext) -> str:
    return flat(render_email(context, template).text)


@pytest.mark.parametrize("template", ASKING)
def test_it_asks_for_payment_by_a_day_or_for_a_date(template: str) -> None:
    kind = "consumer" if template == "consumer_firm" else "business"
    said = text(template, about(kind=kind, pay_by=BY))
    assert "Merci de la régler d’ici au lundi 7 décembre ou" in said
    assert "Merci de la régler dès réception de ce message ou" in text(template, about(kind=kind))
    assert "Merci de les régler d’ici au" in text(template, about(line(1), line(2), kind=kind, pay_by=BY))
    for vague in ("prochains jours", "convenir de la suite", "dans les meilleurs délais", "Sauf erreur"):
        assert said.count(vague) <= int(vague == "Sauf erreur")


@pytest.mark.parametrize("template", [*ASKING, "public_firm"])
def test_a_call_or_a_letter_to_come_is_said_and_another_mail_is_not(template: str) -> None:
    call = text(template, about(pay_by=BY, next_step=CALL))
    assert "Sans nouvelles de votre part d’ici là, nous vous appellerons." in call
    assert "Sans nouvelles de votre part, nous vous écrirons par courrier." in text(
        template, about(next_step=LETTER)
    )
    assert "Sans nouvelles" not in text(template, about(pay_by=BY))
    assert "nous t’appellerons" in text(template, about(next_step=CALL, address_form="tu"))


@pytest.mark.parametrize("template", ["soft", *ASKING])
def test_a_promise_that_was_not_kept_is_told_without_doubting_twice(template: str) -> None:
    said = text(template, about(broken=BROKEN, kind="business", pay_by=BY))
    told = (
        "Vous nous aviez annoncé ce règlement pour le mercredi 25 novembre ; nous ne l’avons pas encore reçu."
    )
    assert told in said
    assert "nous confirmer une nouvelle date ?" in said
    for doubt in ("Sauf erreur", "échappé", "oubli"):
        assert doubt not in said


@pytest.mark.parametrize("template", ["soft", *ASKING])
def test_a_transfer_said_to_have_left_is_asked_about_and_no_day_is_put_into_the_customers_mouth(
    template: str,
) -> None:
    said = text(template, about(broken=LEFT))
    assert "Vous nous aviez indiqué que le virement était parti ; nous ne le voyons pas encore" in said
    assert "Pouvez-vous nous envoyer l’ordre de virement ?" in said
    assert "25 novembre" not in said


@pytest.mark.parametrize("template", ALL)
def test_order_numbers_stand_with_their_invoices_in_text_and_html(template: str) -> None:
    mail = render_email(about(line(1, order_number="BC-4512"), line(2)), template)
    assert "(commande BC-4512) :" in flat(mail.text)
    assert "commande BC-4512" in flat(" ".join(read(mail.html).said))
    assert mail.text.count("commande BC") == 1


@pytest.mark.parametrize("count", [1, 5, 6, 30])
def test_the_motive_is_the_same_in_words_and_code(count: int) -> None:
    lines = tuple(line(rank, number=f"FAC-{rank}") for rank in range(1, count + 1))
    mail = render_email(about(*lines, code="C-042"), "firm")
    motive = " ".join(each.number for each in lines) if count <= 5 else "C-042 relance 01/12"
    assert f"Motif : {motive} Nous ne changeons" in flat(mail.text)
    assert motive in flat(" ".join(read(mail.html).said))
    owed = sum((each.outstanding for each in lines), Decimal(0))
    assert mail.qr == qr_code.png(transfer_code.payload(COMPANY.name, COMPANY.iban, owed, motive))


def test_without_a_code_the_name_is_the_motive_and_another_currency_is_left_out() -> None:
    many = tuple(line(rank) for rank in range(1, 8))
    assert "Motif : Garage Martin relance 01/12" in text("firm", about(*many))
    mixed = text("firm", about(line(1), line(2, 3, "USD")))
    assert "POUR RÉGLER PAR VIREMENT (POUR LA PART EN EUROS)" in mixed
    assert "Motif : FAC-0001 Nous" in mixed
    assert "(POUR LA PART" not in text("firm", about(line(1, 3, "USD")))


def test_an_invoice_sent_by_a_platform_goes_as_a_copy() -> None:
    attached = ("FAC-0001.pdf",)
    own = text("invoice", about(line(1, -20), attached=attached))
    assert "Vous trouverez en pièce jointe notre facture FAC-0001." in own
    platform = replace(COMPANY, e_invoicing=True)
    copy = text("invoice", about(line(1, -20), attached=attached, company=platform))
    assert "une copie de notre facture FAC-0001 ; l’original vous est transmis par votre plateforme" in copy
    assert "ne pas tenir compte" not in own + copy


def test_what_filters_and_blocked_pictures_dislike_is_not_there() -> None:
    html = render_email(about(), "firm").html
    [preheader] = re.findall(r'class="preheader" style="([^"]*)"', html)
    assert {part.strip() for part in preheader.split(";") if part.strip()} == {
        "display: none", "max-height: 0", "overflow: hidden", "mso-hide: all",
    }  # fmt: skip
    [image] = read(html).images
    assert str(image["alt"]).startswith("QR code de virement")
    assert "height" not in image
    assert "l’IBAN suffit" in " ".join(read(html).said)
    iban = re.search(r"FR76[^<]*", html)
    assert iban is not None
    assert "\u00a0" not in iban[0]


@pytest.mark.parametrize("kind", ["business", "public"])
def test_penalties_are_not_claimed_and_not_given_up(kind: str) -> None:
    said = text("strong", about(kind=kind))
    assert "Nous ne vous les réclamons pas à ce stade, sans y renoncer." in said


def test_days_are_told_with_their_year_when_they_are_far() -> None:
    days = (TODAY - timedelta(days=400), TODAY - timedelta(days=8))
    said = text("strong", about(earlier=days))
    assert "Malgré nos messages des 27 octobre 2025 et 23 novembre, notre facture" in said
    assert "Malgré notre message du 23 novembre, notre facture" in text("strong", about(earlier=days[1:]))
