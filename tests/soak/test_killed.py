"""The sender killed at a hundred random moments, on both databases."""

import pytest

from receivables.company import Company
from store.db.engine import Database
from tests.scheduler.conftest import mailbox  # noqa: F401 - the fixture
from tests.scheduler.post_room.killing import kill_senders
from tests.scheduler.posting import Mailbox

pytestmark = pytest.mark.soak


def test_a_hundred_kills(database: Database, company: Company, mailbox: Mailbox) -> None:  # noqa: F811 - same
    unsure = kill_senders(database, company, mailbox, kills=100, seed=100)
    print(f"{unsure} of 2000 sends were uncertain")
    assert 0 < unsure <= 100
