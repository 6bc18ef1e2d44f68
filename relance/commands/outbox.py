"""`relance outbox`: the reminders by state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.table import Table

from message_templates.catalogue import TEAM, keys
from relance.commands.common import AsJson, CompanyKey, Place, place
from relance.terminal import console, print_json, print_sentence, refusals_in_json, sentence, table
from store.books import read_books
from store.reminders.listing import outbox as listing

INSTANTS = ("planned_for", "sent_at")


def outbox(company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Show the reminders by state."""
    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        rows = [_local(here, row) for row in listing(b)]
    if as_json:
        print_json(rows)
    elif rows:
        console().print(_table(rows))
    else:
        print_sentence("cli.outbox.empty")


def _local(here: Place, row: dict[str, Any]) -> dict[str, Any]:
    """Put the instants in the company's timezone."""
    return {
        name: value.astimezone(here.company.zone) if name in INSTANTS and value else value
        for name, value in row.items()
    }


def _table(rows: Iterable[dict[str, Any]]) -> Table:
    made = table("cli.outbox.title", "state", "customer", "channel", "step", "items", *INSTANTS, "error")
    for row in rows:
        made.add_row(
            sentence(f"cli.state.{row['state']}"),
            row["customer"],
            sentence(f"cli.channel.{row['channel']}"),
            row["step"],
            ", ".join(row["items"]),
            _when(row["planned_for"]),
            _when(row["sent_at"]),
            _why(row["error"] or ""),
        )
    return made


def _why(error: str) -> str:
    """Say in words why a message did not leave; what a mail server answered stands as it is."""
    known = f"cartes.reason.{error}"
    return sentence(known) if known in keys("cartes", TEAM) else error


def _when(instant: datetime | None) -> str:
    return f"{instant:%d/%m/%Y %H:%M}" if instant else ""
