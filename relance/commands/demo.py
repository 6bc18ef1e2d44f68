"""`relance demo`: the embedded try-out, no account of any kind needed."""

from pathlib import Path
from typing import Annotated

import typer

Script = Annotated[
    Path | None,
    typer.Option("--script", metavar="FICHIER", help="Jouer les lignes de ce fichier, puis finir."),
]


def demo(script: Script = None) -> None:
    """Essai complet sur cette machine, sans aucun compte."""
    from relance.demo.app import play_demo  # noqa: PLC0415 - the try-out loads only when asked for

    raise typer.Exit(play_demo(script))
