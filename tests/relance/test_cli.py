"""The command line: shapes for scripts, sentences for people, exit statuses."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.imap_server import imap_server
from tests.relance.conftest import SETTINGS, Run
from tests.scheduler import mails
from tests.scheduler.posting import mail_server

IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def filled(run: Run) -> Run:
    """The command line, with the two invoices in the books since early March."""
    assert run("import", "factures.csv", "--at", "2026-03-02").status == 0
    return run


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'")


# --- import ----------------------------------------------------------------------------------------------


def test_an_import_tells_what_is_new_then_unchanged(run: Run) -> None:
    first = run("import", "factures.csv", "--at", "2026-03-02", "--json").json
    assert first["new"] == ["FAC-1", "FAC-2"]
    again = run("import", "factures.csv", "--json").json
    assert (again["new"], again["changed"], again["unchanged"]) == ([], [], 2)
    assert (again["gone"], again["dry_run"], again["refused"], again["rows"]) == ([], False, [], 2)


def test_several_files_give_one_object_a_line(run: Run, folder: Path) -> None:
    (folder / "vide.csv").write_text("Client;Facture;Montant;Échéance\n", encoding="utf-8")
    lines = run("import", "factures.csv", "factures.csv", "--json").lines
    assert [line["file"] for line in lines] == ["factures.csv", "factures.csv"]


def test_a_refused_file_exits_1_with_its_json_and_the_sound_one_is_in(run: Run, folder: Path) -> None:
    text = (folder / "factures.csv").read_text(encoding="utf-8").replace("300,50", "beaucoup")
    (folder / "faux.csv").write_text(text.replace("FAC-", "F-"), encoding="utf-8")
    said = run("import", "faux.csv", "factures.csv", "--json")
    assert said.status == 1
    assert said.lines[0]["refused"][0]["line"] == 3
    assert said.lines[0]["refused"][0]["value"] == "beaucoup"
    assert said.lines[1]["new"] == ["FAC-1", "FAC-2"]
    assert run("why", "F-1").status == 1


def test_a_refusal_names_line_column_value_and_what_is_expected(run: Run, folder: Path) -> None:
    text = (folder / "factures.csv").read_text(encoding="utf-8").replace("300,50", "beaucoup")
    (folder / "faux.csv").write_text(text, encoding="utf-8")
    said = run("import", "faux.csv")
    assert said.status == 1
    assert said.out == ""
    assert "ligne 3, colonne « Montant TTC » : « beaucoup » ; attendu un montant" in plain(said.err)


def test_a_dry_run_changes_nothing(run: Run) -> None:
    assert run("import", "factures.csv", "--dry-run", "--json").json["new"] == ["FAC-1", "FAC-2"]
    assert "Essai à blanc" in run("import", "factures.csv", "--dry-run").out
    assert run("import", "factures.csv", "--json").json["new"] == ["FAC-1", "FAC-2"]


def test_a_complete_import_tells_what_is_gone(filled: Run, folder: Path) -> None:
    text = "".join((folder / "factures.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:2])
    (folder / "reste.csv").write_text(text, encoding="utf-8")
    assert filled("import", "reste.csv", "--json").json["gone"] == []
    assert filled("import", "reste.csv", "--complete", "--json").json["gone"] == ["FAC-2"]


def test_a_file_that_is_not_there_is_a_refusal(run: Run) -> None:
    said = run("import", "absent.csv", "--json")
    assert said.status == 1
    assert said.json["file"] == "absent.csv"


# --- plan, why -------------------------------------------------------------------------------------------


def test_the_plan_of_a_day_lists_what_would_leave(filled: Run) -> None:
    plan = filled("plan", "--on", "2026-04-08", "--json").json
    assert (plan["on"], plan["company"], plan["mode"]) == ("2026-04-08", "durand", "live")
    [message] = plan["messages"]
    assert message["customer"] == "Garage Martin"
    assert message["to"] == ["compta@martin.example"]
    assert (message["channel"], message["step"]) == ("email", "ferme")
    assert message["leaves_at"] == "2026-04-08T10:00:00+02:00"
    assert message["items"] == [
        {"invoice": "FAC-1", "step": "ferme", "days_late": 7, "outstanding": "1200.00", "currency": "EUR"}
    ]
    assert "held" in plan


def test_the_plan_is_shown_to_people_in_french(filled: Run) -> None:
    shown = plain(filled("plan", "--on", "08/04/2026").out)
    assert "Atelier Durand SAS : mercredi 8 avril 2026 (mode live)" in shown
    assert "FAC-1 : 1 200,00 €, 7 jours de retard" in shown
    assert "Rien n'est retenu." in shown


def test_an_instant_stands_for_now(filled: Run) -> None:
    """The plan of the 8th and, that evening, what was due and did not leave: it is the next day's."""
    morning = filled("why", "FAC-1", "--at", "2026-04-08T09:00", "--json").json
    assert (morning["decision"], morning["next"]) == ("remind", {"step": "renforcee", "on": "2026-04-16"})
    evening = filled("why", "FAC-1", "--at", "2026-04-08T18:00", "--json").json
    assert (evening["reason"], evening["next"]) == ("outside_window", {"step": "ferme", "on": "2026-04-09"})
    assert filled("plan", "--at", "2026-04-08T09:00", "--json").json["on"] == "2026-04-08"


