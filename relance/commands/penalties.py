"""`relance penalties`: what the lateness of one invoice gives a right to, by day and half-year."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from message_templates.catalogue import TEAM
from message_templates.formats import amount, day, percent
from message_templates.refusals import who
from receivables.penalties import INDEMNITY_CURRENCY, Penalties, record
from receivables.people import Person
from relance.commands.common import AsJson, At, CompanyKey, On, day_of, instant_of, place
from relance.commands.why import Number
from relance.terminal import console, figures, print_json, print_sentence, refusals_in_json, sentence
from store.books import read_books
from store.invoices.acts import InvoiceFacts, find
from store.penalties import facts as books_penalties
from store.penalties.facts import InvoicePenalties

UNKNOWN = dict.fromkeys(("principal", "slices", "interest", "indemnity", "total", "rule"))
COLUMNS = ("from", "to", "days", "base", "rate", "amount")


def penalties(
    number: Number, on: On = None, at: At = None, company: CompanyKey = None, as_json: AsJson = False
) -> None:
    """Show the penalties and the indemnity of one invoice, by day and by half-year."""
    with (
        refusals_in_json(as_json, invoice=number, **UNKNOWN),
        place(company) as here,
        read_books(here.database, here.company) as b,
    ):
        today = day_of(on, instant_of(at, here.company), here.company)
        invoice = find(b, number)
        found = books_penalties.about(b, invoice.id, on=today)
        if as_json:
            print_json(_record(invoice, found))
        else:
            _show(invoice, found, here.company.zone)


def _record(invoice: InvoiceFacts, found: InvoicePenalties) -> dict[str, Any]:
    decision = found.decision
    decided = {"decision": decision.decision, "on": decision.on, "by": decision.by} if decision else None
    return {
        **record(found.computed),
        "invoice": invoice.number,
        "customer": invoice.customer,
        "due": invoice.due_date,
        "decided": decided,
        "detail": _detail(found.computed),
    }


def _detail(computed: Penalties) -> str:
    lines = [sentence(f"penalites.rule.{computed.rule}")]
    if computed.unknown:
        lines.append(sentence("penalites.to_confirm", semesters=_names(computed)))
    return " ".join(lines)


def _names(computed: Penalties) -> list[str]:
    return [str(each) for each in computed.unknown]


def _show(invoice: InvoiceFacts, found: InvoicePenalties, zone: ZoneInfo) -> None:
    computed, decided = found.computed, found.decision
    print_sentence("penalites.cli.title", number=invoice.number, customer=invoice.customer, on=computed.on)
    typer.echo(_detail(computed))
    if not computed.any:
        print_sentence("penalites.cli.nothing")
        return
    if computed.slices:
        console().print(_table(computed))
    for line in _figures(computed):
        typer.echo(line)
    if computed.unknown:
        print_sentence("penalites.cli.confirm", semester=str(computed.unknown[0]))
    if decided is not None:
        facts = {"at": decided.at.astimezone(zone).date(), "who": who(Person(decided.by), TEAM)}
        print_sentence(f"penalites.cli.decided_{decided.decision}", **facts, reason=decided.reason or "")


def _table(computed: Penalties) -> Table:
    made = figures(*(sentence(f"penalites.column.{name}") for name in COLUMNS))
    for each in computed.slices:
        made.add_row(
            day(each.first),
            day(each.last),
            str(each.days),
            amount(each.base, computed.currency),
            sentence("penalites.rate_unknown") if each.rate is None else percent(each.rate / 100),
            "–" if each.amount is None else amount(each.amount, computed.currency),
        )
    return made


def _figures(computed: Penalties) -> list[str]:
    missing = "penalites.rate_unknown" if computed.unknown else "penalites.cli.two_currencies"

    def line(name: str, value: Decimal | None, currency: str = computed.currency) -> str:
        shown = sentence(missing) if value is None else amount(value, currency)
        return f"{sentence(f'penalites.{name}')}\u00a0: {shown}"

    lines = [
        line("cli.principal", computed.principal),
        line(f"interest_of.{computed.rule}", computed.interest),
    ]
    if computed.interest_paid:
        lines.append(line("cli.interest_paid", computed.interest_paid))
    lines.append(line("cli.indemnity", computed.indemnity, INDEMNITY_CURRENCY))
    return [*lines, line("cli.total", computed.total)]
