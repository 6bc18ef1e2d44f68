"""Customers of a file into the books: found by code or name, added or brought up to date, with contacts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.errors import Refused
from receivables.kinds import told_by_siren
from receivables.rates import Rates, check_contract_rate, semester_of, written
from receivables.text import fold
from store import rates
from store.books import Books
from store.db.tables import Customer
from store.imports.books import bulk, shared_addresses
from store.imports.books.bulk import Known, Trace
from store.imports.books.contacts import bring_contacts
from store.imports.books.payers import bring_payers
from store.imports.records import Client
from store.imports.report import Findings
from store.traces.accounts import CustomerImported, CustomerUpdated

_NAMES = ("name", "folded")
_FACTS = tuple(
    each.name
    for each in fields(Client)
    if each.name in Customer.__table__.columns and each.name not in _NAMES
)
"""What a file says of a customer and the books keep under the same name."""
_COLUMNS = ("key", *_NAMES, *_FACTS, "owner", "owner_name")


class Customers:
    """Brings the customers of a file into the books; then knows the id of each."""

    def __init__(self, b: Books, trace: Trace, findings: Findings) -> None:
        self.ids: dict[str, int] = {}
        self.touched: set[int] = set()
        self.new = 0
        self._b = b
        self._trace = trace
        self._findings = findings
        self._by_key: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_siren: dict[str, list[Known]] = defaultdict(list)
        self._people = {fold(name): user for name, user in b.company.people.items()}

    def bring(self, clients: Sequence[Client]) -> None:
        """Add or update every customer and its contacts."""
        self._load()
        self._set_apart(clients)
        known = {client.key: row for client in clients if (row := self._known(client)) is not None}
        self._check_rates(clients, known)
        self._change([(client, known[client.key]) for client in clients if client.key in known])
        self._add([client for client in clients if client.key not in known])
        self.touched |= bring_contacts(self._b, clients, self.ids, self._trace)
        self.touched |= bring_payers(self._b, clients, self.ids, self._trace, self._findings)
        self.touched |= shared_addresses.ask(self._b, clients, self._trace, self._findings)
        self._warn_of_twins(clients)

    def _load(self) -> None:
        target = bulk.table(Customer)
        columns = [target.c.id, *(target.c[name] for name in _COLUMNS)]
        for row in self._b.session.execute(select(*columns).where(target.c.company_id == self._b.company_id)):
            self._by_key[row.key] = row
            self._by_name[row.folded].append(row)
            self._by_siren[row.siren or ""].append(row)

    def _set_apart(self, clients: Sequence[Client]) -> None:
        """Have its SIREN be the code of a buyer whose name a customer with another SIREN bears."""
        for client in clients:
            row = self._by_key.get(client.key)
            if row is None or client.code is not None or not _are_two(client, row):
                continue
            if not client.fills or self._known(client) is None:
                client.code = client.siren
                self._findings.notice("name_of_two", value=f"{client.name} : {row.siren}, {client.siren}")

    def _known(self, client: Client) -> Known | None:
        """Return the customer of the books: by key; else by its name, when one of the two has no code."""
        if client.fills:
            return self._buyer(client)
        found = self._by_key.get(client.key)
        if found is not None:
            return found
        named = [row for row in self._by_name.get(client.folded, []) if not _are_two(client, row)]
        if client.code:
            named = [row for row in named if row.code is None]
        return named[0] if len(named) == 1 else None

    def _buyer(self, client: Client) -> Known | None:
        """Return the customer that an e-invoice names: by SIREN, by name; never one of another SIREN."""
        same = self._by_siren.get(client.siren, []) if client.siren else []
        keyed = self._by_key.get(client.key)
        for found in (
            [row for row in same if row.folded == client.folded],
            same,
            [row for row in self._by_name.get(client.folded, []) if not _are_two(client, row)],
            [keyed] if keyed is not None and not _are_two(client, keyed) else [],
        ):
            if len(found) == 1:
                return found[0]
        return None

    def _values(self, client: Client, row: Known | None) -> dict[str, Any]:
        """Return the columns as they shall be: what the file does not say stays."""
        values = {name: getattr(row, name, None) for name in _COLUMNS}
        fills = client.fills and row is not None
        values |= {
            name: said
            for name in _FACTS
            if (said := getattr(client, name)) is not None and not (fills and values[name] is not None)
        }
        if not fills:
            values |= {"name": client.name, "folded": client.folded}
        if row is not None and (fills or not client.code):
            values["key"] = row.key
        else:
            values["key"] = client.key
        if client.manager and client.manager != values["owner_name"]:
            values |= {"owner_name": client.manager, "owner": self._owner(client.manager) or values["owner"]}
        elif client.manager and values["owner"] is None:
            values["owner"] = self._owner(client.manager)
        if values["kind"] is None:
            values["kind"] = told_by_siren(values["siren"])
        return values

    def _check_rates(self, clients: Sequence[Client], known: Mapping[str, Known]) -> None:
        """Refuse a new contract rate below the legal floor; leave it aside while the floor is not known.

        A rate that the books have already was checked when it came in: the floor may have risen since.
        """
        told = [client for client in clients if client.penalty_rate is not None]
        usable, today = (rates.rates_of(self._b) if told else Rates()), self._b.today(self._trace.at)
        for client in told:
            row, rate = known.get(client.key), client.penalty_rate
            if rate is None or (row is not None and row.penalty_rate == rate):
                continue
            if usable.floor(semester_of(today)) is None:
                client.penalty_rate = None
                self._findings.notice("rate_to_confirm", value=f"{client.name} : {written(rate)}")
                continue
            try:
                check_contract_rate(rate, usable, today)
            except Refused as refused:
                line, title = client.penalty_cell or (None, None)
                self._findings.refuse(line, title, str(rate), refused)

    def _owner(self, manager: str) -> str | None:
        user = self._people.get(fold(manager))
        if user is None:
            self._findings.notice("unknown_manager", value=manager)
        return user

    def _change(self, pairs: Sequence[tuple[Client, Known]]) -> None:
        updates = []
        for client, row in pairs:
            self.ids[client.key] = row.id
            values = self._values(client, row)
            changes = {
                name: (_plain(getattr(row, name)), _plain(value))
                for name, value in values.items()
                if getattr(row, name) != value
            }
            if changes:
                updates.append({"id": row.id, **values})
                self.touched.add(row.id)
                self._trace.line(Act.CUSTOMER_UPDATED, CustomerUpdated(changes=changes), customer_id=row.id)
        bulk.change(self._b, Customer, updates)

    def _add(self, clients: Sequence[Client]) -> None:
        rows = [{"company_id": self._b.company_id, **self._values(client, None)} for client in clients]
        for client, id_ in zip(clients, bulk.add_for_ids(self._b, Customer, rows), strict=True):
            self.ids[client.key] = id_
            self.new += 1
            self._trace.line(
                Act.CUSTOMER_IMPORTED, CustomerImported(name=client.name, code=client.code), customer_id=id_
            )

    def _warn_of_twins(self, clients: Sequence[Client]) -> None:
        """Note customers with an equal SIREN or e-mail: two names of one, or a slip."""
        for client in clients:
            if client.others:
                told = f"{', '.join(client.emails)} (+ {', '.join(client.others)})"
                self._findings.notice("other_addresses", value=f"{client.name} : {told}")
        for kind, of in (("same_siren", _sirens), ("same_email", _emails)):
            holders: dict[str, list[str]] = defaultdict(list)
            for client in clients:
                for value in of(client):
                    holders[value].append(client.name)
            for value, names in holders.items():
                if len(names) > 1:
                    self._findings.notice(kind, value=f"{value} : {', '.join(names[:3])}")


def _are_two(client: Client, row: Known) -> bool:
    return bool(client.siren and row.siren and client.siren != row.siren)


def _sirens(client: Client) -> list[str]:
    return [client.siren] if client.siren else []


def _emails(client: Client) -> list[str]:
    return [email.lower() for email in client.emails]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
