"""The tests stay on this machine."""

import socket

import pytest


def test_a_connection_that_would_leave_the_machine_is_refused() -> None:
    with socket.socket() as out, pytest.raises(RuntimeError, match="leave this machine"):
        out.connect(("192.0.2.1", 80))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
