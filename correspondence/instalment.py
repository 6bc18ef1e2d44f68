"""A word about an instalment of a payment plan, on its date: friendly, and no reminder."""

from datetime import datetime

from correspondence.finishing import contact_of, finish, own_texts, people_of, reachable, sandbox_for
from correspondence.piece import Mail
from correspondence.reminder_context import language
from message_templates.pieces.instalment import InstalmentContext, render_instalment
from receivables.company import Company
from receivables.correspondence import Correspondent
from receivables.statements import INSTALMENT_STEP
from store.courtesies.instalment_facts import Awaited


def write(company: Company, customer: Correspondent, awaited: Awaited, *, at: datetime) -> Mail:
    """Return the mail about an instalment that is awaited.

    Raises NoAddress, BadAddress, and what the templates raise.
    """
    people = people_of(customer, INSTALMENT_STEP.to, INSTALMENT_STEP.channel)
    told = InstalmentContext(
        company=company,
        customer=customer.name,
        today=company.day_of(at),
        rank=awaited.rank,
        count=awaited.count,
        on=awaited.on,
        amount=awaited.amount,
        after=awaited.after,
        later=awaited.later,
        numbers=awaited.numbers,
        currency=awaited.currency,
        code=customer.code,
        contact=contact_of(people),
        owner=customer.owner_name,
        language=language(customer, people),
        address_form=customer.address_form or "vous",
        sandbox_for=sandbox_for(company, people),
    )
    rendered = render_instalment(told, own_texts(company))
    mail = finish(
        company,
        people,
        rendered,
        language=told.language,
        form=told.address_form,
        channel=INSTALMENT_STEP.channel,
    )
    return reachable(mail)
