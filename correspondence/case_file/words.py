"""How a customer's file names people, acts, states and hours, in plain words of its company's language."""

from datetime import date, datetime
from decimal import Decimal

from message_templates import labels
from message_templates.catalogue import keys, tell
from message_templates.writer import Writer, writer
from receivables.acts import Act
from receivables.company import Company
from receivables.language import Language
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

    @property
    def language(self) -> Language:
        """The language of the file: the company's own."""
        return self.company.language

    @property
    def write(self) -> Writer:
        """The ways of writing of that language."""
        return writer(self.language)

    def tell(self, key: str, /, **values: object) -> str:
        """Return a sentence of the catalogue."""
        return tell(key, self.language, **values)

    def step(self, key: str) -> str:
        """Return the name of a step."""
        return labels.step(key, self.language)

    def who(self, by: str) -> str:
        """Return an author by name when the settings know it, else by id."""
        if Person(by).automaton:
            return self.tell(f"dossier.who.{by}")
        return self._people.get(by, by)

    def hour(self, instant: datetime) -> str:
        """Return the local time of an instant: « 14 h 30 »."""
        return self.write.hour(instant.astimezone(self.company.zone))

    def at(self, instant: datetime | None) -> str:
        """Return a local day and time."""
        return f"{self.write.day(self.company.day_of(instant))} {self.hour(instant)}" if instant else ""

    def act(self, line: JournalEntry) -> str:
        """Return what a line of the journal tells was done."""
        if isinstance(line.told, ActUndone):
            return self.tell("dossier.act.undone", what=self._act(line.told.undone_act))
        return self._act(line.act)

    def _act(self, act: Act) -> str:
        return self.tell(f"dossier.act.{act}")


def details(told: ActData, language: Language) -> str:
    """Return the figures and words of a journal line that people read."""
    facts = facts_of(told)
    currency = str(facts.get("currency") or "EUR")
    return " · ".join(filter(None, (_detail(name, facts.get(name), currency, language) for name in DETAILS)))


def _detail(name: str, value: object, currency: str, language: Language) -> str:
    if isinstance(value, Decimal):
        return writer(language).amount(value, currency)
    if isinstance(value, date):
        return writer(language).day(value)
    if not isinstance(value, str):
        return ""
    told = {"outcome": labels.outcome, "step": labels.step}.get(name)
    return told(value, language) if told and value else value


def state(invoice: InvoicePaper, language: Language) -> str:
    """Return where an invoice stands."""
    return labels.status(invoice.status, language)


def received(receipt: CaseReceipt, language: Language) -> str:
    """Return what came in: a payment and its means, or a credit note."""
    if receipt.credit:
        return tell("dossier.received.credit", language, number=receipt.credit)
    means = labels.means(receipt.means, language) if receipt.means else ""
    return tell("dossier.received.payment", language, means=means, reference=receipt.reference)


def how(step: StepMade, language: Language) -> str:
    """Return how a step was done."""
    known = f"dossier.how.{step.how}"
    return (
        tell(known, language, reason=step.reason) if known in keys("dossier", language, "texts") else step.how
    )
