"""What was newly written in a mail, whatever program wrote it."""

import pytest

from receivables.replies import html_text, mail_text

TEXTS = {
    "Gmail": (
        """\
Bonjour,
nous réglerons vendredi.

Le lun. 23 nov. 2026 à 10:00, Compta <c@d.example> a écrit :

> Votre facture est échue.
> Merci de payer.
""",
        "Bonjour,\nnous réglerons vendredi.",
    ),
    "Gmail, la phrase coupée": (
        """\
Réglé hier.

Le lundi 23 novembre 2026 à 10:00, Comptabilité Durand
<compta@durand.example> a écrit :
> Merci de payer.
""",
        "Réglé hier.",
    ),
    "Outlook": (
        """\
OK pour vendredi.

________________________________
De : Compta <c@d.example>
Envoyé : lundi 23 novembre 2026 10:00
À : moi
Objet : Votre facture

Merci de payer vendredi dernier.""",
        "OK pour vendredi.",
    ),
    "Outlook en anglais": (
        """\
Will pay Friday.

From: Accounts
Sent: Monday, November 23, 2026 10:00 AM
To: Me
Subject: Invoice

We have not received your payment.""",
        "Will pay Friday.",
    ),
    "Outlook ancien": (
        """\
Payé.

-----Message d'origine-----
De : Compta
Vous n'avez pas payé.""",
        "Payé.",
    ),
    "réponse sous la citation": (
        """\
On Mon, 23 Nov 2026 at 10:00, Accounts <a@b.example> wrote:
> Please pay.
> Thank you.

It was paid on Friday.
""",
        "It was paid on Friday.",
    ),
    "réponse entre les lignes": (
        """\
> La facture FAC-1 est échue.
Payée le 12.
> La facture FAC-2 aussi.
Vendredi.
""",
        "Payée le 12.\nVendredi.",
    ),
    "signature": ("D'accord.\n-- \nMme Roux\n02 40 00 00 00", "D'accord."),
    "téléphone": (
        """\
Vendredi promis

Envoyé de mon iPhone

> Merci de payer""",
        "Vendredi promis",
    ),
    "rien que la citation": (
        """\
> Merci de payer.
""",
        "",
    ),
    "un tiret n'est pas une signature": (
        """\
Deux points :
- FAC-1
- FAC-2""",
        "Deux points :\n- FAC-1\n- FAC-2",
    ),
    "de, sans autres champs": (
        """\
De : la part de M. Roux, merci.""",
        "De : la part de M. Roux, merci.",
    ),
    "signes invisibles": ("Bon\u200bjour\x07\r\n\r\n\r\n\r\nà vous", "Bonjour\n\nà vous"),
}


@pytest.mark.parametrize("program", TEXTS)
def test_only_what_is_new_is_kept(program: str) -> None:
    written, new = TEXTS[program]
    assert mail_text.fresh(written) == new


def test_the_words_of_an_html_mail_are_read_without_its_quotation_nor_its_style() -> None:
    page = (
        "<html><head><style>p {color: red}</style></head><body><p>Bonjour,</p><p>Nous r&eacute;glerons"
        "<br>vendredi&nbsp;!</p><script>alert(1)</script>"
        '<div class="gmail_quote">Le lundi a écrit<blockquote>Merci de payer</blockquote></div></body></html>'
    )
    assert mail_text.fresh(html_text.from_html(page)) == "Bonjour,\n\nNous réglerons\nvendredi !"


@pytest.mark.parametrize("page", ["<", "</b></p>", "<p><p><p>a", "<blockquote>a", "<div class>a</div>b"])
def test_broken_html_is_read_all_the_same(page: str) -> None:
    html_text.from_html(page)
