"""The message of a reminder, written once from its channel's texts: what leaves and what is shown."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from correspondence import attachments
from correspondence.finishing import finish, own_texts, people_of, reachable
from correspondence.order import Order
from correspondence.piece import Attachment, Mail
from correspondence.reminder_context import context
from message_templates.pieces.mail import EmailContext, render_email
from message_templates.pieces.mail_context import Credit
from receivables.company import Company
from receivables.correspondence import Addressee, Correspondent


def write(company: Company, order: Order, *, at: datetime, with_qr: bool = True) -> Mail:
    """Return the mail of a reminder at the aware instant `at`. `with_qr` is for measuring only.

    Raises NoAddress, BadAddress, MissingPdf, and what the templates raise. Files are read: call it outside
    transactions.
    """
    people = people_of(order.customer, order.step.to, order.channel)
    told = told_to(company, order, people, today=company.day_of(at), with_qr=with_qr)
    going_with = attachments.of_reminder(company, order, people, told.credits, at=at)
    return reachable(compose(company, order, people, told, going_with))


def told_to(
    company: Company, order: Order, people: Sequence[Addressee], *, today: date, with_qr: bool = True
) -> EmailContext:
    """Return what the mail tells these people, on the company's local day `today`."""
    return context(
        company,
        order.customer,
        order.facts,
        order.items,
        people,
        today=today,
        with_qr=with_qr,
        edits=order.edits,
        outlook=order.outlook,
    )


def compose(
    company: Company,
    order: Order,
    people: Sequence[Addressee],
    told: EmailContext,
    going_with: tuple[Attachment, ...],
) -> Mail:
    """Return the mail that tells all this and carries what goes with it. Raises what the templates raise."""
    if going_with:
        names = tuple(each.name for each in going_with)
        told = replace(told, attached=names, credits=tuple(_with_file(each, names) for each in told.credits))
    rendered = render_email(told, order.step.template, own_texts(company), order.channel.texts)
    return finish(
        company,
        people,
        rendered,
        language=told.language,
        form=told.address_form,
        channel=order.channel,
        attachments=going_with,
        answers=_thread(order.customer) if order.channel.threaded else (),
    )


def _with_file(credit: Credit, names: Collection[str]) -> Credit:
    joined = credit.number is not None and attachments.file_name(credit.number) in names
    return replace(credit, attached=joined)


def _thread(customer: Correspondent) -> tuple[str, ...]:
    """Return the Message-IDs that this mail answers: the first of the thread, and the last."""
    known = (customer.thread_id, customer.last_message)
    return tuple(dict.fromkeys(each for each in known if each))
