"""`relance clock`: the clock alone, beside web processes."""

from relance.commands.common import CompanyKey, settings


def clock(company: CompanyKey = None) -> None:
    """Run the clock alone: plans, announcements, sends."""
    from relance.serving import run_clock  # noqa: PLC0415 - loaded by what stays running

    run_clock(settings(), company)
