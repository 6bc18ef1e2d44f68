"""A clock that is set at random for days, over midnight, changes of the hour and the year's end."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.relance.test_clock_set import DAY, Office, open_office
from tests.relance.test_clock_set import pytestmark as needs_faketime
from tests.relance.test_serving import wait_until

__all__ = ["open_office"]

pytestmark = [pytest.mark.soak, needs_faketime]
_HOURS = (-24, 24, -1, 1, -13, 13, 48, -48)
_SECONDS = (40, -40, 3)
JUMPS = (*(timedelta(hours=each) for each in _HOURS), *(timedelta(seconds=each) for each in _SECONDS))


def _invoices(first: date) -> str:
    lines = ["Client;Facture;Montant TTC;Date;Échéance;E-mail"]
    for number in range(12):
        due = first + timedelta(days=number - 14)
        issued = due - timedelta(days=30)
        dates = f"{issued:%d/%m/%Y};{due:%d/%m/%Y}"
        lines.append(f"Client {number};F-{number};{100 + number},00;{dates};c{number}@client.example")
    return "\n".join(lines)


def _control(folder: Path, office: Office, days: list[datetime]) -> set[tuple[str, str]]:
    """Return what leaves when nobody touches the clock: a tick for each day."""
    environ = office.environ | {"DATABASE_URL": f"sqlite:///{folder / 'control.db'}", "LD_PRELOAD": ""}
    environ |= {"SMTP_URL": f"file://{folder / 'control'}", "SLACK_BOT_TOKEN": ""}
    commands = [["import", "factures.csv"]]
    commands += [["tick", "--at", day.isoformat()] for day in days]
    for command in commands:
        subprocess.run([sys.executable, "-m", "relance.cli", *command], env=environ, cwd=folder, check=True)
    return set(office.sent(folder / "control.db"))


@pytest.mark.parametrize(
    ("first", "hours", "seed"),
    [
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), (0,), 1),
        (datetime(2026, 10, 23, 8, 0, tzinfo=UTC), (0,), 2),
        (datetime(2026, 12, 30, 8, 0, tzinfo=UTC), (0,), 3),
        (datetime(2026, 4, 13, 21, 58, tzinfo=UTC), (0, 10), 4),
    ],
    ids=["summer time", "winter time", "the year's end", "midnight"],
)
def test_a_week_of_a_clock_that_is_set_at_random(
    open_office: Callable[..., Office], tmp_path: Path, first: datetime, hours: tuple[int, ...], seed: int
) -> None:
    """What leaves is what leaves by a clock that is right: each once, on an open day, none forgotten."""
    chance = random.Random(seed)
    days = [first + number * DAY + timedelta(hours=hour) for number in range(6) for hour in hours]
    office = open_office(first, invoices=_invoices(first.date()))
    process = office.start("clock")
    process.wait_for("clock started")
    for day in days:
        for minute in range(2):
            office.pass_to(day + timedelta(minutes=minute))
        for _ in range(4):
            by = chance.choice(JUMPS)
            office.clock.set(office.truth() + by)
            time.sleep(chance.uniform(0.5, 4.0))
            if chance.random() < 0.2:
                process.end(signal.SIGKILL)
                process = office.start("clock")
                process.wait_for("clock started")
    for minute in range(2, 4):
        office.pass_to(days[-1] + timedelta(minutes=minute))
    assert wait_until(lambda: not office.ask("select id from announcements where state = 'waiting'"), 90)
    sent = office.sent(tmp_path / "relance.db")
    print(f"{len(sent)} sent, clock set {office.logged('clock_set')} times")
    assert len(sent) == len(set(sent))
    assert set(sent) == _control(tmp_path, office, [day + timedelta(minutes=1) for day in days])
    assert all(datetime.fromisoformat(str(day)).weekday() < 5 for _, day in office.mails())
    assert len(office.digests()) == len(set(office.digests()))
