"""A clock that is set: no job waits for the time that it showed before, and no lease."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from receivables.codes.announcements import AnnouncementKind
from receivables.company import Company
from scheduler import jobs
from scheduler.jumps import SMALLEST, Jumps
from store import announcements
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Reminder
from store.post_room import ahead
from tests.builders import customer, invoice
from tests.scheduler.posting import NOON, planned

DAY = 86_400.0


class Wall:
    """A clock to set, and one that only counts."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).timestamp()
        self.steady = 0.0


@pytest.mark.parametrize("jump", [-DAY, DAY, -3_600.0, SMALLEST])
def test_every_job_reckons_anew_when_the_clock_is_set(jump: float) -> None:
    """Set back by a day, a job of each minute would wait for a day."""
    wall, scheduler = Wall(), BackgroundScheduler(timezone="UTC")
    scheduler.add_job(print, IntervalTrigger(seconds=60), id="each minute")
    scheduler.add_job(print, CronTrigger(minute="*/5"), id="morning")
    scheduler.start(paused=True)
    try:
        jumps = Jumps(scheduler, wall=lambda: wall.now, steady=lambda: wall.steady)
        assert not jumps.look()
        wall.now += jump
        assert jumps.look()
        for job in scheduler.get_jobs():
            assert job.next_run_time.timestamp() == pytest.approx(wall.now, abs=2)
        assert not jumps.look()
    finally:
        scheduler.shutdown()


@pytest.mark.parametrize("slip", [0.0, 1.0, -5.0, 20.0])
def test_seconds_are_nothing_to_reckon_anew_for(slip: float) -> None:
    """As the time's own servers correct them."""
    wall, scheduler = Wall(), BackgroundScheduler(timezone="UTC")
    jumps = Jumps(scheduler, wall=lambda: wall.now, steady=lambda: wall.steady)
    wall.now += slip
    assert not jumps.look()


TOMORROW = NOON + timedelta(days=1)


def test_what_a_clock_that_was_ahead_wrote_down_does_not_wait_for_it(
    database: Database, company: Company
) -> None:
    """A send that was cut, one that a person asked for, a fact, one that Slack put off, one being posted."""
    with open_books(database, company) as b:
        who = customer(b)
        cut = planned(b, who, [invoice(b, who)])
        cut.state, cut.claimed_at, cut.lease_until = "sending", TOMORROW, TOMORROW + timedelta(minutes=15)
        asked = planned(b, who, [invoice(b, who, "FAC-9")], origin="hand", at=TOMORROW)
        for key in ("new", "put off", "held", "meant"):
            announcements.announce(b, key=key, kind=AnnouncementKind.FACT, data={}, at=NOON)
        rows = {row.key: row for row in b.session.query(Announcement)}
        rows["new"].created_at = rows["new"].due_at = TOMORROW
        rows["put off"].attempts, rows["put off"].due_at = 1, TOMORROW
        rows["held"].state, rows["held"].lease_until = "posting", TOMORROW
        rows["meant"].due_at = TOMORROW
        ids = cut.id, asked.id
    with open_books(database, company) as b:
        assert ahead.set_right(b, at=NOON) == 5
        assert ahead.set_right(b, at=NOON) == 0
    assert jobs.sweep(database, company, at=NOON + timedelta(minutes=16)) == 1
    with read_books(database, company) as b:
        found = [b.session.get_one(Reminder, each) for each in ids]
        assert [row.state for row in found] == ["uncertain", "planned"]
        assert found[1].due_at == NOON
    with open_books(database, company) as b:
        claimed = announcements.claim(b, at=NOON + timedelta(minutes=3))
        assert {"new", "put off", "held"} <= {one.key for one in claimed}
        assert "meant" not in {one.key for one in claimed}
