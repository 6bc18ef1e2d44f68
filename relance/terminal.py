"""What the command line prints: sentences of the catalogue, tables for people, JSON for scripts."""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from message_templates import Mrkdwn, catalogue, refusals, say
from message_templates.catalogue import TEAM
from receivables.errors import Fact, RelanceError, UnknownInvoice

WIDTH = 140
"""Columns of a table that goes to a file or a pipe."""


def sentence(key: str, **values: object) -> str:
    """Return a sentence of the catalogue as plain text: in a terminal nothing needs escaping."""
    plain = {name: Mrkdwn(value) if isinstance(value, str) else value for name, value in values.items()}
    return str(say(key, TEAM, **plain))


def refusal(error: RelanceError) -> str:
    """Return the sentence of an expected error, as plain text."""
    return refusals.sentence(error, TEAM)


def usage(code: str, **facts: Fact) -> typer.BadParameter:
    """Return the error of an argument that cannot be understood: status 2, with a sentence of `refusals/`."""
    return typer.BadParameter(refusal(RelanceError(code, **facts)))


def help_of(key: str) -> str:
    """Return what `--help` says of a command, an argument or an option: a sentence of `texts/help.toml`."""
    return catalogue.tell(f"help.{key}", TEAM)


def meta(name: str) -> str:
    """Return what stands in a usage line for a value: `FICHIER`, `CLIENT`."""
    return help_of(f"metavar.{name}")


def console() -> Console:
    """Return the console of what people asked for."""
    width = None if sys.stdout.isatty() else WIDTH
    return Console(file=sys.stdout, highlight=False, markup=False, width=width)


def table(title: str, *columns: str) -> Table:
    """Return an empty table: `title` and `columns` are sentences of the catalogue; long cells are folded."""
    made = Table(title=sentence(title), title_justify="left", box=box.SIMPLE_HEAD)
    for name in columns:
        made.add_column(sentence(f"cli.column.{name}"), overflow="fold")
    return made


def figures(*columns: str) -> Table:
    """Return an empty table of figures, each column ranged right under its title."""
    made = Table(box=box.SIMPLE_HEAD)
    for title in columns:
        made.add_column(title, justify="right")
    return made


def print_sentence(key: str, **values: object) -> None:
    """Print one sentence."""
    sys.stdout.write(sentence(key, **values) + "\n")


def warn(text: str) -> None:
    """Print one line on the error stream."""
    sys.stderr.write(f"{text}\n")


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    raise TypeError(f"no JSON for {type(value).__name__}")


def print_json(value: Any) -> None:
    """Print one JSON value on one line: amounts as texts, instants ISO, unknown as null."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


@contextlib.contextmanager
def refusals_in_json(wanted: bool, **shape: object) -> Iterator[None]:
    """Put a refusal on stdout too, in the command's own shape, when JSON was asked for."""
    try:
        yield
    except RelanceError as error:
        if wanted:
            near = {"closest": list(error.closest)} if isinstance(error, UnknownInvoice) else {}
            print_json({**shape, "error": refusal(error), **near})
        raise
