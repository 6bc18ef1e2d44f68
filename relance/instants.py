"""Days and instants as people type them on the command line."""

from datetime import UTC, date, datetime

from receivables.company import Company
from relance.terminal import usage


def parse_day(text: str) -> date:
    """Read a day: 2026-04-01 or 01/04/2026. Raises typer.BadParameter."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise usage("usage.not_a_day", typed=text)


def parse_instant(text: str, company: Company) -> datetime:
    """Read an instant and return it in UTC.

    ISO 8601, with an offset or without (the company's timezone then); a bare date is that day at the
    opening of the sending window. Raises typer.BadParameter.
    """
    written = text.strip()
    if len(written) == len("2026-04-01"):
        return company.instant(parse_day(written), company.window[0])
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise usage("usage.not_an_instant", typed=text) from error
    return (found if found.tzinfo else found.replace(tzinfo=company.zone)).astimezone(UTC)
