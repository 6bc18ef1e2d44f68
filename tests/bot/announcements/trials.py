"""The trials of the announcer: several at once on a bad day of Slack's, and posters killed at any moment."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.db.engine import Database
from tests.bot.announcements import crowd
from tests.bot.announcements.moody_slack import FastClock, MoodySlack
from tests.bot.announcements.poster_process import run
from tests.bot.conftest import NOW
from tests.scheduler.post_room.sender_process import DURAND

FACTOR = 60.0
PATIENCE = 300.0
"""Seconds of ours that a trial may take."""


def bad_day(
    url: str, company: Company, *, clocks: int, announced: int, digests: int, seed: int
) -> Counter[str]:
    """Have several clocks say much on a bad day of Slack's; return how much of each kind was said, once."""
    clock = FastClock(FACTOR)
    database = Database(url)
    crowd.fill(database, company, announced=announced, digests=digests, at=clock())
    with MoodySlack(clock, seed) as slack:
        over = threading.Event()
        posters = [
            threading.Thread(target=_post_until, args=(url, company, slack, clock, over))
            for _ in range(clocks)
        ]
        for each in posters:
            each.start()
        deadline = time.monotonic() + PATIENCE
        while crowd.left(database, company) and time.monotonic() < deadline:
            time.sleep(0.1)
        over.set()
        for each in posters:
            each.join()
        print(f"met: {slack.met}, {(clock() - NOW).total_seconds() / 60:.0f} min of its clock")
        counted = crowd.count(database, company, slack)
    database.close()
    return counted


def _post_until(
    url: str, company: Company, slack: SlackStandin, clock: FastClock, over: threading.Event
) -> None:
    """Post what waits every five seconds, as one clock does."""
    database = Database(url)
    client = WebClient(token=slack.token, base_url=slack.url, timeout=10)
    while not over.is_set():
        post_waiting(database, {company.key: company}, client, now=clock)
        clock.sleep(5)
    database.close()


def kill_posters(url: str, *, kills: int, seed: int) -> Counter[str]:
    """Kill posters at random moments, let the last ones end; return how much of each kind was said, once."""
    chance, database = random.Random(seed), Database(url)
    crowd.fill(database, DURAND, announced=kills, digests=3, at=NOW)
    with SlackStandin() as slack:
        command = [
            sys.executable,
            "-m",
            "tests.bot.announcements.poster_process",
            url,
            slack.url,
            slack.token,
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for number in range(kills + 2):
                calls = len(slack.calls)
                process.stdin.write(f"{number * 20}\n")
                process.stdin.flush()
                child = int(process.stdout.readline())
                if number < kills:
                    _wait_for_a_call(slack, calls)
                    time.sleep(chance.uniform(0, 0.03))
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, signal.SIGKILL)
                assert process.stdout.readline() == "done\n"
            process.stdin.close()
        minutes = 20 * (kills + 3)
        while crowd.left(database, DURAND):
            run(url, slack.url, slack.token, minutes)
            minutes += 20
        counted = crowd.count(database, DURAND, slack)
    database.close()
    return counted


def _wait_for_a_call(slack: SlackStandin, calls: int) -> None:
    """Wait until the poster is at work, so that it is killed between or within calls."""
    deadline = time.monotonic() + 2
    while len(slack.calls) == calls and time.monotonic() < deadline:
        time.sleep(0.001)
