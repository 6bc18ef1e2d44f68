"""A clock that cannot be right: known by Slack's, told, and nothing is planned or sent by it."""

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient

from relance.demo.slack_standin import SlackStandin
from relance.true_time import ASKED_EVERY, DOUBTED_AFTER, MAY_BE_OFF, TrueTime

DAY = 86_400.0
TRUE = 1_775_635_200.0
"""08/04/2026 08:00 UTC."""


@dataclass
class Clocks:
    """The clock on the wall, the one that only counts, and Slack's."""

    wall: float = TRUE
    steady: float = 1_000.0
    slack: float = TRUE
    asked: int = 0
    away: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    bears: dict[str, str] = field(default_factory=lambda: {"x-slack-req-id": "1"})

    def pass_by(self, seconds: float) -> None:
        """Let time pass for all."""
        self.wall += seconds
        self.steady += seconds
        self.slack += seconds

    def auth_test(self) -> Any:
        """Answer as Slack does."""
        from email.utils import formatdate

        self.asked += 1
        if self.away:
            raise OSError("unreachable")
        self.headers = {"date": formatdate(self.slack, usegmt=True), **self.bears}
        return self

    def time(self) -> TrueTime:
        """Return what looks at them."""
        return TrueTime(self, wall=lambda: self.wall, steady=lambda: self.steady)  # type: ignore[arg-type]  # only asked for the time


@pytest.mark.parametrize("off", [0.0, 1.0, -2.0, 45.0, -300.0, MAY_BE_OFF - 2])
def test_a_clock_that_is_right_or_nearly_is_trusted(off: float) -> None:
    """Machines differ by seconds, bad ones by minutes."""
    clocks = Clocks(wall=TRUE + off)
    assert clocks.time().trusted()


@pytest.mark.parametrize("off", [DAY, -DAY, 3_600.0, -3_600.0, 400 * DAY])
def test_a_clock_that_is_hours_off_is_not(off: float, caplog: pytest.LogCaptureFixture) -> None:
    """From the first look on, told once in a while, until it is right."""
    clocks = Clocks(wall=TRUE + off)
    time = clocks.time()
    with caplog.at_level(logging.ERROR, "relance.true_time"):
        assert not any(time.trusted() for _ in range(20))
    assert [record.seconds for record in caplog.records] == [pytest.approx(off, abs=1)]
    clocks.wall -= off
    assert time.trusted()


@pytest.mark.parametrize("off", [DAY, -DAY])
def test_a_clock_that_is_set_is_known_at_once_without_asking(off: float) -> None:
    """Slack was asked a moment ago; what counts steadily tells that the wall's clock was set since."""
    clocks = Clocks()
    time = clocks.time()
    assert time.trusted()
    clocks.wall += off
    assert not time.trusted()
    assert clocks.asked == 1
    clocks.wall -= off
    assert time.trusted()


def test_a_machine_that_slept_is_trusted_once_slack_was_asked() -> None:
    """What counts steadily stood still meanwhile."""
    clocks = Clocks()
    time = clocks.time()
    assert time.trusted()
    clocks.wall += DAY
    clocks.slack += DAY
    clocks.pass_by(DOUBTED_AFTER + 1)
    assert time.trusted()


def test_slack_is_asked_once_in_a_while() -> None:
    """Not with each job."""
    clocks = Clocks()
    time = clocks.time()
    for _ in range(60):
        assert time.trusted()
        clocks.pass_by(10)
    assert clocks.asked == 1 + 600 // (int(ASKED_EVERY) + 10)


def test_without_slack_the_last_word_holds_and_none_at_all_stops_nothing() -> None:
    """Mails leave while Slack is away."""
    clocks = Clocks(away=True, wall=TRUE + DAY)
    assert clocks.time().trusted()
    assert TrueTime(None).trusted()
    clocks = Clocks()
    time = clocks.time()
    assert time.trusted()
    clocks.away = True
    clocks.pass_by(2 * ASKED_EVERY)
    clocks.wall += DAY
    assert not time.trusted()


def test_what_does_not_bear_slacks_header_is_no_clock() -> None:
    clocks = Clocks(slack=TRUE - DAY, bears={})
    assert clocks.time().trusted()


def test_slacks_answer_is_read_as_it_comes() -> None:
    """Also the one that refuses our token."""
    with SlackStandin() as slack:
        assert abs(TrueTime(WebClient(token=slack.token, base_url=slack.url)).ahead()) < 5
        assert abs(TrueTime(WebClient(token="xoxb-no", base_url=slack.url)).ahead()) < 5
        off = TrueTime(WebClient(token="xoxb-no", base_url=slack.url), wall=lambda: TRUE - 9 * DAY)
        assert not off.trusted()
