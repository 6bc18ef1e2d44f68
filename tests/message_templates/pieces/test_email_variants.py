"""Every e-mail in French with « vous » and « tu », and in English: whole, in one language, lawful."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

import pytest

from message_templates.formats_en import amount, day
from message_templates.pieces.mail import (
    BrokenPromiseShown,
    Credit,
    DiscountShown,
    PenaltiesShown,
    Rendered,
    editable,
    render_email,
)
from receivables.codes.channels import CALL, LETTER
from tests.message_templates.mails import ALL, COMPANY, CORRECTIVE, PREVENTIVE, SITUATIONS, TODAY, about, line
from tests.message_templates.pieces.test_email import Reader, flat, read

VARIANTS = [("fr", "vous"), ("fr", "tu"), ("en", "vous")]
PENALTIES = {
    "fr": PenaltiesShown(Decimal("12.34"), Decimal(80), rate_text="12,15\u00a0%"),
    "en": PenaltiesShown(Decimal("12.34"), Decimal(80), rate_text="12.15%"),
}
DISCOUNT = (DiscountShown("FAC-0001", Decimal(2), TODAY + timedelta(days=2), Decimal("24.71")),)
PLAN = (BrokenPromiseShown("FAC-0001", TODAY, Decimal(500), of_plan=True),)
MORE = {
    **SITUATIONS,
    "penalties": {"penalties": PENALTIES},
    "discount": {"lines": (line(1, -5),), "discount": DISCOUNT},
    "discounts": {"lines": (line(1, -5), line(2, -5)), "discount": DISCOUNT * 2},
    "plan": {"broken": PLAN},
    "some_paid": {"lines": (line(1, 3, amount=Decimal(9000)), line(2, 4))},
    "disputed": {"lines": (line(1, 3, amount=Decimal(9000), disputed=Decimal(100)),)},
    "public": {"kind": "public", "penalties": PENALTIES},
    "consumer": {"kind": "consumer", "siren": None},
    "attached": {"attached": True},
    "copies": {"attached": ("FAC-0001.pdf",), "company": replace(COMPANY, e_invoicing=True)},
    "told_before": {"earlier": (TODAY - timedelta(days=8),), "pay_by": TODAY + timedelta(days=9)},
    "told_often": {
        "lines": (line(1), line(2, 3, amount=Decimal(9000))),
        "earlier": (TODAY - timedelta(days=400), TODAY - timedelta(days=30), TODAY - timedelta(days=9)),
        "next_step": CALL,
    },
    "letter_next": {"pay_by": TODAY + timedelta(days=9), "next_step": LETTER},
    "has_left": {"broken": (BrokenPromiseShown("FAC-0001", TODAY, has_left=True),)},
    "some_left": {
        "lines": (line(1), line(2)),
        "broken": (BrokenPromiseShown("FAC-0001", TODAY, Decimal(5), has_left=True), *PLAN),
        "pay_by": TODAY + timedelta(days=9),
    },
    "letterhead": {
        "company": replace(
            COMPANY,
            legal_line="SAS, RCS Nantes",
            phone="02 40 12 34 56",
            privacy_url="https://durand.example/x",
        )
    },
    "orders": {"lines": (line(1, order_number="BC-1"), line(2, -3, order_number="BC-2"))},
}
FRENCH = re.compile(
    r"[àâçéèêëîïôùûœ]|\b(le|la|les|de|du|des|et|un|une|vous|votre|vos|nous|notre|tu|ton|ta|est|sont|facture"
    r"|factures|pour|sur|par|avec|jour|jours|Total échu|reste|avoir|Madame|Monsieur)\b",
    re.IGNORECASE,
)
VOUS = re.compile(r"\b(vous|votre|vos|veuillez|(?!chez\b)\w+ez)\b", re.IGNORECASE)
TU = re.compile(r"\b(tu|te|toi|ton|ta|tes|t’\w+|réponds|appelle-nous|dis-le|peux)\b", re.IGNORECASE)


@lru_cache(maxsize=1024)
def mail(template: str, situation: str, language: str, form: str) -> Rendered:
    """Return the mail of a template in a situation, a language and a form of address."""
    facts = {"language": language, "address_form": form, **MORE[situation]}
    if facts.get("penalties"):
        facts["penalties"] = facts["penalties"][language]
    return render_email(about(**facts), template)


@lru_cache(maxsize=1024)
def page(source: str) -> Reader:
    """Return what a person reads in the HTML of a mail."""
    return read(source)


@lru_cache(maxsize=1024)
def said(rendered: Rendered) -> list[str]:
    """Return all that the customer reads: subject, text, HTML; facts of ours taken out."""
    parts = [rendered.subject, rendered.text, " ".join(page(rendered.html).said)]
    parts += [str(image["alt"]) for image in page(rendered.html).images]
    known = ("12 rue des Lilas", "Atelier Durand SAS", "Sophie Durand", "Garage Martin", "Claire Martin")
    return [re.sub("|".join(known), "X", flat(part)) for part in parts]


def every(template: str, variant: tuple[str, str]) -> list[Rendered]:
    return [mail(template, situation, *variant) for situation in MORE]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("template", ALL)
def test_no_template_shows_through_and_lines_are_short(template, variant):
    for rendered in every(template, variant):
        for part in said(rendered):
            assert not re.search(r"\{\{|\{%|\}\}|%\}|None|relance:|⟦", part)
        rows = rendered.text.splitlines()
        assert all(len(row) <= 72 for row in rows if "http" not in row)
        assert not any(row.endswith(" ") for row in rows)
        assert "\n\n\n" not in rendered.text


@pytest.mark.parametrize("template", ALL)
def test_english_holds_no_french(template):
    for rendered in every(template, ("en", "vous")):
        for part in said(rendered):
            assert not FRENCH.search(part), FRENCH.search(part)
        assert '<html lang="en">' in rendered.html


@pytest.mark.parametrize("template", ALL)
def test_tu_never_says_vous_and_vous_never_says_tu(template):
    for rendered in every(template, ("fr", "tu")):
        for part in said(rendered):
            assert not VOUS.search(part), VOUS.search(part)
    for rendered in every(template, ("fr", "vous")):
        for part in said(rendered):
            assert not TU.search(part), TU.search(part)


@pytest.mark.parametrize("template", ALL)
def test_each_variant_says_something_of_its_own(template):
    texts = [mail(template, "one", *variant).text for variant in VARIANTS]
    assert len(set(texts)) == len(VARIANTS)
    assert TU.search(texts[1])


@pytest.mark.parametrize("variant", VARIANTS[1:])
@pytest.mark.parametrize("template", ALL)
def test_the_text_says_all_that_the_html_says(template, variant):
    for situation in MORE:
        rendered = mail(template, situation, *variant)
        text, reader = flat(rendered.text), page(rendered.html)
        shown = re.findall(
            r"(?:[€£]|US\$|CHF\s)[\d,]+\.\d\d|(?:\u2212\s)?[\d\u202f]+,\d\d\s[^\s<,;.)]+", rendered.html
        )
        assert all(flat(html.unescape(money)) in text for money in shown)
        assert all(link.removeprefix("mailto:") in text for link in reader.links)
        paragraphs = re.findall(r'<p class="p(?: small)?"[^>]*>(.*?)</p>', rendered.html, re.DOTALL)
        for paragraph in paragraphs[:-1]:
            assert flat(html.unescape(re.sub(r"<[^>]+>", " ", paragraph))) in text


@pytest.mark.parametrize("template", ALL)
def test_french_spaces_are_those_of_typography_in_the_form_tu_too(template):
    for rendered in every(template, ("fr", "tu")):
        for part in (rendered.subject, rendered.text, " ".join(page(rendered.html).said)):
            assert not re.search(r" [:;!?€%»]|« ", part)
            assert not re.search(r"\w[;!?](\s|$)", part)
            assert not re.search(r"[^\W\d]:\s", part)
            assert "'" not in part


@pytest.mark.parametrize("template", ALL)
def test_english_punctuation_has_no_french_spaces(template):
    for rendered in every(template, ("en", "vous")):
        for part in (rendered.subject, rendered.text, " ".join(page(rendered.html).said)):
            assert not re.search("[\u00a0\u202f ][:;!?%»]", part)
            assert "\u202f" not in part
            assert "'" not in part


LAW = re.compile(
    r"L441|D441|40\s?€|€40\b|pénalité|penalt|interest|intérêt|indemnité|recovery|moratoire"
    r"|Code d[eu]|Commercial Code|Procurement Code"
)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("kind", ["consumer", None])
def test_consumers_and_unknown_customers_never_read_of_penalties(template, variant, kind):
    item = line(1, number="FAC-1", outstanding=Decimal(10))
    language, form = variant
    context = about(item, kind=kind, penalties=PENALTIES[language], language=language, address_form=form)
    for part in said(render_email(context, template)):
        assert not LAW.search(part), LAW.search(part)


@pytest.mark.parametrize(
    ("language", "kind", "words"),
    [
        ("fr", "business", "articles L441-10 et D441-5 du Code de commerce"),
        ("fr", "public", "à des intérêts moratoires au taux de refinancement"),
        ("fr", "public", "majoré de huit points et à une indemnité forfaitaire de 40 €"),
        ("fr", "public", "articles L2192-13, R2192-31 et D2192-35 du Code de la commande publique"),
        ("en", "business", "late-payment interest under article L441-10 of the French Commercial Code"),
        ("en", "business", "fixed compensation of €40 per invoice for recovery costs"),
        ("en", "public", "French Public Procurement Code"),
    ],
)
@pytest.mark.parametrize("form", ["vous", "tu"])
@pytest.mark.parametrize("template", ["strong", "public_firm"])
def test_the_law_is_told_to_whom_it_is_about(language, kind, words, form, template):
    text = flat(render_email(about(kind=kind, language=language, address_form=form), template).text)
    assert words in text
    assert ("Commerc" in text or "commerce" in text) is (kind == "business")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            ("12,34 € de pénalités de retard (au taux de 12,15 % l’an) et 80,00 € d’indemnité (2 × 40,00 €)"),
        ),
        (
            "en",
            (
                "€12.34 in late-payment interest (at 12.15% a year)"
                " and €80.00 in compensation for recovery costs (2 × €40.00)"
            ),
        ),
    ],
)
def test_penalties_are_told_in_figures_when_they_are_known(language, words):
    text = flat(render_email(about(penalties=PENALTIES[language], language=language), "strong").text)
    assert words in text
    mild = render_email(about(penalties=PENALTIES[language], language=language), "firm").text
    assert words not in flat(mild)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_rate_to_be_confirmed_gives_no_figure_of_interest(language):
    unsure = replace(PENALTIES[language], to_confirm=True)
    for shown in (unsure, replace(unsure, interest=None), None):
        text = flat(render_email(about(penalties=shown, language=language), "strong").text)
        assert not re.search(r"12[,.]34|12[,.]15", text)
        assert "40" in text
        assert "confirm" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["business", "public"])
def test_what_a_person_gave_up_is_not_even_mentioned(language, kind):
    waived = replace(PENALTIES[language], waived=True)
    text = render_email(about(penalties=waived, kind=kind, language=language), "strong").text
    assert not LAW.search(text.replace("FR76 3000 6000 0112 3456 7890 189", "").replace("SIREN", ""))


def test_interest_below_a_cent_leaves_the_indemnity_alone():
    none_yet = replace(PENALTIES["fr"], interest=Decimal(0))
    text = flat(render_email(about(penalties=none_yet), "strong").text)
    assert "À ce jour, cela représente 80,00 € d’indemnité" in text


def test_an_early_payment_discount_is_offered_before_the_due_date_only():
    french = flat(render_email(about(**MORE["discount"]), "pre_reminder").text)
    assert "escompte de 2 %, soit 24,71 €, pour un règlement au plus tard le jeudi 3 décembre" in french
    english = flat(render_email(about(**MORE["discount"], language="en"), "pre_reminder").text)
    assert "early-payment discount of 2%, that is €24.71, if you pay by 3 December 2026" in english
    late = flat(render_email(about(line(1, 5), discount=DISCOUNT), "firm").text)
    assert "scompte" not in late


def test_a_broken_plan_is_told_as_a_plan():
    text = flat(render_email(about(broken=PLAN), "firm").text)
    assert "L’échéancier convenu ensemble prévoyait 500,00 € pour le mardi 1er décembre ;" in text
    english = flat(render_email(about(broken=PLAN, language="en"), "firm").text)
    assert "Under the payment plan that we agreed, €500.00 was due on Tuesday 1 December;" in english


def test_a_disputed_part_is_set_aside_and_is_not_called_paid():
    only_disputed = line(1, 3, outstanding=Decimal(900), amount=Decimal(1000), disputed=Decimal(100))
    text = flat(render_email(about(only_disputed), "firm").text)
    assert "900,00 € (sur 1 000,00 €)" in text
    assert "contesté, mis à part : 100,00 €" in text
    assert "reste impayée" in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_english_writes_days_and_amounts_its_own_way(language):
    context = about(line(1, 3), line(2, 5, "GBP"), line(3, 7, "USD"), language=language)
    text = flat(render_email(context, "firm").text)
    english = [amount(item.outstanding, item.currency) for item in context.lines]
    assert english == ["€1,235.50", "£1,236.50", "US$1,237.50"]
    assert all((money in text) is (language == "en") for money in english)
    assert (flat(day(context.lines[0].due_date)) in text) is (language == "en")


@pytest.mark.parametrize(
    ("contact", "familiar", "formal"),
    [
        ("MARTIN Claire", "Bonjour Claire,", "Bonjour Claire Martin,"),
        ("M. Paul LE GALL", "Bonjour Paul,", "Bonjour Monsieur Le Gall,"),
        ("Service comptabilité", "Bonjour,", "Bonjour,"),
        (None, "Bonjour,", "Bonjour,"),
    ],
)
def test_on_first_name_terms_the_first_name_is_used(contact, familiar, formal):
    text = render_email(about(contact=contact, address_form="tu"), "soft").text
    assert text.startswith(f"{familiar}\n")
    assert render_email(about(contact=contact), "soft").text.startswith(f"{formal}\n")


def test_english_greets_whom_it_knows():
    assert "Dear Claire Martin,\n" in render_email(about(language="en"), "firm").text
    for doubtful in (None, "Service Comptabilité", "Le Bris Yann"):
        nobody = render_email(about(language="en", contact=doubtful), "firm").text
        assert "Dear Sir or Madam,\n" in nobody
        assert "Yours faithfully,\n" in nobody


@pytest.mark.parametrize("template", CORRECTIVE)
def test_no_english_email_is_a_formal_notice_or_names_a_court(template):
    for rendered in every(template, ("en", "vous")):
        assert not re.search(r"formal notice|court|legal action|bailiff|lawyer|litigation", rendered.text)


@pytest.mark.parametrize("template", PREVENTIVE)
def test_what_is_not_due_yet_is_never_called_overdue_in_english(template):
    text = render_email(about(line(1, -3), language="en"), template).text
    assert not re.search("overdue|unpaid|late", text, re.IGNORECASE)


OWN = "Bonjour à toute l’équipe <b>,\r\n\r\nUn mot & un seul.\nÀ bientôt\u202e\n\n\n\n- un\n- deux"


@pytest.mark.parametrize("template", ALL)
def test_a_persons_own_text_takes_the_place_of_the_paragraphs_and_nothing_else(template):
    shown = {"broken": PLAN, "penalties": PENALTIES["fr"], "credits": (Credit(Decimal(10)),)}
    plain = render_email(about(**shown), template)
    own = render_email(about(**shown, own_text=OWN, own_subject="Votre\r\ndossier"), template)
    assert own.subject == "Votre dossier"
    assert "Bonjour à toute l’équipe <b>,\n\nUn mot & un seul.\nÀ bientôt\n\n- un\n- deux\n\n" in own.text
    assert "Bonjour à toute l’équipe &lt;b&gt;," in own.html
    assert "Un mot &amp; un seul.<br>À bientôt" in own.html
    assert "<li>deux</li>" in own.html
    assert "\u202e" not in own.text + own.html
    for kept in ("FAC-0001", "1 235,50 €", "FR76 3000", "Net à payer", "Bonjour Claire Martin,"):
        assert kept in flat(own.text) or kept not in flat(plain.text)
    assert ("L441-10" in own.text) is ("L441-10" in plain.text)
    assert "échéancier" not in own.text
    assert own.qr == plain.qr


def test_what_may_be_edited_is_what_stands_in_the_mail():
    context = about(broken=PLAN)
    words = editable(context, "strong")
    assert flat(words.subject) == "Facture échue à régler : FAC-0001, 1 235,50 € (Garage Martin)"
    for paragraph in words.text.split("\n\n"):
        assert flat(paragraph) in flat(render_email(context, "strong").text)
    assert "L’échéancier convenu" in words.text
    assert "L441-10" not in words.text
    again = replace(context, own_text=words.text, own_subject=words.subject)
    assert editable(again, "strong") == words
    assert flat(words.text) in flat(render_email(again, "strong").text)
    assert render_email(again, "strong").subject == words.subject
