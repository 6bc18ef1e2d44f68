"""What goes with a reminder, as its step says: copies of its invoices, the customer's statement, nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from correspondence import statement
from correspondence.order import Order
from correspondence.piece import Attachment
from message_templates.pieces.mail_context import Credit
from receivables.codes.steps import Attach, AttachFrom
from receivables.company import Company
from receivables.correspondence import Addressee, Claimed
from receivables.errors import RelanceError
from receivables.policy import Step
from store.accounts import invoice_files

ALL = 20 * 1024 * 1024
"""Bytes of all the PDFs of one mail."""
_INSTALMENT = re.compile(r" \(\d+/\d+\)\Z")
"""What names one instalment of an invoice, whose PDF is the invoice's."""
_UNFIT = re.compile(r"[^\w.()+-]+")


class MissingPdf(RelanceError):
    """Invoices that must not be sent without their PDF, and have none; `late`: there is room another day."""

    def __init__(self, invoice_ids: Sequence[int], late: Sequence[int]) -> None:
        super().__init__("mails.missing_pdf")
        self.invoice_ids = tuple(invoice_ids)
        self.late = tuple(late)


@dataclass(frozen=True, slots=True)
class Copies:
    """The PDFs of a mail's invoices, as many as it can carry.

    `missing`: invoices that must not be sent without their PDF, and have none; `late`: those whose PDF had no
    room.
    """

    found: tuple[Attachment, ...] = ()
    missing: tuple[int, ...] = ()
    late: tuple[int, ...] = ()


def of_reminder(
    company: Company,
    order: Order,
    people: Sequence[Addressee],
    deducted: Collection[Credit] = (),
    *,
    at: datetime,
) -> tuple[Attachment, ...]:
    """Return what goes with a reminder: PDFs of invoices, or the statement, as the steps of its items say.

    `deducted` are the credits that it takes off.

    It leaves without the copies that are missing. The sending of an invoice itself does not: raises
    MissingPdf, save for what a person gave up on or what never had one. Files are read: call it outside
    transactions.
    """
    copies = of_invoices(company, order)
    if copies.missing or copies.late:
        raise MissingPdf(copies.missing, copies.late)
    credit_notes = of_credits(company, order, deducted, copies)
    return copies.found + credit_notes + of_account(company, order, people, at=at)


def of_invoices(company: Company, order: Order) -> Copies:
    """Return the copies of invoices that a reminder carries, and those that it lacks."""
    own = _own_steps(order)
    copied = [item for item in order.items if _copied(company, order, own.get(item.invoice_id))]
    sent = {key for key, step in own.items() if step and step.from_issue and step.attach == Attach.INVOICE}
    return _copies(company, copied, sent, order.given_up) if copied else Copies()


def of_credits(
    company: Company, order: Order, deducted: Collection[Credit], copies: Copies
) -> tuple[Attachment, ...]:
    """Return the PDFs of the credit notes that a mail takes off, as long as it has room.

    None where no copies are sent at all.

    A customer who is asked for less than an invoice says has to book both.
    """
    own = _own_steps(order)
    told = order.step.attach is None and company.attach_invoice_from != AttachFrom.NEVER
    if not told and not any(_copied(company, order, own.get(item.invoice_id)) for item in order.items):
        return ()
    taken = {(each.number, each.currency) for each in deducted if each.number}
    room, found = ALL - sum(len(each.data) for each in copies.found), []
    for credit in order.customer.credits:
        data = (
            invoice_files.load(company, credit.pdf_path)
            if (credit.number, credit.currency) in taken
            else None
        )
        if credit.number and data is not None and len(data) <= room:
            room -= len(data)
            found.append(Attachment(file_name(credit.number), data))
    return tuple(found)


def _copied(company: Company, order: Order, own: Step | None) -> bool:
    """Whether a copy of an invoice at its step `own` goes with the message.

    What a step names wins: the message's for all that is in it, else each invoice's own; where neither does,
    the company says, by the invoice's own step, so that what is not due yet has no copy under a late one.
    """
    if order.step.attach == Attach.INVOICE or (own is not None and own.attach == Attach.INVOICE):
        return True
    if order.step.attach is not None:
        return False
    return company.attached_to(own or order.step) == Attach.INVOICE


def of_account(
    company: Company, order: Order, people: Sequence[Addressee], *, at: datetime
) -> tuple[Attachment, ...]:
    """Return the statement that goes with a reminder, when a step says so."""
    if order.statement is None:
        return ()
    own = _own_steps(order).values()
    kinds = {order.step.attach, *(each.attach for each in own if each is not None)}
    if Attach.STATEMENT not in kinds:
        return ()
    context = statement.context_of(company, order.customer, order.statement, people)
    return (statement.page(context, company, at=at),)


def _own_steps(order: Order) -> dict[int, Step | None]:
    return {item.invoice_id: order.policy.step(item.step) for item in order.items if item.step}


def _copies(
    company: Company, items: Sequence[Claimed], sent: Collection[int], given_up: Collection[int]
) -> Copies:
    found: list[Attachment] = []
    missing, late, room = [], [], ALL
    carried: set[str] = set()
    for item in items:
        if item.pdf_path in carried:
            continue  # another instalment of the same invoice
        data = invoice_files.load(company, item.pdf_path)
        if data is not None and len(data) <= room:
            room -= len(data)
            carried.add(item.pdf_path or "")
            found.append(Attachment(file_name(_INSTALMENT.sub("", item.number)), data))
        elif item.invoice_id in sent and data is not None:
            late.append(item.invoice_id)
        elif item.invoice_id in sent and invoice_files.expected(company, item.pdf_path):
            missing += [] if item.invoice_id in given_up else [item.invoice_id]
    return Copies(tuple(found), tuple(missing), tuple(late))


def file_name(number: str) -> str:
    """Return the name under which a customer sees an invoice's PDF: `FAC-123.pdf`."""
    return f"{_UNFIT.sub('-', number).strip('-.') or 'facture'}.pdf"
