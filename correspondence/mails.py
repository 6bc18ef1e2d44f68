"""Any planned message as its mail, by its kind: what the post room sends and Slack shows."""

from datetime import date, datetime

from correspondence import ahead, instalment, reminder, statement, thanks
from correspondence.facts import Batch
from correspondence.order import Order
from correspondence.piece import Mail
from receivables.codes.messages import MessageKind
from receivables.company import Company
from store.courtesies.acts import Courtesy
from store.morning.edits import in_force
from store.reminders.rows import DueReminder
from store.reminders.verdicts import Verdict


def write(
    company: Company,
    message: DueReminder,
    verdict: Verdict,
    batch: Batch,
    *,
    at: datetime,
    with_qr: bool = True,
) -> Mail:
    """Return the mail of a message that the verdict lets leave, at the aware instant `at`.

    Raises NoAddress, BadAddress, MissingPdf, and what the templates raise. Files are read: call it outside
    transactions.
    """
    if message.id in batch.courtesies:
        return _courtesy(company, message, batch, batch.courtesies[message.id], at=at)
    order = order_of(company, message, verdict, batch, today=company.day_of(at))
    return reminder.write(company, order, at=at, with_qr=with_qr)


def order_of(company: Company, message: DueReminder, verdict: Verdict, batch: Batch, *, today: date) -> Order:
    """Return what a reminder that the verdict lets leave on `today` is written from."""
    step, policy = verdict.step, company.policy_for(message.policy)
    assert step is not None  # noqa: S101 - the caller writes nothing of a message without a step
    return Order(
        customer=batch.facts.customers[message.customer_id],
        facts=batch.facts,
        channel=company.channel(message.channel),
        step=step,
        items=verdict.items,
        policy=policy,
        edits=in_force(message.edits, step.key, verdict.items),
        statement=batch.statements.get(message.customer_id),
        given_up=batch.without_pdf,
        outlook=ahead.of(
            company, step, policy, verdict.items, batch.ahead.get(message.customer_id), today=today
        ),
    )


def _courtesy(company: Company, message: DueReminder, batch: Batch, found: Courtesy, *, at: datetime) -> Mail:
    customer = batch.facts.customers[message.customer_id]
    if message.kind == MessageKind.STATEMENT:
        return statement.write(company, customer, found.statement, at=at)
    if found.instalment is not None:
        return instalment.write(company, customer, found.instalment, at=at)
    return thanks.write(company, customer, found.settled, at=at)
