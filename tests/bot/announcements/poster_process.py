"""A process that starts posters, to be killed: a line read is a run at so many minutes past ten, in a child.

Usage: python -m tests.bot.announcements.poster_process DATABASE_URL SLACK_URL TOKEN
"""

import sys
from datetime import timedelta

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from store.db.engine import Database
from tests.bot.conftest import NOW
from tests.forked import run_each_line
from tests.scheduler.post_room.sender_process import DURAND


def run(url: str, slack: str, token: str, minutes: int) -> None:
    """Post all that waits, as one clock does."""
    database, at = Database(url), NOW + timedelta(minutes=minutes)
    client = WebClient(token=token, base_url=slack, timeout=10)
    post_waiting(database, {DURAND.key: DURAND}, client, now=lambda: at)
    database.close()


def main() -> None:
    url, slack, token = sys.argv[1:4]
    run_each_line(lambda line: run(url, slack, token, int(line)))


if __name__ == "__main__":
    main()
