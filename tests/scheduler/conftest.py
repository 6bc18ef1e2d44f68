"""Fixtures of the post room: a mail server, a clock to set."""

from collections.abc import Iterator

import pytest

from tests.scheduler.posting import Mailbox, SetClock, mail_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


@pytest.fixture
def clock() -> SetClock:
    return SetClock()
