"""How a customer's file names people, acts, states and hours, in plain French."""

from datetime import date, datetime
from decimal import Decimal

from message_templates import labels
from message_templates.catalogue import keys, tell
from message_templates.formats import amount
from message_templates.formats import day as written_day
from receivables.acts import Act
from receivables.company import Company
from receivables.people import Person
from store.dossier.facts import InvoicePaper
from store.dossier.history import CaseReceipt, JournalEntry, StepMade
from store.traces.accounts import ActUndone
from store.traces.codec import ActData, facts_of

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
        if isinstance(line.told, ActUndone):
            return tell("dossier.act.undone", what=_act(line.told.undone_act))
        return _act(line.act)


def _act(act: Act) -> str:
    return tell(f"dossier.act.{act}")


def details(told: ActData) -> str:
    """Return the figures and words of a journal line that people read."""
    facts = facts_of(told)
    currency = str(facts.get("currency") or "EUR")
    return " · ".join(filter(None, (_detail(name, facts.get(name), currency) for name in DETAILS)))


def _detail(name: str, value: object, currency: str) -> str:
    if isinstance(value, Decimal):
        return amount(value, currency)
    if isinstance(value, date):
        return written_day(value)
    if not isinstance(value, str):
        return ""
    told = {"outcome": labels.outcome, "step": labels.step}.get(name)
    return told(value) if told and value else value


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
