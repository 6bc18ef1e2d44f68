"""What people see: nothing of the sample company ever reaches a customer."""

from pathlib import Path

import pytest

from receivables.company import Company, Mode
from relance import samples
from relance.settings import load, load_companies
from relance.wiring import senders
from tests import builders
from tests.relance.conftest import Run
from tests.scheduler.posting import mail_server

EXAMPLE = Path(__file__).parents[2] / "relance.example.toml"
OWN = """
[company.durand]
name = "Scierie des Landes SARL"
slack_channel = "C0RELANCES"
email_from = "compta@scierie.example"
"""
SAMPLE_LINES = {
    "siren": 'siren = "732829320"',
    "address": 'address = "12 rue des Lilas,  44000 NANTES"',
    "iban": 'iban = "FR76 3000 6000 0112 3456 7890 189"',
    "reply_to": 'reply_to = "factures@Durand.example"',
    "bounce_to": 'bounce_to = "rebonds@durand.example"',
}


def test_the_example_holds_none_of_them_but_the_sender_that_it_must_name() -> None:
    assert samples.standing(load_companies(EXAMPLE)["durand"]) == ["email_from"]


@pytest.mark.parametrize("mode", ["live", "manual"])
def test_the_example_gone_live_as_it_stands_is_refused_for_its_sender(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('mode = "draft"', f'mode = "{mode}"')
    (folder / "relance.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:2525")
    said = run("tick", "--at", "2026-04-13T10:05")
    assert said.status == 1
    assert "company.durand\u00a0: email_from a encore la valeur de l’exemple" in said.err


@pytest.mark.parametrize("key", SAMPLE_LINES)
@pytest.mark.parametrize("mode", ["live", "manual"])
def test_a_live_company_with_a_real_server_is_refused_while_a_sample_value_stands(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, key: str, mode: str
) -> None:
    (folder / "relance.toml").write_text(f'{OWN}mode = "{mode}"\n{SAMPLE_LINES[key]}\n', encoding="utf-8")
    assert run("import", "factures.csv", "--at", "2026-04-01T09:00").status == 0
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:2525")
    said = run("tick", "--at", "2026-04-13T10:05")
    assert said.status == 1
    assert f"company.durand\u00a0: {key} a encore la valeur de l’exemple" in said.err
    assert run("outbox", "--json").json == []


@pytest.mark.parametrize("mode", ["live", "sandbox", "draft"])
def test_a_folder_of_files_and_modes_that_reach_nobody_may_try_them(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    lines = "\n".join(SAMPLE_LINES.values())
    text = f'{OWN}mode = "{mode}"\nsandbox_to = "moi@scierie.example"\n{lines}\n'
    (folder / "relance.toml").write_text(text, encoding="utf-8")
    if mode != "live":
        monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:9")
    assert run("tick", "--at", "2026-04-13T08:35").status == 0


def test_the_post_room_hands_no_such_mail_to_a_server(
    folder: Path, monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    with mail_server() as server:
        settings = load({"RELANCE_CONFIG": str(EXAMPLE), "SMTP_URL": f"smtp://127.0.0.1:{server.port}"})
        [guarded] = senders(settings, builders.KEYS).values()
        assert isinstance(guarded, samples.GuardedSender)
        assert company.mode is Mode.LIVE
        assert guarded.send(company, None).error.startswith("company.durand")  # type: ignore[arg-type,union-attr]
        assert server.taken == []
