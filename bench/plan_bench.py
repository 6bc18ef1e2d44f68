"""The morning's plan over many open invoices, against the raw SQL that lists the overdue ones.

    python bench/plan_bench.py [100000 1000000]

The books are those of a company at work: ten invoices a customer, due dates spread over six months, ladders
climbed as far as their dates say, one in fifty disputed or promised. Timed apart: the raw list (plain
`sqlite3`, fetched row by row), the plan as of a working morning (`look_on` as the plan of the evening before
left it), the plan that looks at every item (the first after an import, or after a change of policy), and
the writes.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from receivables.schedule.decisions import evaluate
from relance.memory import settle
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Base
from store.morning import planning

TODAY = date(2026, 10, 6)
AT = datetime(2026, 10, 6, 6, 30, tzinfo=UTC)
PER_CUSTOMER = 10
COMPANY = Company(
    key="banc",
    name="Banc d’essai",
    slack_channel="C0",
    email_from="compta@banc.example",
    mode=Mode.LIVE,
    policies=shipped_policies(),
)
RAW = (
    "SELECT invoices.id, number, customers.name, due_date, outstanding, currency FROM invoices "
    "JOIN customers ON customers.id = invoices.customer_id "
    "WHERE invoices.company_id = 1 AND outstanding > 0 AND due_date < ? ORDER BY invoices.customer_id"
)
LADDER = (("ferme", 7), ("renforcee", 15), ("appel", 30), ("mise_en_demeure", 45), ("remise", 60))
PREVENTIVE = (("amicale", -5), ("echeance", 0))


def build(path: Path, count: int) -> None:
    """Write the books of `count` open invoices straight into the tables."""
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    with open_books(database, COMPANY):
        pass
    database.close()
    base = sqlite3.connect(path)
    learnt = "2026-01-01 06:00:00"
    customers = count // PER_CUSTOMER
    base.executemany(
        "INSERT INTO customers (id, company_id, key, name, folded) VALUES (?, 1, ?, ?, ?)",
        ((n, f"C{n}", f"Client {n}", f"client {n}") for n in range(1, customers + 1)),
    )
    base.executemany(
        "INSERT INTO contacts (company_id, customer_id, email, role) VALUES (1, ?, ?, 'billing')",
        ((n, f"c{n}@client.example") for n in range(1, customers + 1)),
    )
    invoices, steps, disputes = [], [], []
    for n in range(count):
        due = TODAY + timedelta(days=60 - (n * 2654435761 >> 9) % 180)
        invoices.append(
            (n + 1, n // PER_CUSTOMER + 1, f"FAC-{n:07}", f"fac{n:07}", str(due - timedelta(days=30)),
             str(due), 1000 + n % 500000, 1000 + n % 500000, learnt)
        )  # fmt: skip
        steps += climbed(n + 1, due)
        if n % 50 == 0:
            disputes.append((n // PER_CUSTOMER + 1, n + 1))
    base.executemany(
        "INSERT INTO invoices (id, company_id, customer_id, number, folded, made_number, issue_date,"
        " due_date, amount, outstanding, currency, learnt_at, prior_reminders)"
        " VALUES (?, 1, ?, ?, ?, 0, ?, ?, ?, ?, 'EUR', ?, 0)",
        invoices,
    )
    base.executemany(
        "INSERT INTO steps_done"
        " (company_id, invoice_id, step, day, from_issue, slot, done_on, how, by, sandbox)"
        " VALUES (1, ?, ?, ?, 0, ?, ?, 'sent', 'horloge', 0)",
        steps,
    )
    base.executemany(
        "INSERT INTO disputes (company_id, customer_id, invoice_id, kind, released, opened_at, opened_by)"
        " VALUES (1, ?, ?, 'other', 0, '2026-09-01 08:00:00', 'U0')",
        disputes,
    )
    base.commit()
    base.execute("ANALYZE")
    base.close()


def climbed(invoice_id: int, due: date) -> list[tuple[object, ...]]:
    """Return the steps that an item due on `due` has climbed before today."""
    calendar = COMPANY.calendar
    found = []
    for key, day in PREVENTIVE + LADDER:
        slot = due + timedelta(days=day)
        left = calendar.previous_open(slot) if day <= 0 else calendar.next_open(slot)
        if left < TODAY:
            found.append((invoice_id, key, day, str(slot), str(left)))
    return found


def raw_list(path: Path) -> tuple[float, int]:
    """Return seconds and rows of the raw list of overdue invoices."""
    base = sqlite3.connect(path)
    started = time.perf_counter()
    rows = sum(1 for _ in base.execute(RAW, (str(TODAY),)))
    seconds = time.perf_counter() - started
    base.close()
    return seconds, rows


def plan(database: Database, *, write: bool) -> tuple[float, float, int, int]:
    """Return seconds reading and deciding, seconds writing, customers looked at and e-mails."""
    opened = open_books if write else read_books
    writing, emails, started = 0.0, 0, time.perf_counter()
    with opened(database, COMPANY) as b:
        ids = accounts.to_look_at(b, TODAY)
        for start in range(0, len(ids), accounts.BATCH):
            batch = [
                (account, evaluate(account, COMPANY, TODAY))
                for account in accounts.awake(b, ids[start : start + accounts.BATCH], today=TODAY, now=AT)
            ]
            if write:
                before = time.perf_counter()
                planning.look_later(b, batch)
                writing += time.perf_counter() - before
            emails += sum(message.channel.written for _, each in batch for message in each.messages)
    return time.perf_counter() - started - writing, writing, len(ids), emails


def measure(path: Path) -> None:
    """Measure in this process, whose peak memory is then the plan's own."""
    settle()
    raw, rows = min(raw_list(path) for _ in range(3))
    database = Database(f"sqlite:///{path}")
    whole, writing, all_ids, emails = plan(database, write=True)
    morning, _, ids, again = min(plan(database, write=False) for _ in range(3))
    assert emails == again
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    database.close()
    figures = {
        "overdue": rows, "raw_s": round(raw, 2), "morning_s": round(morning, 2),
        "morning_ratio": round(morning / raw, 1), "customers_looked_at": ids, "emails": emails,
        "everything_s": round(whole, 2), "everything_ratio": round(whole / raw, 1),
        "customers": all_ids, "writes_s": round(writing, 2), "peak_mb": peak,
    }  # fmt: skip
    print(json.dumps(figures))


def main() -> None:
    """Build the books of each size and measure them, each in a process of its own: memory is its own."""
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]), int(sys.argv[3]))
        return
    for count in [int(text) for text in sys.argv[1:]] or [100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "books.db"
            subprocess.run([sys.executable, __file__, "--build", str(path), str(count)], check=True)
            print(f"{count:>9} open invoices: ", end="", flush=True)
            subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)


if __name__ == "__main__":
    main()
