"""What people see: small files as other tools write them, brought in and played by the command line."""

import contextlib
import email
import email.policy
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.imap_server import ImapServer, imap_server
from tests.relance.conftest import Run
from tests.scheduler.mails import reply

SETTINGS = """
[company.lavigne]
name = "Menuiserie Lavigne SARL"
siren = "913205472"
address = "4 rue des Tanneurs, 35000 Rennes"
iban = "FR1420041010050500013M02606"
slack_team = "T0LAVIGNE"
slack_channel = "C0RELANCES"
email_from = "Compta Lavigne <compta@lavigne.example>"
mode = "live"
"""
HEADER = "Client;Facture;Montant TTC;Date;Échéance;E-mail"


@pytest.fixture(autouse=True)
def settings(folder: Path) -> None:
    """A live company whose settings hold no sample value."""
    (folder / "relance.toml").write_text(SETTINGS, encoding="utf-8")


def imported(folder: Path, run: Run, *lines: str, status: int = 0) -> Any:
    """Bring lines in on 6 November; return the report."""
    (folder / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    said = run("import", "liste.csv", "--at", "2026-11-06T09:00", "--json")
    assert said.status == status, said.out + said.err
    return said.json


def ticked(run: Run, *instants: str) -> list[Any]:
    """Let the clock strike at these instants; return what each did."""
    return [run("tick", "--at", instant, "--json").json for instant in instants]


def mails(folder: Path) -> dict[str, str]:
    """Return the text of each mail that left, by the address it went to."""
    found = {}
    for path in sorted((folder / "out").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",))
        assert text is not None
        found[str(mail["To"])] = text.get_content().replace("\u202f", " ").replace("\u00a0", " ")
    return found


def test_a_dash_for_the_cents_is_no_credit(folder: Path, run: Run) -> None:
    report = imported(
        folder, run,
        "Client|Facture|Montant TTC|Date|Échéance|E-mail|Devise",
        "Alpina SA|S-1|1'500.–|01/10/2026|12/11/2026|a@alpina.example|CHF",
        "Alpina SA|S-2|500,-|01/10/2026|12/11/2026|a@alpina.example|CHF",
        "Alpina SA|S-3|2'000.00|01/10/2026|12/11/2026|a@alpina.example|CHF",
    )  # fmt: skip
    assert report["new"] == ["S-1", "S-2", "S-3"]
    owed = [run("why", number, "--on", "2026-11-20", "--json").json for number in report["new"]]
    assert [(each["outstanding"], each["currency"]) for each in owed] == [
        ("1500.00", "CHF"),
        ("500.00", "CHF"),
        ("2000.00", "CHF"),
    ]
    ticked(run, "2026-11-20T08:31", "2026-11-20T10:05")
    (text,) = mails(folder).values()
    assert "4 000,00 CHF" in text


def test_an_instant_in_universal_time_is_due_on_the_local_day(folder: Path, run: Run) -> None:
    imported(
        folder,
        run,
        HEADER,
        "Un SARL;F-1;500,00;2026-10-31T23:00:00.000Z;2026-11-29T23:00:00.000Z;a@un.example",
    )
    why = run("why", "F-1", "--on", "2026-11-20", "--json").json
    assert why["next"] == {"step": "amicale", "on": "2026-11-25"}
    assert "lundi 30\u00a0novembre 2026" in why["detail"]


@pytest.mark.parametrize("currency", ["TND", "kwd"])
@pytest.mark.parametrize("where", ["column", "cell"])
def test_a_currency_of_three_decimals_is_refused_by_name(
    folder: Path, run: Run, currency: str, where: str
) -> None:
    in_column = where == "column"
    header = f"{HEADER};Devise" if in_column else HEADER
    amount = "1234,567" if in_column else f"1234,567 {currency}"
    line = f"Carthago SARL;T-1;{amount};01/10/2026;12/11/2026;a@carthago.example"
    report = imported(folder, run, header, f"{line};{currency}" if in_column else line, status=1)
    (bad,) = report["refused"]
    assert (bad["line"], currency.upper() in bad["expected"]) == (2, True)
    assert run("outbox", "--json").out.strip() in {"", "[]"}


def opened(folder: Path, run: Run) -> list[tuple[str, str | None, str | None]]:
    """Return kind, customer and note of each task, in the books themselves."""
    query = (
        "SELECT tasks.kind, customers.name, tasks.state FROM tasks"
        " LEFT JOIN customers ON customers.id = tasks.customer_id ORDER BY tasks.id"
    )
    with contextlib.closing(sqlite3.connect(folder / "relance.db")) as books:
        return list(books.execute(query))


ACCENTS = (
    HEADER.replace(";", "|"),
    "Sept SARL|F-7|500,00|01/10/2026|12/11/2026|rené@sept.example",
    "Huit SARL|F-8|500,00|01/10/2026|12/11/2026|rené@huit.example;ok@huit.example",
)


def test_an_address_that_cannot_be_written_to_is_told_at_once_and_asked_for_once(
    folder: Path, run: Run
) -> None:
    report = imported(folder, run, *ACCENTS)
    told = next(each for each in report["warnings"] if each["kind"] == "unwritable_email")
    assert told["values"] == ["rené@sept.example (Sept SARL)", "rené@huit.example (Huit SARL)"]
    assert opened(folder, run) == [("no_address", "Sept SARL", "open")]
    for day in ("20", "23", "27"):
        ticked(run, f"2026-11-{day}T08:31", f"2026-11-{day}T10:05")
        assert run("why", "F-7", "--on", f"2026-11-{day}", "--json").json["reason"] == "no_address"
    assert {mail["customer"] for mail in run("outbox", "--json").json} == {"Huit SARL"}
    assert list(mails(folder)) == ["ok@huit.example"]
    assert opened(folder, run) == [("no_address", "Sept SARL", "open")]


def test_the_same_file_again_tells_and_asks_nothing_more(folder: Path, run: Run) -> None:
    imported(folder, run, *ACCENTS)
    again = imported(folder, run, *ACCENTS)
    assert again["changed"] == []
    assert opened(folder, run) == [("no_address", "Sept SARL", "open")]


def test_a_file_that_brings_the_right_address_ends_the_question(folder: Path, run: Run) -> None:
    imported(folder, run, *ACCENTS)
    imported(folder, run, *(line.replace("rené@s", "rene@s") for line in ACCENTS))
    assert opened(folder, run) == [("no_address", "Sept SARL", "done")]
    ticked(run, "2026-11-20T08:31", "2026-11-20T10:05")
    assert sorted(mails(folder)) == ["ok@huit.example", "rene@sept.example"]


def test_without_any_address_one_task_asks_for_it_once_mail_is_due(folder: Path, run: Run) -> None:
    imported(
        folder,
        run,
        HEADER,
        "Muet SARL;F-1;500,00;01/10/2026;12/11/2026;",
        "Petit SARL;F-2;3,00;01/10/2026;12/11/2026;",
    )
    assert opened(folder, run) == []
    ticked(run, "2026-11-20T08:31", "2026-11-20T10:05", "2026-11-23T08:31")
    assert opened(folder, run) == [("no_address", "Muet SARL", "open")]


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    """The company's mailbox."""
    with imap_server("Lavigne") as server:
        yield server


@pytest.mark.parametrize(
    ("subject", "text", "proposed"),
    [
        ("TR: vos factures F-8", "La marchandise n'a jamais été reçue.", "dispute"),
        ("question", "Nous n'avons pas reçu les produits de la facture F-8.", "dispute"),
        ("fwd: f-8", "Le virement est parti hier.", "payment_left"),
    ],
)
def test_a_strangers_mail_that_names_an_invoice_holds_it_until_somebody_files_the_mail(
    folder: Path,
    run: Run,
    imap: ImapServer,
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
    text: str,
    proposed: str,
) -> None:
    imap.rebuild()
    monkeypatch.setenv("IMAP_URL", imap.url)
    imported(
        folder,
        run,
        HEADER,
        "Huit SARL;F-8;100,00;01/10/2026;12/11/2026;a@huit.example",
        "Neuf SARL;F-9;100,00;01/10/2026;12/11/2026;a@neuf.example",
    )
    ticked(run, "2026-11-20T08:31", "2026-11-20T10:05")
    assert sorted(mails(folder)) == ["a@huit.example", "a@neuf.example"]
    at = datetime(2026, 11, 26, 15, tzinfo=UTC)
    raw = reply(None, text, at=at, sender="x@cabinet.example", To="compta@lavigne.example", Subject=subject)
    imap.deliver(raw, at=at)
    before = len(list((folder / "out").glob("*.eml")))
    (plan, post) = ticked(run, "2026-11-30T08:31", "2026-11-30T10:05")
    assert (plan["planned"], post["sent"]) == (1, 1)
    assert run("why", "F-8", "--on", "2026-11-30", "--json").json["reason"] == "reply_unread"
    assert len(list((folder / "out").glob("*.eml"))) == before + 1
    assert not any("cabinet.example" in to for to in mails(folder))
    with contextlib.closing(sqlite3.connect(folder / "relance.db")) as books:
        [(state, read)] = books.execute("SELECT state, proposal FROM incoming")
    assert (state, json.loads(read)["kind"]) == ("to_file", proposed)


@pytest.mark.parametrize("word", ["Annulée", "Passée en perte", "Rejetée", "En litige"])
def test_a_word_that_goes_is_told_as_what_it_was(folder: Path, run: Run, word: str) -> None:
    status = f"{HEADER};Statut"
    imported(folder, run, status, f"Un SARL;F-1;500,00;01/10/2026;05/11/2026;a@un.example;{word}")
    (folder / "liste.csv").write_text(
        f"{status}\nUn SARL;F-1;500,00;01/10/2026;05/11/2026;a@un.example;Envoyée\n", encoding="utf-8"
    )
    run("import", "liste.csv", "--at", "2026-11-12T08:00")
    why = run("why", "F-1", "--at", "2026-11-12T09:00", "--json").json
    assert (why["reason"], why["next"]) == ("resuming", {"step": "ferme", "on": "2026-11-17"})
    assert "facture de nouveau due" in why["detail"]


@pytest.mark.parametrize(
    ("due", "means", "word", "asked"),
    [
        ("30/10/2026", "Prélèvement SEPA", "Impayé", ["F-1"]),
        ("30/10/2026", "LCR acceptée", "non payée", ["F-1"]),
        ("02/11/2026", "Prélèvement SEPA", "Impayé", []),
        ("30/10/2026", "Prélèvement SEPA", "En attente", []),
        ("30/10/2026", "Virement", "Impayé", []),
    ],
)
def test_a_debit_that_a_file_says_unpaid_is_asked_about_by_its_name(
    folder: Path, run: Run, due: str, means: str, word: str, asked: list[str]
) -> None:
    header, line = f"{HEADER};Mode de règlement;Statut", f"Un SARL;F-1;500,00;01/10/2026;{due};a@un.example"
    report = imported(folder, run, header, f"{line};{means};{word}")
    questions = [each["values"] for each in report["questions"] if each["kind"] == "debit_unpaid"]
    assert questions == ([asked] if asked else [])
    assert [kind for kind, *_ in opened(folder, run)] == ["debit_unpaid"] * len(asked)
    assert imported(folder, run, header, f"{line};{means};{word}")["questions"] == []
