"""The pages of letters: what each kind of customer reads and never reads, on one sheet."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from message_templates.pages import pdf
from message_templates.pieces.letter import file_of, picture_of, render_letter, values_of
from receivables.company import Company
from receivables.kinds import rank_of
from receivables.letters import (
    CONSUMER,
    FORMAL,
    NOTICES,
    PUBLIC,
    SIMPLE,
    LetterContext,
    LetterCredit,
    LetterItem,
    form_for,
    template_for,
)
from receivables.money import ZERO

AT = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)
DAY = date(2026, 5, 18)
B2B = r"L441|D441|40[,.]00|40 €|€40|dix points|ten percentage|frais de recouvrement|Indemnité|Pénalités"
LAW = r"article|Code|pénalit|intérêt|juridiction|court|interest"


def item(place: int = 1, **more: Any) -> LetterItem:
    due = date(2026, 4, 1) - timedelta(days=7 * (place - 1))
    facts: dict[str, Any] = {
        "invoice_id": place,
        "number": f"FAC-{place}",
        "issue_date": due - timedelta(days=30),
        "due_date": due,
        "days_late": (DAY - due).days,
        "amount": Decimal("1200.00"),
        "claimed": Decimal("1000.00"),
        "interest": Decimal("18.77"),
        "indemnity": Decimal("40.00"),
        "bears": True,
    }
    return LetterItem(**facts | more)


def bare(number: int = 1) -> LetterItem:
    """An invoice of somebody who owes its amount and nothing else."""
    return item(number, interest=ZERO, indemnity=ZERO, bears=False)


@pytest.fixture
def letter(company: Company) -> LetterContext:
    return LetterContext(
        company=replace(company, bic="AGRIFRPP", signatory="Paul Durand, gérant", phone="02 40 12 34 56"),
        customer_id=1,
        customer="Garage Martin & Fils",
        day=DAY,
        template=FORMAL,
        address=("À l’attention de la comptabilité", "5 avenue de la Gare", "35000 Rennes"),
        kind="business",
        code="C-042",
        items=(item(1),),
    )


def pages(letter: LetterContext) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render_letter(letter, values_of(letter), None, at=AT)))
    return [" ".join(re.sub(r"[\u00a0\u202f\u2009]", " ", p.extract_text()).split()) for p in reader.pages]


def one_page(letter: LetterContext) -> str:
    [page] = pages(letter)
    return page


def test_a_formal_notice_says_all_that_it_must(letter: LetterContext) -> None:
    """Words, parties, invoice, breakdown, delay, means of payment, what comes next, date, signature."""
    said = one_page(replace(letter, earlier=(date(2026, 4, 8), date(2026, 4, 16))))
    for words in (
        "Objet : mise en demeure de payer notre facture FAC-1",
        "mettons en demeure, au sens de l’article 1344 du Code civil",
        "Atelier Durand SAS 12 rue des Lilas 44000 Nantes SIREN 732 829 320",
        "Garage Martin & Fils À l’attention de la comptabilité 5 avenue de la Gare 35000 Rennes",
        "FAC-1 02/03/2026 01/04/2026 47 jours 1 200,00 € 1 000,00 €",
        "Malgré nos relances du 8 avril 2026 et du 16 avril 2026",
        "Principal restant dû 1 000,00 €",
        "Pénalités de retard au 18 mai 2026 (article L441-10 du Code de commerce) 18,77 €",
        "Indemnité forfaitaire de recouvrement (article D441-5 du même code) : 1 × 40,00 € 40,00 €",
        "Total à régler 1 058,77 €",
        "dans un délai de 8 jours à compter de la première présentation de cette lettre",
        "P. J. : copie ",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "BIC AGRIFRPP",
        "Virement de 1 058,77 €",
        "injonction de payer",
        "Nantes, le 18 mai 2026",
        "Paul Durand, gérant",
        "Lettre recommandée avec avis de réception",
    ):
        assert words in said, words
    assert "L441-6" not in said
    assert "1231-6" not in said  # legal interest never adds to penalties


def test_the_code_on_the_page_pays_what_is_asked(letter: LetterContext) -> None:
    """The picture in the values is the transfer of the total."""
    values = values_of(letter)
    means = values["pay"]
    assert isinstance(means, dict)
    assert bytes(means["qr"]).startswith(b"\x89PNG")
    assert means["qr_amount"].startswith("1\u202f058,77")


def test_a_rate_not_confirmed_gives_no_figure(letter: LetterContext) -> None:
    """Penalties are due, and said so; their amount is not made up."""
    said = one_page(replace(letter, items=(item(1, interest=None), item(2))))
    assert "dus, montant à venir" in said
    assert "18,77" not in said
    assert "Total à régler, hors pénalités de retard 2 080,00 €" in said
    assert "leur montant vous sera communiqué séparément" in said


@pytest.mark.parametrize("template", [*NOTICES, SIMPLE, "ma_lettre"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_consumer_never_reads_what_is_between_businesses(
    letter: LetterContext, template: str, language: str
) -> None:
    """Whatever the policy says, and whatever figures might come along."""
    chosen = template_for(template, "consumer")
    said = one_page(
        replace(letter, kind="consumer", template=chosen, language=language, items=(bare(),), code=None)
    )
    assert not re.search(B2B, said.replace("ni frais de relance ni frais de recouvrement", ""))
    assert not re.search("tribunal|juridiction|huissier|court", said)
    if chosen != SIMPLE:
        assert "1231-6" in said
        assert re.search("ni frais de relance ni frais de recouvrement|any reminder or recovery costs", said)


@pytest.mark.parametrize("template", [*NOTICES, SIMPLE])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_of_whom_nothing_is_known_no_law_is_said(letter: LetterContext, template: str, language: str) -> None:
    """No SIREN and no kind: neither law nor costs."""
    chosen = template_for(template, rank_of(None, None))
    said = one_page(replace(letter, kind="unknown", template=chosen, language=language, items=(bare(),)))
    assert not re.search(LAW, said), said


@pytest.mark.parametrize("template", [SIMPLE, PUBLIC])
def test_a_public_body_is_asked_for_its_payment_order_and_may_say_when_it_received_an_invoice(
    letter: LetterContext, template: str
) -> None:
    public = replace(letter, template=template, kind="public")
    said = one_page(public)
    assert "faire procéder au mandatement et au paiement" in said
    receipt = {
        SIMPLE: "ou si la date de réception de la facture en reporte l’échéance, indiquez-le-nous",
        PUBLIC: "Si la date de réception de la facture reporte l’échéance, indiquez-la-nous : nous rec",
    }
    assert receipt[template] in said
    assert "Chorus Pro, numéro d’engagement, code service" in said
    assert "Si une difficulté vous en empêche" not in said
    english = one_page(replace(public, language="en"))
    received = {
        SIMPLE: "or if the date of receipt of the invoice moves its due date",
        PUBLIC: "If the date on which you received the invoice moves the due date",
    }
    assert received[template] in english
    assert "Chorus Pro" in english
    if template == SIMPLE:
        assert "et de nous indiquer, d’ici au lundi 8 juin 2026, la date de mise en paiement" in said
        assert "Si le paiement est intervenu entre-temps, merci de nous en indiquer la date." in said
        assert "indique-le-nous" in one_page(replace(public, form="tu"))


def test_a_formal_notice_says_what_paying_within_the_delay_settles(letter: LetterContext) -> None:
    settles = "solde la facture, l’indemnité forfaitaire et les pénalités arrêtées au 18 mai 2026"
    then = "les pénalités courues ensuite, jusqu’au paiement, restent dues."
    assert f"{settles} ; {then}" in one_page(letter)
    english = one_page(replace(letter, language="en"))
    assert "settles the invoice, the fixed compensation and the interest up to 18 May 2026" in english


def test_a_public_body_reads_its_own_law(letter: LetterContext) -> None:
    """Moratory interest at eight points, and no word of the Commercial Code."""
    said = one_page(replace(letter, template=template_for(FORMAL, "public"), kind="public"))
    assert "Intérêts moratoires au 18 mai 2026 (article L2192-13 du Code de la commande publique)" in said
    assert "majoré de huit points" in said
    assert "L441" not in said
    assert "dix points" not in said
    assert "du principal, soit 1 000,00 €, dans un délai de 15 jours à compter de la première" in said
    assert "dans les quarante-cinq jours suivant la mise en paiement du principal (article R2192-36" in said
    assert "Principal à payer 1 000,00 €" in said
    assert "Total arrêté à ce jour 1 058,77 €" in said
    assert "Virement de" not in said  # it pays by a mandate, and scans nothing
    assert "Garage Martin & Fils À l’attention de l’ordonnateur" in said
    assert "Si le paiement est intervenu entre-temps, merci de nous en indiquer la date." in said
    assert "ne pas tenir compte" not in said


@pytest.mark.parametrize(("kind", "template"), [("business", FORMAL), ("public", PUBLIC)])
def test_the_rate_is_told_in_figures_when_one_says_all(
    letter: LetterContext, kind: str, template: str
) -> None:
    one = replace(letter, kind=kind, template=template, items=(replace(item(1), rate=Decimal("12.15")),))
    assert ", au taux de 12,15 % l’an, sur 47 jours 18,77 €" in one_page(one)
    assert "at 12.15% a year, over 47 days" in one_page(replace(one, language="en"))
    two = (replace(item(1), rate=Decimal("12.15")), replace(item(2), rate=Decimal("12.15")))
    assert ", au taux de 12,15 % l’an 37,54 €" in one_page(replace(one, items=two))
    mixed = (two[0], replace(two[1], rate=Decimal("12.40")))
    assert "l’an" not in one_page(replace(one, items=mixed))


@pytest.mark.parametrize(
    ("customer", "said"),
    [("Mme Claire Roy", "Madame,"), ("M. Paul Roy", "Monsieur,"), ("Roy", "Madame, Monsieur,")],
)
def test_a_consumer_is_addressed_by_title_and_told_of_the_mediator_after_a_complaint(
    letter: LetterContext, customer: str, said: str
) -> None:
    company = replace(letter.company, mediator="CM2C, cm2c.example")
    page = one_page(
        replace(
            letter, company=company, customer=customer, kind="consumer", template=CONSUMER, items=(bare(),)
        )
    )
    assert f"FAC-1 {said} Sauf erreur" in page
    assert page.index("nous examinerons") < page.index("cm2c.example") < page.index("Sans règlement ni")
    assert f"agréer, {said} nos salutations distinguées." in page
    assert "après une réclamation écrite de votre part, vous pouvez saisir gratuitement" in page
    assert "ni nouvelles" in page
    assert "nous en indiquer la date et le montant : nous le déduirons." in page


@pytest.mark.parametrize(
    ("kind", "template", "language", "form", "said", "ends"),
    [
        ("consumer", CONSUMER, "en", "vous", "Dear Ms Roy,", "Yours sincerely,"),
        ("consumer", CONSUMER, "fr", "vous", "Madame,", "agréer, Madame, nos salutations"),
        ("business", SIMPLE, "en", "vous", "Dear Ms Roy,", "Yours sincerely,"),
        ("business", SIMPLE, "fr", "vous", "Madame,", "agréer, Madame, nos salutations"),
        ("business", SIMPLE, "fr", "tu", "Bonjour Claire,", "Bien à toi,"),
        ("business", SIMPLE, "en", "tu", "Hello Claire,", "Kind regards,"),
        ("public", SIMPLE, "fr", "vous", "Madame,", "agréer, Madame, nos salutations"),
        ("unknown", FORMAL, "en", "vous", "Dear Ms Roy,", "Yours sincerely,"),
        ("business", FORMAL, "fr", "vous", "Madame,", "agréer, Madame, nos salutations"),
        ("public", PUBLIC, "fr", "vous", "Madame, Monsieur,", "agréer, Madame, Monsieur, l’expression"),
        ("public", PUBLIC, "en", "vous", "Dear Sir or Madam,", "Yours faithfully,"),
    ],
)
def test_somebody_known_by_name_is_greeted_as_such(
    letter: LetterContext, kind: str, template: str, language: str, form: str, said: str, ends: str
) -> None:
    """In letters of every kind and language; a notice to a public body goes to an office."""
    known = replace(
        letter,
        kind=kind,
        template=template,
        language=language,
        form=form,
        customer="Mme Claire Roy" if kind == "consumer" else "Roy SARL",
        contact="" if kind == "consumer" else "Mme Claire ROY",
        items=(bare(),),
    )
    page = one_page(known)
    assert f" {said} " in page
    assert ends in page
    nobody = replace(known, contact="", customer="SARL Roy")
    assert ("Dear Sir or Madam," in one_page(nobody)) is (language == "en" and form == "vous")
    assert ("Madame, Monsieur," in one_page(nobody)) is (language == "fr" and form == "vous")
    same = known.mark == replace(known, contact="").mark
    assert same is (kind == "consumer" or template == PUBLIC)


def test_a_simple_letter_asks_and_puts_nobody_on_notice(letter: LetterContext) -> None:
    """In both forms of address, and in English."""
    simple = replace(letter, template=SIMPLE, items=(item(1, interest=ZERO, indemnity=ZERO),))
    vous, tu = one_page(simple), one_page(replace(simple, form="tu"))
    english = one_page(replace(simple, language="en"))
    for said in (vous, tu):
        assert "Objet : rappel – notre facture FAC-1, échue le 1er avril 2026" in said
        assert "d’ici au lundi 1er juin 2026" in said
        assert "nous en indiquer la date et le montant : nous le déduirons." in said
    assert not re.search(r"\b(vous|votre|vos)\b", tu)
    reminded = one_page(replace(simple, earlier=(date(2026, 4, 8),)))
    assert "Malgré notre message du 8 avril 2026, nous n’avons pas encore reçu" in reminded
    assert "Sauf erreur" not in reminded
    assert "our invoice FAC-1, due on 1 April 2026" in english
    for said in (vous, tu, english):
        assert not re.search("demeure|formal notice|recommandé|Registered", said)
        assert "1,000.00" in said or "1 000,00" in said


@pytest.mark.parametrize("template", NOTICES)
def test_a_notice_never_says_tu(template: str) -> None:
    """On first-name terms or not."""
    assert (form_for(template, "tu"), form_for(SIMPLE, "tu")) == ("vous", "tu")


@pytest.mark.parametrize(("count", "language"), [(1, "fr"), (8, "en"), (15, "fr"), (20, "fr"), (20, "en")])
def test_up_to_twenty_invoices_stand_on_the_page(letter: LetterContext, count: int, language: str) -> None:
    """Long names, long addresses, all six of its lines, long numbers: still one sheet."""
    many = tuple(item(n, number=f"FACTURE-2026-{n:06d}-PARTICULIERE") for n in range(1, count + 1))
    said = one_page(
        replace(
            letter,
            language=language,
            items=many,
            customer="Société nationale des garages et carrosseries industrielles réunis " * 3,
            address=("Une ligne d’adresse bien trop longue pour une enveloppe " * 2,) * 8,
            earlier=tuple(date(2026, 4, n) for n in (1, 8, 16, 24)),
            credits=(LetterCredit(amount=Decimal(10), number="AV-7"),),
        )
    )
    assert said.count("FACTURE-2026-") >= count


def test_beyond_twenty_the_list_goes_to_an_annex(letter: LetterContext) -> None:
    """The page gives the sum of each month; every invoice is in the annex, and the totals agree."""
    first, *annex = pages(replace(letter, items=tuple(item(n) for n in range(1, 61))))
    assert "Leur liste est en annexe" in first
    assert "Principal restant dû 60 000,00 €" in first
    assert "Paul Durand, gérant" in first
    assert set(re.findall(r"FAC-\d+", " ".join(annex))) == {f"FAC-{n}" for n in range(1, 61)}


def test_several_currencies_are_never_added(letter: LetterContext) -> None:
    """A block for each; the indemnity, always in euros, stands with the euros."""
    said = one_page(replace(letter, items=(item(1), item(2, currency="CHF"))))
    assert "la somme de 1 098,77 € et 1 018,77 CHF" in said


def test_credits_are_taken_off(letter: LetterContext) -> None:
    """An open credit note is deducted and named."""
    said = one_page(replace(letter, credits=(LetterCredit(amount=Decimal(100), number="AV-7"),)))
    assert "À déduire : vos avoirs et versements (AV-7) − 100,00 €" in said
    assert "Total à régler 958,77 €" in said


def test_names_are_text(letter: LetterContext) -> None:
    """A customer's name, address or number can neither run nor dress up."""
    evil = '#panic("x") *gras* $x$ <a>'
    said = one_page(replace(letter, customer=evil, address=(evil,), items=(item(1, number=evil),)))
    assert said.count('#panic("x") *gras* $x$ <a>') >= 3


