"""What a mail asks for is one clear thing: what, by when, what follows, and how to pay it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from message_templates.pages import qr_code, transfer_code
from message_templates.pieces.mail import (
    BrokenPromiseShown,
    Credit,
    EmailContext,
    PenaltiesShown,
    render_email,
)
from receivables.codes.channels import CALL, LETTER
from tests.message_templates.mails import ALL, COMPANY, PARTIAL, TODAY, about, line
from tests.message_templates.pieces.test_email import flat, read

BY = date(2026, 12, 7)
ASKING = ("firm", "strong", "consumer_firm")
LEFT = (BrokenPromiseShown("FAC-0001", date(2026, 11, 25), has_left=True),)
BROKEN = (BrokenPromiseShown("FAC-0001", date(2026, 11, 25)),)


def text(template: str, context: EmailContext) -> str:
    return flat(render_email(context, template).text)


ASKED_SOON = {
    "firm": ("ou de nous donner par retour la date de votre virement.", "votre virement, d’ici au jeudi 3"),
    "strong": (
        "ou de nous donner par retour la date de votre virement.",
        "votre virement, au plus tard le jeudi 3",
    ),
    "consumer_firm": (
        "ou de nous dire par retour à quelle date vous pourrez le faire.",
        "le faire, d’ici au jeudi 3",
    ),
}
"""What is asked where no day to pay by is far enough; by a near one an answer is."""


@pytest.mark.parametrize("template", ASKING)
def test_it_asks_for_one_payment_that_it_names_by_a_day(template: str) -> None:
    kind = "consumer" if template == "consumer_firm" else "business"
    by = "au plus tard le" if template == "strong" else "d’ici au"
    said = text(template, about(kind=kind, pay_by=BY))
    assert f"Merci de régler la facture FAC-0001, soit 1 235,50 €, {by} lundi 7 décembre" in said
    (soon, by_then), late = ASKED_SOON[template], text(template, about(kind=kind))
    assert f"Merci de régler la facture FAC-0001, soit 1 235,50 €, {soon}" in late
    assert f"{by_then} décembre." in text(template, about(kind=kind, answer_by=date(2026, 12, 3)))
    two = text(template, about(line(1), line(2), kind=kind, pay_by=BY))
    assert f"Merci de régler les 2 factures échues, soit 2 472,00 €, {by} lundi 7 décembre" in two
    partly = text(template, about(PARTIAL, kind=kind, pay_by=BY))
    balance = "Merci de régler le solde de la facture FAC-0001, soit 1 235,50 €,"
    assert f"{balance} {by} lundi 7 décembre" in partly
    for vague in ("prochains jours", "convenir de la suite", "dans les meilleurs délais", "Sauf erreur"):
        assert said.count(vague) <= int(vague == "Sauf erreur")


def test_the_strong_step_opens_no_other_way_and_the_firm_one_asks_for_a_date() -> None:
    assert "7 décembre. Si un désaccord ou une difficulté vous en empêche" in text("strong", about(pay_by=BY))
    assert "7 décembre ou, si le virement est programmé, de nous en donner la date." in text(
        "firm", about(pay_by=BY)
    )
    consumer = text("consumer_firm", about(kind="consumer", pay_by=BY))
    assert "7 décembre, ou de nous dire à quelle date vous pourrez le faire." in consumer


def test_what_a_credit_takes_off_is_not_asked_for() -> None:
    credit = (Credit(Decimal("35.50"), number="AV-1"),)
    said = text("firm", about(credits=credit, pay_by=BY))
    assert (
        "Merci de régler la facture FAC-0001, soit 1 200,00 € après déduction de l’avoir AV-1, d’ici au"
        in said
    )
    assert "Motif : FAC-0001 AV-1 Nous" in said
    with_coming = text("firm", about(line(1), line(2, -4), pay_by=BY))
    assert "Merci de régler la facture FAC-0001, soit 1 235,50 €, d’ici au" in with_coming


def test_the_mild_step_asks_for_payment_or_a_date_by_a_day() -> None:
    asked = (
        "Pourriez-vous régler la facture FAC-0001, soit 1 235,50 €, d’ici au lundi 7 décembre, ou nous dire "
    )
    assert f"{asked}à quelle date nous pouvons attendre votre règlement ?" in text("soft", about(pay_by=BY))
    without = "Peux-tu régler la facture FAC-0001, soit 1 235,50 €, dès que possible, ou nous dire à quelle"
    assert without in text("soft", about(address_form="tu"))


@pytest.mark.parametrize("template", ["soft", "firm"])
def test_nobody_is_said_to_have_overlooked_several_invoices_or_what_is_paid_in_part(template: str) -> None:
    assert re.search("échappé|simple oubli", text(template, about()))
    assert not re.search("échappé|simple oubli", text(template, about(line(1), line(2))))
    assert "échappé" in text("firm", about(PARTIAL))
    assert "Le solde vous a peut-être échappé" in text("firm", about(PARTIAL))
    assert "simple oubli" not in text("soft", about(PARTIAL))


def test_a_public_body_is_asked_one_question_with_a_day() -> None:
    mild = text("public_reminder", about(kind="public", pay_by=BY))
    asked = "la date de mandatement ou de paiement prévue pour la facture FAC-0001 ?"
    assert f"Pourriez-vous nous indiquer, d’ici au lundi 7 décembre, {asked}" in mild
    firm = text("public_firm", about(kind="public", pay_by=BY))
    ordered = "Merci de faire mandater la facture FAC-0001, soit 1 235,50 €, si ce n’est déjà fait,"
    assert f"{ordered} et de nous indiquer d’ici au lundi 7 décembre la date de mandatement ou de" in firm
    near = text("public_firm", about(kind="public", answer_by=date(2026, 12, 3)))
    assert "nous indiquer d’ici au jeudi 3 décembre la date" in near
    seven = text("public_firm", about(*(line(rank) for rank in range(1, 8)), kind="public", code="C-042"))
    assert "Motif : FAC-0001 FAC-0002 FAC-0003 FAC-0004 FAC-0005 FAC-0006 FAC-0007 Nous" in seven
    for said in (mild, firm):
        assert said.count("?") == int(said == mild)
        assert "Si le paiement est intervenu entre-temps, merci de nous en indiquer la date." in said
        assert said.count("échéance") <= 3


@pytest.mark.parametrize("template", ["public_reminder", "public_firm"])
@pytest.mark.parametrize("has_left", [False, True])
def test_a_public_body_is_asked_for_the_transfer_that_it_announced_or_for_a_new_date(
    template: str, has_left: bool
) -> None:
    broken = (BrokenPromiseShown("FAC-0001", date(2026, 11, 25), has_left=has_left),)
    said = text(template, about(kind="public", broken=broken, pay_by=BY, earlier=(date(2026, 11, 23),)))
    if has_left:
        wanted = (
            "la date du virement correspondant à la facture FAC-0001 ou, à défaut, le numéro et la date du"
        )
        assert f"Pourriez-vous nous indiquer, d’ici au lundi 7 décembre, {wanted} mandat ?" in said
        assert "Si la dépense n’est finalement pas mandatée, merci de nous indiquer la date de" in said
    elif template == "public_firm":
        assert "et de nous indiquer d’ici au lundi 7 décembre la nouvelle date de paiement prévue." in said
    else:
        wanted = "la nouvelle date de paiement prévue pour la facture FAC-0001 ?"
        assert f"Pourriez-vous nous indiquer, d’ici au lundi 7 décembre, {wanted}" in said
    known = "Si vous nous avez déjà communiqué ces éléments, merci de ne pas tenir compte"
    assert (known in said) is has_left
    for elsewhere in ("faire mandater", "Chorus Pro", "intérêts"):
        assert not (has_left and elsewhere in said)
    assert ("Vous nous en aviez annoncé le paiement pour" in said) is not has_left
    assert "justificatif" not in said
    assert "Nous revenons vers vous au sujet" in said
    assert "Malgré" not in said


def test_a_public_body_reads_our_bank_details_and_scans_nothing() -> None:
    mail = render_email(about(kind="public"), "public_firm")
    assert "NOS COORDONNÉES BANCAIRES" in mail.text
    assert mail.qr is None
    assert "scanner" not in mail.html


def test_several_due_dates_are_told_and_may_be_paid_at_once() -> None:
    lines = (line(1, 0), line(2, -4), line(3, -9))
    said = text("due_date", about(*lines))
    assert (
        "sur les 3 factures ci-dessous, la facture FAC-0001 arrive à échéance aujourd’hui, les autres d’ici"
        in said
    )
    assert "d’ici au jeudi 10 décembre." in said
    assert "aujourd’hui la facture FAC-0001, soit 1 235,50 € (un virement émis ce jour convient)." in said
    new = text("invoice", about(line(1, -9), line(2, -14)))
    at_once = "un seul virement de 2 472,00 € au plus tard le jeudi 10 décembre convient aussi."
    assert f"Merci de régler chaque facture à son échéance ; {at_once}" in new
    same = text("invoice", about(line(1, -9), line(2, -9)))
    assert "Merci de régler ces 2 factures, soit 2 472,00 €, au plus tard le jeudi 10" in same
    assert "un seul" not in text("invoice", about(line(1, -9), line(2, -14, "USD")))


def test_what_is_due_today_alone_is_in_subject_motive_and_code_of_the_day() -> None:
    """Credits go against it first; where they cover it, all is asked for as before."""
    lines, credit = (line(1, 0), line(2, -2)), Credit(Decimal("35.50"), number="AV-1")
    mail = render_email(about(*lines, credits=(credit,)), "due_date")
    assert flat(mail.subject) == "Facture FAC-0001 à régler aujourd’hui : 1 200,00 € (Garage Martin)"
    said = flat(mail.text)
    assert (
        "Merci de régler aujourd’hui la facture FAC-0001, soit 1 200,00 € après déduction de l’avoir" in said
    )
    assert "Motif : FAC-0001 AV-1 Nous" in said
    payload = transfer_code.payload(COMPANY.name, COMPANY.iban, Decimal(1200), "FAC-0001 AV-1")
    assert mail.qr == qr_code.png(payload)
    covered = render_email(about(*lines, credits=(Credit(Decimal(1300)),)), "due_date")
    assert "2 factures à échéance les 1er et 3 décembre" in flat(covered.subject)
    all_today = render_email(about(line(1, 0), line(2, 0)), "due_date")
    assert flat(all_today.subject) == "2 factures à régler aujourd’hui : 2 472,00 € (Garage Martin)"


def test_what_is_due_today_stands_apart_from_what_is_to_come_with_its_own_sum() -> None:
    lines, credit = (line(1, 0), line(2, -2), line(3, -2)), Credit(Decimal("35.50"), number="AV-1")
    mail = render_email(about(*lines, credits=(credit,)), "due_date")
    said = flat(mail.text)
    today, _, coming = said.partition("À VENIR (à régler à leur échéance)")
    assert "À RÉGLER AUJOURD’HUI - FAC-0001" in today
    assert "Net à payer : 1 200,00 €" in today
    assert "FAC-0002" in coming
    assert "Total à venir : 2 474,00 €" in coming
    assert said.count("Net à payer") == 1
    assert "(copie sur simple demande)" in today
    assert said.count("copie sur simple demande") == 1
    joined = about(*lines, credits=(replace(credit, attached=True),), attached=("AV-1.pdf",))
    assert "Avoir AV-1, à déduire (joint) : − 35,50 €" in text("due_date", joined)
    [preheader] = re.findall(r'class="preheader"[^>]*>([^<]*)<', mail.html)
    assert flat(preheader) == "À régler aujourd’hui : 1 200,00 €"
    other = text("due_date", about(line(1, 0), line(2, -2, "USD")))
    assert "coordonnées bancaires qui y figurent" not in other
    assert "POUR LA PART EN EUROS" not in other


@pytest.mark.parametrize("form", ["vous", "tu"])
def test_invoices_soon_due_are_asked_for_on_their_days_and_one_transfer_serves_too(
    form: str,
) -> None:
    lines, credit = (line(1, -5), line(2, -7)), Credit(Decimal("35.50"), number="AV-1")
    mail = render_email(about(*lines, credits=(credit,), address_form=form), "pre_reminder")
    said = flat(mail.text)
    assert flat(mail.subject) == "2 factures à échéance les 6 et 8 décembre : 2 436,50 € (Garage Martin)"
    net = "soit 2 436,50 € après déduction de l’avoir AV-1"
    assert f"Merci de prévoir le règlement de ces 2 factures, {net}, pour les 6 et 8 décembre." in said
    assert "Le plus simple : un seul virement de 2 436,50 € au plus tard le vendredi 4 décembre." in said
    assert "son numéro en motif (FAC-0001 : 1 200,00 € après déduction)." in said
    payload = transfer_code.payload(COMPANY.name, COMPANY.iban, Decimal("2436.50"), "FAC-0001 FAC-0002 AV-1")
    assert mail.qr == qr_code.png(payload)
    two = text("pre_reminder", about(line(1, -5), line(2, -7, "USD"), address_form=form))
    assert (
        "un virement de 1 235,50 € au plus tard le vendredi 4 décembre et un virement de 1 236,50 USD" in two
    )
    assert "à sa date" not in two
    english = text("pre_reminder", about(*lines, language="en"))
    assert "The simplest: a single transfer of €2,472.00 by Friday 4 December." in english


def test_one_invoice_soon_due_is_asked_for_with_its_amount_and_its_day() -> None:
    said = text("pre_reminder", about(line(1, -7)))
    assert "le règlement de la facture FAC-0001, soit 1 235,50 €, pour le mardi 8 décembre." in said


def test_the_subject_names_the_days_between_which_invoices_fall_due() -> None:
    def subject(*late: int, language: str = "fr") -> str:
        lines = [line(rank, days) for rank, days in enumerate(late, 1)]
        return flat(render_email(about(*lines, language=language), "pre_reminder").subject)

    assert "3 factures à échéance du 6 au 12 décembre : " in subject(-5, -7, -11)
    assert "2 factures à échéance les 30 décembre et 2 janvier : " in subject(-29, -32)
    assert "3 invoices due from 6 to 12 December: " in subject(-5, -7, -11, language="en")


@pytest.mark.parametrize("template", ALL)
def test_no_line_breaks_an_amount_or_an_address_of_the_footer(template: str) -> None:
    company = replace(COMPANY, legal_line="SARL au capital de 20 000 €")
    mail = render_email(about(company=company), template)
    for said in (mail.text, mail.html):
        assert "20\u00a0000\u00a0€" in said
        assert "12\u00a0rue des Lilas, 44000\u00a0Nantes" in said


def test_no_penalties_are_reckoned_on_what_a_credit_takes_off() -> None:
    """They were reckoned on the whole; claimed ones are a person's word, and stay."""
    credit = (Credit(Decimal("35.50"), number="AV-1"),)
    shown = PenaltiesShown(Decimal("12.34"), Decimal(40), rate_text="12,15 %")
    assert "cela représente 12,34 €" in text("strong", about(penalties=shown))
    said = text("strong", about(penalties=shown, credits=credit))
    assert "12,34" not in said
    assert "Code de commerce). Nous ne vous les réclamons pas à ce stade" in said
    assert "12,34 €" in text("strong", about(penalties=replace(shown, claimed=True), credits=credit))


