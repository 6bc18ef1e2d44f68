"""Thanks for a payment: one mail for all the invoices that it settled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from correspondence.finishing import contact_of, finish, own_texts, people_of, reachable, sandbox_for
from correspondence.piece import Mail
from correspondence.reminder_context import language
from message_templates.pieces.thanks import PaidInvoice, ThanksContext, render_thanks
from receivables.company import Company
from receivables.correspondence import Correspondent
from receivables.statements import THANKS_STEP


def write(
    company: Company, customer: Correspondent, settled: Sequence[tuple[str, Any, str]], *, at: datetime
) -> Mail:
    """Return the mail of thanks for the invoices `settled`: number, amount, currency.

    Raises NoAddress, BadAddress, and what the templates raise.
    """
    people = people_of(customer, THANKS_STEP.to, THANKS_STEP.channel)
    told = ThanksContext(
        company=company,
        customer=customer.name,
        today=company.day_of(at),
        paid=tuple(PaidInvoice(*each) for each in settled),
        contact=contact_of(people),
        owner=customer.owner_name,
        language=language(customer, people),
        address_form=customer.address_form or "vous",
        sandbox_for=sandbox_for(company, people),
    )
    rendered = render_thanks(told, own_texts(company))
    mail = finish(
        company,
        people,
        rendered,
        language=told.language,
        form=told.address_form,
        channel=THANKS_STEP.channel,
    )
    return reachable(mail)
