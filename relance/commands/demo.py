"""`relance demo`: the embedded try-out, no account of any kind needed."""

from pathlib import Path
from typing import Annotated

import typer

from relance.terminal import help_of, meta

Script = Annotated[
    Path | None,
    typer.Option("--script", metavar=meta("file"), help=help_of("demo.script")),
]


def demo(script: Script = None) -> None:
    """Play the try-out on this machine, without an account of any kind."""
    from relance.demo.app import play_demo  # noqa: PLC0415 - the try-out loads only when asked for

    raise typer.Exit(play_demo(script))