def test_a_public_body_may_say_when_it_received_an_invoice() -> None:
    shown = PenaltiesShown(Decimal("12.34"), Decimal(40), rate_text="10,40 %")
    receipt = "ou si la date de réception de la facture en reporte l’échéance, dites-le-nous"
    told = text("public_firm", about(kind="public", penalties=shown))
    assert told.count("10,40 %") == 1
    assert receipt in told
    assert "huit points" not in told
    plain = text("public_firm", about(kind="public"))
    assert receipt in plain
    two = text("public_firm", about(line(1), line(2, 3, "USD"), kind="public"))
    assert "ou si la date de réception d’une facture en reporte l’échéance" in two
    first = text("public_reminder", about(kind="public"))
    assert "suspendue ou rejetée sur Chorus Pro, ou si la date de réception en reporte l’échéance" in first
    assert receipt not in text("strong", about())
    assert "huit points" in plain


@pytest.mark.parametrize("template", [*ASKING, "soft", "public_reminder", "public_firm"])
def test_who_says_that_the_transfer_left_is_asked_for_it_and_for_nothing_else(template: str) -> None:
    mail = render_email(about(broken=LEFT, pay_by=BY), template)
    said = flat(mail.text)
    for other in ("Si quelque chose bloque", "reste impayée", "inexact", "pénalités"):
        assert other not in said
    assert ("Si votre banque a rejeté le virement" in said) is (template in ASKING)
    assert "échéancier" not in said
    assert "Si un désaccord" not in said
    assert flat(mail.subject) == "Virement à retrouver : facture FAC-0001, 1 235,50 € (Garage Martin)"


