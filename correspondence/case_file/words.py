"""How a customer's file names people, acts, states and hours, in plain French."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from message_templates import labels
from message_templates.catalogue import keys, tell
from message_templates.formats import amount
from message_templates.formats import day as written_day
from receivables.company import Company
from receivables.people import Person
from store.dossier.facts import InvoicePaper
from store.dossier.history import CaseReceipt, JournalEntry, StepMade

DETAILS = ("amount", "promised", "date", "step", "outcome", "reason", "note", "sha256")


class CaseFileWords:
    """The words of one company's files: its timezone, its people by name."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._people = {user: name for name, user in company.people.items()}

    def who(self, by: str) -> str:
        """Return an author by name when the settings know it, else by id."""
        if Person(by).automaton:
            return tell(f"dossier.who.{by}")
        return self._people.get(by, by)

    def hour(self, instant: datetime) -> str:
        """Return the local time of an instant: « 14 h 30 »."""
        return f"{instant.astimezone(self.company.zone):%H\u202fh\u202f%M}"

    def at(self, instant: datetime | None) -> str:
        """Return a local day and time."""
        return f"{written_day(self.company.day_of(instant))} {self.hour(instant)}" if instant else ""

    def act(self, line: JournalEntry) -> str:
        """Return what a line of the journal tells was done."""
        if line.undoes is not None:
            return tell("dossier.act.undone", what=_act(str(line.data.get("undone_act") or "")))
        return _act(line.act)


def _act(act: str) -> str:
    key = f"dossier.act.{act}"
    return tell(key) if key in keys("dossier", "texts") else act


def details(data: Mapping[str, Any]) -> str:
    """Return the figures and words of a journal line that people read."""
    return " · ".join(filter(None, (_detail(data, name) for name in DETAILS)))


def _detail(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value in {None, ""} or not isinstance(value, str):
        return ""
    if name in {"amount", "promised"}:
        return amount(Decimal(value), str(data.get("currency") or "EUR"))
    if name == "date":
        return written_day(date.fromisoformat(value))
    told = {"outcome": labels.outcome, "step": labels.step}.get(name)
    return told(value) if told else value


def state(invoice: InvoicePaper) -> str:
    """Return where an invoice stands."""
    return labels.status(invoice.status)


def received(receipt: CaseReceipt) -> str:
    """Return what came in: a payment and its means, or a credit note."""
    if receipt.credit:
        return tell("dossier.received.credit", number=receipt.credit)
    return tell("dossier.received.payment", means=labels.means(receipt.means) if receipt.means else "")


def how(step: StepMade) -> str:
    """Return how a step was done."""
    known = f"dossier.how.{step.how}"
    return tell(known, reason=step.reason) if known in keys("dossier", "texts") else step.how
