"""E-mails and names of contacts from a file: added, or put in the place of the only one there was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.roles import ContactRole
from store.books import Books
from store.db.tables import Contact
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.records import Client
from store.traces.accounts import ContactsImported


def bring_contacts(b: Books, clients: Sequence[Client], ids: Mapping[str, int], trace: Trace) -> set[int]:
    """Bring the contacts of customers up to date; return the ids of the customers that changed.

    An address that is new takes the place of the only billing address there was (its bounces are forgotten
    with it); where there were several, or none, it is added. Nobody is taken out.
    """
    changed: set[int] = set()
    told = [client for client in clients if client.emails or client.contact]
    for batch in bulk.batches(told):
        known = _known(b, [ids[client.key] for client in batch])
        added, updated = [], []
        for client in batch:
            customer_id = ids[client.key]
            add, update = _differences(client, known.get(customer_id, []))
            added += [
                {"company_id": b.company_id, "customer_id": customer_id, **_blank(), **row} for row in add
            ]
            updated += update
            if add or update:
                changed.add(customer_id)
                kept = ContactsImported(added=tuple(add), updated=tuple(update))
                trace.line(Act.CONTACTS_IMPORTED, kept, customer_id=customer_id)
        bulk.add(b, Contact, added)
        written_to = [row for row in updated if "email" in row]
        bulk.change(b, Contact, [{**row, "bounced_at": None, "bounce_reason": None} for row in written_to])
        bulk.change(b, Contact, [row for row in updated if "email" not in row])
    return changed


def _blank() -> dict[str, Any]:
    return {
        "name": None,
        "email": None,
        "phone": None,
        "role": "billing",
        "language": None,
        "bounced_at": None,
    }


def _known(b: Books, customer_ids: Sequence[int]) -> Mapping[int, list[Known]]:
    target = bulk.table(Contact)
    query = select(target.c.id, target.c.customer_id, target.c.name, target.c.email).where(
        target.c.customer_id.in_(customer_ids), target.c.role == ContactRole.BILLING
    )
    found: dict[int, list[Known]] = defaultdict(list)
    for row in b.session.execute(query.order_by(target.c.id)):
        found[row.customer_id].append(row)
    return found


def _differences(client: Client, known: Sequence[Known]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the contacts to add, and the changes to those there are."""
    here = {row.email.lower(): row for row in known if row.email}
    new = [email for email in client.emails if email.lower() not in here]
    name = client.contact if len(client.emails) <= 1 else None
    if len(new) == 1 and len(known) == 1 and len(client.emails) == 1:
        return [], [{"id": known[0].id, "email": new[0], "name": name or known[0].name}]
    if new or not known:
        return [{"email": email, "name": name} for email in new] or [{"email": None, "name": name}], []
    row = here[client.emails[0].lower()] if len(client.emails) == 1 else known[0]
    if name and len(known) == 1 and row.name != name:
        return [], [{"id": row.id, "name": name}]
    return [], []
