"""`relance db`: the schema, the consistency of the books, copies."""

import contextlib
import os
from pathlib import Path
from typing import Annotated

import typer

from relance.commands.common import AsJson, CompanyKey, place
from relance.settings import load_environment
from relance.terminal import print_json, print_sentence, refusals_in_json, sentence, warn

app = typer.Typer(no_args_is_help=True, help="La base : mise à jour du schéma, vérification, copie.")


@app.command()
def upgrade(company: CompanyKey = None) -> None:  # noqa: ARG001 - every command takes it
    """Met le schéma à jour, sous verrou. Se fait aussi tout seul au premier démarrage."""
    from store.db.engine import Database  # noqa: PLC0415 - this module is also loaded for --help
    from store.db.upgrade import upgrade as bring_up  # noqa: PLC0415 - same

    url = load_environment(os.environ).database_url.get_secret_value()
    with contextlib.closing(Database(url)) as database:
        print_sentence("cli.upgraded" if bring_up(database) else "cli.up_to_date")


@app.command()
def check(company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Vérifie que les livres se tiennent : restes dus, lettrages, lignes orphelines."""
    from store.books import read_books  # noqa: PLC0415 - this module is also loaded for --help
    from store.health.check import check as look  # noqa: PLC0415 - same

    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        faults = look(b)
    lines = [
        sentence(f"cli.fault.{fault.kind}", what=fault.what, found=fault.found, expected=fault.expected)
        for fault in faults
    ]
    if as_json:
        print_json(
            [
                {"kind": fault.kind, "what": fault.what, "found": fault.found, "expected": fault.expected}
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


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Où mettre la copie.")],
    company: CompanyKey = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Fait une copie de la base, pendant que tout tourne."""
    from store.db.backup import backup as copy  # noqa: PLC0415 - this module is also loaded for --help
    from store.db.engine import Database  # noqa: PLC0415 - same

    url = load_environment(os.environ).database_url.get_secret_value()
    with contextlib.closing(Database(url)) as database:
        copy(database, file)
    print_sentence("cli.backed_up", file=str(file))
