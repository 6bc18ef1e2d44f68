"""Reports of delivery: which of what they say counts, since anybody can write one.

A report counts when it came to the tag of an envelope of ours, which we signed, or when it returns a
Message-ID of ours and names the very address that this mail went to. The rest is a person's to judge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from receivables.codes.replies import IncomingKind
from scheduler.inbox import bounces
from scheduler.inbox import mail as inbox_mail
from scheduler.inbox.bounces import AddressRefusal, Bounce
from scheduler.inbox.owner import Owner
from store.books import Books
from store.post_room import bounced
from store.post_room.bounced import Dead
from store.replies.acts import Arrived


def take_in(b: Books, arrived: Arrived, bounce: Bounce, own: Owner, *, at: datetime) -> int | None:
    """Take a report of delivery in. It tells of the mail that it returns, never of who signed it."""
    answered = own.answered
    told = bounce.refusals or bounces.in_words(bounce.words, _addresses(own), sure=own.signed)
    counted = list(_counted(told, own))
    text = "\n".join(f"{one.status} {one.address} {one.words}".strip() for one in told) or arrived.text
    doubtful = not counted and any(one.kind == bounces.PERMANENT for one in told)
    arrived = replace(
        arrived,
        kind=IncomingKind.BOUNCE,
        text=text[: inbox_mail.TEXT],
        customer_id=answered.customer_id if answered and not doubtful else None,
    )
    judged = told if doubtful else counted
    real = answered is None or not answered.sandbox
    dead = [_dead(one) for one in judged if one.kind == bounces.PERMANENT and real]
    refused = [_dead(one) for one in counted if one.kind == bounces.POLICY and real]
    return bounced.take_in(b, arrived, dead, refused=refused, at=at)


def _addresses(own: Owner) -> Sequence[str]:
    """Return the addresses of which a report without form may tell: those that its mail went to."""
    return [one for one in own.answered.to if one] if own.answered else []


def _counted(told: Sequence[AddressRefusal], own: Owner) -> Iterator[AddressRefusal]:
    """Yield what counts of a report, each by the address that was written to.

    At a signed tag, a mail that went to one address alone is known whatever address the report names: it may
    have been forwarded.
    """
    to = [address.lower() for address in own.answered.to] if own.answered else []
    for one in told:
        if one.address in to:
            yield one
        elif own.signed and len(to) == 1:
            yield replace(one, address=to[0])


def _dead(refusal: AddressRefusal) -> Dead:
    return Dead(refusal.address.lower(), f"{refusal.status} {refusal.words}".strip())