def test_an_accent_above_the_first_line_of_an_address_is_not_cut(letter: LetterContext) -> None:
    made = render_letter(letter, values_of(letter), None, at=AT)
    drawn: list[tuple[bytes, list[Any]]] = []
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    page.extract_text(visitor_operand_before=lambda op, args, _cm, _tm: drawn.append((op, list(args or ()))))
    cut = next(place for place, (op, _) in enumerate(drawn) if op == b"W")
    edge = max(float(args[1]) for op, args in drawn[cut - 5 : cut] if op in {b"m", b"l"})
    after = drawn[cut:]
    line = next(float(args[5]) for op, args in after if op == b"cm")
    size = next(float(args[1]) for op, args in after if op == b"Tf")
    assert edge - line > 0.9 * size


def test_what_changes_its_words_changes_its_mark(letter: LetterContext) -> None:
    """Items, amounts, addressee, our own bank: another mark. Another day, or a day's interest: the same."""
    same = (
        replace(letter, day=DAY + timedelta(days=1)),
        replace(letter, items=(item(1, interest=Decimal(20)),)),
    )
    others = (
        replace(letter, items=(item(1, claimed=Decimal(900)),)),
        replace(letter, items=(item(1), item(2))),
        replace(letter, items=(item(1, interest=None),)),
        replace(letter, items=(item(1, interest=ZERO, indemnity=ZERO, bears=False),)),
        replace(letter, address=("6 avenue de la Gare", "35000 Rennes")),
        replace(letter, customer="Garage Martin"),
        replace(letter, credits=(LetterCredit(amount=Decimal(1)),)),
        replace(letter, company=replace(letter.company, iban="FR1420041010050500013M02606")),
        replace(letter, template=PUBLIC),
        replace(letter, language="en"),
    )
    assert {each.mark for each in same} == {letter.mark}
    assert len({each.mark for each in others} | {letter.mark}) == len(others) + 1


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("template", "kind", "days"),
    [(FORMAL, "business", 8), (PUBLIC, "public", 15), (CONSUMER, "consumer", 15)],
)
def test_the_delay_of_a_notice_runs_from_its_first_presentation_and_from_no_day_of_writing(
    letter: LetterContext, template: str, kind: str, days: int, language: str
) -> None:
    said = one_page(replace(letter, template=template, kind=kind, language=language))
    delay = {
        "fr": f"dans un délai de {days} jours à compter de la première présentation de cette lettre",
        "en": f"within {days} days of the first presentation of this letter",
    }
    assert delay[language] in said
    assert "au plus tard le" not in said
    assert "no later than" not in said


