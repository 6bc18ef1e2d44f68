"""What is to be said in Slack: once, by one poster, again after a failure, looked up when unsure."""

from datetime import date, datetime, timedelta

import pytest

from receivables.company import Company
from store import announcement_leases as leases
from store import announcements
from store.books import Books, open_books
from store.db.engine import Database
from store.health import runs
from tests.builders import at

NOW = at(date(2026, 4, 8))


def say(b: Books, key: str = "digest:2026-04-08", when: datetime = NOW) -> None:
    announcements.announce(b, key=key, kind="digest", data={"day": "2026-04-08"}, at=when)


def test_the_same_key_is_said_once(books: Books) -> None:
    say(books)
    say(books)
    [waiting] = announcements.claim(books, at=NOW)
    assert (waiting.kind, waiting.channel, waiting.data) == ("digest", "C0RELANCES", {"day": "2026-04-08"})
    assert (waiting.attempts, waiting.unsure) == (1, False)
    announcements.posted(books, waiting.id, ts="1.2")
    say(books)
    assert announcements.claim(books, at=NOW + timedelta(days=1)) == []
    assert announcements.of_keys(books, ["digest:2026-04-08", "none"]) == {"digest:2026-04-08": "1.2"}


def test_two_posters_never_hold_the_same(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        say(b)
    with open_books(database, company) as b:
        assert len(announcements.claim(b, at=NOW)) == 1
    with open_books(database, company) as b:
        assert announcements.claim(b, at=NOW) == []


def test_after_a_failure_it_waits_longer_each_time(books: Books) -> None:
    say(books)
    moment, waits = NOW, []
    for _ in range(9):
        [waiting] = announcements.claim(books, at=moment)
        assert not waiting.unsure
        leases.failed(books, waiting, error="ratelimited", at=moment)
        wait = leases.back_off(waiting.attempts)
        assert announcements.claim(books, at=moment + wait - timedelta(seconds=1)) == []
        waits.append(int(wait.total_seconds()))
        moment += wait
    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_slack_says_how_long_to_wait(books: Books) -> None:
    say(books)
    [waiting] = announcements.claim(books, at=NOW)
    leases.failed(books, waiting, error="ratelimited", at=NOW, wait=timedelta(minutes=3))
    assert announcements.claim(books, at=NOW + timedelta(minutes=2)) == []
    assert len(announcements.claim(books, at=NOW + timedelta(minutes=3))) == 1


@pytest.mark.parametrize("how", ["the poster was killed", "no answer came"])
def test_a_post_of_unknown_fate_comes_back_to_be_looked_up(books: Books, how: str) -> None:
    say(books)
    [waiting] = announcements.claim(books, at=NOW)
    if how == "no answer came":
        leases.unsure(books, waiting, at=NOW)
    later = NOW + announcements.LEASE + timedelta(seconds=1)
    [again] = announcements.claim(books, at=later)
    assert again.unsure
    assert again.key == waiting.key


def test_what_slack_will_never_take_is_given_up(books: Books) -> None:
    say(books)
    [waiting] = announcements.claim(books, at=NOW)
    leases.given_up(books, waiting, error="channel_not_found")
    assert announcements.claim(books, at=NOW + timedelta(days=1)) == []


def test_a_job_of_a_period_is_taken_once(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        assert runs.begin(b, "plan", "2026-04-08", at=NOW)
        assert not runs.begin(b, "plan", "2026-04-08", at=NOW)
        assert runs.begin(b, "plan", "2026-04-09", at=NOW)
    with open_books(database, company) as b:
        assert not runs.begin(b, "plan", "2026-04-08", at=NOW)
        assert runs.done(b, "plan", "2026-04-08")
        assert not runs.done(b, "plan", "2026-04-10")


def task(b: Books, task_id: int, nudge: str = "") -> None:
    key = f"task:{task_id}{nudge}"
    announcements.announce(b, key=key, kind="task", data={"task_id": task_id, "nudge": nudge}, at=NOW)


def posted(b: Books) -> None:
    for waiting in announcements.claim(b, at=NOW):
        announcements.posted(b, waiting.id, ts=f"1.{waiting.id}")


def stale(b: Books, when: datetime = NOW) -> list[str]:
    return [one.ts for one in announcements.claim_redraws(b, at=when)]


def test_what_a_message_is_about_tells_which_are_drawn_anew(books: Books) -> None:
    task(books, 7)
    task(books, 7, nudge="owner")
    task(books, 77)
    say(books)
    posted(books)
    announcements.redraw(books, kind="task", task_id=7, at=NOW)
    assert stale(books) == ["1.1", "1.2"]
    announcements.redraw(books, kind="task", task_id=7, nudge="owner", at=NOW)
    assert stale(books) == ["1.2"]
    announcements.redraw(books, key="digest:2026-04-08", at=NOW)
    assert stale(books) == ["1.4"]
    announcements.redraw(books, kind="task", at=NOW + timedelta(days=61))
    assert stale(books, NOW + timedelta(days=61)) == ["1.1", "1.2", "1.4"]  # after their leases, as they were


def test_what_is_not_posted_yet_needs_no_drawing_anew(books: Books) -> None:
    task(books, 7)
    announcements.redraw(books, kind="task", task_id=7, at=NOW)
    posted(books)
    assert stale(books) == []


def test_what_changes_while_a_message_is_being_posted_is_drawn_anew(books: Books) -> None:
    task(books, 7)
    [waiting] = announcements.claim(books, at=NOW)
    announcements.redraw(books, kind="task", task_id=7, at=NOW)
    assert stale(books) == []
    announcements.posted(books, waiting.id, ts="1.1")
    assert stale(books) == ["1.1"]


def test_what_changes_while_a_message_is_drawn_anew_is_drawn_once_more(books: Books) -> None:
    task(books, 7)
    posted(books)
    announcements.redraw(books, key="task:7", at=NOW)
    [one] = announcements.claim_redraws(books, at=NOW)
    announcements.redraw(books, key="task:7", at=NOW)
    announcements.redrawn(books, one, at=NOW)
    [one] = announcements.claim_redraws(books, at=NOW)
    announcements.redrawn(books, one, at=NOW)
    assert stale(books, NOW + timedelta(days=1)) == []


def test_which_ones_must_be_said(books: Books) -> None:
    with pytest.raises(ValueError, match="a key, or a kind"):
        announcements.redraw(books, at=NOW)