@pytest.mark.parametrize("template", ALL)
def test_no_line_breaks_a_reference_at_its_hyphen(template: str) -> None:
    html = render_email(about(line(1, order_number="BC-4512"), attached=("FAC-1.pdf",)), template).html
    assert html.count('<span style="white-space: nowrap">BC-4512</span>') == 1
    assert '<span style="white-space: nowrap">FAC-1.pdf</span>' in html
    long = "FACTURE-2026-" + "9" * 30
    assert f"{long}</span>" not in render_email(about(line(1, number=long)), template).html
    evil = render_email(about(line(1, order_number="<b>-x")), template).html
    assert "&lt;b&gt;-x" in evil


@pytest.mark.parametrize("template", ["pre_reminder", "invoice", "due_date"])
def test_a_due_date_on_which_banks_are_closed_says_which_transfer_is_in_time(template: str) -> None:
    assert "(un virement émis au plus tard le vendredi 4 décembre convient)" in text(
        template, about(line(1, -4))
    )
    assert "un virement émis" not in text(template, about(line(1, -3)))


def test_new_invoices_say_where_they_are() -> None:
    two = (line(1, -20), line(2, -25))
    attached = text("invoice", about(*two, attached=("a.pdf", "b.pdf")))
    assert "Vous trouverez en pièces jointes nos 2 nouvelles factures." in attached
    apart = text("invoice", about(*two))
    assert "que vous avez dû recevoir séparément ; s’il vous en manque une, répondez à ce message." in apart
    html = render_email(about(*two), "invoice").html
    assert "Montant TTC" in html
    assert "Montant TTC" not in render_email(about(line(1, -20, amount=Decimal(9000))), "invoice").html


