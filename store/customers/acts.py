"""A customer's file: what a person may put right about whom we write to, how, and by which schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.customers import CustomerKind, StatementRhythm
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from receivables.language import Language
from store import dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine
from store.reminders import acts as reminders
from store.traces.accounts import CustomerChanged

CHOICES: Mapping[str, frozenset[str]] = {
    "language": frozenset(Language),
    "address_form": frozenset({"tu"}),
    "kind": frozenset(CustomerKind),
    "statement": frozenset(StatementRhythm),
}
"""What these facts may be, besides None: unknown, or as the company's settings say."""

FACTS = (*CHOICES, "policy", "payer_id", "owner", "phone", "postal_address", "insolvent_on")
LONGEST = 500
HOLDING = frozenset({"policy", "payer_id", "insolvent_on"})
"""Facts whose change makes wrong what was planned before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanged:
    """What was changed in a customer's file: the names of the facts, as in FACTS."""

    entry_id: int
    customer_id: int
    customer: str
    changed: tuple[str, ...]
    called_off: int


def file_values(b: Books, customer_id: int) -> dict[str, Any]:
    """Return the facts of a customer's file, by name. Raises Refused when it is not in these books."""
    row = b.session.get(Customer, customer_id)
    if row is None or row.company_id != b.company_id:
        raise Refused("customers.absent")
    return {name: getattr(row, name) for name in FACTS}


def change(
    b: Books, customer_id: int, values: Mapping[str, Any], *, by: str, at: datetime
) -> FileChanged | None:
    """Put facts of the customer's file right; one journal line, or None when they stand so already.

    `policy` is the key of one of the company's policies, None for the company's own; `payer_id` another
    customer, who is written to in this one's place (SCHEDULE 4), None for nobody; `insolvent_on` the local
    day on which insolvency proceedings opened, which stops everything (SCHEDULE 10). Raises Refused.
    """
    row = locks.customer(b, customer_id)
    wanted = {name: _checked(b, name, value, at) for name, value in values.items()}
    before = {name: getattr(row, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if not changed:
        return None
    _check_payer(b, row, changed.get("payer_id"))
    accounts.touch(b, row.id)  # those who were written to with it, too
    for name, value in changed.items():
        setattr(row, name, value)
    b.session.flush()
    called_off = _call_off(b, row, at) if HOLDING & changed.keys() else 0
    accounts.touch(b, row.id)
    told = CustomerChanged(
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(value) for name, value in changed.items()},
    )
    entry_id = journal.write(b, Act.CUSTOMER_CHANGED, told, by=by, at=at, customer_id=row.id)
    return FileChanged(
        entry_id=entry_id,
        customer_id=row.id,
        customer=row.name,
        changed=tuple(changed),
        called_off=called_off,
    )


def undo_changed(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Put the file back as it was. Raises Refused when one of its facts was changed again since."""
    before = journal.data(line, CustomerChanged).before
    dependents.refuse(
        b,
        line,
        lambda _, later: isinstance(later, CustomerChanged) and not before.keys().isdisjoint(later.before),
    )
    row = locks.customer(b, line.customer_id or 0)
    _check_payer(b, row, before.get("payer_id"))
    accounts.touch(b, row.id)
    for name, value in before.items():
        setattr(row, name, date.fromisoformat(str(value)) if name == "insolvent_on" and value else value)


def _call_off(b: Books, row: Customer, at: datetime) -> int:
    ids = b.session.scalars(
        select(Invoice.id).where(Invoice.customer_id == row.id, Invoice.outstanding > 0).order_by(Invoice.id)
    ).all()
    reason = Reason.INSOLVENCY if row.insolvent_on is not None else Reason.REPLACED
    return reminders.call_off(b, ids, reason=reason, at=at)


def _check_payer(b: Books, row: Customer, payer_id: Any) -> None:
    """Refuse as payer nobody of these books, the customer itself, who has a payer; and one for a payer."""
    if payer_id is None:
        return
    payer = locks.customer(b, int(payer_id))
    if payer.id == row.id:
        raise Refused("customers.own_payer", customer=row.name)
    if payer.payer_id is not None:
        upper = b.session.get_one(Customer, payer.payer_id)
        raise Refused("customers.payer_has_one", payer=payer.name, upper=upper.name)
    paid_for = select(Customer.name).where(Customer.payer_id == row.id).order_by(Customer.name)
    names = tuple(b.session.scalars(paid_for.limit(3)))
    if names:
        raise Refused("customers.pays_for_others", customer=row.name, names=names)


def _checked(b: Books, name: str, value: Any, at: datetime) -> Any:
    if name not in FACTS:
        raise KeyError(name)
    if isinstance(value, str):
        value = value.strip() or None
    if value is None:
        return None
    if name in CHOICES and value not in CHOICES[name]:
        raise Refused("customers.not_a_choice", typed=str(value), choices=tuple(sorted(CHOICES[name])))
    if name == "policy" and value not in b.company.policies:
        raise Refused("customers.no_such_policy", typed=value, policies=tuple(sorted(b.company.policies)))
    if name == "insolvent_on" and value > b.today(at):
        raise Refused("customers.judgment_to_come")
    if isinstance(value, str) and len(value) > LONGEST:
        raise Refused("customers.too_long", most=LONGEST)
    return value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
