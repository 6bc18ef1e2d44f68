"""The real processes under a clock that is set a day back and forward: nothing twice, nothing forgotten."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from tests.relance.conftest import SETTINGS
from tests.relance.test_serving import Process, wait_until

_HERE = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
FAKETIME = os.environ.get("LIBFAKETIME") or (str(_HERE[0]) if _HERE else "")
pytestmark = pytest.mark.skipif(
    not (FAKETIME and Path(FAKETIME).is_file()),
    reason="libfaketime is not here: apt install faketime, or LIBFAKETIME=…/libfaketimeMT.so.1",
)
DAY = timedelta(days=1)
LOOKS = 4.0
"""Seconds in which every job has run once after the clock was set."""
INVOICES = """Client;Facture;Montant TTC;Date;Échéance;E-mail
Garage Martin;FAC-1;1 200,00;02/03/2026;20/03/2026;compta@martin.example
Boulangerie Léa;FAC-2;300,50;02/03/2026;20/03/2026;lea@lea.example
"""
SATURDAY = datetime(2026, 4, 11, 8, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)


class FakeClock:
    """The clock that the processes see, set through a file; it counts on by itself."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self._file = folder / "faketime"
        self.set(at)

    def set(self, at: datetime) -> None:
        """Set it to an aware instant."""
        offset = at.timestamp() - time.time()
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset:+.0f}\n", encoding="ascii")
        fresh.replace(self._file)

    @property
    def environ(self) -> dict[str, str]:
        """What has a process see it, but not what counts steadily."""
        return {
            "LD_PRELOAD": FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }


