"""Statements, thanks and words on instalments in the post room: looked at again, written, handed on."""

import hashlib
from dataclasses import replace
from datetime import date, datetime

from message_templates.email import QR_CID, Rendered
from message_templates.email_facts import language
from message_templates.instalment import InstalmentContext, render_instalment
from message_templates.statement import (
    StatementContext,
    context_of,
    file_name,
    render_pdf,
    render_statement,
)
from message_templates.thanks import Paid, ThanksContext, render_thanks
from receivables.company import Company, Mode
from receivables.correspondence import Addressee, CustomerFacts, addressees
from receivables.money import ZERO
from receivables.policy import Step
from receivables.statement import (
    INSTALMENT,
    INSTALMENT_STEP,
    STATEMENT,
    STATEMENT_STEP,
    THANKS,
    THANKS_STEP,
)
from scheduler.letters import NoAddress, display, message_id, overrides
from scheduler.mime import Attachment, Message, Picture, bare_address, build
from store.claims import Ready
from store.courtesies import Courtesy
from store.instalment_facts import Awaited
from store.outbox_rows import DueReminder
from store.verdicts import Verdict

STEPS = {STATEMENT: STATEMENT_STEP, THANKS: THANKS_STEP, INSTALMENT: INSTALMENT_STEP}


def judge(company: Company, reminder: DueReminder, found: Courtesy) -> Verdict:
    """Decide whether a message without items leaves: why not is the reason of its cancelling."""
    pointless = _pointless(reminder, found)
    if pointless is not None:
        return Verdict((), None, {0: pointless})
    if reminder.origin == "clock":
        if reminder.sandbox != (company.mode is Mode.SANDBOX):
            return Verdict((), None, {0: "mode"})
        if found.hold is not None:
            return Verdict((), None, {0: found.hold})
    return Verdict((), STEPS[reminder.kind])


def _pointless(reminder: DueReminder, found: Courtesy) -> str | None:
    """Return why there is nothing to say any more."""
    if reminder.kind == STATEMENT:
        return None if found.statement.worth_sending else "nothing_due"
    if reminder.kind == INSTALMENT:
        return found.instalment.gone if found.instalment else "plan_over"
    return None if found.settled else "payment_undone"


def write(
    company: Company,
    reminder: DueReminder,
    step: Step,
    customer: CustomerFacts,
    found: Courtesy,
    *,
    at: datetime,
) -> Ready:
    """Write the mail at the aware instant `at`; a statement carries its PDF. Raises as `letters.write`.

    It has a subject of its own and stands outside the customer's thread of reminders.
    """
    people = addressees(customer, step.to)
    if not people:
        raise NoAddress("aucune adresse e-mail\u00a0: complétez la fiche du client")
    local, sandbox = at.astimezone(company.zone), company.mode is Mode.SANDBOX
    if reminder.kind == STATEMENT:
        context = context_of(company, customer, found.statement, people)
        rendered = render_statement(context, overrides(company.templates))
        attachments: tuple[Attachment, ...] = (attachment(context, company, at),)
    elif found.instalment is not None:
        rendered = _instalment(company, customer, found.instalment, people, local.date())
        attachments = ()
    else:
        rendered, attachments = _thanks(company, customer, found, people, local.date()), ()
    to = (company.sandbox_to,) if sandbox else tuple(display(person) for person in people)
    identity = message_id(company, reminder)
    raw = build(
        Message(
            sender=company.email_from,
            to=to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            date=local,
            message_id=identity,
            reply_to=company.reply_to,
            picture=Picture(QR_CID, rendered.qr) if rendered.qr else None,
            attachments=attachments,
        )
    )
    bare = tuple(dict.fromkeys(bare_address(address) for address in to))
    return Ready(
        reminder=replace(reminder, sandbox=sandbox),
        message_id=identity,
        to=bare,
        subject=rendered.subject,
        shown=_fingerprint(local.date(), step, bare, rendered),
        raw=raw,
        step=step.key,
        corrective=False,
        owed=ZERO,
        at=at,
        first=False,
        balance=found.statement.mark,
        plan_id=found.instalment.plan_id if found.instalment else None,
    )


def _fingerprint(today: date, step: Step, to: tuple[str, ...], rendered: Rendered) -> str:
    text = "|".join([today.isoformat(), step.key, *to, rendered.text])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def attachment(context: StatementContext, company: Company, at: datetime) -> Attachment:
    """Return the statement's PDF, to go with a mail."""
    return Attachment(file_name(context), render_pdf(context, overrides(company.templates), at=at))


def _thanks(
    company: Company, customer: CustomerFacts, found: Courtesy, people: list[Addressee], today: date
) -> Rendered:
    context = ThanksContext(
        company=company,
        customer=customer.name,
        today=today,
        paid=tuple(Paid(*each) for each in found.settled),
        contact=people[0].name if len(people) == 1 else None,
        owner=customer.owner_name,
        language=language(customer, people),
        address_form=customer.address_form or "vous",
        sandbox_for=", ".join(person.email for person in people) if company.mode is Mode.SANDBOX else None,
    )
    return render_thanks(context, overrides(company.templates))


def _instalment(
    company: Company, customer: CustomerFacts, told: Awaited, people: list[Addressee], today: date
) -> Rendered:
    context = InstalmentContext(
        company=company,
        customer=customer.name,
        today=today,
        rank=told.rank,
        count=told.count,
        on=told.on,
        amount=told.amount,
        after=told.after,
        numbers=told.numbers,
        currency=told.currency,
        contact=people[0].name if len(people) == 1 else None,
        owner=customer.owner_name,
        language=language(customer, people),
        address_form=customer.address_form or "vous",
        sandbox_for=", ".join(person.email for person in people) if company.mode is Mode.SANDBOX else None,
    )
    return render_instalment(context, overrides(company.templates))
