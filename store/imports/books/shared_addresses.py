"""One address of several customers: whether one of them pays for all is asked, and they wait meanwhile.

Written to one by one they would have several messages a day at that address (SCHEDULE 4).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from receivables.acts import Act
from store import journal, pauses, payers
from store.books import Books
from store.db.tables import Contact, Customer, JournalLine, Pause
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.books.payers import set_payers
from store.imports.questions import HELD, NO, YES, ImportQuestion, QuestionKind
from store.imports.records import Client
from store.imports.report import EXAMPLES, Findings
from store.traces.accounts import CustomerChanged


@dataclass(frozen=True, slots=True)
class _Sharing:
    """Customers with one address, in the order in which they were learnt, and their names."""

    address: str
    names: Mapping[int, str]


def ask(b: Books, clients: Sequence[Client], trace: Trace, findings: Findings) -> set[int]:
    """Ask about each address of the file that several customers have; return the customers that changed.

    Answered yes, the first of them pays for all. Unanswered, all are paused by the file, once: whoever ends
    such a pause has seen to it. An answer ends it, and so does a payer who was noted meanwhile.
    """
    changed: set[int] = set()
    addresses = {email.lower() for client in clients for email in client.emails}
    for sharing in _shared(b, addresses) if addresses else ():
        changed |= _ask(b, sharing, trace, findings)
    return changed


def _shared(b: Books, addresses: Collection[str]) -> list[_Sharing]:
    own = bulk.table(Contact)
    rows = select(own.c.email, own.c.customer_id).where(
        own.c.company_id == b.company_id, own.c.email.is_not(None), own.c.bounced_at.is_(None)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for email, customer_id in b.session.execute(rows):
        if email.lower() in addresses:
            found[email.lower()].add(customer_id)
    several = {address: sorted(ids) for address, ids in sorted(found.items()) if len(ids) > 1}
    names: dict[int, str] = {}
    for batch in bulk.batches(sorted({key for ids in several.values() for key in ids})):
        named = select(Customer.id, Customer.name).where(Customer.id.in_(batch))
        names |= dict(b.session.execute(named).all())
    return [_Sharing(address, {key: names[key] for key in ids}) for address, ids in several.items()]


def _ask(b: Books, sharing: _Sharing, trace: Trace, findings: Findings) -> set[int]:
    held = _pauses(b, sharing, trace)
    if len(payers.units(b, sharing.names)) == 1:
        return _end(b, held, trace)
    known = {each.customer_id for each in held}
    if known.issuperset(sharing.names) and all(each.ended_at is not None for each in held):
        return set()
    answer = findings.ask(
        ImportQuestion(
            QuestionKind.ONE_PAYER,
            sharing.address,
            (YES, NO),
            HELD,
            count=len(sharing.names),
            values=tuple(sharing.names.values())[:EXAMPLES],
        )
    )
    if answer == HELD:
        return _hold(b, sharing, known, trace)
    changed = _end(b, held, trace)
    if answer == YES:
        payer = payers.payer_of(b, next(iter(sharing.names)))
        said = set(sharing.names) - _said_by_a_person(b, sharing)
        changed |= set_payers(b, dict.fromkeys(said, payer), trace)
    return changed


def _said_by_a_person(b: Books, sharing: _Sharing) -> set[int]:
    """Return the customers of whom a person has said, or taken back, who pays: no file says otherwise."""
    lines = b.session.scalars(
        select(JournalLine).where(
            JournalLine.company_id == b.company_id,
            JournalLine.customer_id.in_(sharing.names),
            JournalLine.act == Act.CUSTOMER_CHANGED,
        )
    )
    return {
        line.customer_id or 0 for line in lines if "payer_id" in journal.data(line, CustomerChanged).after
    }


def _pauses(b: Books, sharing: _Sharing, trace: Trace) -> list[Pause]:
    """Return the pauses that files brought to these customers because of their address, ended or not."""
    rows = select(Pause).where(
        Pause.company_id == b.company_id,
        Pause.customer_id.in_(sharing.names),
        Pause.by == trace.by,
        Pause.reason == sharing.address,
    )
    return list(b.session.scalars(rows))


def _hold(b: Books, sharing: _Sharing, known: set[int | None], trace: Trace) -> set[int]:
    new = [key for key in sharing.names if key not in known]
    for key in new:
        if pauses.running(b, customer_id=key, on=b.today(trace.at)) is None:
            pauses.pause(b, customer_id=key, until=None, reason=sharing.address, by=trace.by, at=trace.at)
    return set(new)


def _end(b: Books, held: Sequence[Pause], trace: Trace) -> set[int]:
    running = [each for each in held if each.ended_at is None]
    for each in running:
        pauses.resume(b, each.id, by=trace.by, at=trace.at)
    return {each.customer_id for each in running if each.customer_id}
