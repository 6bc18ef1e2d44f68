"""The whole daily run (plan, look again, write, claim, send, record) as a multiple of bare `smtplib`.

Both hand messages of the same size to the same sink, a process of its own. Usage:
    python bench/send_bench.py [--mails 10000] [--database URL]
"""

import argparse
import contextlib
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, insert, select

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from relance.memory import settle
from scheduler.email.sender import by_mail
from scheduler.email.smtp import SmtpTransport
from scheduler.jobs import plan_morning
from scheduler.post_room.outbox import send_due
from store import signing
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Base, Contact, Customer, Invoice, Reminder
from store.reminders import day_plans

DAY = date(2026, 4, 8)
MORNING = datetime(2026, 4, 8, 6, 30, tzinfo=UTC)
NOON = datetime(2026, 4, 8, 10, 0, tzinfo=UTC)


def creditor() -> Company:
    return Company(
        key="banc",
        name="Atelier Durand SAS",
        siren="732829320",
        address="12 rue des Lilas, 44000 Nantes",
        iban="FR7630006000011234567890189",
        slack_channel="C0BANC",
        email_from="Comptabilité Durand <compta@durand.example>",
        reply_to="compta@durand.example",
        bounce_to="rebonds@durand.example",
        mode=Mode.LIVE,
        max_messages=1_000_000,
        policies=shipped_policies(),
    )


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Run the sink; yield its port."""
    command = [sys.executable, str(Path(__file__).with_name("fast_sink.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def fill(database: Database, company: Company, mails: int) -> None:
    """Give `mails` customers two late invoices each."""
    with open_books(database, company) as b:
        for start in range(0, mails, 5000):
            numbers = range(start + 1, min(start + 5000, mails) + 1)
            customers = [
                {"company_id": b.company_id, "id": n, "key": f"C{n}", "code": f"C{n}",
                 "name": f"Société n° {n}", "folded": f"societe n {n}", "kind": "business",
                 "siren": "732829320", "owner_name": "Sophie Martin"}
                for n in numbers
            ]  # fmt: skip
            contacts = [
                {"company_id": b.company_id, "customer_id": n, "name": "Léa Brun",
                 "email": f"compta@c{n}.example", "role": "billing"}
                for n in numbers
            ]  # fmt: skip
            invoices = [
                {"company_id": b.company_id, "customer_id": n, "number": f"FAC-{n}-{rank}",
                 "folded": f"fac{n}{rank}", "made_number": False, "issue_date": date(2026, 3, 1),
                 "due_date": DAY - timedelta(days=7 + rank),
                 "amount": Decimal("1200.00") + n % 977, "outstanding": Decimal("1200.00") + n % 977,
                 "currency": "EUR", "learnt_at": MORNING - timedelta(days=1), "prior_reminders": 0}
                for n in numbers
                for rank in (0, 1)
            ]  # fmt: skip
            for table, rows in ((Customer, customers), (Contact, contacts), (Invoice, invoices)):
                b.session.execute(insert(table), rows)


def bare(port: int, size: int, mails: int) -> float:
    """Return the seconds that `smtplib` takes for as many ready-made messages of this size."""
    head = b"From: a@durand.example\r\nTo: b@client.example\r\nSubject: x\r\n\r\n"
    line = b"x" * 74 + b"\r\n"
    message = head + line * (max(size - len(head), 0) // len(line))
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        began = time.perf_counter()
        for _ in range(mails):
            smtp.sendmail("a@durand.example", ["b@client.example"], message)
        return time.perf_counter() - began


def daily_run(database: Database, company: Company, port: int, *, with_qr: bool) -> tuple[float, float, int]:
    """Plan and send; return the seconds of the plan, of the sends, and how many left."""
    began = time.perf_counter()
    plan_morning(database, company, at=MORNING)
    planned = time.perf_counter()
    with open_books(database, company) as b, contextlib.suppress(Exception):
        day_plans.give_go(b, DAY, by="U0PAUL", at=MORNING)
    went_on = time.perf_counter()
    senders = by_mail(SmtpTransport("127.0.0.1", port), signing.keys(database, ()))
    report = send_due(database, company, senders, now=lambda: NOON, with_qr=with_qr)
    return planned - began, time.perf_counter() - went_on, report.sent


def average_size(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.avg(func.length(Reminder.raw)))) or 0)


def measure(mails: int, port: int, url: str | None, *, with_qr: bool) -> dict[str, float]:
    """Run once on fresh books; return figures."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{folder}/banc.db")
        Base.metadata.drop_all(database.engine)
        Base.metadata.create_all(database.engine)
        company = creditor()
        fill(database, company, mails)
        used = time.process_time()
        plan, send, sent = daily_run(database, company, port, with_qr=with_qr)
        assert sent == mails, sent
        size = average_size(database)
        database.close()
    used = time.process_time() - used
    cpu = time.process_time()
    reference = min(bare(port, size, mails) for _ in range(2))
    cpu = (time.process_time() - cpu) / 2
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"plan": plan, "send": send, "size": size, "bare": reference, "memory": memory, "cpu": used / cpu}


def show(name: str, mails: int, figures: dict[str, float]) -> float:
    whole = figures["plan"] + figures["send"]
    print(
        f"{name:10} {mails:6} mails of {figures['size'] / 1024:5.1f} kB: plan {figures['plan']:6.2f} s, "
        f"send {figures['send']:6.2f} s, bare {figures['bare']:6.2f} s, "
        f"ratio {whole / figures['bare']:5.1f} (send only {figures['send'] / figures['bare']:5.1f}; "
        f"by processor time {figures['cpu']:5.1f}), "
        f"peak {figures['memory']:4.0f} MB",
        flush=True,
    )
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--database", help="default: a new SQLite file")
    parser.add_argument("--no-double", action="store_true", help="leave out the run of twice as many")
    given = parser.parse_args()
    settle()
    with sink() as port:
        once = show("without QR", given.mails, measure(given.mails, port, given.database, with_qr=False))
        show("with QR", given.mails, measure(given.mails, port, given.database, with_qr=True))
        if not given.no_double:
            twice = show(
                "without QR", given.mails * 2, measure(given.mails * 2, port, given.database, with_qr=False)
            )
            print(f"twice as many takes {twice / once:.2f} times as long")


if __name__ == "__main__":
    main()
