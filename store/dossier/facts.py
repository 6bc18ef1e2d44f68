"""All that was said and done with a customer, read once, to be handed to whoever recovers the debt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from receivables.codes.statuses import Status
from receivables.correspondence import OpenCredit
from store.accounts import invoice_files
from store.books import Books
from store.credits import facts as credit_facts
from store.customers import facts as customers
from store.customers.facts import CustomerFacts
from store.dossier import history as dossier_acts
from store.dossier import papers as dossier_papers
from store.dossier.history import CallMade, DisputeMade, JournalEntry, PromiseMade
from store.dossier.papers import LetterPaper, MailPaper, ReplyPaper
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts
from store.penalties import facts as penalties
from store.penalties.facts import InvoicePenalties
from store.promises.record import record_of

MOST_INVOICES = 500
MOST_BYTES = 200_000_000
"""Bytes of PDFs of invoices taken along; the invoices' sheets are always there."""


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """One invoice: its facts, what came in on it, its penalties, and its PDF when there is one."""

    facts: InvoiceFacts
    status: Status
    days_late: int
    receipts: tuple[dossier_acts.CaseReceipt, ...]
    steps: tuple[dossier_acts.StepMade, ...]
    penalties: InvoicePenalties | None
    pdf: bytes | None
    pdf_missing: bool
    """Whether the books name a PDF that could not be read."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole file, as the books stood at the instant `at` (`on`: that local day)."""

    customer: CustomerFacts
    at: datetime
    on: date
    invoices: tuple[InvoicePaper, ...]
    mails: tuple[MailPaper, ...]
    letters: tuple[LetterPaper, ...]
    replies: tuple[ReplyPaper, ...]
    calls: tuple[CallMade, ...]
    promises: tuple[PromiseMade, ...]
    disputes: tuple[DisputeMade, ...]
    journal: tuple[JournalEntry, ...]
    kept: int
    ended: int
    credits: tuple[OpenCredit, ...] = ()
    """What the customer has to its credit, whatever the file is about."""

    @property
    def totals(self) -> dict[str, Decimal]:
        """What is left to pay, by currency."""
        sums: dict[str, Decimal] = {}
        for each in self.invoices:
            sums[each.facts.currency] = sums.get(each.facts.currency, Decimal(0)) + each.facts.outstanding
        return sums

    @property
    def nets(self) -> dict[str, Decimal]:
        """The same less what is to the customer's credit in that currency."""
        taken: dict[str, Decimal] = {}
        for each in self.credits:
            taken[each.currency] = taken.get(each.currency, Decimal(0)) + each.amount
        return {code: amount - taken.get(code, Decimal(0)) for code, amount in self.totals.items()}


def read_dossier(b: Books, customer_id: int, *, invoice_ids: Sequence[int] = (), at: datetime) -> Dossier:
    """Return the file of a customer at the aware instant `at`: of some invoices, or (none given) of all.

    All means what is owed and what a reminder, a call or a promise was ever about. Raises Refused when the
    customer is not in these books.
    """
    customer, on = customers.get_customer(b, customer_id), b.today(at)
    asked = list(invoice_ids) or dossier_acts.followed(b, customer_id)
    ids = asked[:MOST_INVOICES]
    only = frozenset(ids) if invoice_ids else None
    kept, ended = record_of(b, customer_id, on)
    return Dossier(
        customer=customer,
        at=at,
        on=on,
        invoices=_invoices(b, ids, on),
        mails=dossier_papers.mails(b, customer_id, only),
        letters=dossier_papers.letters(b, customer_id, only),
        replies=dossier_papers.replies(b, customer_id),
        calls=dossier_acts.calls(b, customer_id, only),
        promises=dossier_acts.promises(b, customer_id, only, on),
        disputes=dossier_acts.disputes(b, customer_id, only),
        journal=dossier_acts.journal(b, customer_id, only),
        kept=kept,
        ended=ended,
        credits=tuple(each.shown for each in credit_facts.of_customer(b, customer_id)),
    )


def _invoices(b: Books, ids: Sequence[int], on: date) -> tuple[InvoicePaper, ...]:
    computed = penalties.of_invoices(b, ids, on=on)
    receipts, steps = dossier_acts.receipts(b, ids), dossier_acts.steps(b, ids)
    paths = dossier_acts.pdf_paths(b, ids)
    found, room = [], MOST_BYTES
    for id_ in ids:
        facts = invoices.get_invoice(b, id_)
        pdf = invoice_files.load(b.company, paths.get(id_))
        room -= len(pdf or b"")
        paper = InvoicePaper(
            facts=facts,
            status=facts.status(on),
            days_late=facts.days_late(on),
            receipts=tuple(receipts.get(id_, ())),
            steps=tuple(steps.get(id_, ())),
            penalties=computed.get(id_),
            pdf=pdf,
            pdf_missing=bool(paths.get(id_)) and pdf is None,
        )
        found.append(paper if room >= 0 else replace(paper, pdf=None, pdf_missing=True))
    return tuple(sorted(found, key=lambda each: (each.facts.due_date, each.facts.number)))
