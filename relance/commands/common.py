"""What the commands share: their options, and the books they open."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from receivables.company import Company
from relance import logs
from relance.instants import parse_day, parse_instant
from relance.settings import Settings, load, no_such_company
from relance.terminal import help_of, meta, usage
from store.db.engine import Database

CompanyKey = Annotated[
    str | None, typer.Option("--company", metavar=meta("key"), help=help_of("common.company"))
]
AsJson = Annotated[bool, typer.Option("--json", help=help_of("common.json"))]
On = Annotated[str | None, typer.Option("--on", metavar=meta("day"), help=help_of("common.on"))]
At = Annotated[str | None, typer.Option("--at", metavar=meta("instant"), help=help_of("common.at"))]


@dataclass(frozen=True)
class Place:
    """Where a command works: the settings, the database, one company."""

    settings: Settings
    database: Database
    company: Company


def now() -> datetime:
    """Return the present instant. Commands are where it is asked for; what they call is told."""
    return datetime.now(UTC)


def instant_of(at: str | None, company: Company) -> datetime:
    """Return the instant that takes the place of now, in UTC: `--at`, else now. Raises typer.BadParameter."""
    return parse_instant(at, company) if at else now()


def moment_of(on: str | None, at: str | None, company: Company) -> datetime:
    """Return the instant that a command is about: `--at`, else the opening of the window on `--on`, else now.

    Raises typer.BadParameter.
    """
    return company.instant(parse_day(on), company.window[0]) if on and not at else instant_of(at, company)


def day_of(on: str | None, instant: datetime, company: Company) -> date:
    """Return the local day a command is about, `--on` or that of `instant`. Raises typer.BadParameter."""
    return parse_day(on) if on else company.day_of(instant)


def settings() -> Settings:
    """Read the settings from the process's environment, and log as they say. Raises SettingsError."""
    told = load(os.environ)
    logs.set_up_command(told.log_level)
    return told


def chosen(told: Settings, key: str | None) -> Company:
    """Return the company that `--company` names, or the only one.

    Raises SettingsError for a key that does not exist, typer.BadParameter when there are several and none
    is named.
    """
    if key is None and len(told.companies) > 1:
        raise usage("usage.several_companies", known=list(told.companies))
    found = told.companies.get(key) if key else next(iter(told.companies.values()))
    if found is None:
        raise no_such_company(told, key)
    return found


@contextlib.contextmanager
def place(key: str | None) -> Iterator[Place]:
    """Open the books for one command; the schema is brought up to date first. Raises RelanceError."""
    from relance.wiring import open_database  # noqa: PLC0415 - Slack's client loads only when something runs

    told = settings()
    company = chosen(told, key)
    database = open_database(told.database_url)
    try:
        yield Place(told, database, company)
    finally:
        database.close()
