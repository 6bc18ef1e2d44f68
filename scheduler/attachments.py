"""What goes with a mail, as its step says: copies of its invoices, the customer's statement, nothing."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from message_templates.statement import context_of
from receivables.company import Company
from receivables.correspondence import addressees
from receivables.errors import RelanceError
from receivables.policy import Step
from scheduler import courtesies
from scheduler.due import Batch
from scheduler.mime import Attachment
from store import attachments
from store.outbox_rows import DueItem, DueReminder

_UNFIT = re.compile(r"[^\w.()+-]+")


class MissingPdf(RelanceError):
    """Invoices that must not be sent without their PDF, and have none; `late`: there is room another day."""

    def __init__(self, invoice_ids: Sequence[int], late: Sequence[int]) -> None:
        super().__init__("il manque le PDF d’une facture")
        self.invoice_ids = tuple(invoice_ids)
        self.late = tuple(late)


def of_message(
    company: Company,
    reminder: DueReminder,
    step: Step,
    items: Sequence[DueItem],
    batch: Batch,
    *,
    at: datetime,
) -> tuple[Attachment, ...]:
    """Return what goes with a reminder whose tone is `step`: PDFs of invoices, or the statement.

    Raises MissingPdf, see `invoices`. Called outside any transaction.
    """
    policy = company.policy_for(reminder.policy)
    if step.attach == "none" and all(each.attach == "none" for each in policy.steps):
        return ()
    own = {item.id: policy.step(item.step) for item in items if item.step}
    kinds = {step.attach, *(each.attach for each in own.values() if each is not None)}
    found: tuple[Attachment, ...] = ()
    if "invoice" in kinds:
        copied = [
            item
            for item in items
            if step.attach == "invoice"
            or ((each := own.get(item.id)) is not None and each.attach == "invoice")
        ]
        sent = {item.id for item in items if (each := own.get(item.id)) is not None and each.from_issue}
        found = invoices(company, copied, sent, batch.without_pdf)
    statement = batch.statements.get(reminder.customer_id)
    if "statement" in kinds and statement is not None:
        customer = batch.facts.customers[reminder.customer_id]
        context = context_of(company, customer, statement, addressees(customer, step.to))
        found += (courtesies.attachment(context, company, at),)
    return found


def invoices(
    company: Company, items: Sequence[DueItem], sent: Collection[int], given_up: Collection[int]
) -> tuple[Attachment, ...]:
    """Return the PDFs of the invoices of a mail, as many as it can carry.

    A reminder leaves without what is missing. The sending of an invoice itself (rows `sent`) does not:
    raises MissingPdf, save for those `given_up` or that never had one (`store.attachments.expected`).
    """
    found: list[Attachment] = []
    needed, late, room = [], [], attachments.ALL
    for item in items:
        data = attachments.load(company, item.pdf_path)
        if data is not None and len(data) <= room:
            room -= len(data)
            found.append(Attachment(file_name(item.number), data))
        elif item.id in sent and data is not None:
            late.append(item.invoice_id)
        elif item.id in sent and attachments.expected(company, item.pdf_path):
            needed += [] if item.invoice_id in given_up else [item.invoice_id]
    if needed or late:
        raise MissingPdf(needed, late)
    return tuple(found)


def file_name(number: str) -> str:
    """Return the name under which a customer sees an invoice's PDF: `FAC-123.pdf`."""
    return f"{_UNFIT.sub('-', number).strip('-.') or 'facture'}.pdf"
