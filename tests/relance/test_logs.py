"""Logs say what happened without saying to whom."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from relance import logs


@pytest.fixture
def lines() -> Iterator[Any]:
    """Logs set up on a text, read back as a list of records; put away afterwards."""
    root, text = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    logs.set_up(text)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "secret",
    [
        "jeanne.morin@client.example",
        "rené@société.example",
        "FR7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189",
        "BE68539007547034",
        "xoxb-123456-abcdef",
        "xapp-1-A0-1-abc",
        "06 12 34 56 78",
        "+33612345678",
        "moi:motdepasse",
    ],
)
def test_what_looks_private_is_taken_out(secret: str) -> None:
    text = f"smtp://{secret}@serveur" if ":" in secret else f"avant {secret} après"
    assert secret not in logs.scrub(text)
    assert logs.GONE in logs.scrub(text)


@pytest.mark.parametrize(
    "text", ["FAC-2026-0012", "U0MARIE a payé 1200.00 EUR le 2026-04-01", "reminder 12345678", "T0DURAND"]
)
def test_what_helps_stays(text: str) -> None:
    assert logs.scrub(text) == text


def test_only_the_first_line_is_kept_and_cut() -> None:
    assert logs.scrub("une\ndeux") == "une"
    assert len(logs.scrub("x" * 5000)) == logs.LONGEST


def test_private_keys_lose_their_value_at_any_depth(lines: Any) -> None:
    structlog.get_logger("relance").info(
        "sent", customer="Garage Martin", reminder=12, facts={"to": ["a@b.fr"]}
    )
    assert lines()[0]["customer"] == logs.GONE
    assert lines()[0]["facts"] == {"to": logs.GONE}
    assert lines()[0]["reminder"] == 12
    assert lines()[0]["event"] == "sent"


def test_an_exception_tells_its_kind_and_place_and_not_its_message(lines: Any) -> None:
    try:
        int("facture de Garage Martin")
    except ValueError:
        logging.getLogger("bot").exception("listener_failed", extra={"reference": "ab12"})
    record = lines()[0]
    assert record["error"] == "ValueError"
    assert record["reference"] == "ab12"
    assert record["where"][-1].startswith("relance/test_logs.py:")
    assert "Martin" not in json.dumps(record)


def test_a_library_s_record_is_scrubbed_too(lines: Any) -> None:
    logging.getLogger("smtplib").warning("RCPT TO %s refused", "jeanne@client.example")
    assert lines()[0]["event"] == f"RCPT TO {logs.GONE} refused"
    assert lines()[0]["level"] == "warning"


def test_each_record_is_one_line_with_its_time_in_utc(lines: Any) -> None:
    structlog.get_logger("relance").info("first\nsecond")
    assert len(lines()) == 1
    assert lines()[0]["timestamp"].endswith("Z")


def test_a_refused_request_leaves_nothing_of_itself_in_the_logs() -> None:
    refused = "Invalid request signature detected (signature: v0=1, timestamp: 2, body: user_name=marie)"
    assert logs.scrub(refused) == "Invalid request signature detected [retiré]"
