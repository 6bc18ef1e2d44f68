"""What customers read: complete, right in number and tone, harmless, the same in text and in HTML."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from html.parser import HTMLParser

import pytest

from message_templates.formats import amount, day
from message_templates.pieces.mail import QR_CID, BrokenPromiseShown, Credit, Rendered, render_email
from message_templates.sources.templates import shipped
from tests.message_templates.mails import (
    ALL,
    COMPANY,
    CORRECTIVE,
    PREVENTIVE,
    SITUATIONS,
    TODAY,
    about,
    line,
    usual,
)

VOID = {"meta", "br", "img", "link", "hr"}
ENGLISH = re.compile(r"\b(the|invoice|payment|due|please|dear|amount|reminder|overdue|your)\b", re.IGNORECASE)


def flat(text: str) -> str:
    """Return text on one line, every space plain."""
    return " ".join(text.split())


class Reader(HTMLParser):
    """Reads a mail as a person would, and checks that its tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "img":
            self.images.append(values)
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.said.append(data)


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(source)
    assert not reader.open
    return reader


@lru_cache(maxsize=256)
def seen(template: str, situation: str) -> tuple[Rendered, Reader]:
    """Return the mail of a template in a situation, and what a person reads in its HTML."""
    mail = render_email(about(**SITUATIONS[situation]), template)
    return mail, read(mail.html)


def test_every_shipped_email_is_tested():
    assert shipped() == set(ALL)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("template", ALL)
def test_the_text_says_all_that_the_html_says(template, situation):
    context, (mail, reader) = about(**SITUATIONS[situation]), seen(template, situation)
    said, text = flat(" ".join(reader.said)), flat(mail.text)
    for item in context.lines:
        written = amount(item.outstanding, item.currency)
        for fact in (item.number, flat(written), day(item.due_date)):
            assert fact in said
            assert fact in text
    shown = set(re.findall(r"(?:\u2212\u00a0)?[\d\u202f]+,\d\d\u00a0[^\s<,;.)]+", html.unescape(mail.html)))
    assert all(flat(money) in text for money in shown)
    assert all(link.removeprefix("mailto:") in text for link in reader.links)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("template", ALL)
def test_no_template_shows_through_and_all_is_french(template, situation):
    mail, reader = seen(template, situation)
    words = " ".join(reader.said)
    for text in (mail.subject, mail.text, words):
        assert not re.search(r"\{\{|\{%|\}\}|%\}|None|relance:|⟦", text)
        assert not ENGLISH.search(text)
    assert "relance:" not in mail.html


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("template", ALL)
def test_spaces_are_those_of_french_typography(template, situation):
    mail, reader = seen(template, situation)
    for text in (mail.subject, mail.text, " ".join(reader.said)):
        assert not re.search(r" [:;!?€%»]|« ", text)
        assert not re.search(r"\w[;!?](\s|$)", text)
        assert not re.search(r"[^\W\d]:\s", text)
        assert "'" not in text


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("template", ALL)
def test_the_text_fits_72_columns(template, situation):
    text = seen(template, situation)[0].text
    assert all(len(row) <= 72 for row in text.splitlines() if "http" not in row)
    assert "\n\n\n" not in text
    assert not any(row.endswith(" ") for row in text.splitlines())


@pytest.mark.parametrize("template", ALL)
def test_text_and_html_use_the_same_words(template):
    for count in (1, 3):
        mail = render_email(usual(template, count), template)
        body = mail.html.partition("<body")[2]
        paragraphs = re.findall(r'<p class="p(?: small)?"[^>]*>(.*?)</p>', body, re.DOTALL)
        for paragraph in paragraphs[:-1]:
            assert flat(html.unescape(re.sub(r"<[^>]+>", " ", paragraph))) in flat(mail.text)


