"""How long an XLSX of 200,000 invoices takes to bring in, and how much memory, on SQLite.

The reference is the same file merely read, cell by cell, with python-calamine. Each runs in a process of
its own. Goals: 60 s and 500 MB on two cores.

    python bench/import_bench.py [ROWS]
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from receivables.company import Company
from receivables.policy import shipped_policies
from store.db.engine import Database
from store.db.tables import Base
from store.imports.apply import bring_in

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
CUSTOMERS = 8_000
TITLES = [
    "Nom du client",
    "Code client",
    "N° facture",
    "Date de facture",
    "Échéance",
    "Montant TTC",
    "Reste dû",
]
TITLES += ["Statut", "E-mail", "SIREN", "Commercial"]


def generate(path: Path, rows: int) -> None:
    """Write a list of invoices: a third paid, a tenth paid in part."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Factures")
    sheet.append(TITLES)
    for n in range(rows):
        issued = date(2026, 1, 1) + timedelta(days=n % 270)
        amount = 100 + n % 977 + 0.5
        left = 0.0 if n % 3 == 0 else amount / 2 if n % 10 == 1 else amount
        who = n % CUSTOMERS
        row = [
            f"Client {who}",
            f"C{who:05}",
            f"FAC-{n:06}",
            issued,
            issued + timedelta(days=30),
            amount,
            left,
        ]
        row += [
            "Payé" if not left else "En attente",
            f"compta@client{who}.example",
            "732829320",
            "Sophie Martin",
        ]
        sheet.append(row)
    book.save(path)


def import_it(path: Path, *, again: bool) -> None:
    company = Company("durand", "Durand", "C0", "compta@durand.example", policies=shipped_policies())
    database = Database(f"sqlite:///{path.with_suffix('.db')}")
    Base.metadata.create_all(database.engine)
    report = bring_in(database, company, path, complete=True, at=AT + timedelta(days=again))
    database.close()
    if report.refused or len(report.new) != (0 if again else report.rows):
        raise SystemExit(f"not imported: {report.refused[:1]}")


def read_it(path: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    cells = sum(len(row) for row in sheet.iter_rows())
    if not cells:
        raise SystemExit("nothing read")


def measured(what: str, path: Path) -> float:
    """Run one part in a process of its own; print and return its seconds."""
    line = [sys.executable, __file__, f"--{what}", str(path)]
    seconds, cpu, peak = subprocess.run(line, check=True, capture_output=True, text=True).stdout.split()
    print(f"{what:12} {float(seconds):6.1f} s ({float(cpu):.1f} s of processor)  peak {float(peak):.0f} MB")
    return float(seconds)


def part(what: str, path: Path) -> None:
    began = time.perf_counter()
    if what == "--reference":
        read_it(path)
    else:
        import_it(path, again=what == "--again")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - began, time.process_time(), peak)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "factures.xlsx"
        generate(path, rows)
        print(f"{rows} rows, {path.stat().st_size / 1e6:.1f} MB")
        reference = measured("reference", path)
        for what in ("import", "again"):
            print(f"{what} is {measured(what, path) / reference:.1f} times the reference")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        part(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
