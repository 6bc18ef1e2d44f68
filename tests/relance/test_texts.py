"""A company's texts are tried before anything leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from receivables.company import Company
from receivables.errors import SettingsError
from receivables.policy import parse_policy
from relance.texts import check_texts
from tests.refusals import refused, told


def test_the_shipped_texts_pass_and_a_missing_folder_means_no_texts_of_ones_own(
    company: Company, tmp_path: Path
) -> None:
    check_texts([company, replace(company, templates=str(tmp_path / "nulle-part"))])


def test_a_step_whose_text_does_not_exist_is_refused_by_name(company: Company) -> None:
    steps = [{"key": "ferme", "day": 7, "channel": "email", "template": "tres_ferme"}]
    policies = {**company.policies, "maison": parse_policy("maison", {"step": steps})}
    with refused(SettingsError, match=r"policy\.maison\.step\[1\]\.template.*email/tres_ferme"):
        check_texts([replace(company, policies=policies)])


def test_a_broken_text_of_ones_own_is_refused_by_file(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "email" / "firm"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text("Bonjour {{ personne }", encoding="utf-8")
    with refused(SettingsError, match="durand"):
        check_texts([replace(company, templates=str(tmp_path))])


def write(folder: Path, name: str, text: str) -> None:
    """Write a company's own file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("email/firm/words.txt", "{% block opening %}\n{{ fist.number }}{% endblock %}", "first"),
        ("email/firm/words.tu.txt", "{% block openning %}Dis{% endblock %}", "opening"),
        ("email/firm/words.en.txt", "{% block opening %}{{ n | inconnu }}{% endblock %}", "inconnu"),
        ("email/strong/words.txt", "{% block opening %}{{ first.numero }}{% endblock %}", "number"),
        ("email/_base/legal.txt", "{{ penalities }}", "penalties"),
        ("email/_base/base.html", "{{ words.regard }}", "regards"),
        ("email/statement/words.txt", "{% block opening %}{{ statment }}{% endblock %}", "statement"),
        ("email/thanks/words.txt", "{% block opening %}{{ payed }}{% endblock %}", "paid"),
        ("email/firm/words.txt", "Bonjour, réglez-nous vite.", "texte hors d’un bloc"),
        ("letter/formal_notice.typ", "#data.nope", "letter/formal_notice.typ, ligne 1"),
        ("letter/en/reminder_letter.typ", "#nope", "letter/en/reminder_letter.typ, ligne 1"),
    ],
)
def test_every_text_of_ones_own_is_tried_and_the_nearest_is_named(
    company: Company, tmp_path: Path, name: str, text: str, said: str
) -> None:
    write(tmp_path, name, text)
    with refused(SettingsError, match=said) as caught:
        check_texts([replace(company, templates=str(tmp_path))])
    if not name.endswith(".typ"):
        assert str(tmp_path / name) in told(caught.value)


def test_a_letter_step_whose_text_does_not_exist_is_refused_by_name(company: Company) -> None:
    steps = [{"key": "courrier", "day": 40, "channel": "letter", "template": "formal_notise"}]
    policies = {**company.policies, "maison": parse_policy("maison", {"step": steps})}
    with refused(SettingsError, match=r"maison.*letter/formal_notise.*formal_notice"):
        check_texts([replace(company, policies=policies)])


def test_sound_texts_of_ones_own_pass(company: Company, tmp_path: Path) -> None:
    write(tmp_path, "email/firm/words.txt", "{% block opening %}Bonjour, {{ first.number }}.{% endblock %}")
    write(tmp_path, "email/firm/words.en.txt", "{% block opening %}Hello, {{ first.number }}.{% endblock %}")
    write(tmp_path, "email/_base/style.css", ".p { margin: 0 0 12px }")
    write(tmp_path, "letter/reminder_letter.typ", "Bonjour #data.to.name")
    check_texts([replace(company, templates=str(tmp_path))])
