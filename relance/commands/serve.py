"""`relance serve`: everything in one process."""

from typing import Annotated

import typer

from relance.commands.common import CompanyKey, settings

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Le port HTTP.")]
Host = Annotated[str, typer.Option("--host", help="L’adresse où écouter (0.0.0.0\u00a0: toutes).")]


def serve(port: Port = 3000, host: Host = "127.0.0.1", company: CompanyKey = None) -> None:
    """Tout dans un seul processus : Slack, pages web, horloge."""
    from relance.serving import run_all  # noqa: PLC0415 - loaded by what stays running

    run_all(settings(), company, host=host, port=port)
