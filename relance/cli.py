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
from relance.terminal import refusal, warn

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Le suivi des encaissements depuis Slack.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"relance {version('relance')}")
        raise typer.Exit


@app.callback()
def _relance(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="La version.")
    ] = False,
) -> None:
    """Le suivi des encaissements depuis Slack."""


app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("clock")(clock.clock)
app.command("import")(import_.import_)
app.command("plan")(plan.plan)
app.command("why")(why.why)
app.command("tick")(tick.tick)
app.command("outbox")(outbox.outbox)
app.command("preview")(preview.preview)
app.command("statement")(statement.statement)
app.command("dossier")(dossier.dossier)
app.command("penalties")(penalties.penalties)
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