@pytest.mark.parametrize("template", CORRECTIVE)
def test_one_invoice_is_named_and_several_are_counted(template):
    one = flat(render_email(usual(template, 1), template).text)
    three = flat(render_email(usual(template, 3), template).text)
    assert "notre facture FAC-0001" in one
    assert "FACTURE ÉCHUE " in one
    assert "ci-dessous" not in one
    assert "3 factures ci-dessous" in three
    assert "FACTURES ÉCHUES " in three
    assert "Total échu :" in three
    assert "Total échu :" not in one


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("pre_reminder", "petit mot"),
        ("due_date", "arrive à échéance"),
        ("invoice", "votre confiance"),
        ("soft", "simple oubli"),
        ("firm", "échappé"),
        ("strong", "Nous revenons vers vous"),
        ("consumer_firm", "règlement en plusieurs fois"),
        ("public_reminder", "date de mandatement ou de paiement prévue pour la facture FAC-0001"),
        ("public_firm", "Merci de faire mandater la facture FAC-0001, soit"),
    ],
)
def test_each_step_has_its_own_tone(template, word):
    assert word in flat(render_email(usual(template), template).text)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("soft", "le solde de notre facture"),
        ("firm", "n’est réglée qu’en partie à ce jour"),
        ("strong", "n’est réglée qu’en partie à ce jour"),
        ("consumer_firm", "le solde de notre facture"),
    ],
)
def test_a_part_paid_invoice_is_not_called_unpaid(template, words):
    text = flat(render_email(about(**SITUATIONS["part_paid"]), template).text)
    assert words in text
    assert "1 235,50 € (sur 5 000,00 €, 3 764,50 € déjà reçus)" in text
    assert "impayée" not in text


@pytest.mark.parametrize("template", PREVENTIVE)
def test_what_is_not_due_yet_is_never_called_late(template):
    for count in (1, 3):
        text = flat(render_email(usual(template, count), template).text)
        assert not re.search("retard|échue|impayée", text)


def test_an_invoice_due_today_says_so():
    assert "aujourd’hui" in render_email(about(line(1, 0)), "due_date").text
    several = flat(render_email(about(line(1, 0), line(2, 0)), "due_date").text)
    assert "les 2 factures ci-dessous arrivent à échéance aujourd’hui" in several


LEGAL = re.compile(r"40|pénalité|indemnité|moratoire|Code d", re.IGNORECASE)


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("kind", ["consumer", None])
def test_a_consumer_or_an_unknown_customer_never_reads_of_penalties(template, kind):
    context = about(line(1, number="FAC-1", outstanding=Decimal(10), issue_date=None), kind=kind)
    mail = render_email(context, template)
    words = flat(" ".join(read(mail.html).said)).replace("FR76 3000 6000 0112 3456 7890 189", "")
    assert not LEGAL.search(words.replace("44000", ""))
    assert not LEGAL.search(mail.text.replace("44000", "").replace("FR76 3000 6000 0112 3456 7890 189", ""))


def test_a_business_reads_of_them_only_at_the_strong_step():
    said = {name for name in ALL if "40\u00a0€" in render_email(usual(name, kind="business"), name).text}
    assert said == {"strong", "public_firm"}
    text = flat(render_email(about(kind="business"), "strong").text)
    assert "pénalités de retard prévues sur nos factures" in text
    assert "L441-10" in text


def test_a_siren_tells_a_public_body_and_any_other_one_tells_nothing():
    unknown = flat(render_email(about(kind=None, siren="732829320"), "strong").text)
    assert "pénalités" not in unknown
    assert "40\u00a0€" not in unknown
    town = flat(render_email(about(kind=None, siren="213500123"), "strong").text)
    assert "intérêts moratoires" in town


def test_a_public_body_reads_of_its_own_interest():
    text = flat(render_email(about(kind="public"), "strong").text)
    assert "intérêts moratoires" in text
    assert "Code de commerce" not in text


@pytest.mark.parametrize("template", ALL)
def test_no_email_is_a_formal_notice_or_names_a_court(template):
    for kind in ("business", "public", "consumer", None):
        text = render_email(usual(template, 3, kind=kind), template).text
        assert not re.search("mise en demeure|tribunal|justice|huissier|judiciaire|contentieux", text)