@pytest.mark.parametrize("template", ["soft", *ASKING, "public_reminder", "public_firm"])
def test_several_invoices_without_their_copies_are_offered(template: str) -> None:
    offer = "S’il vous manque une de ces factures, répondez à ce message : nous vous l’enverrons aussitôt."
    assert offer in text(template, about(line(1), line(2)))
    assert offer not in text(template, about(line(1), line(2), attached=("a.pdf", "b.pdf")))
    assert offer not in text(template, about())
    beside = about(line(1), line(2), credits=(Credit(Decimal(5), number="AV-1", attached=True),))
    assert offer in text(template, replace(beside, attached=("FAC-0001.pdf", "AV-1.pdf")))
    assert offer not in text(template, replace(beside, attached=("FAC-0001.pdf", "FAC-0002.pdf", "AV-1.pdf")))


def test_what_is_to_come_is_not_called_a_reminder_in_the_motive() -> None:
    many = tuple(line(rank, -9) for rank in range(1, 8))
    all_of_them = "Motif : C-042 factures 01/12 Ce motif suffit pour ces 7 factures"
    assert all_of_them in text("invoice", about(*many, code="C-042"))
    credit = (Credit(Decimal(5), number="AV-" + "9" * 130),)
    assert "Motif : FAC-0001 Nous" in text("firm", about(credits=credit))


