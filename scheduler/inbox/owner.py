"""Whose mail it is: the company that it is for, and the customer who wrote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from receivables.company import Company
from receivables.signing import Keys
from scheduler import tags
from scheduler.inbox.bounces import Bounce
from scheduler.inbox.mail import ReceivedMail
from store.books import Books, read_books
from store.db.engine import Database
from store.replies import sender as incoming_search
from store.replies.sender import Answered

_IN_BRACKETS = re.compile(r".*<([^<>]*)>\s*$")


@dataclass(frozen=True, slots=True)
class Owner:
    """The company that a mail is for, and what of ours it answers or returns."""

    company: Company
    answered: Answered | None = None
    signed: bool = False
    """Whether it came to an address that we signed, which nobody can guess."""


def owner(
    database: Database,
    companies: Mapping[str, Company],
    keys: Keys,
    mail: ReceivedMail,
    bounce: Bounce | None,
) -> Owner:
    """Return the company a mail is for: by the signed tag it came to, what it answers, its recipient, its
    sender, the invoices it names; else the first.
    """
    ids = [*(bounce.returned if bounce else ()), *mail.answers]
    for company in companies.values():
        with read_books(database, company) as b:
            tagged = _by_tag(b, keys, mail.recipients)
            answered = tagged or incoming_search.by_message_id(b, ids)
        if answered is not None:
            return Owner(company, answered, signed=tagged is not None)
    every = list(companies.values())
    near = [one for one in every if _bases(one) & _plain(mail.recipients)] or every
    if len(near) > 1:
        near = (
            [one for one in near if _knows(database, one, mail.sender)]
            or [one for one in near if _names(database, one, mail)]
            or near
        )
    return Owner(near[0])


def customer(b: Books, mail: ReceivedMail, answered: Answered | None) -> int | None:
    """Return the customer that wrote: by the thread or address answered, else by its own address."""
    if answered is not None:
        return answered.customer_id
    known = incoming_search.by_address(b, mail.sender)
    return known[0] if len(known) == 1 else None


def named(b: Books, mail: ReceivedMail, customer_id: int | None) -> int | None:
    """Return the one customer, other than who wrote, whose invoices a mail names; it need not be theirs."""
    others = incoming_search.named(b, _words(mail)) - {customer_id}
    return next(iter(others)) if len(others) == 1 else None


def _words(mail: ReceivedMail) -> str:
    return f"{mail.subject}\n{mail.text}"


def _knows(database: Database, company: Company, sender: str) -> bool:
    with read_books(database, company) as b:
        return bool(incoming_search.by_address(b, sender))


def _names(database: Database, company: Company, mail: ReceivedMail) -> bool:
    with read_books(database, company) as b:
        return bool(incoming_search.named(b, _words(mail)))


def _plus(address: str) -> tuple[str, str]:
    """Return an address without what follows the plus sign of its name, and that."""
    local, _, domain = address.rpartition("@")
    name, _, tag = local.partition("+")
    return f"{name}@{domain}", tag


def _plain(recipients: Sequence[str]) -> set[str]:
    return {_plus(address)[0] for address in recipients}


def _bases(company: Company) -> set[str]:
    """Return the addresses at which a company is written to."""
    known = (company.reply_to, company.bounce_to, company.email_from)
    return {_IN_BRACKETS.sub(r"\1", one).strip().lower() for one in known if one}


def _by_tag(b: Books, keys: Keys, recipients: Sequence[str]) -> Answered | None:
    """Return the reminder that the address written to names after its plus sign, in a tag that we signed."""
    for base, told in map(_plus, recipients):
        reminder_id = tags.read_tag(keys, b.company, told) if base in _bases(b.company) else None
        found = incoming_search.by_id(b, reminder_id) if reminder_id is not None else None
        if found is not None:
            return found
    return None
