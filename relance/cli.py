"""The `relance` command: registers the commands and turns refusals into sentences and statuses.

Exit status: 0 done, 1 refused with a sentence on stderr, 2 wrong usage.
"""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from receivables.errors import RelanceError
from relance.commands import (
    clock,
    db,
    demo,
    dossier,
    import_,
    mail,
    mappings,
    outbox,
    penalties,
    plan,
    preview,
    rates,
    serve,
    statement,
    tick,
    why,
)
from relance.terminal import help_of, refusal, warn

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=help_of("cli.app"),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"relance {version('relance')}")
        raise typer.Exit


@app.callback()
def _relance(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=help_of("cli.version"))
    ] = False,
) -> None:
    """Take the options that stand before a command."""


app.command("demo", help=help_of("demo.command"))(demo.demo)
app.command("serve", help=help_of("serve.command"))(serve.serve)
app.command("clock", help=help_of("clock.command"))(clock.clock)
app.command("import", help=help_of("import.command"))(import_.import_)
app.command("plan", help=help_of("plan.command"))(plan.plan)
app.command("why", help=help_of("why.command"))(why.why)
app.command("tick", help=help_of("tick.command"))(tick.tick)
app.command("outbox", help=help_of("outbox.command"))(outbox.outbox)
app.command("preview", help=help_of("preview.command"))(preview.preview)
app.command("statement", help=help_of("statement.command"))(statement.statement)
app.command("dossier", help=help_of("dossier.command"))(dossier.dossier)
app.command("penalties", help=help_of("penalties.command"))(penalties.penalties)
app.add_typer(mappings.app, name="mappings")
app.add_typer(mail.app, name="mail")
app.add_typer(rates.app, name="rates")
app.add_typer(db.app, name="db")


def main(arguments: list[str] | None = None) -> None:
    """Run one command; always ends by SystemExit."""
    try:
        app(args=arguments)
    except RelanceError as error:
        warn(refusal(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
