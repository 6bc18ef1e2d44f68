"""Runs to be killed: each in a child of a process that has everything loaded, started by a line.

The child's id is printed as it begins, then `done` when it has ended, however it ended.
"""

import os
import sys
import traceback
from collections.abc import Callable


def run_each_line(run: Callable[[str], None]) -> None:
    """Run once for each line that is read, in a child of its own."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(line)
                status = 0
            finally:
                if status:
                    traceback.print_exc()
                os._exit(status)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("done", flush=True)