def test_why_answers_in_the_fixed_shape_and_tolerates_typing(filled: Run) -> None:
    why = filled("why", "fac 1", "--on", "2026-04-08", "--json").json
    shape = {
        "invoice",
        "status",
        "outstanding",
        "currency",
        "decision",
        "reason",
        "detail",
        "step",
        "on",
        "next",
    }
    assert set(shape) <= set(why)
    assert (why["invoice"], why["status"], why["outstanding"]) == ("FAC-1", "late", "1200.00")
    assert (why["decision"], why["step"]) == ("remind", "ferme")
    assert why["detail"]
    assert "FAC-1 : en retard, reste 1 200,00 €" in plain(filled("why", "FAC-1", "--on", "2026-04-08").out)


def test_an_unknown_invoice_is_refused_with_the_closest_ones(filled: Run) -> None:
    said = filled("why", "FAC-11", "--json")
    assert said.status == 1
    assert said.json["invoice"] == "FAC-11"
    assert said.json["status"] is None
    assert "FAC-1" in said.json["closest"]
    assert "FAC-1" in said.err


# --- tick, outbox ----------------------------------------------------------------------------------------


def test_a_tick_sends_what_is_due_and_the_next_one_nothing_more(filled: Run, folder: Path) -> None:
    first = filled("tick", "--at", "2026-04-08T10:30", "--json")
    assert first.status == 0
    assert first.json == {
        "at": "2026-04-08T10:30:00+02:00",
        "company": "durand",
        "incoming": 0,
        "planned": 1,
        "announced": 0,
        "sent": 1,
        "failed": 0,
        "cancelled": 0,
        "uncertain": 0,
    }
    assert "Slack n'est pas réglé" in plain(first.err)
    assert len(list((folder / "out").glob("*.eml"))) == 1
    again = filled("tick", "--at", "2026-04-08T11:00", "--json").json
    assert (again["planned"], again["sent"]) == (0, 0)
    assert "rien à faire" in filled("tick", "--at", "2026-04-08T11:05").out


def test_a_tick_reads_the_mailbox_first_and_goes_on_without_it(
    filled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 4, 8, 6, 0, tzinfo=UTC)
    with imap_server() as imap:
        monkeypatch.setenv("IMAP_URL", imap.url)
        imap.deliver(mails.reply(None, "Nous réglerons lundi.", at=at, sender="compta@martin.example"), at=at)
        first = filled("tick", "--at", "2026-04-08T10:30", "--json")
        assert (first.json["incoming"], first.json["planned"]) == (1, 0)
        assert filled("why", "FAC-1", "--on", "2026-04-08", "--json").json["reason"] == "reply_unread"
    down = filled("tick", "--at", "2026-04-08T11:30")
    assert down.status == 0
    assert "La boîte aux lettres des réponses ne s'ouvre pas" in plain(down.err)
    assert "s3cret" not in down.err
    monkeypatch.setenv("IMAP_URL", "imap://nobody")
    assert "IMAP_URL" in filled("tick", "--at", "2026-04-08T11:30").err


def test_an_instant_without_timezone_is_the_company_s_and_a_bare_day_its_opening(filled: Run) -> None:
    assert filled("tick", "--at", "2026-04-08T08:30:00Z", "--json").json["at"] == "2026-04-08T10:30:00+02:00"
    assert filled("tick", "--at", "2026-04-09", "--json").json["at"] == "2026-04-09T10:00:00+02:00"


