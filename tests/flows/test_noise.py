"""How much a morning says: few messages at the root and in the thread, and one a click at most."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from receivables.codes.tasks import TaskKind
from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer
from store.post_room import send_failures
from store.promises import acts as promises
from store.reminders import rows as outbox_rows
from store.replies import acts as incoming
from store.replies.acts import Arrived
from store.tasks import acts as tasks
from tests import builders
from tests.bot import limits
from tests.bot.conftest import plain
from tests.flows.test_morning import MARIE, PAUL, Team, at_work

DAY = date(2026, 11, 24)


@pytest.fixture
def team(sqlite_books: Database, company: Company) -> Iterator[Team]:
    roles = {"commercial": ("U0SOPHIE",), "finance": (MARIE,), "responsable": (PAUL,)}
    yield from at_work(sqlite_books, replace(company, roles=roles, approval_above=Decimal(5000)))


@pytest.fixture
def sqlite_books(tmp_path: Any, sqlite_template: Any) -> Iterator[Database]:
    path = tmp_path / "noise.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def busy(team: Team, *, mails: int = 10, approvals: int = 6, held: int = 24, calls: int = 5) -> None:
    """Put 40 late invoices into the books, and tasks of several kinds."""
    office = team.office
    with open_books(office.database, office.company) as b:
        for rank in range(mails + approvals + held):
            amount = "9000.00" if mails <= rank < mails + approvals else "1200.00"
            owner = "U0SOPHIE" if rank % 2 else MARIE
            client = builders.customer(b, f"Client {rank:02}", email=f"c{rank}@client.example", owner=owner)
            due = DAY - timedelta(days=8) if rank < mails + approvals else DAY - timedelta(days=3)
            builders.invoice(b, client, f"FAC-{rank}", amount=amount, due=due)
        kinds = [TaskKind.CALL, TaskKind.FOLLOW_UP, TaskKind.INVOICE_COPY, TaskKind.NO_ADDRESS, TaskKind.CALL]
        for rank in range(calls):
            client = (
                b.session.query(Customer)
                .filter_by(name=f"Client {mails + approvals + held - 1 - rank:02}")
                .one()
            )
            kind = kinds[rank % len(kinds)]
            tasks.open_task(
                b, kind=kind, customer_id=client.id, owner=client.owner,
                step="appel" if kind is TaskKind.CALL else None,
                at=office.instant(DAY - timedelta(days=1), "17:00"),
            )  # fmt: skip


def said_overnight(team: Team, *, replies: int = 4, letters: int = 3, broken: int = 3) -> None:
    """Put replies, letters to write and promises that were not kept into the books of a busy morning."""
    office = team.office
    with open_books(office.database, office.company) as b:
        for rank in range(replies):
            client = builders.customer(b, f"Répond {rank}", email=f"r{rank}@client.example", owner="U0SOPHIE")
            builders.invoice(b, client, f"REP-{rank}", amount="300.00", due=DAY - timedelta(days=3))
            incoming.take_in(
                b, _reply(client, rank, office.instant(DAY, "07:00")), at=office.instant(DAY, "08:20")
            )
        for rank in range(letters):
            client = builders.customer(b, f"Écrire {rank}", email=f"e{rank}@client.example", owner=MARIE)
            client.postal_address = "Service comptabilité\n4 rue du Port\n29200 Brest"
            late = builders.invoice(b, client, f"LET-{rank}", amount="400.00", due=DAY - timedelta(days=50))
            tasks.open_task(
                b, kind=TaskKind.LETTER, customer_id=client.id, owner=MARIE, step="mise_en_demeure",
                invoice_ids=[late.id], at=office.instant(DAY - timedelta(days=1), "17:00"),
            )  # fmt: skip
        for rank in range(broken):
            client = builders.customer(b, f"Promet {rank}", email=f"p{rank}@client.example", owner="U0SOPHIE")
            late = builders.invoice(b, client, f"PRO-{rank}", amount="500.00", due=DAY - timedelta(days=30))
            made = office.instant(DAY - timedelta(days=20), "10:00")
            promises.make(b, late.id, date=DAY - timedelta(days=12), amount=None, by=MARIE, at=made)


def _reply(client: Customer, rank: int, at: datetime) -> Arrived:
    return Arrived(
        key=f"<{rank}@client.example>", digest=f"d{rank}", received_at=at, kind="reply",
        sender=f"r{rank}@client.example", sender_name="Mme Roux", subject="Re: Votre facture",
        text="Nous réglerons vendredi.", raw=b"", customer_id=client.id,
    )  # fmt: skip


def places(team: Team) -> Counter[str]:
    """Return how many messages stand at the root and in threads."""
    found: Counter[str] = Counter()
    for message in team.office.slack.messages():
        found["thread" if message.get("thread_ts") not in {None, message["ts"]} else "root"] += 1
    return found


def test_a_busy_morning_makes_three_root_messages_and_five_in_the_thread(team: Team) -> None:
    busy(team)
    assert team.office.tick(DAY, "08:30").planned == 10
    team.office.tick(DAY, "10:05")
    team.office.tick(DAY, "11:05")
    team.office.tick(DAY, "12:00")
    said = places(team)
    assert said["root"] <= 3, said
    assert said["thread"] <= 5, said
    for message in team.office.slack.messages():
        limits.check(
            [{k: v for k, v in each.items() if k != "block_id"} for each in message.get("blocks", [])]
        )


def test_replies_and_broken_promises_of_a_busy_morning_come_together(team: Team) -> None:
    busy(team)
    said_overnight(team)
    for clock in ("08:30", "08:35", "10:05", "11:05", "12:00"):
        team.office.tick(DAY, clock)
    said = places(team)
    assert said["root"] <= 3, said
    assert said["thread"] <= 5, said
    shown = [plain(message["text"]) for message in team.office.slack.messages()]
    assert "*4 réponses de clients et 3 promesses non tenues*" in shown
    asked = [
        e
        for m in team.office.slack.messages()
        for block in m.get("blocks", [])
        for e in block.get("elements", ())
    ]
    offered = Counter(str(each.get("action_id", "")).split("_")[0] for each in asked)
    assert offered["reply"] == 4 * 6, offered


def test_a_mention_calls_whom_something_is_asked_of_and_nobody_else(team: Team) -> None:
    busy(team, approvals=0, held=30)
    team.office.tick(DAY, "08:30")
    digest, mails, board = team.office.slack.messages()[0], team.cards()[0], team.cards("Tâches ouvertes")[0]
    assert "<@" not in str(digest)
    assert "<@" not in str(mails)
    assert str(board["blocks"]).count("<@U0SOPHIE>") == 3
    assert "Sophie Martin" in str(mails)
    team.office.tick(DAY + timedelta(days=1), "08:30")
    again = team.cards("Tâches ouvertes")[-1]
    assert again is not board
    assert "<@" not in str(again), "asked once: the next day they are named"


@pytest.mark.parametrize("what", ["text", "remove", "postpone", "edit", "send"])
def test_a_click_in_the_list_posts_nothing(team: Team, what: str) -> None:
    busy(team, approvals=0, held=0)
    team.office.tick(DAY, "08:30")
    before = (len(team.office.slack.messages()), len(team.office.slack.ephemerals))
    team.clicks(MARIE, team.cards()[0], f"card_{what}", "Client 03")
    assert (len(team.office.slack.messages()), len(team.office.slack.ephemerals)) == before


def test_refusals_of_a_mail_server_are_one_message_a_run(team: Team) -> None:
    busy(team, approvals=0, held=0, calls=0)
    team.office.tick(DAY, "08:30")
    office = team.office
    before = len(office.slack.messages())
    with open_books(office.database, office.company) as b:
        ids = [row.id for row in b.session.query(outbox_rows.Reminder)]
        for one in outbox_rows.load(b, ids):
            send_failures.refused(
                b, one, error="550 5.7.1 no", dead={}, at=office.instant(DAY, "10:00"), claimed=False
            )
    office.tick(DAY, "10:01")
    fresh = office.slack.messages()[before:]
    assert len(fresh) == 1
    assert "10\u00a0envois ont échoué" in fresh[0]["text"]
    assert "Client 07" in str(fresh[0]["blocks"])
