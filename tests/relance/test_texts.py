"""A company's texts are tried before anything leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from receivables.company import Company
from receivables.errors import SettingsError
from receivables.policy import parse_policy
from relance.texts import check_texts


def test_the_shipped_texts_pass_and_a_missing_folder_means_no_texts_of_ones_own(
    company: Company, tmp_path: Path
) -> None:
    check_texts([company, replace(company, templates=str(tmp_path / "nulle-part"))])


def test_a_step_whose_text_does_not_exist_is_refused_by_name(company: Company) -> None:
    steps = [{"key": "ferme", "day": 7, "channel": "email", "template": "tres_ferme"}]
    policies = {**company.policies, "maison": parse_policy("maison", {"step": steps})}
    with pytest.raises(SettingsError, match=r"policy\.maison\.step\[1\]\.template.*email/tres_ferme"):
        check_texts([replace(company, policies=policies)])


def test_a_broken_text_of_ones_own_is_refused_by_file(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "email" / "firm"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text("Bonjour {{ personne }", encoding="utf-8")
    with pytest.raises(SettingsError, match="durand"):
        check_texts([replace(company, templates=str(tmp_path))])
