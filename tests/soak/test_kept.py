"""Web processes killed at a hundred random moments after their yes, on both databases."""

import pytest

from relance.demo.slack_standin import SlackStandin
from tests.relance.conftest import environ, slack  # noqa: F401 - the fixtures
from tests.relance.kept_kills import Count, kill_webs
from tests.relance.test_kept_postgres import server, shared  # noqa: F401 - the fixtures

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("books", ["environ", "shared"])
def test_a_hundred_kills_lose_nothing(
    books: str,
    slack: SlackStandin,  # noqa: F811 - same
    request: pytest.FixtureRequest,
) -> None:
    found = kill_webs(request.getfixturevalue(books), slack, kills=100, seed=100)
    assert found == Count(100, lost=0, twice=0, unsaid=0, said_twice=0)
