"""`relance why`: one invoice, its next step and date, or what holds it."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from relance.commands.common import AsJson, At, CompanyKey, On, day_of, instant_of, place
from relance.terminal import help_of, meta, print_json, print_sentence, refusals_in_json, sentence
from store.books import read_books

Number = Annotated[str, typer.Argument(metavar=meta("invoice"), help=help_of("why.number"))]
UNKNOWN = dict.fromkeys(
    ("status", "outstanding", "currency", "decision", "reason", "detail", "step", "on", "next")
)


def why(
    number: Number, on: On = None, at: At = None, company: CompanyKey = None, as_json: AsJson = False
) -> None:
    """Show why an invoice, or each of its instalments, is reminded, waits or is held back."""
    from scheduler import preview  # noqa: PLC0415 - loaded by the commands that plan

    with (
        refusals_in_json(as_json, invoice=number, **UNKNOWN),
        place(company) as here,
        read_books(here.database, here.company) as b,
    ):
        instant = instant_of(at, here.company)
        found = preview.whys(b, number, on=day_of(on, instant, here.company), now=instant)
        if as_json:
            print_json(found[0] if len(found) == 1 else found[0] | {"instalments": found})
        for each in found if not as_json else ():
            _show(each)


def _show(found: dict[str, Any]) -> None:
    print_sentence(
        "cli.why.title",
        invoice=found["invoice"],
        status=sentence(f"cli.status.{found['status']}"),
        outstanding=Decimal(str(found["outstanding"])),
        currency=found["currency"],
    )
    typer.echo(found["detail"])
