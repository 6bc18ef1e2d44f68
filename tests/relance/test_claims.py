"""What people see: direct debits, old claims and kinds by the command line, from the file to the mail."""

from pathlib import Path

import pytest

from tests.relance.conftest import Run
from tests.relance.test_small_files import HEADER, imported, mails, opened, settings, ticked

__all__ = ["settings"]
MORNING = ("2026-11-20T08:31", "2026-11-20T10:05")


@pytest.mark.parametrize("means", ["Prélèvement SEPA", "PRLV", "LCR", "Traite"])
@pytest.mark.parametrize("column", ["Mode de règlement", "Moyen de paiement", "Payment method"])
def test_what_the_company_collects_itself_waits_and_the_rest_is_reminded(
    folder: Path, run: Run, means: str, column: str
) -> None:
    imported(
        folder, run,
        f"{HEADER};{column}",
        f"Iota;I-1;1000,00;01/10/2026;12/11/2026;i@i.example;{means}",
        "Iota;I-2;500,00;01/10/2026;12/11/2026;i@i.example;Virement",
    )  # fmt: skip
    ticked(run, *MORNING)
    told = [run("why", number, "--on", "2026-11-20", "--json").json for number in ("I-1", "I-2")]
    assert [(each["reason"], each["decision"]) for each in told] == [
        ("direct_debit", "hold"),
        ("due", "remind"),
    ]
    (mail,) = mails(folder).values()
    assert ("I-2" in mail, "I-1" in mail) == (True, False)
    held = run("plan", "--on", "2026-11-20", "--json").json["held"]
    assert [(each["invoice"], each["reason"]) for each in held] == [("I-1", "direct_debit")]
    # five open days after the 12th: finance is asked, once
    assert ("debit_unpaid", "Iota", "open") in opened(folder, run)


def test_rejected_in_the_file_it_is_chased_from_that_day(folder: Path, run: Run) -> None:
    line = "Iota;I-1;1000,00;01/10/2026;05/11/2026;i@i.example;Prélèvement"
    imported(folder, run, f"{HEADER};Mode de règlement;Statut", f"{line};Rejeté")
    ticked(run, "2026-11-12T08:31", "2026-11-12T10:05")
    assert mails(folder) == {}
    ticked(run, "2026-11-13T08:31", "2026-11-13T10:05")  # seven days after 6 November, the day of the file
    assert "I-1" in mails(folder)["i@i.example"]


def test_nothing_leaves_for_an_old_claim_and_why_says_since_when(folder: Path, run: Run) -> None:
    imported(
        folder, run,
        f"{HEADER};SIREN;Type client",
        "Mme Petit;P-1;80,00;01/10/2024;12/11/2024;p@p.example;;particulier",
        "Garage;G-1;80,00;01/10/2024;12/11/2024;g@g.example;732829320;",
        "Commune;C-1;80,00;01/10/2022;12/11/2022;c@c.example;21350012300017;",
    )  # fmt: skip
    ticked(run, *MORNING)
    assert sorted(mails(folder)) == ["c@c.example", "g@g.example"]
    why = run("why", "P-1", "--on", "2026-11-20", "--json").json
    assert (why["reason"], why["decision"]) == ("old_claim", "hold")
    assert "peut être prescrite depuis le jeudi 12\u00a0novembre 2026" in why["detail"]


def test_whether_a_siren_is_a_businesss_is_asked_and_a_flag_answers(folder: Path, run: Run) -> None:
    rows = (f"{HEADER};SIREN", "Garage;G-1;80,00;01/10/2026;12/11/2026;g@g.example;732829320")
    report = imported(folder, run, *rows)
    assert [(asked["kind"], asked["values"]) for asked in report["questions"]] == [("kind_asked", ["Garage"])]
    assert opened(folder, run) == [("kind_asked", None, "open")]
    said = run("import", "liste.csv", "--businesses", "--at", "2026-11-07T09:00")
    assert said.status == 0
    assert opened(folder, run) == [("kind_asked", None, "done")]


def test_who_is_on_a_schedule_made_for_others_is_named(folder: Path, run: Run) -> None:
    report = imported(
        folder, run,
        f"{HEADER};SIREN;Type client",
        "Commune;C-1;80,00;01/10/2026;12/11/2026;c@c.example;21350012300017;",
        "Mme Petit;P-1;80,00;01/10/2026;12/11/2026;p@p.example;;particulier",
    )  # fmt: skip
    told = {each["kind"]: each["values"] for each in report["warnings"]}
    assert told["own_schedule_public"] == ["Commune"]
    assert told["own_schedule_consumer"] == ["Mme Petit"]
