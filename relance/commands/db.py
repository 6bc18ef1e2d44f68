"""`relance db`: the schema, the consistency of the books, copies."""

import contextlib
import os
from pathlib import Path
from typing import Annotated

import typer

from relance.commands.common import AsJson, CompanyKey, place
from relance.settings import load_environment
from relance.terminal import help_of, meta, print_json, print_sentence, refusals_in_json, sentence, warn

app = typer.Typer(no_args_is_help=True, help=help_of("db.app"))


@app.command(help=help_of("db.upgrade"))
def upgrade(company: CompanyKey = None) -> None:  # noqa: ARG001 - every command takes it
    """Bring the schema up to date, under a lock; the first start does so by itself too."""
    from store.db.engine import Database  # noqa: PLC0415 - this module is also loaded for --help
    from store.db.upgrade import upgrade as bring_up  # noqa: PLC0415 - same

    url = load_environment(os.environ).database_url.get_secret_value()
    with contextlib.closing(Database(url)) as database:
        print_sentence("cli.upgraded" if bring_up(database) else "cli.up_to_date")


@app.command(help=help_of("db.check"))
def check(company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Check that the books hold together: what is owed, allocations, orphans."""
    from store.books import read_books  # noqa: PLC0415 - this module is also loaded for --help
    from store.health.check import check as look  # noqa: PLC0415 - same

    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        faults = look(b)
    lines = [
        sentence(
            f"cli.fault.{fault.kind}",
            what=fault.what,
            found=_words(fault.found),
            expected=_words(fault.expected),
        )
        for fault in faults
    ]
    if as_json:
        print_json(
            [
                {
                    "kind": fault.kind,
                    "what": fault.what,
                    "found": _words(fault.found),
                    "expected": _words(fault.expected),
                }
                for fault in faults
            ]
        )
    for line in lines:
        warn(line)
    if faults:
        warn(sentence("cli.books_have_faults", count=len(faults)))
        raise typer.Exit(1)
    if not as_json:
        print_sentence("cli.books_are_sound")


def _words(found: str) -> str:
    """Return what a fault says: figures as they are, the rest in words."""
    from store.health.check import FaultWord  # noqa: PLC0415 - this module is also loaded for --help

    return sentence(f"cli.fault_said.{found}") if isinstance(found, FaultWord) else found


@app.command(help=help_of("db.backup"))
def backup(
    file: Annotated[Path, typer.Argument(metavar=meta("file"), help=help_of("db.file"))],
    company: CompanyKey = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Copy the database while everything runs."""
    from store.db.backup import backup as copy  # noqa: PLC0415 - this module is also loaded for --help
    from store.db.engine import Database  # noqa: PLC0415 - same

    url = load_environment(os.environ).database_url.get_secret_value()
    with contextlib.closing(Database(url)) as database:
        copy(database, file)
    print_sentence("cli.backed_up", file=str(file))
