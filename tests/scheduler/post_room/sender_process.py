"""A process that starts senders, to be killed: each line read is a run, in a child of its own.

Usage: python -m tests.scheduler.post_room.sender_process DATABASE_URL PORT
"""

import sys

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from scheduler.email.sender import by_mail
from scheduler.email.smtp import SmtpTransport
from scheduler.post_room.outbox import send_due
from store.db.engine import Database
from tests import builders
from tests.forked import run_each_line
from tests.scheduler.posting import NOON

DURAND = Company(
    key="durand",
    name="Atelier Durand SAS",
    slack_channel="C0RELANCES",
    email_from="Comptabilité Durand <compta@durand.example>",
    mode=Mode.LIVE,
    policies=shipped_policies(),
)


def run(url: str, port: int) -> None:
    """Send all that is due, as one clock does."""
    database = Database(url)
    send_due(
        database,
        DURAND,
        by_mail(SmtpTransport("127.0.0.1", port, timeout=10), builders.KEYS),
        now=lambda: NOON,
    )
    database.close()


def main() -> None:
    url, port = sys.argv[1], int(sys.argv[2])
    run_each_line(lambda _line: run(url, port))


if __name__ == "__main__":
    main()
