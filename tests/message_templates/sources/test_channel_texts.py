"""The texts of another channel than mail: its own folder first, what it does not say from the usual one."""

from pathlib import Path

import pytest

from message_templates.checks.mails import check_templates
from message_templates.pieces.mail import Rendered, render_email
from message_templates.sources.templates import NotInLanguage, forget, known, spoken
from receivables.errors import SettingsError
from tests.message_templates.mails import about
from tests.refusals import refused

TEXTS = "ardoise"


def write(folder: Path, **files: str) -> None:
    """Write files of a company's own: `ardoise__firm__words_txt`."""
    for name, text in files.items():
        *places, file = name.split("__")
        path = folder.joinpath(*places, file.replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    forget()


def block(name: str, text: str) -> str:
    return f"{{% block {name} %}}{text}{{% endblock %}}"


def said(folder: Path, **changes: object) -> Rendered:
    return render_email(about(**changes), "firm", folder, TEXTS)


def test_it_carries_text_alone_on_the_lines_that_it_has(tmp_path: Path) -> None:
    long = "Un mot qui passe la largeur des mails et que le téléphone coupera lui-même où il lui plaira."
    write(tmp_path, ardoise__firm__words_txt=block("opening", long) + block("closing", "Merci."))
    mail = said(tmp_path)
    assert (mail.text, mail.html, mail.qr) == (f"{long}\n\nMerci.\n", "", None)


def test_a_block_that_it_does_not_word_is_the_usual_channels_and_its_own_base_wins(tmp_path: Path) -> None:
    greeting = block("opening", "{{ words.regards }}|{{ words.net }}|{{ words.colon }}")
    write(
        tmp_path,
        ardoise__firm__words_txt=greeting,
        email___base__words_txt=block("regards", "Salut des mails") + block("net", "Net des mails"),
    )
    assert said(tmp_path).text == "Salut des mails|Net des mails|\u00a0:\n"
    write(tmp_path, ardoise___base__words_txt=block("regards", "Salut d’ici"))
    assert said(tmp_path).text == "Salut d’ici|Net des mails|\u00a0:\n"


def test_a_layout_of_its_own_serves_all_its_messages_and_no_mail(tmp_path: Path) -> None:
    write(
        tmp_path,
        ardoise___base__base_txt="[{{ words.opening }}]",
        ardoise__firm__words_txt=block("opening", "Court."),
    )
    assert said(tmp_path).text == "[Court.]\n"
    assert "[" not in render_email(about(), "firm", tmp_path).text


def test_an_html_layout_of_its_own_makes_it_show_html(tmp_path: Path) -> None:
    write(
        tmp_path,
        ardoise___base__base_html="<p>{{ words.opening }}</p>",
        ardoise__firm__words_txt=block("opening", "Court & bon."),
    )
    assert said(tmp_path).html == "<p>Court &amp; bon.</p>"


def test_it_never_leaves_in_another_language_nor_half_in_tu(tmp_path: Path) -> None:
    write(tmp_path, ardoise__firm__words_txt=block("opening", "Court."))
    assert spoken("firm", tmp_path, TEXTS) == (("fr", "vous"),)
    with refused(NotInLanguage, match="ardoise/firm"):
        said(tmp_path, language="en")
    write(tmp_path, ardoise__firm__words_tu_txt=block("opening", "Tu lis ?"))
    assert said(tmp_path, address_form="tu").text == "Tu lis ?\n"


def test_only_its_own_texts_are_known_to_it(tmp_path: Path) -> None:
    write(tmp_path, ardoise__bref__words_txt=block("opening", "Court."), ardoise___base__words_txt="")
    assert known(tmp_path, TEXTS) == {"bref"}
    assert "bref" not in known(tmp_path)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"ardoise__firm__words_txt": block("opening", "{{ first.numbr }}")},
            "ardoise/firm/words.txt.*number",
        ),
        ({"ardoise__firm__words_txt": block("openning", "Court.")}, "opening"),
        ({"ardoise__firm__words_txt": block("opening", "")}, "ardoise/firm/text.txt"),
        ({"ardoise__firm__mots_txt": "Court."}, "fichier inattendu"),
        ({"ardoise__statement__words_txt": block("opening", "{{ statement }}")}, "statement"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_start(tmp_path: Path, files: dict[str, str], told: str) -> None:
    write(tmp_path, **files)
    check_templates(tmp_path)
    with refused(SettingsError, match=told):
        check_templates(tmp_path, (), TEXTS)


def test_a_text_that_a_step_wants_and_nobody_wrote_is_named_with_its_folder(tmp_path: Path) -> None:
    with refused(SettingsError, match="ardoise/firm"):
        check_templates(tmp_path, ("firm",), TEXTS)