def test_slack_out_of_reach_stops_no_mail(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    said = filled("tick", "--at", "2026-04-08T10:30", "--json")
    assert said.status == 0
    assert (said.json["sent"], said.json["announced"]) == (1, 0)


def test_without_a_mail_server_nothing_is_marked_sent(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMTP_URL")
    said = filled("tick", "--at", "2026-04-08T10:30", "--json")
    assert said.json["sent"] == 0
    assert "SMTP_URL" in said.err
    assert {row["state"] for row in filled("outbox", "--json").json} == {"planned"}


def test_the_outbox_has_its_fixed_shape(filled: Run) -> None:
    assert filled("outbox", "--json").json == []
    assert "Aucune relance" in filled("outbox").out
    filled("tick", "--at", "2026-04-08T10:30")
    [row] = filled("outbox", "--json").json
    assert set(row) >= {
        "id", "customer", "step", "channel", "state", "items", "planned_for", "sent_at", "message_id", "error"
    }  # fmt: skip
    assert (row["state"], row["items"], row["sent_at"]) == ("sent", ["FAC-1"], "2026-04-08T10:30:00+02:00")
    assert "partie" in filled("outbox").out
    [copy] = row["recipients"]
    assert copy["words"].startswith("written ")
    assert copy | {"words": ""} == {
        "address": "compta@martin.example",
        "state": "accepted",
        "words": "",
        "reason": None,
        "attempts": 1,
        "tried_at": "2026-04-08T10:30:00+02:00",
        "next_at": None,
    }
    assert filled("why", "FAC-1", "--at", "2026-04-08T11:00", "--json").json["retrying"] == []


def test_the_outbox_says_who_lacks_a_message_and_when_it_is_tried_again(
    filled: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = SETTINGS.replace("durand.example", "durand.fr").replace("FR7630006000011234567890189", IBAN)
    (folder / "relance.toml").write_text(own, encoding="utf-8")
    with mail_server() as mailbox:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{mailbox.port}")
        mailbox.refuse_all = "450 4.2.1 try <later> \x1b[31m" + "x" * 900
        filled("tick", "--at", "2026-04-08T10:30")
    [row] = filled("outbox", "--json").json
    [copy] = row["recipients"]
    assert (copy["state"], copy["next_at"]) == ("put_off", "2026-04-08T10:35:00+02:00")
    assert len(copy["words"]) <= 500
    assert "\x1b" not in copy["words"]
    shown = " ".join(plain(filled("outbox").out).split())
    assert "nouvel essai prévu" in shown
    found = filled("why", "FAC-1", "--at", "2026-04-08T10:31", "--json").json
    assert (found["reason"], found["retrying"]) == ("retrying", ["compta@martin.example"])
    assert "compta@martin.example" in found["detail"]


def test_the_outbox_says_in_words_why_a_message_did_not_leave(filled: Run) -> None:
    for instant in ("2026-04-08T08:31", "2026-04-08T18:00", "2026-04-10T08:31"):
        filled("tick", "--at", instant)
    assert [row["error"] for row in filled("outbox", "--json").json] == ["day_over", None]
    said = filled("outbox").out
    assert "la journée est finie" in said
    assert "day_over" not in said


# --- db --------------------------------------------------------------------------------------------------


def test_the_schema_comes_up_by_itself_and_db_upgrade_says_so(run: Run, folder: Path) -> None:
    assert "mis à jour" in run("db", "upgrade").out
    assert "est à jour" in run("db", "upgrade").out


def test_db_upgrade_and_backup_need_no_company(run: Run, folder: Path) -> None:
    (folder / "relance.toml").unlink()
    assert run("db", "upgrade").status == 0
    assert run("db", "backup", "copie.db").status == 0
    assert (folder / "copie.db").is_file()
    again = run("db", "backup", "copie.db")
    assert again.status == 1
    assert "existe déjà" in again.err


def test_db_check_says_whether_the_books_hold(filled: Run) -> None:
    assert "Rien à signaler" in filled("db", "check").out
    assert filled("db", "check", "--json").json == []


# --- companies, statuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [["plan"], ["why", "FAC-1"], ["tick"], ["outbox"], ["import", "factures.csv"]],
)
def test_with_several_companies_one_must_be_named(run: Run, folder: Path, command: list[str]) -> None:
    other = SETTINGS.replace("durand]", "martin]").replace("C0RELANCES", "C0MARTIN")
    (folder / "relance.toml").write_text(SETTINGS + other, encoding="utf-8")
    said = run(*command)
    assert said.status == 2
    assert "--company durand | martin" in said.err
    assert run("plan", "--company", "martin", "--json").json["company"] == "martin"


def test_books_of_two_companies_stay_apart(filled: Run, folder: Path) -> None:
    other = SETTINGS.replace("durand]", "martin]").replace("C0RELANCES", "C0MARTIN")
    (folder / "relance.toml").write_text(SETTINGS + other, encoding="utf-8")
    assert filled("why", "FAC-1", "--company", "martin").status == 1
    assert filled("why", "FAC-1", "--company", "durand").status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["tick", "--at", "demain"], 2, "n'est pas un instant"),
        (["plan", "--on", "32/01/2026"], 2, "n'est pas une date"),
        (["why"], 2, "FACTURE"),
        (["valse"], 2, "valse"),
        (["plan", "--company", "absente"], 1, "« absente » n'existe pas ; attendu durand"),
        (["--version"], 0, ""),
        (["--help"], 0, ""),
    ],
)
def test_exit_statuses(run: Run, arguments: list[str], status: int, sentence: str) -> None:
    said = run(*arguments)
    assert said.status == status
    assert sentence in plain(said.err)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/relance.db", "postgresql://u:secret@127.0.0.1:1/x", "oracle://x"]
)
def test_a_database_out_of_reach_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    said = run("plan", "--json")
    assert said.status == 1
    assert "DATABASE_URL" in said.err
    assert "DATABASE_URL" in said.json["error"]
    assert "secret" not in said.err + said.out


def test_missing_settings_name_the_file(run: Run, folder: Path) -> None:
    (folder / "relance.toml").unlink()
    said = run("plan", "--json")
    assert said.status == 1
    assert "RELANCE_CONFIG" in said.json["error"]
