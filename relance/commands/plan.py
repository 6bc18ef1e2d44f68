"""`relance plan`: what would leave on a day, and what is held back and why."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from message_templates.formats import amount
from relance.commands.common import AsJson, At, CompanyKey, On, day_of, instant_of, place
from relance.terminal import console, print_json, refusals_in_json, sentence, table
from store.books import read_books


def plan(on: On = None, at: At = None, company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Show what would leave that day, what is held back, and why."""
    from scheduler.preview import preview  # noqa: PLC0415 - loaded by the commands that plan

    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        instant = instant_of(at, here.company)
        found = preview(b, on=day_of(on, instant, here.company), now=instant)
        if as_json:
            print_json(found)
        else:
            _show(found, here.company.name)


def _show(found: dict[str, Any], company: str) -> None:
    out = console()
    day = datetime.fromisoformat(str(found["on"])).date()
    out.print(sentence("cli.plan.title", company=company, on=day, mode=found["mode"]))
    _show_part(out, found["messages"], _messages(found["messages"]), "cli.plan.nothing_leaves")
    _show_part(out, found["held"], _held(found["held"]), "cli.plan.nothing_held")


def _show_part(out: Console, rows: list[Any], drawn: Table, otherwise: str) -> None:
    out.print(drawn if rows else sentence(otherwise))


def _messages(messages: list[dict[str, Any]]) -> Table:
    made = table("cli.plan.leaves", "customer", "channel", "step", "to", "leaves_at", "items")
    for message in messages:
        made.add_row(
            message["customer"],
            sentence(f"cli.channel.{message['channel']}"),
            message["step"] or "",
            ", ".join(message["to"] or []),
            _time(message["leaves_at"]),
            "\n".join(_item(item) for item in message["items"]),
        )
    return made


def _item(item: dict[str, Any]) -> str:
    late = item["days_late"]
    when = sentence("cli.plan.late", days=late) if late and late > 0 else sentence("cli.plan.upcoming")
    listed = "" if item["step"] else f" ({sentence('cli.plan.listed')})"
    return f"{item['invoice']}\u00a0: {_amount(item)}, {when}{listed}"


def _amount(item: dict[str, Any]) -> str:
    return amount(Decimal(str(item["outstanding"])), item["currency"])


def _time(instant: object) -> str:
    return f"{datetime.fromisoformat(str(instant)):%H:%M}" if instant else ""


def _day(day: object) -> str:
    return f"{datetime.fromisoformat(str(day)):%d/%m/%Y}" if day else ""


def _held(held: list[dict[str, Any]]) -> Table:
    made = table("cli.plan.held", "invoice", "reason", "until", "by", "next")
    for row in held:
        following = row["next"] or {}
        after = [following.get("step"), _day(following.get("on"))]
        made.add_row(
            row["invoice"],
            sentence(f"cli.reason.{row['reason']}"),
            _day(row["until"]),
            row["by"] or "",
            " ".join(part for part in after if part),
        )
    return made
