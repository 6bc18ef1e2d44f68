"""`relance dossier`: a customer's file as one zip, for whoever recovers the debt."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from receivables.errors import Refused
from receivables.people import Automaton
from relance.commands.common import AsJson, At, CompanyKey, On, moment_of, place
from relance.terminal import help_of, meta, print_json, print_sentence, refusals_in_json
from store.books import open_books, read_books
from store.customers import search as customer_search
from store.dossier import made as dossiers

Client = Annotated[str, typer.Argument(metavar=meta("customer"), help=help_of("dossier.client"))]
Out = Annotated[Path, typer.Option("--out", metavar=meta("zip"), help=help_of("dossier.out"))]
UNKNOWN = dict.fromkeys(("file", "sha256", "bytes", "papers"))


def dossier(  # noqa: PLR0917 - what the command takes
    client: Client,
    out: Out,
    on: On = None,
    at: At = None,
    company: CompanyKey = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole file of a customer, with the digests of its pieces."""
    from correspondence.case_file.make import make  # noqa: PLC0415 - its templates load only for this

    with refusals_in_json(as_json, customer=client, **UNKNOWN), place(company) as here:
        instant = moment_of(on, at, here.company)
        with read_books(here.database, here.company) as b:
            made = make(b, customer_search.find(b, client).id, at=instant)
        _write(out, made.data)
        with open_books(here.database, here.company) as b:
            dossiers.record(b, made, by=Automaton.CONSOLE, at=instant)
        if as_json:
            figures = {"sha256": made.sha256, "bytes": len(made.data), "papers": made.papers}
            print_json({"customer": made.customer, "file": str(out), **figures})
            return
        print_sentence(
            "cli.dossier.made", customer=made.customer, file=str(out), papers=made.papers, sha=made.sha256
        )


def _write(out: Path, data: bytes) -> None:
    """Write the whole file or nothing: beside its place first, then put there at once. Raises Refused."""
    try:
        with _beside(out) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused("dossier.not_written", out=str(out), reason=reason) from error


@contextlib.contextmanager
def _beside(out: Path) -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        try:
            yield file
            Path(file.name).replace(out)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
