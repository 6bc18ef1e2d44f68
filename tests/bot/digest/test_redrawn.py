"""The day's digest, drawn anew after whatever people do and take back: what it says is what the books say."""

from dataclasses import replace

import pytest

from bot.announcements.notices import digest_notice
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import read_books
from store.db.engine import Database
from tests.bot import limits
from tests.bot.conftest import TODAY, Clock, Office, Seen, open_office, plain
from tests.bot.digest.test_settled_lines import digest
from tests.bot.morning.test_cards import morning, pick, say


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock):
    roles = {"finance": ("U0MARIE",), "responsable": ("U0PAUL",)}
    yield from open_office(sqlite_books, replace(company, roles=roles), slack, clock)


def books(office: Office) -> str:
    """Return the digest as the books stand."""
    with read_books(office.database, office.company) as b:
        notice, _ = digest_notice(b, TODAY, office.clock.at)
    return plain("\n".join(limits.texts(notice.blocks)))


def begin(office: Office) -> str:
    office.add_invoice()
    office.add_invoice("FAC-124", amount="700.00")
    office.add_invoice("FAC-9", "Bois du Nord", amount="50.00")
    morning(office)
    return digest(office)


def undone(office: Office, seen: Seen, user: str) -> None:
    shown = [*seen.messages, *seen.whispers]
    holder, action = next(
        (message, element["action_id"])
        for message in shown
        for block in message["blocks"]
        for element in block.get("elements", ())
        if str(element.get("action_id", "")).startswith("undo")
    )
    office.clicks(holder, action, user=user)
    say(office)


DISPUTE, REASON = {"kind": "quality"}, {"reason": "client disparu"}


@pytest.mark.parametrize(
    ("line", "form", "user", "shows"),
    [
        ("/paye FAC-123", None, "U0MARIE", "✅ *FAC-123*"),
        ("/paye FAC-123 200", None, "U0MARIE", "*FAC-123* · 1 000,00 €"),
        ("/paye FAC-123 et FAC-124 1900", None, "U0MARIE", "✅ *FAC-124*"),
        ("/relances litige FAC-123", DISPUTE, "U0MARIE", "en litige"),
        ("/relances promesse FAC-123 1200 le 30/11", None, "U0MARIE", "promesse pour le 30/11"),
        ("/relances pause FAC-123 jusqu’au 15/12", None, "U0MARIE", "suspendue jusqu’au 15/12"),
        ("/relances pause Garage Martin jusqu’au 15/12", None, "U0MARIE", "suspendue jusqu’au 15/12"),
        ("/relances perte FAC-123 client disparu", REASON, "U0PAUL", "2 factures chez 2 clients"),
        ("/relances recouvrement FAC-123 client disparu", REASON, "U0PAUL", "au recouvrement"),
        ("/relances annuler FAC-123 client disparu", REASON, "U0MARIE", "2 factures chez 2 clients"),
        ("/appel FAC-123 répondeur", None, "U0MARIE", "répondeur"),
        ("/appel FAC-123 promet 1200 le 30/11", None, "U0MARIE", "promesse pour le 30/11"),
        ("/appel FAC-123 virement parti", None, "U0MARIE", "promesse pour le"),
        ("/appel FAC-123 rappeler demain 14h", None, "U0MARIE", "*Appels à passer*\n1"),
        ("/relances avoir Garage Martin 120 AV-12 FAC-123", None, "U0MARIE", "1 080,00 €"),
        ("/relances moyen FAC-123 prélèvement", None, "U0MARIE", "2 relances partent"),
    ],
)  # fmt: skip
def test_an_act_is_seen_in_the_digest_and_gone_once_taken_back(
    office: Office, line: str, form: dict[str, str | None] | None, user: str, shows: str
) -> None:
    before = begin(office)
    seen = office.types(line, user=user)
    seen = office.sends(form, user=user) if form else seen
    say(office)
    assert shows in digest(office), (seen.public, seen.private)
    assert digest(office) == books(office)
    undone(office, seen, user)
    assert digest(office) == books(office)
    assert late(digest(office)) == late(before)


def late(text: str) -> str:
    """Return what a digest says of late invoices and of tasks: mails that were called off stay so."""
    return "\n".join(line for line in text.splitlines() if "relance" not in line)


@pytest.mark.parametrize("what", ["remove", "postpone"])
def test_a_mail_taken_out_or_put_off_and_back_again(office: Office, what: str) -> None:
    before = begin(office)
    pick(office, what)
    if what == "postpone":
        office.sends({"until": "2026-12-15"})
    say(office)
    assert "1 relance part aujourd’hui" in digest(office)
    assert digest(office) == books(office)
    pick(office, "undo")
    say(office)
    assert digest(office) == before


def test_a_dispute_settled_and_the_settlement_taken_back(office: Office) -> None:
    begin(office)
    office.types("/relances litige FAC-123")
    office.sends(DISPUTE)
    say(office)
    disputed = digest(office)
    office.clicks(office.types("/relances litige FAC-123").whispers[0], "dispute_settle")
    settled = office.sends({"how": "ours"})
    say(office)
    assert "en litige" not in digest(office)
    undone(office, settled, "U0MARIE")
    assert digest(office) == disputed == books(office)


def test_a_promise_broken_by_its_replacement_taken_back(office: Office) -> None:
    begin(office)
    office.types("/relances promesse FAC-123 1200 le 30/11")
    say(office)
    first = digest(office)
    second = office.types("/relances promesse FAC-123 1200 le 4/12", user="U0PAUL")
    say(office)
    assert "promesse pour le 04/12" in digest(office)
    undone(office, second, "U0PAUL")
    assert digest(office) == first == books(office)


def test_a_task_opened_done_and_put_off_is_counted_so(office: Office) -> None:
    begin(office)
    office.types("/appel FAC-123 rappeler demain 14h")
    say(office)
    assert "*Appels à passer*\n1" in digest(office)
    office.types("/appel FAC-123 promet 1200 le 30/11")
    say(office)
    assert "*Appels à passer*\n0" in digest(office)
    assert digest(office) == books(office)
