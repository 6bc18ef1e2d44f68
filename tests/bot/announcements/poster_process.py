"""A process that starts posters, to be killed: a line read is a run at so many minutes past ten, in a child.

Usage: python -m tests.bot.announcements.poster_process DATABASE_URL SLACK_URL TOKEN
Prints the child's id as it begins, then `done` when it has ended, however it ended.
"""

import os
import sys
import traceback
from datetime import timedelta

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from store.db.engine import Database
from tests.bot.conftest import NOW
from tests.scheduler.post_room.sender_process import DURAND


def run(url: str, slack: str, token: str, minutes: int) -> None:
    """Post all that waits, as one clock does."""
    database, at = Database(url), NOW + timedelta(minutes=minutes)
    client = WebClient(token=token, base_url=slack, timeout=10)
    post_waiting(database, {DURAND.key: DURAND}, client, now=lambda: at)
    database.close()


def main() -> None:
    url, slack, token = sys.argv[1:4]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(url, slack, token, int(line))
                status = 0
            finally:
                if status:
                    traceback.print_exc()
                os._exit(status)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
