"""`relance statement`: one customer's statement of account, to read, to keep, or to send."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from correspondence.piece import Mail
from correspondence.specimen import standalone
from correspondence.statement import specimen
from receivables.errors import RelanceError
from receivables.people import Automaton
from relance.commands.common import At, CompanyKey, On, Place, moment_of, place
from relance.terminal import help_of, meta, print_sentence
from store import mail_facts
from store.books import Books, open_books, read_books
from store.courtesies import statements
from store.courtesies.statements import StatementShown
from store.customers import search as customer_search

Client = Annotated[str, typer.Argument(metavar=meta("customer"), help=help_of("statement.client"))]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar=meta("file"), help=help_of("statement.pdf"))]
Html = Annotated[Path | None, typer.Option("--html", metavar=meta("file"), help=help_of("statement.html"))]
Send = Annotated[bool, typer.Option("--send", help=help_of("statement.send"))]


def statement(  # noqa: PLR0917 - one parameter an option of the command line
    client: Client,
    pdf: Pdf = None,
    html: Html = None,
    send: Send = False,
    on: On = None,
    at: At = None,
    company: CompanyKey = None,
) -> None:
    """Show the statement of a customer as it would leave today."""
    with place(company) as here:
        instant = moment_of(on, at, here.company)
        with read_books(here.database, here.company) as b:
            shown = statements.show(b, customer_search.find(b, client).id, now=instant)
            mail = _mail(b, shown, instant)
        print_sentence("cli.statement.title", customer=shown.customer, subject=mail.subject)
        typer.echo(f"\n{mail.text}")
        if pdf is not None:
            _write(pdf, mail.attachments[0].data)
        if html is not None:
            _write(html, standalone(mail).encode())
            _write(html.with_suffix(".txt"), f"{mail.subject}\n\n{mail.text}".encode())
        if send:
            _send(here, shown, instant)


def _mail(b: Books, shown: StatementShown, at: datetime) -> Mail:
    on = shown.statement.on
    customer = mail_facts.read_mail_facts(b, [shown.customer_id], today=on).customers[shown.customer_id]
    return specimen(b.company, customer, shown.statement, at=at)


def _send(here: Place, shown: StatementShown, at: datetime) -> None:
    with open_books(here.database, here.company) as b:
        asked = statements.ask(b, shown.customer_id, by=Automaton.CONSOLE, at=at)
    print_sentence("cli.statement.asked", customer=asked.customer, to=list(asked.to))


def _write(file: Path, data: bytes) -> None:
    """Write a file. Raises RelanceError when that cannot be."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise RelanceError("preview.not_written", file=str(file)) from error
    print_sentence("cli.preview.written", files=[str(file)])
