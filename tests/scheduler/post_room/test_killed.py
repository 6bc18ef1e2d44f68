"""SIGKILL at any moment: no mail twice, none lost, the unsure ones put to a person."""

from receivables.company import Company
from store.db.engine import Database
from tests.scheduler.post_room.killing import kill_senders
from tests.scheduler.posting import Mailbox


def test_killed_senders_lose_nothing_and_double_nothing(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    assert kill_senders(database, company, mailbox, kills=8, seed=8) <= 8
