"""A company's own texts: which file wins in each language and form, and what they cannot do."""

import pytest

from message_templates.checks.mails import check_templates
from message_templates.pieces.mail import render_email
from message_templates.sources.budget import LONGEST, TooMuch
from message_templates.sources.sandbox import LONGEST_RANGE
from message_templates.sources.templates import NotInLanguage, forget, spoken
from receivables.errors import SettingsError
from tests.message_templates.mails import about
from tests.refusals import refused, told

TU, EN = {"address_form": "tu"}, {"language": "en"}
OURS = "Peut-être vous a-t-elle échappé"
OURS_TU = "Elle t’a peut-être échappé"
OURS_EN = "It may have escaped your notice"


@pytest.fixture
def own(tmp_path):
    """Write files of a company's own; return its folder."""

    def write(**files):
        for name, text in files.items():
            folder, _, file = name.partition("__")
            path = tmp_path / "email" / folder / file.replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        forget()
        return tmp_path

    return write


def said(folder, template="firm", **changes):
    return " ".join(render_email(about(**changes), template, folder).text.split())


def opening(text):
    return f"{{% block opening %}}{text}{{% endblock %}}"


def test_a_block_left_out_stays_ours(own):
    folder = own(firm__words_txt=opening("Notre texte."))
    text = said(folder)
    assert "Notre texte." in text
    assert OURS not in text
    assert (
        "Merci de régler la facture FAC-0001, soit 1 235,50 €, ou de nous donner par retour la date" in text
    )


def test_on_first_name_terms_the_whole_mail_says_vous_when_our_own_file_does(own):
    folder = own(firm__words_txt=opening("Votre facture vous attend."))
    text = said(folder, **TU)
    assert "Votre facture vous attend." in text
    assert "Vous pouvez répondre" in text
    assert "Tu peux" not in text
    assert OURS_TU in said(None, **TU)


def test_with_its_own_tu_beside_it_the_whole_mail_says_tu(own):
    folder = own(firm__words_txt=opening("Votre facture."), firm__words_tu_txt=opening("Ta facture."))
    text = said(folder, **TU)
    assert "Ta facture." in text
    assert "Tu peux répondre" in text
    assert "Votre facture." in said(folder)


def test_a_file_for_all_e_mails_serves_both_forms(own):
    folder = own(_base__legal_txt='À {{ "ton" if tu else "votre" }} service.')
    assert "À ton service." in said(folder, "strong", **TU)
    assert "À votre service." in said(folder, "strong")


def test_a_file_in_french_is_never_read_by_who_reads_english(own):
    folder = own(firm__words_txt=opening("Notre texte."), _base__legal_txt="Voir nos conditions.")
    assert OURS_EN in said(folder, **EN)
    english = said(folder, "strong", **EN)
    assert "conditions" not in english
    assert "L441-10" in english


def test_own_english_words_and_a_layout_serve_english(own):
    folder = own(firm__words_en_txt=opening("Our own words."), _base__base_txt="{{ words.opening }}")
    assert said(folder, **EN) == "Our own words."
    assert OURS in said(folder)


def test_an_e_mail_of_its_own_in_french_only_is_never_sent_to_who_reads_english(own):
    folder = own(ultime__words_txt=opening("Dernier mot."))
    check_templates(folder, ["ultime"])
    assert spoken("ultime", folder) == (("fr", "vous"),)
    assert "Dernier mot." in said(folder, "ultime")
    assert "Dernier mot." in said(folder, "ultime", **TU)
    with refused(NotInLanguage, match=r"words\.en\.txt"):
        said(folder, "ultime", **EN)
    english = own(ultime__words_en_txt=opening("A last word."))
    assert "A last word." in said(english, "ultime", **EN)


def test_a_layout_of_its_own_still_shows_what_a_person_wrote(own):
    layout = '{% extends "_base/base.txt" %}{% block opening %}Tout autre.{% endblock %}'
    folder = own(firm__text_txt=layout)
    assert "Tout autre." in said(folder)
    text = said(folder, own_text="Un mot à moi.")
    assert "Un mot à moi." in text
    assert "Tout autre." not in text


def test_ours_may_be_built_upon(own):
    layout = '{% extends "ours:_base/base.txt" %}{% block regards %}Salutations,{% endblock %}'
    folder = own(_base__base_txt=layout)
    text = said(folder)
    assert OURS in text
    assert "Salutations," in text


@pytest.mark.parametrize(
    "text",
    [
        f"{{% for a in range({LONGEST_RANGE + 1}) %}}a{{% endfor %}}",
        "{{ 'a' * 1000000 }}",
        "{{ 9 ** 99999 }}",
        "{{ 'a'|center(99999999) }}",
        "{% for a in range(200) %}{% for b in range(200) %}{{ 'word ' * 20 }}{% endfor %}{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% for a in late %}" * 4 + "{% endfor %}" * 4,
        '{% include "firm/words.txt" %}',
        "{{ company.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ late.append(1) }}",
    ],
)
def test_a_template_has_no_way_out_and_no_way_on_without_end(own, text):
    with refused(SettingsError, match=r"words\.txt|email/firm"):
        check_templates(own(firm__words_txt=opening(text)))


def test_bounds_hold_when_a_mail_is_written_too(own):
    folder = own(firm__words_txt=opening("{% for a in range(150) %}{{ 'a' * n * 1000 }}{% endfor %}"))
    check_templates(folder)
    assert LONGEST < 150 * 4000
    with pytest.raises(TooMuch) as caught:
        said(folder, lines=about().lines * 4)
    assert "caractères" in told(caught.value.why)


@pytest.mark.parametrize(
    ("file", "content"),
    [("words.txt", b"{% block opening %}\xe9chue{% endblock %}"), ("words.docx", b"x"), ("Words.txt", b"x")],
)
def test_an_unreadable_or_unexpected_file_is_named(own, file, content):
    folder = own(firm__words_en_txt=opening("Hello."))
    (folder / "email" / "firm" / file).write_bytes(content)
    with refused(SettingsError, match=file.replace(".", r"\.")):
        check_templates(folder)