@pytest.mark.parametrize("template", [*ASKING, "public_firm"])
def test_a_call_or_a_letter_to_come_is_said_and_another_mail_is_not(template: str) -> None:
    call = text(template, about(pay_by=BY, next_step=CALL))
    assert "Sans nouvelles de votre part d’ici là, nous vous appellerons." in call
    assert "Sans nouvelles de votre part, nous vous enverrons un courrier." in text(
        template, about(next_step=LETTER)
    )
    assert "Sans nouvelles" not in text(template, about(pay_by=BY))
    assert "nous t’appellerons" in text(template, about(next_step=CALL, address_form="tu"))


NEW_DATE = {
    "consumer_firm": "ou, si ce n’est pas possible, de nous confirmer d’ici là une nouvelle date.",
    "firm": "ou, si ce n’est pas possible, de nous confirmer d’ici là une nouvelle date.",
    "strong": "avant cette date : nous examinerons avec vous une nouvelle date ou un échéancier.",
}


@pytest.mark.parametrize("template", ["soft", *ASKING])
def test_a_promise_that_was_not_kept_is_told_without_doubting_twice(template: str) -> None:
    said = text(template, about(broken=BROKEN, kind="business", pay_by=BY))
    told = (
        "Vous nous en aviez annoncé le règlement pour le mercredi 25 novembre ; nous ne l’avons pas encore "
        "reçu."
    )
    assert told in said
    new_date = NEW_DATE.get(template, "une nouvelle date ?")
    assert new_date in said
    for doubt in ("Sauf erreur", "échappé", "oubli"):
        assert doubt not in said
    assert "impayée" not in said


