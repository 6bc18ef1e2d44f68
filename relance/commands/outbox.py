"""`relance outbox`: the reminders by state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.table import Table

from message_templates.catalogue import TEAM, keys
from message_templates.copies import line
from receivables.codes.messages import RecipientState
from relance.commands.common import AsJson, CompanyKey, Place, place
from relance.terminal import console, print_json, print_sentence, refusals_in_json, sentence, table
from store.books import read_books
from store.reminders.listing import outbox as listing

INSTANTS = ("planned_for", "sent_at", "tried_at", "next_at")

COLUMNS = (
    "state",
    "customer",
    "channel",
    "step",
    "items",
    "planned_for",
    "sent_at",
    "error",
    "recipients",
)


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
    zone = here.company.zone
    local = {name: row[name].astimezone(zone) for name in INSTANTS if row.get(name)}
    if "recipients" in row:
        local["recipients"] = [_local(here, each) for each in row["recipients"]]
    return row | local


def _table(rows: Iterable[dict[str, Any]]) -> Table:
    made = table("cli.outbox.title", *COLUMNS)
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
            "\n".join(_recipient(each) for each in row["recipients"]),
        )
    return made


def _recipient(told: dict[str, Any]) -> str:
    """Say what became of a message at one address: with the server's words where it was not taken."""
    words = told["reason"] or ("" if told["state"] == RecipientState.ACCEPTED else told["words"])
    return line(told["address"], told["state"], words, told["next_at"], TEAM, slack=False)


def _why(error: str) -> str:
    """Say in words why a message did not leave; what a mail server answered stands as it is."""
    known = f"cartes.reason.{error}"
    return sentence(known) if known in keys("cartes", TEAM) else error


def _when(instant: datetime | None) -> str:
    return f"{instant:%d/%m/%Y %H:%M}" if instant else ""
