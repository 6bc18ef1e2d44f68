"""`relance serve`: everything in one process."""

from typing import Annotated

import typer

from relance.commands.common import CompanyKey, settings
from relance.terminal import help_of

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=help_of("serve.port"))]
Host = Annotated[str, typer.Option("--host", help=help_of("serve.host"))]


def serve(port: Port = 3000, host: Host = "127.0.0.1", company: CompanyKey = None) -> None:
    """Run everything in one process: Slack, web pages, clock."""
    from relance.serving import run_all  # noqa: PLC0415 - loaded by what stays running

    run_all(settings(), company, host=host, port=port)
