"""A process that starts web processes, to be killed: each line read is one, in a child of its own.

Usage: python -m tests.relance.kept_process, with the environment of a web process
Prints the child's id and port once it serves, then `done` when it has ended, however it ended.
"""

import os
import sys

from relance.server import listen
from relance.settings import load
from relance.web import WebProcess


def run() -> None:
    """Serve until killed."""
    web = WebProcess(load(os.environ))
    server = listen(web.app, host="127.0.0.1", port=0)
    print(os.getpid(), server.effective_port, flush=True)
    server.run()


def main() -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