def test_the_letterhead_has_what_the_law_wants_and_consumers_learn_of_their_mediator(
    letter: LetterContext,
) -> None:
    company = replace(
        letter.company,
        legal_line="SAS au capital de 10 000 €, RCS Nantes",
        mediator="Médiation de la consommation, mediation.example",
        privacy_url="https://durand.example/donnees",
    )
    business = one_page(replace(letter, company=company))
    consumer = one_page(replace(letter, company=company, template=CONSUMER, kind="consumer"))
    for said in (business, consumer):
        assert "SAS au capital de 10 000 €, RCS Nantes" in said
        assert "https://durand.example/donnees" in said
    assert "médiateur de la consommation : Médiation de la consommation, mediation.example." in consumer
    assert "médiateur de la consommation" not in business
    assert "médiateur" not in one_page(replace(letter, template=CONSUMER, kind="consumer"))


def test_more_invoices_than_a_motive_holds_have_one_motive_in_words_and_code(letter: LetterContext) -> None:
    many = replace(letter, code="C-042", items=tuple(
        replace(letter.items[0], number=f"FAC-{rank}", invoice_id=rank) for rank in range(1, 7)
    ))  # fmt: skip
    assert f"Motif C-042 relance {letter.day:%d/%m}" in one_page(many)


@pytest.mark.parametrize(
    ("notice_days", "day", "last"),
    [(8, "2026-05-13", "2026-05-26"), (8, "2026-05-10", "2026-05-26"), (15, "2026-04-11", "2026-05-04")],
)
def test_a_day_that_an_own_text_names_is_open_and_counted_from_the_last_day_of_deposit(
    letter: LetterContext, notice_days: int, day: str, last: str
) -> None:
    """23 May is a Saturday and 25 May Whit Monday; 1 May is closed."""
    made = replace(
        letter, day=date.fromisoformat(day), company=replace(letter.company, notice_days=notice_days)
    )
    assert made.deadline == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("wanted", "kind", "given"),
    [
        ("formal_notice", "business", "formal_notice"),
        ("formal_notice", "unknown", "formal_notice"),
        ("formal_notice", "public", "public_notice"),
        ("formal_notice", "consumer", "consumer_notice"),
        ("consumer_notice", "business", "formal_notice"),
        ("public_notice", "consumer", "consumer_notice"),
        ("ma_lettre", "business", "ma_lettre"),
        ("ma_lettre", "consumer", "consumer_notice"),
        ("consumer_doux", "consumer", "consumer_doux"),
        ("consumer_doux", "business", "formal_notice"),
        ("reminder_letter", "consumer", "reminder_letter"),
    ],
)
def test_the_law_chooses_the_text(wanted: str, kind: str, given: str) -> None:
    """Not the policy."""
    assert template_for(wanted, kind) == given


def test_every_shipped_letter_is_set(letter: LetterContext) -> None:
    """Each file in both languages, as PDF and as picture."""
    names = {name for name in pdf.shipped() if name.rpartition("/")[2] in {*NOTICES, SIMPLE}}
    assert names == {file_of(name, lang) for name in (*NOTICES, SIMPLE) for lang in ("fr", "en")}
    for name in sorted(names):
        template, language = name.rpartition("/")[2], "en" if "/en/" in name else "fr"
        made = replace(letter, template=template, language=language, items=(bare(),))
        assert picture_of(template, language, values_of(made)).startswith(b"\x89PNG")
