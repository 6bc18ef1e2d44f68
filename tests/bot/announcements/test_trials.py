"""Never twice in Slack, never lost in Slack: several clocks on a bad day, and posters that are killed."""

from receivables.company import Company
from store.db.engine import Database
from tests.bot.announcements.trials import bad_day, kill_posters


def test_three_clocks_on_a_bad_day_say_each_thing_once(database: Database, company: Company) -> None:
    said = bad_day(database.url, company, clocks=3, announced=24, digests=2, seed=5)
    assert (said["digest"], said["digest_file"], sum(said.values())) == (2, 2, 26)


def test_posters_that_are_killed_say_each_thing_once(database: Database) -> None:
    said = kill_posters(database.url, kills=12, seed=12)
    assert (said["digest"], said["digest_file"], sum(said.values())) == (3, 3, 15)
