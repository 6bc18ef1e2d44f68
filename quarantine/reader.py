"""The one who has foreign material read by a process of its own, and ends it when it takes too much."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

START_SECONDS = 60.0
"""How long the process may take to be there, on a machine that has much else to do."""
WAITING = 5
"""A process may take so many times its seconds of processor by the clock on the wall, as others run too."""
LONGEST_ANSWER = 64_000_000
"""Bytes of an answer."""
_PIECE = 1 << 16


class OverLimit(Exception):
    """Reading took more time or memory than it may; the process was ended."""


class NotRead(Exception):
    """What was to be read made the reading fail; the text is for the log."""


class ChildReader:
    """A process that reads with `function`, which takes and gives JSON, and is found by its name.

    It has nothing of ours open but the files of `keep`. Started with the first task, again after one that
    ended it; to be closed. One task at a time.
    """

    def __init__(self, function: Callable[[Any], Any], *, megabytes: int, keep: Sequence[int] = ()) -> None:
        self._names = (function.__module__, function.__qualname__)
        self._megabytes = megabytes
        self._keep = keep
        self._process: subprocess.Popen[bytes] | None = None
        self._said = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, task: Any, *, seconds: float) -> Any:
        """Return what the function makes of a task, in at most so many seconds of processor.

        Raises OverLimit when it takes more, or more memory than it may, and NotRead when it fails.
        """
        told = json.dumps({"seconds": seconds, "task": task}).encode() + b"\n"
        process = self._started()
        answer = self._exchange(process, told, time.monotonic() + WAITING * seconds)
        if "read" in answer:
            return answer["read"]
        if "failed" in answer:
            raise NotRead(answer["failed"])
        self.close()  # what is left of its memory is not known
        raise OverLimit

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process, self._said = self._process, None, b""
        if process is None:
            return
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            if end is not None:
                with suppress(OSError):
                    end.close()

    def _started(self) -> subprocess.Popen[bytes]:
        """Return the process, ready; another one when there is none."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-P", "-m", "quarantine.child", *self._names, str(self._megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
            pass_fds=self._keep,
            start_new_session=True,
            bufsize=0,
        )
        self._exchange(process, b"", time.monotonic() + START_SECONDS)
        return process

    def _exchange(self, process: subprocess.Popen[bytes], told: bytes, until: float) -> dict[str, Any]:
        """Write a line and return the answer. Raises OverLimit, the process being ended, when none comes."""
        try:
            return self._answer(process, told, until)
        except (OSError, ValueError, TimeoutError) as error:
            self.close()
            raise OverLimit from error

    def _answer(self, process: subprocess.Popen[bytes], told: bytes, until: float) -> dict[str, Any]:
        if process.stdin is None or process.stdout is None:
            raise TimeoutError
        to, of = process.stdin.fileno(), process.stdout.fileno()
        os.set_blocking(to, False)
        pieces: list[bytes] = []
        size = 0
        while not (pieces and pieces[-1].endswith(b"\n")):
            readable, writable, _ = select.select([of], [to] if told else [], [], until - time.monotonic())
            if writable:
                told = told[os.write(to, told[:_PIECE]) :]
            if readable:
                pieces.append(os.read(of, _PIECE))
                size += len(pieces[-1])
            if not (readable or writable) or (readable and not pieces[-1]) or size > LONGEST_ANSWER:
                raise TimeoutError
        answer: dict[str, Any] = json.loads(b"".join(pieces))
        return answer
