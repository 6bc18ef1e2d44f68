"""Statements and thanks as customers read them: words in three manners, pages, foreign text."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from message_templates.checks.mails import check_email
from message_templates.pieces.mail import QR_CID
from message_templates.pieces.statement import (
    SHOWN,
    StatementContext,
    file_name,
    picture,
    render_pdf,
    render_statement,
)
from message_templates.pieces.thanks import PaidInvoice, ThanksContext, render_thanks
from receivables.codes.payments import Entry, Means
from receivables.company import Company
from receivables.correspondence import OpenCredit
from receivables.statements import Balance, Movement, OpenItem, Received, Statement, nets
from tests.message_templates.mails import COMPANY

ON = date(2026, 4, 1)
AT = datetime(2026, 4, 1, 8, tzinfo=UTC)
WRONG = re.compile(r"(?<=[\w»)€]) [:;!?](?=\s|$)|« | »")
"""A plain space where French has an unbreakable one."""


def item(number: str, due: date, left: str, disputed: str = "0") -> OpenItem:
    whole, part = Decimal(left), Decimal(disputed)
    return OpenItem(1, number, due - timedelta(days=30), due, whole, whole, "EUR", part)


def statement(*items: OpenItem) -> Statement:
    """An account with a bit of everything."""
    return Statement(
        1,
        date(2026, 3, 1),
        ON,
        (Balance("EUR", Decimal("3180.50"), Decimal(1440), Decimal(500), Decimal(120)),),
        items
        or (
            item("FAC-1", date(2026, 2, 15), "700.00"),
            item("FAC-2", date(2026, 3, 10), "2480.50", disputed="480.50"),
            item("FAC-3", date(2026, 4, 18), "940.00"),
        ),
        (OpenCredit(Decimal(120), "EUR", "AV-4", date(2026, 3, 20)),),
        (Received(date(2026, 3, 12), Decimal(500), "EUR", "transfer"),),
    )


@pytest.fixture
def context(company: Company) -> StatementContext:
    return StatementContext(company, "Garage Martin", statement(), contact="Léa Brun", owner="Sophie Martin")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def flat(text: str) -> str:
    return " ".join(plain(text).split())


def pages(context: StatementContext) -> list[str]:
    found = PdfReader(io.BytesIO(render_pdf(context, at=AT))).pages
    return [plain(page.extract_text()) for page in found]


def test_the_mail_tells_balances_items_credits_payments_and_ages(context: StatementContext) -> None:
    mail = render_statement(context)
    assert plain(mail.subject) == "Atelier Durand SAS – relevé de compte au 1er avril 2026 (Garage Martin)"
    for words in (
        "- Déjà échu : 2 580,00 €, à régler d’ici au jeudi 9 avril",
        "- À échoir : 940,00 €, à régler au plus tard le samedi 18 avril 2026",
        "(un virement émis au plus tard le vendredi 17 avril convient) ; motif : FAC-3",
        "POUR RÉGLER PAR VIREMENT : PART ÉCHUE, 2 580,00 €",
        "Net à régler en tout : 3 520,00 €. Les montants en litige sont mis à part.",
        "Motif : FAC-1 FAC-2 AV-4",
        "AVANT DÉDUCTION, PAR ANCIENNETÉ",
        "Non échu : 940,00 €",
        "1 à 30 jours : 2 480,50 €",
        "Total : 4 120,50 € - Avoir AV-4 (20/03/2026), à déduire : − 120,00 €",
        "- En litige, mis à part : − 480,50 € Net à régler : 3 520,00 € (dont échu 2 580,00 €)",
        "Solde au 28/02/2026 : 3 180,50 €",
        "Règlements : − 500,00 €",
        "Solde au 01/04/2026 : 4 000,50 €",
        "échéance 15/02/2026, 45 jours de retard",
        "en litige : 480,50 €",
        "31 à 60 jours : 700,00 €",
        "12/03/2026, virement : 500,00 €",
        "IBAN : FR76 3000 6000 0112 3456 7890 189",
    ):
        assert words in flat(mail.text), words
    html = flat(re.sub("<[^>]+>", " ", mail.html))
    for words in ("4 000,50 €", "FAC-2", "en litige : 480,50 €", "Avoir AV-4", "virement"):
        assert words in html, words
    assert mail.qr is not None


@pytest.mark.parametrize("form", ["vous", "tu"])
def test_french_is_set_as_french_is(context: StatementContext, form: str) -> None:
    told = replace(context, address_form=form)
    for text in (render_statement(told).text, render_statement(told).subject):
        assert not WRONG.search(text), WRONG.search(text)
    said = render_statement(told).text.lower()
    assert bool(re.search(r"\b(vous|votre|vos|répondez)\b", said)) == (form == "vous")
    page = " ".join(PdfReader(io.BytesIO(render_pdf(told, at=AT))).pages[0].extract_text().split("\n"))
    assert bool(re.search(r"\b(vous|votre|vos|dites)\b", page)) == (form == "vous")


def test_english_speaks_english_alone(context: StatementContext) -> None:
    told = replace(context, language="en", code="C42")
    mail = render_statement(told)
    assert (
        plain(mail.subject) == "Atelier Durand SAS – statement of account as of 1 April 2026 (Garage Martin)"
    )
    assert "Balance on 1 Apr 2026: €4,000.50" in flat(mail.text)
    [page] = pages(told)
    for words in ("Statement of account as of", "Open invoices", "45 days", "disputed", "Customer reference"):
        assert words in page, words
    for text in (mail.text, mail.html.replace(QR_CID, ""), page):
        assert not re.search(r"\b(relevé|échéance|Facture|Règlement|jours|virement)\b", text)
    assert file_name(told) == "statement-2026-04-01.pdf"


def test_the_page_says_the_same_as_the_mail(context: StatementContext) -> None:
    [page] = pages(replace(context, postal_address="8 avenue de la Gare\n35000 Rennes", code="C42"))
    for words in (
        "Relevé de compte au 1er avril 2026",
        "35000 Rennes",
        "C42",
        "4 000,50 €",
        "Pour régler par virement : part échue, 2 580,00 €",
        "FAC-2 (en litige : 480,50 €)",
        "Avoir AV-4",
        "Plus de 90 jours",
        "FR76 3000 6000 0112 3456 7890 189",
        "Net à régler 3 520,00 € (dont échu 2 580,00 €)",
        "En litige, mis à part − 480,50 €",
        "Déjà échu : 2 580,00 €, à régler d’ici au jeudi 9 avril",
        "Motif FAC-1 FAC-2 AV-4",
        "Page 1 sur 1",
    ):
        assert words in page, words
    assert picture(context).startswith(b"\x89PNG")


def moved() -> tuple[Movement, ...]:
    """What leads from one end of the balance of `statement` to the other."""
    rows = (
        (date(2026, 3, 2), Entry.INVOICE, ("FAC-2",), "500.00", None),
        (date(2026, 3, 12), Entry.PAYMENT, ("FAC-9", "FAC-10"), "-500.00", Means.TRANSFER),
        (None, Entry.INVOICE, ("FAC-3",), "940.00", None),
        (date(2026, 3, 20), Entry.CREDIT_NOTE, ("AV-4",), "-120.00", None),
    )
    return tuple(
        Movement(day=day, entry=entry, numbers=numbers, amount=Decimal(amount), currency="EUR", means=means)
        for day, entry, numbers, amount, means in rows
    )


def test_the_page_tells_what_moved_line_by_line_from_one_balance_to_the_other(
    context: StatementContext,
) -> None:
    told = replace(context, statement=replace(statement(), movements=moved()))
    [page] = pages(told)
    assert (
        "Mouvements depuis le 01/03/2026 Date Opération Numéro Montant 28/02/2026 Solde 3 180,50 € "
        "02/03/2026 Facture FAC-2 500,00 € "
        "12/03/2026 Règlement (virement) FAC-9, FAC-10 − 500,00 € "
        "Facture FAC-3 940,00 € "
        "20/03/2026 Avoir AV-4 − 120,00 € "
        "01/04/2026 Solde 4 000,50 €"
    ) in flat(page)
    assert "Règlements précédents" not in page  # the one there is stands among what moved
    [page] = pages(replace(told, language="en"))
    assert "Movements since 1 Mar 2026 Date Entry Number Amount 28 Feb 2026 Balance €3,180.50" in flat(page)
    assert "12 Mar 2026 Payment (bank transfer) FAC-9, FAC-10 −€500.00" in flat(page)
    before = (Received(date(2026, 2, 9), Decimal(850), "EUR", Means.CHEQUE),)
    [page] = pages(replace(told, statement=replace(told.statement, payments=before)))
    assert "Règlements précédents 09/02/2026 chèque 850,00 €" in flat(page)


def test_what_moved_too_often_to_be_read_is_summed(
    context: StatementContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_templates.pieces.statement_lines.LISTED", 3)
    [page] = pages(replace(context, statement=replace(statement(), movements=moved())))
    assert "Solde 3 180,50 € Factures 1 440,00 € Règlements − 500,00 € Avoirs − 120,00 €" in flat(page)


def test_the_page_says_what_to_do_before_how_to_pay(context: StatementContext) -> None:
    """As the mail begins, in all that may be to do; in both forms of address, and in English."""
    later = replace(statement(item("F", date(2026, 4, 18), "700.00")), credits=())
    favour = replace(statement(), items=(), credits=(OpenCredit(Decimal(50), "EUR", None, None),))
    even = replace(statement(), items=(), credits=())
    for account, words in (
        (statement(), DUE_AND_LATER),
        (later, LATER),
        (favour, "Il ne reste rien à régler : vous disposez d’un crédit de 50,00 €."),
        (even, "Il ne reste rien à régler : votre compte est à jour, merci."),
    ):
        page = flat(pages(replace(context, statement=account))[0])
        assert words in page
        assert page.index(words) < page.index("Mouvements") < page.find("IBAN") % 100_000
    assert "tu disposes d’un crédit" in flat(pages(replace(context, statement=favour, address_form="tu"))[0])
    english = flat(pages(replace(context, language="en"))[0])
    assert english.index("by Thursday 9 April") < english.index("IBAN")


LATER = (
    "À échoir : 700,00 €, à régler au plus tard le samedi 18 avril 2026 (un virement émis au plus tard le "
    "vendredi 17 avril convient). Rien n’est encore échu."
)
DUE_AND_LATER = (
    "Déjà échu : 2 580,00 €, à régler d’ici au jeudi 9 avril À échoir : 940,00 €, à régler au plus tard le "
    "samedi 18 avril 2026 (un virement émis au plus tard le vendredi 17 avril convient) ; motif : FAC-3 "
    "Net à régler en tout : 3 520,00 €. Les montants en litige sont mis à part."
)


def test_a_long_account_is_cut_in_the_mail_and_whole_on_its_pages(context: StatementContext) -> None:
    items = [item(f"F-{rank:03d}", date(2026, 3, 1), "1.00") for rank in range(130)]
    told = replace(context, statement=statement(*items))
    mail = render_statement(told)
    assert mail.text.count("- F-") == SHOWN
    assert f"Et {130 - SHOWN} autres factures" in flat(mail.text)
    assert "Total : 130,00 €" in flat(mail.text)
    found = pages(told)
    assert len(found) > 1
    assert sum(page.count("F-") for page in found) >= 130
    assert "Facture Date Échéance" in flat(found[1])


def test_a_customer_in_credit_or_up_to_date_is_asked_for_nothing(context: StatementContext) -> None:
    paid = Statement(
        1,
        date(2026, 3, 1),
        ON,
        (Balance("EUR", Decimal(80), Decimal(0), Decimal(100), Decimal(0)),),
        (),
        (),
        (),
    )
    mail = render_statement(replace(context, statement=paid))
    assert "Il ne reste rien à régler" in flat(mail.text)
    assert "IBAN" not in mail.text
    assert "− 20,00 € (à votre crédit)" in flat(mail.text)
    assert mail.qr is None
    [page] = pages(replace(context, statement=paid))
    assert "à votre crédit" in page


def test_what_is_to_come_and_what_is_in_favour_are_told_as_what_to_do(context: StatementContext) -> None:
    later = replace(context, statement=replace(statement(item("F", date(2026, 4, 18), "700.00")), credits=()))
    said = flat(render_statement(later).text)
    assert LATER in said
    assert "maintenant" not in said
    favour = replace(statement(), items=(), credits=(OpenCredit(Decimal(50), "EUR", None, None),))
    said = flat(render_statement(replace(context, statement=favour)).text)
    assert "vous disposez d’un crédit de 50,00 €. Nous le déduirons de votre prochaine facture" in said
    assert "ou vous le rembourserons : dites-nous ce que vous préférez." in said


def figures(text: str) -> dict[str, Decimal]:
    """Return the amounts in euros of a text, by the words before them."""
    found = {}
    for words, sign, amount in re.findall(r"([^:\n]+?) ?: ?(− )?([\d ]+,\d\d) €", plain(text)):
        value = Decimal(amount.replace(" ", "").replace(",", "."))
        found[words.strip("- ").strip()] = -value if sign else value
    return found


CASES = (("500.00", "500.00", "0.00"), ("700.00", "300.00", "400.00"), ("100.00", "35.00", "65.00"))
"""What is left on a late invoice, a credit, and what is to be paid: in text, ages, page and closing alike."""


@pytest.mark.parametrize(("left", "credit", "net"), CASES)
def test_one_figure_is_led_to_by_ages_credits_and_words(
    context: StatementContext, left: str, credit: str, net: str
) -> None:
    account = replace(
        statement(item("F-20", date(2026, 3, 14), left)),
        credits=(OpenCredit(Decimal(credit), "EUR", "A-2", date(2026, 3, 5)),),
        payments=(),
    )
    about = replace(context, statement=account)
    mail, [page] = render_statement(about), pages(about)
    said = figures(mail.text)
    assert said["1 à 30 jours"] == Decimal(left)
    assert said["Avoir A-2 (05/03/2026), à déduire"] == -Decimal(credit)
    written = f"{net} €".replace(".", ",")
    assert re.search(rf"Net à régler {re.escape(written)}", flat(page))
    asked = Decimal(net) > 0
    told = f"À régler d’ici au jeudi 9 avril : {written}."
    assert (told in flat(mail.text)) is asked
    assert (told in flat(page)) is asked
    covered = "couverte par l’avoir A-2"
    assert (covered in flat(mail.text)) is (covered in flat(page)) is not asked
    assert ("jours de retard" in flat(mail.text)) is asked
    assert ("Facture couverte par un avoir" in flat(page)) is not asked
    assert ("FACTURE COUVERTE PAR UN AVOIR" in flat(mail.text)) is not asked
    assert "AVANT DÉDUCTION, PAR ANCIENNETÉ" in flat(mail.text)
    assert "Avant déduction, par ancienneté" in flat(page)
    bare = replace(about, statement=replace(account, credits=()))
    assert "RESTE DÛ, PAR ANCIENNETÉ" in flat(render_statement(bare).text)
    assert "Reste dû, par ancienneté" in flat(pages(bare)[0])
    assert ('<p class="p lead"' in mail.html) is asked
    assert (
        "Il ne reste rien à régler : l’avoir A-2 couvre votre facture F-20." in flat(mail.text)
    ) is not asked
    assert f"Net à régler : {written}" in flat(mail.text)
    assert ("IBAN" in page) is asked
    assert (mail.qr is not None) is asked
    assert "ponctualité" not in mail.text


@given(
    st.lists(
        st.tuples(
            st.integers(1, 90_000), st.integers(-40, 120), st.integers(0, 3), st.booleans(), st.booleans()
        ),
        max_size=6,
    ),
    st.lists(st.integers(1, 120_000), max_size=2),
)
@settings(max_examples=60)
def test_all_figures_of_any_account_lead_to_one(
    drawn: list[tuple[int, int, int, bool, bool]], credits_: list[int]
) -> None:
    items = [
        replace(
            item(f"F-{rank}", ON - timedelta(days=late), str(Decimal(cents) / 100)),
            disputed=Decimal(cents * part // 3) / 100,
            handed_over=elsewhere,
            pulled=pulled,
            id=rank,
        )
        for rank, (cents, late, part, elsewhere, pulled) in enumerate(drawn)
    ]
    account = replace(
        statement(*items or [item("F", ON, "1.00")]),
        credits=tuple(OpenCredit(Decimal(cents) / 100, "EUR", None, None) for cents in credits_),
    )
    [net] = nets(account)
    assert net.total == sum(each.left for each in account.items)
    assert net.amount == sum(each.asked for each in account.items) - sum(
        each.amount for each in account.credits
    )
    assert Decimal(0) <= net.due <= max(net.amount, Decimal(0))
    assert net.total - net.credits - net.disputed - net.elsewhere - net.pulled == net.amount
    text = figures(render_statement(StatementContext(COMPANY, "Client", account, with_qr=False)).text)
    ages = [text.get(words, Decimal(0)) for words in AGES]
    taken = sum((value for value in text.values() if value < 0), Decimal(0)) - movements(text)
    if len(credits_) < 2:
        assert sum(ages, Decimal(0)) + taken == text.get(
            "Net à régler", -text.get("À votre crédit", Decimal(0))
        )


AGES = ("Non échu", "1 à 30 jours", "31 à 60 jours", "61 à 90 jours", "Plus de 90 jours")


def movements(text: dict[str, Decimal]) -> Decimal:
    """Return what the movements take off: payments and credit notes of the period."""
    return text.get("Règlements", Decimal(0)) + text.get("Avoirs", Decimal(0))


def test_names_are_text_in_mail_and_page_whatever_they_hold(context: StatementContext) -> None:
    evil = '<b>M</b> #panic("x") $x$ *y* \u202e\n\r{{ company }}'
    told = replace(
        context, customer=evil, contact=evil, statement=statement(item(evil, date(2026, 3, 1), "5.00"))
    )
    mail = render_statement(told)
    assert "<b>M</b>" not in mail.html
    assert "\n" not in mail.subject
    assert "\u202e" not in mail.subject + mail.text + mail.html
    [page] = pages(told)
    assert '#panic("x")' in page


def test_what_cannot_be_paid_by_transfer_shows_no_bank_details(context: StatementContext) -> None:
    told = replace(context, company=replace(context.company, iban=""))
    assert "IBAN" not in render_statement(told).text
    assert "IBAN" not in pages(told)[0]


@pytest.mark.parametrize(
    ("language", "form", "words"),
    [
        (
            "fr",
            "vous",
            "Nous avons bien reçu votre règlement : la facture F-1 (100,00 €) est soldée. Merci !",
        ),
        ("fr", "tu", "Nous avons bien reçu ton règlement : la facture F-1 (100,00 €) est soldée. Merci !"),
        ("en", "vous", "We have received your payment: invoice F-1 (€100.00) is settled. Thank you!"),
    ],
)
def test_thanks_thank_and_ask_for_nothing(company: Company, language: str, form: str, words: str) -> None:
    told = ThanksContext(
        company,
        "Garage Martin",
        ON,
        (PaidInvoice("F-1", Decimal(100)),),
        language=language,
        address_form=form,
    )
    mail = render_thanks(told)
    assert words in flat(mail.text)
    assert "IBAN" not in mail.text + mail.html
    assert mail.qr is None
    assert language == "en" or not WRONG.search(mail.text)


@pytest.mark.parametrize("name", ["statement", "thanks"])
def test_a_companys_own_words_are_tried_as_others_are(name: str) -> None:
    check_email(name, None)


def test_a_templates_folder_that_is_not_there_changes_nothing(
    context: StatementContext, tmp_path: Path
) -> None:
    """The example of a company names one, and whoever copies it has none."""
    assert render_pdf(context, tmp_path / "templates", at=AT) == render_pdf(context, at=AT)
