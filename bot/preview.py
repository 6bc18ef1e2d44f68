"""/relances apercu: what a customer would read at a step today, with its own invoices."""

from collections.abc import Iterator
from functools import partial

from bot.morning.mail_view import PIECES, pieces, unfolded
from bot.slack import blocks
from bot.slack.access import COMMERCIAL
from bot.slack.blocks import Block
from bot.slack.front import Command, Rule
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from bot.typed import understanding
from bot.typed.choosing import customer_of
from bot.typed.values import Understood
from bot.typed.words import cut
from correspondence import specimen
from correspondence.piece import Mail
from correspondence.specimen import SpecimenMail
from message_templates import labels
from message_templates.catalogue import say
from message_templates.step_names import UnknownStep, find_step
from receivables.company import Company
from receivables.errors import Refused
from receivables.language import Language
from receivables.policy import Policy, Step
from store.accounts import facts as accounts
from store.books import Books
from store.customers import facts as customers
from store.customers.facts import CustomerFacts

OTHER = "apercu_step"
"""The menu of the other steps; its lines carry the customer's id and the step's key."""


def answer_apercu(visit: Visit, said: Understood) -> None:
    """Answer `/relances apercu ferme Garage Martin`, in either order, or without a step.

    Raises RelanceError: an unknown step or customer, with the closest.
    """
    if said.help:
        visit.tell(say("apercu.help", visit.language))
        return
    with visit.look() as b:
        customer, step = _asked(b, visit, said)
        answer = _answer(b, visit, customer, step)
    visit.tell(*answer)


def other(visit: Visit, carried: str) -> None:
    """Show another step instead of the one on the screen. Raises RelanceError."""
    id_, _, key = carried.partition(":")
    with visit.look() as b:
        customer = customers.get_customer(b, int(id_))
        step = find_step(visit.company, visit.company.policy_for(customer.policy), key)
        answer = _answer(b, visit, customer, step)
    visit.tell(*answer, instead=True)


def _asked(b: Books, visit: Visit, said: Understood) -> tuple[CustomerFacts, Step]:
    """Return the step and the customer in the order that gives a step; without one, the customer's next."""
    company, general = visit.company, visit.company.policy_for(None)
    for reading in said.readings:
        named = str(reading.other)
        if named and not _is_step(company, general, named):
            continue
        customer = customer_of(b, reading.subject, partial(said.meaning, reading))
        if named:
            return customer, find_step(company, company.policy_for(customer.policy), named)
        return customer, _next_step(b, visit, customer)
    raise Refused("saisie.old_button")


def _is_step(company: Company, policy: Policy, named: str) -> bool:
    try:
        find_step(company, policy, named)
    except UnknownStep:
        return False
    return True


def _next_step(b: Books, visit: Visit, customer: CustomerFacts) -> Step:
    """Return the e-mail step that comes first for one of the customer's invoices, else the first of all."""
    policy = visit.company.policy_for(customer.policy)
    account = accounts.account(b, customer.id, today=visit.today, now=visit.at)
    if account is not None:
        _, evaluation = accounts.on_day(b, account, visit.today, visit.at)
        coming = [each for each in evaluation.decisions.values() if each.step and each.on]
        for decision in sorted(coming, key=lambda each: (each.on, each.step)):
            step = policy.step(decision.step or "")
            if step is not None and step.channel.written:
                return step
    return next(iter(_mails(policy)), policy.steps[0])


def _mails(policy: Policy) -> list[Step]:
    return [step for step in policy.steps if step.channel.written]


def _answer(b: Books, visit: Visit, customer: CustomerFacts, step: Step) -> tuple[str, list[Block]]:
    policy = visit.company.policy_for(customer.policy)
    if step.channel.written:
        shown = specimen.specimen_mail(b, customer.id, step, now=visit.at)
        head, body = _head(customer, step, shown, visit.language), list(_body(shown, visit.language))
    else:
        channel = labels.label("channel", step.channel.key, visit.language)
        head = say(
            "apercu.no_mail",
            visit.language,
            step=labels.step(step.key, visit.language),
            customer=customer.name,
            channel=channel,
        )
        body = []
    menu = _others(visit, customer, policy, step)
    return head, [blocks.section(head), *body, *([blocks.actions(menu)] if menu else [])]


def _head(customer: CustomerFacts, step: Step, shown: SpecimenMail, language: Language) -> str:
    return say(
        "apercu.head",
        language,
        step=labels.step(step.key, language),
        customer=customer.name,
        language=shown.mail.language,
        form=shown.mail.form,
    )


def _body(shown: SpecimenMail, language: Language) -> Iterator[Block]:
    to = [cut(address, 80) for address in shown.mail.meant_for[:10]]
    said = say("apercu.to", language, to=to) if to else say("apercu.nobody", language)
    yield blocks.context(f"{say(f'apercu.{shown.chosen}', language)}\n{said}")
    yield blocks.section("\n".join(_headers(shown.mail, language)))
    yield blocks.divider()
    parts = list(pieces(unfolded(shown.mail.text)))
    for part in parts[:PIECES]:
        yield {"type": "section", "text": blocks.plain_text(part, blocks.SECTION)}
    if len(parts) > PIECES:
        yield blocks.context(say("apercu.cut", language))


def _headers(mail: Mail, language: Language) -> Iterator[str]:
    yield say("apercu.subject", language, subject=mail.subject)
    if mail.attachments:
        yield say("apercu.attached", language, names=[cut(name, 80) for name in mail.attached])


def _others(visit: Visit, customer: CustomerFacts, policy: Policy, step: Step) -> Block | None:
    """Return the menu of the policy's other e-mail steps, if there are any."""
    options = [
        blocks.option(labels.step(each.key, visit.language), visit.value(customer.id, each.key))
        for each in _mails(policy)
        if each.key != step.key
    ]
    return blocks.select(OTHER, say("apercu.others", visit.language), options) if options else None


ROUTES = Routes(
    words={"apercu": Command("apercu", understanding.specimen, answer_apercu, COMMERCIAL)},
    clicks={OTHER: Rule(other, COMMERCIAL)},
)
