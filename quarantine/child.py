"""The process that reads: `python -m quarantine.child MODULE FUNCTION`, started by `quarantine.reader`.

It is told its limits on the command line, then a task a line, in JSON, each with the processor time that it
may take. It has no secret: its environment is bare. Who started it being gone, it ends.
"""

import importlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

READY = {"ready": True}


def limit_size(megabytes: int) -> None:
    """Let this process have so much memory, write files no larger, and leave no core."""
    for kind, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_FSIZE, megabytes << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # less is allowed already, or the system does not know it
            resource.setrlimit(kind, (most, most))


def allow_time(seconds: float) -> None:
    """Let this process run so many seconds more: then the system kills it. 0: no limit while it waits."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def answers(read: Callable[[Any], Any], told: bytes) -> dict[str, Any]:
    """Return what `read` makes of the task of one line; how it failed when it does."""
    asked = json.loads(told)
    allow_time(asked["seconds"])
    try:
        return {"read": read(asked["task"])}
    except MemoryError:
        return {"too_much": True}
    except BaseException as error:  # noqa: BLE001 - whatever went wrong is told; a native reader's panic too
        return {"failed": _place(error)}
    finally:
        allow_time(0)


def _place(error: BaseException) -> str:
    """Return what went wrong and where, for a log: what it went wrong with is somebody's."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"


def _say(out: BinaryIO, answer: dict[str, Any]) -> None:
    """Write an answer on one line; half of a sign that has two halves would not be text."""
    out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    out.flush()


def main() -> None:
    """Read what comes on the standard input until it ends."""
    module, function, megabytes = sys.argv[1:4]
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    read = getattr(importlib.import_module(module), function)
    limit_size(int(megabytes))
    _say(out, READY)
    for told in sys.stdin.buffer:
        _say(out, answers(read, told))


if __name__ == "__main__":
    main()
