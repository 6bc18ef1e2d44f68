"""Two web processes and three clocks on one PostgreSQL that is restarted while all are at work."""

import os
from pathlib import Path

import pytest

from tests.mixed.trial import mixed

pytestmark = pytest.mark.soak

SECONDS = float(os.environ.get("RELANCE_MIXED_SECONDS", "60"))


def test_mixed_work_on_one_database(tmp_path: Path) -> None:
    print(mixed(tmp_path, seconds=SECONDS))
