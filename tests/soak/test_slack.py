"""Three clocks with three hundred things to say on a bad day of Slack, and posters killed sixty times."""

import os

import pytest

from receivables.company import Company
from store.db.engine import Database
from tests.bot.announcements.trials import bad_day, kill_posters

pytestmark = pytest.mark.soak

ROUNDS = int(os.environ.get("RELANCE_KILL_ROUNDS", "2"))


def test_three_hundred_announcements_and_three_clocks(database: Database, company: Company) -> None:
    said = bad_day(database.url, company, clocks=3, announced=300, digests=6, seed=300)
    assert (said["digest"], said["digest_file"], sum(said.values())) == (6, 6, 306)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_sixty_kills(database: Database, seed: int) -> None:
    said = kill_posters(database.url, kills=60, seed=seed)
    assert (said["digest"], said["digest_file"]) == (3, 3)