def test_a_broken_promise_is_told_with_its_date():
    broken = (BrokenPromiseShown("FAC-0001", TODAY - timedelta(days=5), Decimal(500)),)
    text = flat(render_email(about(broken=broken), "firm").text)
    assert "un règlement de 500,00 € pour le jeudi 26 novembre ; nous ne l’avons pas encore reçu." in text
    partly = (BrokenPromiseShown("FAC-0001", TODAY, partly=True),)
    assert "pas encore reçu en totalité" in flat(render_email(about(broken=partly), "firm").text)


def test_credits_come_off_what_is_late_then_off_what_is_to_come():
    credit = (Credit(Decimal(2000), number="AV-12", day=TODAY), Credit(Decimal(40), "CHF"))
    context = about(line(1), line(2, -4), line(3, 5, "CHF"), credits=credit)
    text = flat(render_email(context, "firm").text)
    late, _, coming = text.partition("À VENIR")
    assert (
        "Avoir AV-12 du 01/12/2026, à déduire (copie sur simple demande) : − 1 235,50 € Net à payer : 0,00 €"
        in late
    )
    assert "Règlement déjà reçu, à déduire : − 40,00 CHF Net à payer : 1 197,50 CHF" in late
    assert (
        "Avoir AV-12 du 01/12/2026, à déduire (copie sur simple demande) : − 764,50 € Net à payer : 472,00 €"
        in coming
    )


def test_currencies_have_a_subtotal_each():
    context = about(line(1), line(2), line(3, 5, "CHF"))
    text = flat(render_email(context, "firm").text)
    assert "Total échu en euros : 2 472,00 €" in text
    assert "Total échu en francs suisses (CHF) : 1 237,50 CHF" in text
    apart = "Pour la facture FAC-0003 (1 237,50 CHF), utilisez les coordonnées bancaires qui y figurent."
    assert apart in text
    assert "qui y figurent" not in flat(render_email(about(line(1), line(2)), "firm").text)


def test_what_is_to_come_stands_apart():
    text = render_email(about(line(1), line(2, -4)), "firm").text
    late, _, coming = text.partition("À VENIR")
    assert "FAC-0001" in late
    assert "FAC-0002" not in late.partition("Motif")[0]
    assert "FAC-0002" in coming


def test_how_to_pay_is_said_with_a_warning():
    mail = render_email(about(), "firm")
    assert "FR76 3000 6000 0112 3456 7890 189" in flat(mail.text)
    assert "Nous ne changeons jamais d’IBAN par e-mail." in flat(mail.text)
    assert "appelez-nous" not in mail.text
    called = flat(render_email(about(company=replace(COMPANY, phone="02 40 12 34 56")), "firm").text)
    assert "appelez-nous avant de payer, au numéro que vous nous connaissez (02 40 12 34 56)." in called
    assert "Titulaire du compte : Atelier Durand SAS IBAN : FR76 3000" in called
    assert "compta@durand.example" in mail.text
    assert "SIREN 732 829 320" in flat(mail.text)


def test_the_code_is_shown_with_words_for_who_cannot_see_it():
    mail = render_email(about(), "firm")
    (image,) = read(mail.html).images
    assert image["src"] == f"cid:{QR_CID}"
    assert "1\u202f235,50\u00a0€" in str(image["alt"])
    assert mail.qr is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"with_qr": False},
        {"lines": (line(1, 5, "CHF"),)},
        {"credits": (Credit(Decimal(5000)),)},
        {"company": SITUATIONS["no_iban"]["company"]},
    ],
)
def test_without_euros_to_pay_or_an_iban_there_is_no_code(changes):
    mail = render_email(about(**changes), "firm")
    assert mail.qr is None
    assert "cid:" not in mail.html


def test_one_payment_link_is_a_button_and_a_bad_one_is_nothing():
    assert 'href="https://pay.example/1"' in render_email(about(**SITUATIONS["link"]), "firm").html
    bad = render_email(about(line(1, payment_link="javascript:alert(1)")), "firm")
    assert "javascript" not in bad.html + bad.text


def test_the_sandbox_says_for_whom_the_mail_was():
    mail = render_email(about(sandbox_for="compta@martin.example"), "firm")
    assert "aurait été adressé à compta@martin.example" in flat(mail.text)
    assert "MESSAGE D’ESSAI" in mail.text
    assert "Message d’essai" in mail.html


