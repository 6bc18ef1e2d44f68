"""A customer's statement of account: the mail, and the page that goes with it."""

from collections.abc import Sequence
from datetime import datetime

from correspondence.finishing import contact_of, finish, own_texts, people_of, reachable, sandbox_for
from correspondence.piece import Attachment, Mail
from correspondence.reminder_context import language
from message_templates.pieces.statement import StatementContext, file_name, render_pdf, render_statement
from receivables.company import Company
from receivables.correspondence import Addressee, Correspondent, addressees
from receivables.statements import STATEMENT_STEP, Statement


def write(company: Company, customer: Correspondent, statement: Statement, *, at: datetime) -> Mail:
    """Return the mail of a statement with its PDF, at the aware instant `at`.

    It has a subject of its own and stands outside the customer's thread of reminders. Raises NoAddress,
    BadAddress, and what the templates raise.
    """
    people = people_of(customer, STATEMENT_STEP.to, STATEMENT_STEP.channel)
    return reachable(addressed(company, customer, statement, people, at=at))


def specimen(company: Company, customer: Correspondent, statement: Statement, *, at: datetime) -> Mail:
    """Return the same mail to be looked at, also where nobody can be written to yet."""
    return addressed(
        company, customer, statement, addressees(customer, STATEMENT_STEP.to, STATEMENT_STEP.channel), at=at
    )


def addressed(
    company: Company,
    customer: Correspondent,
    statement: Statement,
    people: Sequence[Addressee],
    *,
    at: datetime,
) -> Mail:
    """Return the mail of a statement to these people."""
    told = context_of(company, customer, statement, people)
    rendered = render_statement(told, own_texts(company))
    return finish(
        company,
        people,
        rendered,
        language=told.language,
        form=told.address_form,
        channel=STATEMENT_STEP.channel,
        attachments=(page(told, company, at=at),),
    )


def context_of(
    company: Company, customer: Correspondent, statement: Statement, people: Sequence[Addressee]
) -> StatementContext:
    """Return what a customer's statement to these people is written from."""
    return StatementContext(
        company=company,
        customer=customer.name,
        statement=statement,
        code=customer.code,
        postal_address=customer.postal_address,
        contact=contact_of(people),
        owner=customer.owner_name,
        kind=customer.kind,
        siren=customer.siren,
        language=language(customer, people),
        address_form=customer.address_form or "vous",
        sandbox_for=sandbox_for(company, people),
    )


def page(context: StatementContext, company: Company, *, at: datetime) -> Attachment:
    """Return the statement's PDF, to go with a mail."""
    return Attachment(file_name(context), render_pdf(context, own_texts(company), at=at))