class Truth:
    """What time it is for Slack; it counts on by itself."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        """Let it be an aware instant."""
        self._offset = at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset


class Office:
    """A company's books, its mails as files, its Slack, and a clock to set."""

    def __init__(self, folder: Path, slack: SlackStandin, truth: Truth) -> None:
        self.folder, self.truth, self.clock = folder, truth, FakeClock(folder, truth())
        (folder / "relance.toml").write_text(SETTINGS, encoding="utf-8")
        self.environ = {
            "RELANCE_CONFIG": str(folder / "relance.toml"),
            "DATABASE_URL": f"sqlite:///{folder / 'relance.db'}",
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SMTP_URL": f"file://{folder / 'out'}",
        }
        self.running: list[Process] = []

    def start(self, *arguments: str) -> Process:
        """Start a process under the clock."""
        self.running.append(Process(list(arguments), self.environ | self.clock.environ, self.folder))
        return self.running[-1]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the books."""
        with closing(sqlite3.connect(self.folder / "relance.db", timeout=10)) as books:
            return list(books.execute(sql))

    def mails(self) -> list[tuple[Any, ...]]:
        """Return the invoices that mails went out about, with the day of each."""
        return self.ask(
            "select i.number, r.day from reminders r join reminder_items t on t.reminder_id = r.id"
            " join invoices i on i.id = t.invoice_id where r.state = 'sent' order by r.day, i.number"
        )

    def sent(self, books: Path) -> list[tuple[Any, ...]]:
        """Return the steps of invoices that some books say were sent."""
        with closing(sqlite3.connect(books, timeout=10)) as found:
            return list(
                found.execute(
                    "select i.number, t.step from reminders r join reminder_items t on t.reminder_id = r.id"
                    " join invoices i on i.id = t.invoice_id"
                    " where r.state = 'sent' and t.dropped is null and t.step is not null"
                )
            )

    def digests(self) -> list[str]:
        """Return the days of which the digest was said."""
        said = self.ask(
            "select key from announcements where kind = 'digest' and state = 'posted' order by key"
        )
        return sorted(str(key).removeprefix("digest:") for (key,) in said)

    def logged(self, event: str) -> int:
        """Return how often the processes logged something."""
        return sum(record.get("event") == event for process in self.running for record in process.logs)

    def jump(self, by: timedelta) -> None:
        """Set the machine's clock to so much more than the truth, and let its jobs have looked."""
        assert self._set(self.truth() + by, seconds=30)
        time.sleep(LOOKS)

    def pass_to(self, at: datetime) -> None:
        """Let it be another time for all, the machine being right, and let its jobs have looked.

        By way of a time some minutes before, so that the clock is seen to be set whatever it was.
        """
        self.truth.set(at)
        self._set(at - timedelta(minutes=5), seconds=5)
        assert self._set(at, seconds=30)
        time.sleep(LOOKS)

    def _set(self, at: datetime, *, seconds: float) -> bool:
        """Set the machine's clock; whether that was seen within so many seconds."""
        before = self.logged("clock_set")
        self.clock.set(at)
        return wait_until(lambda: self.logged("clock_set") > before, seconds)


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Return what opens an office at a time, its invoices taken in, its processes ended afterwards."""
    opened: list[Office] = []
    truth = Truth(TUESDAY)
    with SlackStandin(clock=truth) as slack:

        def open_(at: datetime, *, without: tuple[str, ...] = (), invoices: str = INVOICES) -> Office:
            truth.set(at)
            office = Office(tmp_path, slack, truth)
            (tmp_path / "factures.csv").write_text(invoices, encoding="utf-8")
            for name in without:
                del office.environ[name]
            opened.append(office)
            assert office.start("import", "factures.csv").end(0) == 0
            return office

        yield open_
        for office in opened:
            for process in office.running:
                process.end(signal.SIGKILL)


EACH_ONCE = [("FAC-1", "2026-04-14"), ("FAC-2", "2026-04-14")]


@pytest.mark.soak
def test_set_back_and_forward_within_an_open_day_all_leaves_once(open_office: Callable[..., Office]) -> None:
    """A day back and forward, then a second, then to the next day of all."""
    office = open_office(TUESDAY)
    office.start("clock").wait_for("clock started")
    office.pass_to(TUESDAY + timedelta(minutes=1))
    assert wait_until(lambda: office.mails() == EACH_ONCE, 30)
    for by in (-DAY, DAY, timedelta(0), timedelta(hours=-14), timedelta(hours=14), timedelta(seconds=45)):
        office.jump(by)
    assert office.mails() == EACH_ONCE
    assert office.digests() == ["2026-04-14"]
    assert office.logged("clock_off") == 1
    office.pass_to(TUESDAY + DAY)
    assert wait_until(lambda: office.digests() == ["2026-04-14", "2026-04-15"], 30)
    assert office.mails() == EACH_ONCE


def test_a_clock_a_day_ahead_sends_nothing_on_a_sunday_and_all_on_monday(
    open_office: Callable[..., Office],
) -> None:
    """On Sunday it says Monday: also to a process that starts then. On Monday nothing is forgotten."""
    sunday = SATURDAY + DAY
    office = open_office(sunday)
    office.clock.set(office.truth() + DAY)
    office.start("clock").wait_for("clock_off")
    office.jump(DAY + timedelta(minutes=2))
    office.jump(timedelta(0))
    assert office.mails() == []
    assert office.digests() == []
    office.pass_to(sunday + DAY)
    office.pass_to(sunday + DAY + timedelta(minutes=1))  # what was planned is sent at the next look
    assert wait_until(lambda: [number for number, _ in office.mails()] == ["FAC-1", "FAC-2"], 30)
    assert office.digests() == ["2026-04-13"]


@pytest.mark.soak
def test_without_slack_a_clock_that_was_ahead_sends_nothing_twice(open_office: Callable[..., Office]) -> None:
    """Nobody tells what time it is: the morrow's mails leave a day early, and not again."""
    office = open_office(TUESDAY, without=("SLACK_BOT_TOKEN",))
    office.start("clock").wait_for("clock started")
    for by in (DAY, DAY + timedelta(minutes=1), timedelta(0), -DAY, timedelta(0)):
        office.jump(by)
    assert sorted(number for number, _ in office.mails()) == ["FAC-1", "FAC-2"]
    office.pass_to(TUESDAY + DAY + timedelta(minutes=5))
    assert sorted(number for number, _ in office.mails()) == ["FAC-1", "FAC-2"]


def test_a_tick_by_a_clock_that_is_off_is_refused_with_a_sentence(open_office: Callable[..., Office]) -> None:
    """As cron calls it; an instant that is given is nobody's clock."""
    office = open_office(TUESDAY)
    office.clock.set(office.truth() + DAY)
    refused = office.start("tick")
    assert refused.end(0) == 1
    assert "s’écarte de celle de Slack de 1440 minutes" in refused.logs[-1]["event"]
    assert office.mails() == []
    office.clock.set(office.truth())
    assert office.start("tick").end(0) == 0
    assert office.mails() == EACH_ONCE
