"""`relance rates`: the rates behind penalties by half-year, and confirming those that wait for it."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer
from rich.table import Table

from message_templates.catalogue import TEAM
from message_templates.formats import percent
from message_templates.refusals import who
from receivables.people import Automaton, Person
from receivables.rates import BUSINESS_POINTS, FLOOR_TIMES, PUBLIC_POINTS, parse_semester
from relance.commands.common import AsJson, CompanyKey, now, place
from relance.terminal import (
    console,
    figures,
    help_of,
    meta,
    print_json,
    print_sentence,
    refusals_in_json,
    sentence,
    usage,
)
from store import rates
from store.books import open_books, read_books
from store.rates import Confirmed, RateLine

app = typer.Typer(invoke_without_command=True, help=help_of("rates.app"))

Half = Annotated[str, typer.Argument(metavar=meta("half_year"), help=help_of("rates.half"))]
Refi = Annotated[str, typer.Option("--refi", metavar=meta("rate"), help=help_of("rates.refi"))]
Legal = Annotated[str | None, typer.Option("--legal", metavar=meta("rate"), help=help_of("rates.legal"))]
COLUMNS = ("semester", "refinancing", "business", "public", "legal", "floor", "state")


@app.callback()
def listed(context: typer.Context, company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Show the rates: known, confirmed, to be confirmed."""
    if context.invoked_subcommand is not None:
        return
    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        lines = rates.listed(b, today=b.today(now()))
        if as_json:
            print_json([_record(line) for line in lines])
        else:
            console().print(_table(lines))
            print_sentence("penalites.rates.note")


@app.command("confirm", help=help_of("rates.confirm"))
def confirm(
    semester: Half, refi: Refi, legal: Legal = None, company: CompanyKey = None, as_json: AsJson = False
) -> None:
    """Confirm the rates of a half-year, read at their source."""
    with refusals_in_json(as_json, semester=semester), place(company) as here:
        with open_books(here.database, here.company) as b:
            done = rates.confirm(
                b,
                parse_semester(semester),
                refinancing=_percent("--refi", refi),
                legal=None if legal is None else _percent("--legal", legal),
                by=Automaton.CONSOLE,
                at=now(),
            )
        _print_confirmed(done, as_json=as_json)


def _print_confirmed(done: Confirmed, *, as_json: bool) -> None:
    if as_json:
        facts = {"semester": str(done.semester), "refinancing": done.refinancing, "legal": done.legal}
        print_json({**facts, "entry": done.entry_id})
        return
    business = done.refinancing + BUSINESS_POINTS
    facts = {"refinancing": done.refinancing, "legal": done.legal, "business": business}
    print_sentence("penalites.rates.confirmed_plain", semester=str(done.semester), **facts)


def _percent(option: str, text: str) -> Decimal:
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation as error:
        raise usage("usage.not_a_rate", option=option, typed=text) from error


def _record(line: RateLine) -> dict[str, Any]:
    known = line.rates
    return {
        "semester": str(line.semester),
        "from": line.semester.first,
        "to": line.semester.last,
        "refinancing": known.refinancing if known else None,
        "business": known.refinancing + BUSINESS_POINTS if known else None,
        "public": known.refinancing + PUBLIC_POINTS if known else None,
        "legal": known.legal if known else None,
        "floor": known.legal * FLOOR_TIMES if known and known.legal is not None else None,
        "state": _state(line),
        "by": line.by,
        "on": line.on,
    }


def _state(line: RateLine) -> str:
    if line.rates is None:
        return "missing"
    if line.rates.to_confirm:
        return "to_confirm"
    return "confirmed" if line.by else "known"


def _table(lines: list[RateLine]) -> Table:
    made = figures(*(sentence(f"penalites.column.{name}") for name in COLUMNS))
    for line in lines:
        facts = _record(line)
        shown = [facts[name] for name in ("refinancing", "business", "public", "legal", "floor")]
        state = sentence(
            f"penalites.rates.state_{facts['state']}",
            on=line.on,
            who=who(Person(line.by), TEAM) if line.by else "",
        )
        made.add_row(
            str(line.semester), *("–" if rate is None else percent(rate / 100) for rate in shown), state
        )
    return made