@pytest.mark.parametrize("template", ["soft", *ASKING])
def test_a_transfer_said_to_have_left_is_asked_about_and_no_day_is_put_into_the_customers_mouth(
    template: str,
) -> None:
    kind = "consumer" if template == "consumer_firm" else "business"
    mail = render_email(about(broken=LEFT, pay_by=BY, earlier=(date(2026, 11, 23),), kind=kind), template)
    said = flat(mail.text)
    assert "Nous revenons vers vous au sujet de notre facture FAC-0001" in said
    assert "Malgré" not in said
    assert "Vous nous aviez indiqué que le virement était parti ; nous ne le voyons pas encore" in said
    proof = "un justificatif du virement (une capture d’écran suffit)"
    assert f"Pouvez-vous nous envoyer {proof} d’ici au lundi 7 décembre ?" in said
    else_pay = (
        "Si le virement n’est finalement pas parti, merci de régler la facture FAC-0001, soit 1 235,50 €,"
    )
    assert else_pay in said
    assert "Si vous nous avez déjà envoyé ce justificatif, merci de ne pas tenir compte" in said
    assert "25 novembre" not in said
    assert mail.qr is None


def test_a_transfer_that_left_for_one_of_two_leaves_the_other_to_pay() -> None:
    said = text("firm", about(line(1), line(2), broken=LEFT, pay_by=BY))
    assert "Pouvez-vous nous envoyer d’ici au lundi 7 décembre un justificatif du virement" in said
    assert "et régler le reste à cette même date ?" in said


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
    all_of_them = f"Ce motif suffit pour ces {count} factures (C-042 est votre référence client). "
    assert f"Motif : {motive} {all_of_them if count > 5 else ''}Nous ne changeons" in flat(mail.text)
    assert motive in flat(" ".join(read(mail.html).said))
    owed = sum((each.outstanding for each in lines), Decimal(0))
    assert mail.qr == qr_code.png(transfer_code.payload(COMPANY.name, COMPANY.iban, owed, motive))


def test_without_a_code_the_name_is_the_motive_and_another_currency_is_left_out() -> None:
    many = tuple(line(rank) for rank in range(1, 8))
    named = "Motif : Garage Martin relance 01/12 Ce motif suffit pour ces 7 factures. Nous ne changeons"
    assert named in text("firm", about(*many))
    mixed = text("firm", about(line(1), line(2, 3, "USD")))
    assert "POUR RÉGLER PAR VIREMENT (POUR LA PART EN EUROS)" in mixed
    assert "Motif : FAC-0001 Pour la facture FAC-0002" in mixed
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
    assert "copiez l’IBAN" in " ".join(read(html).said)
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
    assert "Nous vous avons écrit les 27 octobre 2025 et 23 novembre ; à ce jour, notre facture" in said
    assert "Nous vous avons écrit le 23 novembre ; à ce jour, notre" in text(
        "strong", about(earlier=days[1:])
    )


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("firm", "Rappel : solde de la facture FAC-0001 échue le"),
        ("consumer_firm", "Rappel : solde de la facture FAC-0001 échue le"),
        ("strong", "Solde échu à régler : FAC-0001"),
        ("public_firm", "Solde échu à régler : FAC-0001"),
    ],
)
def test_who_has_paid_a_part_reads_that_it_came_and_that_the_balance_is_asked_for(
    template: str, subject: str
) -> None:
    mail = render_email(about(line(amount=Decimal("3000.00"))), template)
    assert flat(mail.subject).startswith(subject)
    assert "1 235,50 € (sur 3 000,00 €, 1 764,50 € déjà reçus)" in flat(mail.text)
    assert "1 764,50 € déjà reçus" in flat(mail.html)
    disputed = render_email(about(line(amount=Decimal("3000.00"), disputed=Decimal("1764.50"))), template)
    assert "déjà reçus" not in disputed.text


def test_how_the_other_currency_is_paid_stands_before_the_warning_against_other_accounts() -> None:
    mail = render_email(about(line(1), line(2, currency="USD")), "firm")
    for said in (flat(mail.text), flat(mail.html)):
        assert said.index("utilisez les coordonnées bancaires") < said.index(
            "Nous ne changeons jamais d’IBAN"
        )
