"""What reads foreign material: ended when it takes too much, started again, and never with our secrets."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from quarantine.reader import ChildReader, NotRead, OverLimit


def play(task: Any) -> Any:
    """Do what the task says: run in the process of its own."""
    match task:
        case ["say", said]:
            return said
        case ["spin"]:
            while True:
                pass
        case ["spin", seconds]:
            until = time.process_time() + seconds
            while time.process_time() < until:
                pass
            return "spun"
        case ["eat", megabytes]:
            return len(bytearray(megabytes << 20))
        case ["stumble"]:
            raise ValueError("over a stone")
        case ["print"]:
            print("noise")
            return "quiet"
        case ["end"]:
            os._exit(3)
        case ["pid"]:
            return os.getpid()
        case ["secrets"]:
            return sorted(os.environ)
    raise AssertionError(task)


@pytest.fixture
def reader() -> Iterator[ChildReader]:
    with ChildReader(play, megabytes=512) as one:
        yield one


@pytest.mark.parametrize("said", [None, "é\n\u2028", [1, {"a": [None]}], "x" * 3_000_000])
def test_it_gives_back_what_it_is_told(reader: ChildReader, said: Any) -> None:
    assert reader.read(["say", said], seconds=10) == said


def test_half_a_sign_is_no_text(reader: ChildReader) -> None:
    assert reader.read(["say", "a\udc80b"], seconds=10) == "a?b"


def test_one_process_reads_one_task_after_another(reader: ChildReader) -> None:
    first = reader.read(["pid"], seconds=10)
    assert reader.read(["pid"], seconds=10) == first != os.getpid()


@pytest.mark.parametrize("task", [["spin"], ["eat", 600], ["end"]])
def test_what_takes_too_much_is_ended_and_the_next_is_read(reader: ChildReader, task: list[Any]) -> None:
    before = reader.read(["pid"], seconds=10)
    with pytest.raises(OverLimit):
        reader.read(task, seconds=0.3)
    assert reader.read(["pid"], seconds=10) != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_time_is_counted_anew_for_each_task_and_not_while_it_waits(reader: ChildReader) -> None:
    for _ in range(4):
        assert reader.read(["spin", 0.4], seconds=1) == "spun"
    time.sleep(1.1)
    assert reader.read(["say", 1], seconds=1) == 1


def test_a_failure_is_told_without_what_it_failed_on_and_ends_nothing(reader: ChildReader) -> None:
    before = reader.read(["pid"], seconds=10)
    with pytest.raises(NotRead, match=r"^ValueError test_reader.py:\d+$"):
        reader.read(["stumble"], seconds=10)
    assert reader.read(["pid"], seconds=10) == before


def test_what_a_library_prints_is_no_answer(reader: ChildReader) -> None:
    assert reader.read(["print"], seconds=10) == "quiet"


def test_it_is_not_given_our_secrets(reader: ChildReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "SLACK_BOT_TOKEN" not in reader.read(["secrets"], seconds=10)


def test_closed_it_leaves_nothing_behind(reader: ChildReader) -> None:
    pid = reader.read(["pid"], seconds=10)
    reader.close()
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