STERN = ("strong", "public_firm")


@pytest.mark.parametrize("template", CORRECTIVE)
def test_the_subject_of_a_reminder_says_which_invoice_or_how_many_and_how_much(template):
    one, three = (
        flat(render_email(usual(template, count, kind="business"), template).subject) for count in (1, 3)
    )
    if template in STERN:
        assert one == "Facture échue à régler : FAC-0001, 1 235,50 € (Garage Martin)"
        assert three == "3 factures échues à régler : 3 709,50 € (Garage Martin)"
    else:
        assert one == "Rappel : facture FAC-0001 échue le 18 novembre, 1 235,50 €"
        assert three == "Rappel : 3 factures échues à régler, 3 709,50 € (Garage Martin)"


@pytest.mark.parametrize("template", ["pre_reminder", "due_date"])
def test_the_subject_of_what_is_not_late_says_its_due_date(template):
    one, three = (flat(render_email(usual(template, count), template).subject) for count in (1, 3))
    assert one == "Facture FAC-0001 : 1 235,50 €, échéance le 5 décembre"
    assert three == "3 factures à échéance du 5 au 7 décembre : 3 709,50 € (Garage Martin)"
    same = flat(render_email(about(line(1, -4), line(2, -4)), template).subject)
    assert same == "2 factures à échéance le 5 décembre : 2 472,00 € (Garage Martin)"


def test_a_consumer_reads_our_name_in_the_subject_and_an_old_day_has_its_year():
    several = render_email(about(line(1), line(2), kind="consumer"), "consumer_firm").subject
    assert flat(several) == "Rappel : 2 factures échues à régler, 2 472,00 € (Atelier Durand SAS)"
    old = flat(render_email(about(line(1, 400)), "firm").subject)
    assert "échue le 27 octobre 2025," in old


def test_the_subject_asks_for_what_is_late_less_credits_in_each_currency():
    lines = (line(1), line(2, 3, "USD"), line(3, -4))
    subject = render_email(about(*lines, credits=(Credit(Decimal("35.50")),)), "firm").subject
    assert flat(subject) == (
        "Rappel : 2 factures échues à régler, 1 200,00 € et 1 236,50 USD (Garage Martin)"
    )


def test_the_subject_of_an_invoice_is_the_invoice():
    subject = flat(render_email(about(line(1, -14)), "invoice").subject)
    assert subject == "Facture FAC-0001 du 15/11 : 1 235,50 €, échéance le 15 décembre"
    several = flat(render_email(about(line(1, -4), line(2, -9)), "invoice").subject)
    assert several == "2 nouvelles factures : 2 472,00 € (Garage Martin)"


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: x@y.z", "A\nB", "A\x00B", "A\u2028B", "A\u202eB", "A" * 400, "<b>Évil & Co"]
)
def test_a_name_can_break_neither_the_header_nor_the_text(name):
    mail = render_email(about(customer=name, contact=name, owner=name), "firm")
    assert not re.search("[\x00-\x1f\u2028\u202e]", mail.subject)
    assert len(mail.subject) <= 200
    assert not any(row.startswith("Bcc") for row in mail.text.splitlines())


def test_names_are_escaped_in_html_and_plain_in_the_text():
    name = "<b>Évil & Co"
    mail = render_email(about(line(1, number=name), contact=name, owner=name), "firm")
    assert "<b>Évil" not in mail.html
    assert mail.html.count("&lt;b&gt;Évil &amp; Co") >= 3
    assert "<b>Évil & Co" in mail.text


def test_nobody_named_is_greeted_all_the_same():
    nobody = {"contact": None, "owner": None}
    assert "Bonjour,\n" in render_email(about(**nobody), "firm").text
    assert "Madame, Monsieur,\n" in render_email(about(kind="public", **nobody), "public_firm").text
    assert f"Cordialement,\n\n{COMPANY.name}\n" in render_email(about(**nobody), "firm").text


def test_an_email_without_items_is_refused():
    with pytest.raises(ValueError, match="at least one line"):
        render_email(about(lines=()), "firm")
