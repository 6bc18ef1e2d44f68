"""Sentences as customers write them, and what is read in them: a table to which a new one is a line."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.replies import meaning as replies

MONDAY = date(2026, 11, 23)
"""When the replies of the table were written."""

PROMISES: list[tuple[str, str | None, str | None]] = [
    ("Bonjour, nous réglerons vendredi.", "2026-11-27", None),
    ("Nous vous réglons lundi prochain par virement.", "2026-11-30", None),
    ("Le virement partira d'ici la fin du mois.", "2026-11-30", None),
    ("La facture sera payée le 15/12.", "2026-12-15", None),
    ("Je vous paie 500 € demain et le solde fin décembre.", "2026-11-24", "500.00"),
    ("Nous ferons le virement de 1 200,50 € le 1er décembre.", "2026-12-01", "1200.50"),
    ("Votre facture est programmée en paiement au 30 novembre.", "2026-11-30", None),
    ("Le règlement est prévu pour le 10 décembre 2026.", "2026-12-10", None),
    ("Suite à votre mail du 12/11, nous réglerons le 4/12.", "2026-12-04", None),
    ("Paiement prévu le 05.12.2026", "2026-12-05", None),
    ("Nous nous engageons à vous payer sous 8 jours.", "2026-12-01", None),
    ("Un chèque vous sera envoyé demain, il sera encaissable de suite.", "2026-11-24", None),
    ("Je vais procéder au virement dans la semaine.", "2026-11-27", None),
    ("La comptabilité effectuera le paiement la semaine prochaine.", "2026-12-04", None),
    ("Nous allons payer cette facture dans les prochains jours.", None, None),
    ("Règlement le 15 décembre, merci de votre patience.", "2026-12-15", None),
    ("On vous paye jeudi.", "2026-11-26", None),
    ("Nous ne manquerons pas de régler la facture lundi.", "2026-11-30", None),
    ("Nous n'avons pas oublié, le virement part demain.", "2026-11-24", None),
    ("Vous recevrez notre règlement avant le 4 décembre.", "2026-12-04", None),
    ("Le paiement interviendra mi-décembre.", "2026-12-15", None),
    ("Nous pouvons vous régler 300 € le 1/12.", "2026-12-01", "300.00"),
    ("Désolé du retard, ce sera réglé dès que possible.", None, None),
    ("Votre facture sera soldée fin décembre.", "2026-12-31", None),
    ("Je m'engage à régler la somme de 850 euros le 30/11.", "2026-11-30", "850.00"),
    ("Nous prévoyons de vous payer dans quinze jours.", "2026-12-08", None),
    ("La facture devrait être payée vendredi.", "2026-11-27", None),
    ("Virement programmé au 27/11/2026.", "2026-11-27", None),
    ("Notre siège paiera le 15.", "2026-12-15", None),
    ("Les deux factures seront payées ensemble le 7 déc.", "2026-12-07", None),
    ("Nous rencontrons des difficultés mais nous réglerons le 15/12.", "2026-12-15", None),
    ("We will pay by next Friday.", "2026-11-27", None),
    ("Payment will be made on December 3rd.", "2026-12-03", None),
    ("We'll settle €1,200.50 on 30 November.", "2026-11-30", "1200.50"),
    ("The invoice is scheduled for payment next week.", "2026-12-04", None),
    ("You will receive our payment within 10 days.", "2026-12-03", None),
    ("I am going to transfer the money tomorrow.", "2026-11-24", None),
    ("Payment of EUR 500 is planned for the end of the month.", "2026-11-30", "500.00"),
    ("This will be paid in two weeks.", "2026-12-07", None),
    ("We plan to pay the balance by the end of December.", "2026-12-31", None),
    ("They will process the payment on Monday.", "2026-11-30", None),
    ("We can pay 250 EUR on 1 December.", "2026-12-01", "250.00"),
    ("It will be settled as soon as possible.", None, None),
    ("La facture FAC-12 de 1 200,00 € TTC échue le 10/11 sera réglée le 27/11.", "2026-11-27", "1200.00"),
    ("Your reminder dated 12 November: payment will be made on 27 November.", "2026-11-27", None),
    ("Nous vous paierons en deux fois : 600 € le 30/11 et 600 € le 31/12.", "2026-11-30", "600.00"),
    ("Votre facture du 12/11 sera réglée.", None, None),
    ("Nous n'avions pas vu votre mail et réglerons mercredi.", "2026-11-25", None),
    ("Le virement sera fait cet après-midi.", "2026-11-23", None),
    ("Payment: Friday at the latest, we will send it by wire.", "2026-11-27", None),
    ("Votre facture est au paiement, vous aurez le virement le 2.", "2026-12-02", None),
    ("Réglement prévu semaine prochaine", "2026-12-04", None),
    ("Nous procéderons au règlement sous huitaine.", "2026-12-01", None),
    ("Mon mari paiera samedi.", "2026-11-28", None),
    ("Je règle ça ce vendredi.", "2026-11-27", None),
    ("Je vous confirme le paiement de la facture pour le 30/11.", "2026-11-30", None),
    ("Votre facture sera mise en paiement le 30/11.", "2026-11-30", None),
    ("Toutes nos excuses, le nécessaire sera fait demain.", "2026-11-24", None),
    ("We expect to pay you by the end of next week.", "2026-12-04", None),
    ("Payment has been approved and will go out on Thursday.", "2026-11-26", None),
    ("Je suis en vacances, je paierai à mon retour.", None, None),
    ("Nous vous réglerons avant la fin de l'année.", "2026-12-31", None),
    ("Nous ferons un virement de 1.200,00 € vendredi et 800 € le 15.", "2026-11-27", "1200.00"),
]  # fmt: skip

PAYMENTS: list[tuple[str, str | None, str | None]] = [
    ("Nous avons déjà réglé cette facture le 12/11.", "2026-11-12", None),
    ("La facture a été payée par virement hier.", "2026-11-22", None),
    ("Le paiement a été effectué vendredi dernier.", "2026-11-20", None),
    ("Nous avons payé 1 200 € le 10 novembre, pouvez-vous vérifier ?", "2026-11-10", "1200.00"),
    ("Avez-vous bien reçu notre virement du 12 novembre ?", "2026-11-12", None),
    ("Facture réglée le 3/11 par carte.", "2026-11-03", None),
    ("Sauf erreur de notre part, cette facture est déjà soldée.", None, None),
    ("Virement effectué ce jour.", "2026-11-23", None),
    ("Nous vous avons viré 480,00 euros il y a trois jours.", "2026-11-20", "480.00"),
    ("We have already paid this invoice.", None, None),
    ("We transferred $2,000.00 on November 10th.", "2026-11-10", "2000.00"),
    ("This was paid last Friday.", "2026-11-20", None),
    ("Did you receive our transfer?", None, None),
    ("Paid on 12 November.", "2026-11-12", None),
    ("C'est payé !", None, None),
    ("Nous vous confirmons que le virement a été réalisé ce jour.", "2026-11-23", None),
    ("Le nécessaire a été fait hier.", "2026-11-22", None),
    ("Ci-joint l'avis de virement du 12/11.", "2026-11-12", None),
    ("Please find attached the proof of payment.", None, None),
    ("Our records show this invoice as paid on 10/11/2026.", "2026-11-10", None),
    ("We confirm that the payment was made yesterday.", "2026-11-22", None),
    ("Payé le 12 par CB.", "2026-11-12", None),
    ("Réglé ce jour par virement, cordialement.", "2026-11-23", None),
    ("Le chèque n° 1234 a été encaissé par vos soins le 10/11.", "2026-11-10", None),
    ("Bonjour, je vous ai fait un virement samedi.", "2026-11-21", None),
    ("La facture a été prélevée le 5 novembre.", "2026-11-05", None),
    ("Nous l'avons réglée par chèque le 2/11/2026, merci de vérifier.", "2026-11-02", None),
    ("Facture FAC-12 du 01/10 : payée le 15/10.", "2026-10-15", None),
]  # fmt: skip

ON_ITS_WAY: list[tuple[str, str | None, str | None]] = [
    ("Le virement est parti ce matin.", "2026-11-23", None),
    ("J'ai envoyé le chèque lundi.", "2026-11-16", None),
    ("Le règlement vous a été envoyé par courrier le 9 nov.", "2026-11-09", None),
    ("Payment was sent yesterday.", "2026-11-22", None),
    ("The payment has been released on 20/11/2026.", "2026-11-20", None),
    ("The cheque is in the post.", None, None),
    ("Votre facture a été mise en paiement le 20/11.", "2026-11-20", None),
    ("The money left our account on Monday.", "2026-11-16", None),
    ("Virement envoyé hier pour un montant de 1 200,50 €.", "2026-11-22", "1200.50"),
    ("Le chèque est parti au courrier samedi.", "2026-11-21", None),
    ("Nous avons émis le virement vendredi dernier.", "2026-11-20", None),
    ("Vos deux factures ont été réglées, le virement est parti le 19/11.", "2026-11-19", None),
    ("We have issued the bank transfer today.", "2026-11-23", None),
]  # fmt: skip

DISPUTES: list[tuple[str, str | None]] = [
    ("Nous contestons cette facture.", "price"),
    ("Le montant ne correspond pas au devis.", "price"),
    ("Il y a une erreur de prix sur la ligne 3.", "price"),
    ("La marchandise est arrivée endommagée.", "quality"),
    ("Les pièces livrées ne sont pas conformes.", "quality"),
    ("Nous n'avons jamais reçu la marchandise.", "delivery"),
    ("Bonjour, la marchandise n'a jamais été reçue.", "delivery"),
    ("La marchandise de la facture F-8 n'a pas été reçue.", "delivery"),
    ("Les produits facturés ne nous sont jamais parvenus.", "delivery"),
    ("Le colis n'est jamais arrivé.", "delivery"),
    ("Marchandises non reçues", "delivery"),
    ("Rien n'a été livré.", "delivery"),
    ("La livraison n'a pas eu lieu.", "delivery"),
    ("Nous n'avons rien reçu de cette commande.", "delivery"),
    ("Il manque deux cartons sur la commande.", "missing_goods"),
    ("Nous avons été facturés deux fois pour la même intervention.", "administrative"),
    ("Nous attendons un avoir de votre part.", None),
    ("Les travaux ne sont pas terminés.", "quality"),
    ("Nous ne paierons pas cette facture.", None),
    ("Nous sommes en désaccord sur les quantités facturées.", "missing_goods"),
    ("La prestation n'a pas été réalisée.", "quality"),
    ("We dispute this invoice.", None),
    ("The amount is wrong.", "price"),
    ("The goods never arrived.", "delivery"),
    ("Three items are missing.", "missing_goods"),
    ("The parts were damaged.", "quality"),
    ("We were charged twice for this job.", "administrative"),
    ("We are still waiting for the credit note.", None),
    ("We have not received the order.", "delivery"),
    ("Cette facture ne nous concerne pas.", None),
    ("La commande a été annulée en septembre.", None),
]  # fmt: skip

OTHERS: list[tuple[str, str]] = [
    ("Nous n'avons pas reçu la facture.", "not_received"),
    ("Pouvez-vous nous renvoyer la facture FAC-123 ?", "not_received"),
    ("Merci de nous adresser un duplicata.", "not_received"),
    ("We never received this invoice.", "not_received"),
    ("Please resend the invoice to our accounts department.", "not_received"),
    ("Je ne peux pas payer.", "cannot_pay"),
    ("Je ne peux pas payer avant le 15/12.", "cannot_pay"),
    ("Nous ne sommes pas en mesure de régler pour le moment.", "cannot_pay"),
    ("Serait-il possible d'obtenir un délai ?", "cannot_pay"),
    ("Peut-on payer en trois fois ?", "cannot_pay"),
    ("Notre trésorerie est tendue, nous demandons un échéancier.", "cannot_pay"),
    ("We cannot pay at the moment.", "cannot_pay"),
    ("Could we agree on a payment plan?", "cannot_pay"),
    ("We are a bit short at the moment, can we pay half now?", "cannot_pay"),
    ("Kindly allow us until 15 December.", "cannot_pay"),
]  # fmt: skip

NOTHING = [
    "Bonjour, bien reçu, merci.",
    "Nous n'avons pas encore réglé cette facture.",
    "La facture n'est pas payée.",
    "Cette facture est-elle déjà payée ?",
    "Avons-nous déjà réglé cette facture ?",
    "Pouvez-vous nous confirmer que la facture a été réglée ?",
    "Nous avons bien reçu votre facture.",
    "Votre facture est en attente de validation.",
    "Le problème a été réglé hier.",
    "Le litige est réglé.",
    "Nous ne contestons pas cette facture.",
    "Nous paierons dès que nous aurons reçu le bon de livraison signé.",
    "Une fois la commande validée, nous réglerons.",
    "Si nous avons déjà payé, merci d'ignorer ce message.",
    "Je transmets votre message au service comptable.",
    "Je suis en congés jusqu'au 30 novembre.",
    "Nos conditions sont de 45 jours fin de mois.",
    "Nous payons nos fournisseurs à 60 jours.",
    "La facture restant impayée, voici notre numéro de téléphone.",
    "Mme Roux ne travaille plus ici depuis le 12/11.",
    "Merci de m'appeler vendredi au 02 40 00 00 00.",
    "Thank you for your email.",
    "We have not paid this invoice yet.",
    "We haven't paid yet.",
    "Has this invoice been paid?",
    "Can you confirm that it was paid?",
    "We do not dispute this invoice.",
    "We will pay once we receive your bank details.",
    "The issue has been settled.",
    "I will call you on Friday.",
    "Our payment terms are 60 days.",
    "OK, je vous rappelle vendredi.",
    "Le virement n'est pas encore parti.",
    "Le virement sera fait si vous acceptez une remise.",
    "C'est réglé pour le problème de livraison.",
    "Quand serons-nous livrés ?",
    "Le paiement sera effectué à réception du bon de commande signé.",
    "Nous paierons après vérification.",
    "La facture sera-t-elle payée par votre assurance ?",
    "Je reviens vers vous vendredi.",
    "Nous n'avons jamais été payés par notre propre client.",
    "Vous trouverez nos coordonnées bancaires ci-joint.",
    "The invoice remains unpaid because nobody approved it.",
    "Who will pay this?",
    "When will you pay us?",
    "We were not paid by our own customer.",
    "Comment pouvons-nous vous payer ?",
    "Suite à une erreur de notre part, la facture n'a pas été réglée.",
    "I thought this had been paid.",
    "Nous attendons le paiement de notre client pour vous régler.",
    "Le paiement a été rejeté par notre banque.",
    "This invoice is not due until December 15.",
    "Please confirm that this was paid.",
]

SAYING = [row[0] for rows in (PROMISES, PAYMENTS, ON_ITS_WAY, DISPUTES) for row in rows]


def first(sentence: str) -> replies.ReplyReading:
    """Return what is read first in a sentence."""
    found = replies.read_reply(sentence, today=MONDAY)
    assert found, "nothing was read"
    assert found[0].quote == sentence
    return found[0]


@pytest.mark.parametrize(("sentence", "on", "amount"), PROMISES)
def test_a_promise_is_read_with_its_day_and_amount(sentence: str, on: str | None, amount: str | None) -> None:
    found = first(sentence)
    assert (found.kind, found.on and found.on.isoformat()) == ("promise", on)
    assert found.amount == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(("sentence", "on", "amount"), PAYMENTS)
def test_a_payment_already_made_is_read_with_its_day(
    sentence: str, on: str | None, amount: str | None
) -> None:
    found = first(sentence)
    assert (found.kind, found.on and found.on.isoformat()) == ("paid", on)
    assert found.amount == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(("sentence", "on", "amount"), ON_ITS_WAY)
def test_a_payment_on_its_way_is_told_apart_from_one_made(
    sentence: str, on: str | None, amount: str | None
) -> None:
    found = first(sentence)
    assert (found.kind, found.on and found.on.isoformat()) == ("payment_left", on)
    assert found.amount == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Nous avons tout payé. Le virement est parti hier.", ["payment_left"]),
        ("FAC-1 a été payée le 12/11. Pour FAC-2, le virement est parti hier.", ["paid", "payment_left"]),
        ("Le virement est parti hier. Je n'ai jamais reçu la facture.", ["payment_left"]),
        ("Le virement n'est pas parti.", []),
        ("Le virement est-il parti ?", []),
        ("Le virement est parti hier, le solde sera payé le 15/12.", ["payment_left", "promise"]),
    ],
)
def test_money_is_noted_only_where_it_is_not_on_its_way(text: str, kinds: list[str]) -> None:
    found = replies.read_reply(text, today=MONDAY, numbers=["FAC-1", "FAC-2"])
    assert [each.kind for each in found] == kinds


@pytest.mark.parametrize(("sentence", "about"), DISPUTES)
def test_a_dispute_is_read_with_what_it_is_about(sentence: str, about: str | None) -> None:
    found = first(sentence)
    assert found.kind == "dispute"
    assert about is None or found.dispute == about


@pytest.mark.parametrize(("sentence", "kind"), OTHERS)
def test_what_is_neither_promised_nor_paid_is_told_apart(sentence: str, kind: str) -> None:
    assert first(sentence).kind == kind


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_asked_denied_or_conditional_is_left_out(sentence: str) -> None:
    assert replies.read_reply(sentence, today=MONDAY) == ()


def test_a_mail_says_several_things_and_what_counts_most_comes_first() -> None:
    text = (
        "Bonjour M. Durand,\n\n"
        "La facture FAC-12 a déjà été payée le 12 nov. par virement. Pour FAC-14, deux cartons\n"
        "manquaient à la livraison : nous attendons un avoir.\n\n"
        "Le reste sera réglé vendredi.\n\nBien à vous,\nMme Roux"
    )
    found = replies.read_reply(text, today=MONDAY, numbers=["FAC-12", "FAC-14", "FAC-99"])
    assert [one.kind for one in found] == ["dispute", "paid", "promise"]
    dispute, paid, promise = found
    assert dispute.numbers == ("FAC-14",)
    assert (paid.numbers, paid.on) == (("FAC-12",), date(2026, 11, 12))
    assert (promise.quote, promise.on) == ("Le reste sera réglé vendredi.", date(2026, 11, 27))


def test_difficulties_told_with_a_day_are_a_promise_and_without_one_are_not() -> None:
    kinds = {
        "Notre trésorerie est tendue. Nous réglerons le 15/12.": ["promise"],
        "Notre trésorerie est tendue. Nous réglerons dès que possible.": ["cannot_pay"],
    }
    for text, expected in kinds.items():
        assert [one.kind for one in replies.read_reply(text, today=MONDAY)] == expected, text


def test_the_table_reads_the_same_in_capitals_and_with_typographic_signs() -> None:
    for sentence in SAYING:
        told = sentence.replace("'", "\u2019").replace(" €", "\u00a0€").upper()
        again = replies.read_reply(told, today=MONDAY)
        assert again, told
        assert again[0].kind == first(sentence).kind, told


@given(st.text(max_size=400))
def test_whatever_stands_in_a_mail_it_is_read_without_harm(text: str) -> None:
    for reading in replies.read_reply(text, today=MONDAY, numbers=["FAC-1"]):
        assert reading.quote


def test_a_long_mail_is_read_at_once() -> None:
    text = " ".join(SAYING) * 20
    began = time.perf_counter()
    assert replies.read_reply(text, today=MONDAY)
    assert replies.read_reply("le virement " * 3_000, today=MONDAY) == ()
    assert time.perf_counter() - began < 2
