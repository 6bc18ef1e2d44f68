"""What planned messages are written from, read for some at a time: the same facts for sending and showing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from correspondence import ahead
from receivables.codes.messages import CARRYING, Origin
from receivables.codes.steps import Attach
from receivables.company import Company
from receivables.correspondence import Claimed, MailFacts, Told
from receivables.policy import Policy, Step
from receivables.schedule.account import Account
from receivables.statements import Statement, period_start
from store import mail_facts
from store.accounts import facts as accounts
from store.accounts import pdfs as pdf_facts
from store.books import Books
from store.courtesies import acts as courtesies
from store.courtesies import statement_rows
from store.courtesies.acts import Courtesy
from store.db.tables import Customer
from store.reminders import verdicts
from store.reminders.rows import DueReminder


@dataclass(slots=True)
class Batch:
    """Some messages and their facts. `accounts`: of the customers to decide anew about."""

    reminders: list[DueReminder]
    facts: MailFacts
    accounts: dict[int, Account] = field(default_factory=dict)
    courtesies: dict[int, Courtesy] = field(default_factory=dict)
    """By message: what those that are no reminders are about."""
    statements: dict[int, Statement] = field(default_factory=dict)
    """By customer: what goes with the reminders whose step says so (`attach`)."""
    ahead: dict[int, Account] = field(default_factory=dict)
    """By customer: the accounts from which is told what comes after the mail."""
    without_pdf: frozenset[int] = frozenset()
    """Invoices that a person has said to send without their PDF."""


def read_batch(b: Books, due: list[DueReminder], *, now: datetime) -> Batch:
    """Return the facts of these messages, and whole accounts only where something has changed."""
    today, changed = b.today(now), list(_to_decide(b, due, now))
    facts = mail_facts.read_mail_facts(
        b,
        sorted({reminder.customer_id for reminder in due}),
        today=today,
        penalties_of=_telling(b.company, Told.PENALTIES, due, changed),
        earlier_of=_telling(b.company, Told.EARLIER, due, changed),
    )
    customers = sorted({reminder.customer_id for reminder in changed})
    also = [item.invoice_id for reminder in changed for item in reminder.items]
    found = accounts.accounts(b, customers, today=today, now=now, also=also) if customers else ()
    by_customer = {account.customer_id: account for account in found}
    others = courtesies.load_courtesies(b, due, now=now)
    return Batch(
        due,
        facts,
        by_customer,
        others,
        _statements(b, due, today),
        _ahead(b, due, changed, now=now),
        _without_pdf(b, due),
    )


def _ahead(
    b: Books, due: list[DueReminder], changed: list[DueReminder], *, now: datetime
) -> dict[int, Account]:
    """Return the accounts of the customers whose messages may tell what comes after them."""
    anew = {reminder.id for reminder in changed}
    wanted = [
        reminder.customer_id
        for reminder in due
        if reminder.items
        and reminder.corrective
        and (reminder.id in anew or _looks_ahead(b.company, reminder))
    ]
    found = accounts.accounts(b, sorted(set(wanted)), today=b.today(now), now=now) if wanted else ()
    return {account.customer_id: account for account in found}


def _looks_ahead(company: Company, reminder: DueReminder) -> bool:
    step = company.policy_for(reminder.policy).step(reminder.step)
    return step is None or ahead.looks_ahead(company, step)


def _statements(b: Books, due: list[DueReminder], today: date) -> dict[int, Statement]:
    """Return the statements that go with reminders, where a policy says so: none is the rule."""
    steps = {
        (policy.key, step.key)
        for policy in b.company.policies.values()
        for step in policy.steps
        if step.attach == Attach.STATEMENT
    }
    wanted = [
        each.customer_id
        for each in due
        if steps and any((each.policy, item.step) in steps for item in each.items)
    ]
    return statement_rows.statements_of(b, wanted, since=period_start(today), on=today) if wanted else {}


def statement_of(b: Books, customer_id: int, policy: Policy, today: date) -> Statement | None:
    """Return the account that goes with a customer's mails, where a step of its policy says so."""
    if all(step.attach != Attach.STATEMENT for step in policy.steps):
        return None
    return statement_rows.statements_of(b, [customer_id], since=period_start(today), on=today)[customer_id]


def policy_of(b: Books, customer_id: int) -> Policy:
    """Return the policy that a customer's reminders follow."""
    return b.company.policy_for(b.session.get_one(Customer, customer_id).policy)


def _without_pdf(b: Books, due: list[DueReminder]) -> frozenset[int]:
    issue = {step.key for policy in b.company.policies.values() for step in policy.steps if step.from_issue}
    wanted = [item.invoice_id for each in due for item in each.items if item.step in issue]
    return frozenset(pdf_facts.given_up(b, wanted))


def _telling(company: Company, what: Told, due: list[DueReminder], changed: list[DueReminder]) -> list[int]:
    """Return the invoices of messages that tell `what`, or may once decided anew."""
    anew = {reminder.id for reminder in changed}
    found: list[int] = []
    for reminder in due:
        step = company.policy_for(reminder.policy).step(reminder.step)
        if reminder.id in anew or (step is not None and what in ahead.told(company, step)):
            found += [item.invoice_id for item in reminder.items]
    return found


def mail_facts_of(b: Books, customer_id: int, step: Step, items: Sequence[Claimed], today: date) -> MailFacts:
    """Return the facts for one message to a customer at `step`: what its words tell, and no more."""
    ids, told = [item.invoice_id for item in items], ahead.told(b.company, step)
    return mail_facts.read_mail_facts(
        b,
        [customer_id],
        today=today,
        penalties_of=ids if Told.PENALTIES in told else (),
        earlier_of=ids if Told.EARLIER in told else (),
    )


def _to_decide(b: Books, due: list[DueReminder], now: datetime) -> Iterator[DueReminder]:
    stale, today = accounts.stale(b, now), b.today(now)
    for reminder in due:
        by_clock = reminder.origin == Origin.CLOCK and reminder.kind in CARRYING
        if by_clock and (stale or not verdicts.unchanged(reminder, today)):
            yield reminder
