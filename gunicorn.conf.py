"""How gunicorn serves `relance.web:app`; its command line can change every value."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '3000')}"
worker_class = "gthread"
workers = int(
    os.environ.get("WEB_CONCURRENCY", "1")
)  # one in Socket Mode: each worker opens a socket of its own
threads = 32  # Slack gives three seconds to answer, and fifty people may act at once
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 0
limit_request_line = 4094
limit_request_fields = 50
control_socket_disable = True


def worker_exit(server: object, worker: object) -> None:  # noqa: ARG001 - gunicorn's signature
    """Let listeners finish, leave Slack's socket and close the database."""
    from relance import web  # noqa: PLC0415 - the settings file loads before the application

    web.close()
