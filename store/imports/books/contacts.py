"""E-mails and names of contacts from a file: added, or put in the place of the only one there was.

An address to which nothing can be written is kept as it stands in the file, and stopped at once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.roles import ContactRole
from store import journal
from store.addresses import stopping
from store.books import Books
from store.db.tables import Contact, JournalLine
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.records import Client
from store.traces.accounts import ContactsImported
from store.traces.inbox import AddressChanged

Values = dict[str, Any]


@dataclass
class _Changes:
    """What a file changes in the contacts of a customer: rows to add, and values by contact."""

    added: list[Values] = field(default_factory=list)
    updated: list[Values] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated)


def bring_contacts(b: Books, clients: Sequence[Client], ids: Mapping[str, int], trace: Trace) -> set[int]:
    """Bring the contacts of customers up to date; return the ids of the customers that changed.

    An address that is new takes the place of the only billing address there was (its bounces are forgotten
    with it); where there were several, or none, it is added. Nobody is taken out, and an address that a
    person replaced does not come back.
    """
    changed: set[int] = set()
    told = [client for client in clients if client.emails or client.unwritable or client.contact]
    for batch in bulk.batches(told):
        customer_ids = [ids[client.key] for client in batch]
        known, replaced = _known(b, customer_ids), _replaced(b, customer_ids)
        found = {
            id_: changes
            for client, id_ in zip(batch, customer_ids, strict=True)
            if (changes := _differences(client, known.get(id_, []), replaced.get(id_, frozenset())))
        }
        _write(b, found, trace)
        changed |= found.keys()
        stopping.close_answered(b, found.keys(), by=trace.by, at=trace.at)
        doubtful = {id_ for client, id_ in zip(batch, customer_ids, strict=True) if client.unwritable}
        stopping.ask_where_none_is_left(b, doubtful, by=trace.by, at=trace.at)
    return changed


def _write(b: Books, found: Mapping[int, _Changes], trace: Trace) -> None:
    added: list[Values] = []
    updated: dict[tuple[str, ...], list[Values]] = defaultdict(list)
    for customer_id, changes in found.items():
        kept = ContactsImported(added=tuple(changes.added), updated=tuple(changes.updated))
        trace.line(Act.CONTACTS_IMPORTED, kept, customer_id=customer_id)
        base = {"company_id": b.company_id, "customer_id": customer_id, **_blank()}
        added += [{**base, **_stopped(row, trace)} for row in changes.added]
        for row in changes.updated:
            whole = _stopped(row, trace) if "email" in row else row
            updated[tuple(whole)].append(whole)
    bulk.add(b, Contact, added)
    for rows in updated.values():
        bulk.change(b, Contact, rows)


def _stopped(row: Values, trace: Trace) -> Values:
    """Return a row with its address, stopped from now on where it says why, and else free of its bounces."""
    why = row.get("bounce_reason")
    return {**row, "bounced_at": trace.at if why else None, "bounce_reason": why}


def _blank() -> Values:
    return {"name": None, "email": None, "phone": None, "role": ContactRole.BILLING.value, "language": None}


def _known(b: Books, customer_ids: Sequence[int]) -> Mapping[int, list[Known]]:
    target = bulk.table(Contact)
    query = select(
        target.c.id, target.c.customer_id, target.c.name, target.c.email, target.c.bounced_at, target.c.role
    ).where(target.c.customer_id.in_(customer_ids), target.c.role != ContactRole.MANAGER)
    found: dict[int, list[Known]] = defaultdict(list)
    for row in b.session.execute(query.order_by(target.c.id)):
        found[row.customer_id].append(row)
    return found


def _replaced(b: Books, customer_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    """Return the addresses in whose place a person put another, in small letters, by customer."""
    taken_back = select(JournalLine.undoes_id).where(JournalLine.undoes_id.is_not(None))
    lines = b.session.scalars(
        select(JournalLine).where(
            JournalLine.company_id == b.company_id,
            JournalLine.customer_id.in_(customer_ids),
            JournalLine.act == Act.ADDRESS_CORRECTED,
            JournalLine.id.not_in(taken_back),
        )
    )
    found: dict[int, frozenset[str]] = {}
    for line in lines:
        before = journal.data(line, AddressChanged).before.email
        if before and line.customer_id:
            found[line.customer_id] = found.get(line.customer_id, frozenset()) | {before.lower()}
    return found


def _differences(client: Client, known: Sequence[Known], replaced: frozenset[str]) -> _Changes:
    """Return the contacts to add, and the changes to those there are."""
    if client.fills and any(row.email for row in known):
        return _Changes()
    kept = {row.email.lower(): row for row in known if row.email and row.role != ContactRole.BILLING}
    known = [row for row in known if row.role == ContactRole.BILLING]
    here = {row.email.lower(): row for row in known if row.email}
    nearer = {email.lower() for email in client.emails} & kept.keys()
    emails = [email for email in client.emails if email.lower() in here or email.lower() not in replaced]
    changes = _of_the_good(client, [email for email in emails if email.lower() not in nearer], known, here)
    for address in nearer:
        changes.updated.append({"id": kept[address].id, "role": ContactRole.BILLING.value})
    for address, use in client.others.items():
        if address.lower() not in {*here, *kept, *replaced}:
            changes.added.append({"email": address, "name": None, "bounce_reason": None, "role": use.value})
    for address, why in client.unwritable.items():
        row = here.get(address.lower())
        if row is not None and row.bounced_at is None:
            changes.updated.append({"id": row.id, "email": row.email, "bounce_reason": why})
        elif row is None and address.lower() not in replaced:
            _add_unwritable(changes, {"email": address, "bounce_reason": why}, known)
    return changes


def _of_the_good(
    client: Client, emails: Sequence[str], known: Sequence[Known], here: Mapping[str, Known]
) -> _Changes:
    new = [email for email in emails if email.lower() not in here]
    name = client.contact if len(client.emails) + len(client.unwritable) <= 1 else None
    if len(new) == 1 and len(known) == 1 and len(emails) == 1:
        return _Changes(updated=[{"id": known[0].id, "email": new[0], "name": name or known[0].name}])
    if new:
        return _Changes(added=[{"email": email, "name": name, "bounce_reason": None} for email in new])
    if not known:
        return _Changes(added=[{"email": None, "name": name, "bounce_reason": None}])
    row = here[emails[0].lower()] if len(emails) == 1 else known[0]
    if name and len(known) == 1 and row.name != name:
        return _Changes(updated=[{"id": row.id, "name": name}])
    return _Changes()


def _add_unwritable(changes: _Changes, told: Values, known: Sequence[Known]) -> None:
    """Keep an address that cannot be written to: in the place of none, else beside those there are."""
    for row in changes.added:
        if row["email"] is None:
            row.update(told)
            return
    empty = next((row for row in known if not row.email), None)
    if empty is not None and not changes.updated:
        changes.updated.append({"id": empty.id, **told})
    else:
        changes.added.append({"name": None, **told})
