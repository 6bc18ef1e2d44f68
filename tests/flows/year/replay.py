"""The books drawn up a second time from the journal alone: every cent and every mail has its line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select

from store.books import Books
from store.db.tables import Allocation, CreditNote, Customer, Invoice, JournalLine, Payment, Reminder
from tests.flows.year.post import Post

MONEY = ("payment.recorded", "credit_note.added", "credit.allocated")


@dataclass
class Told:
    """What the journal tells: sums by invoice number, and by customer and currency; mails by their fate."""

    settled: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    received: dict[tuple[int, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    mails: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def read(lines: Iterable[JournalLine]) -> Told:
    """Read the journal from its first line to its last."""
    told, by_id = Told(), {}
    for line in lines:
        by_id[line.id] = line
        if line.act in MONEY:
            _count(told, line, 1)
        elif line.undoes_id is not None and by_id[line.undoes_id].act in MONEY:
            _count(told, by_id[line.undoes_id], -1)
        elif line.act.startswith("reminder."):
            told.mails[line.act.partition(".")[2]].append(line.data["reminder_id"])
    return told


def _count(told: Told, line: JournalLine, sign: int) -> None:
    data: Mapping[str, str] = line.data
    if line.act == "payment.recorded":
        settled, received = Decimal(data["allocated"]), Decimal(data["amount"])
    elif line.act == "credit_note.added":
        settled, received = Decimal(0), Decimal(data["amount"])
    else:
        settled, received = Decimal(data["amount"]), Decimal(0)
    if data["number"]:
        told.settled[data["number"]] += sign * settled
    told.received[line.customer_id or 0, data["currency"]] += sign * received


def check_money(b: Books) -> None:
    """Every cent of the books is in the journal, and every cent of the journal in the books."""
    told = read(b.session.scalars(select(JournalLine).order_by(JournalLine.id)))
    for row in b.session.scalars(select(Invoice)):
        assert row.amount - row.outstanding == told.settled[row.number], row.number
    for key, received in told.received.items():
        assert received == _received(b, *key), key
        assert received == _set_against(b, *key) + _open(b, *key), key


def _received(b: Books, customer_id: int, currency: str) -> Decimal:
    return sum((_sum(b, each, "amount", customer_id, currency) for each in (Payment, CreditNote)), Decimal(0))


def _open(b: Books, customer_id: int, currency: str) -> Decimal:
    return sum((_sum(b, each, "open", customer_id, currency) for each in (Payment, CreditNote)), Decimal(0))


def _sum(
    b: Books, table: type[Payment | CreditNote], column: str, customer_id: int, currency: str
) -> Decimal:
    query = select(func.sum(getattr(table, column))).where(
        table.customer_id == customer_id, table.currency == currency, table.undone_at.is_(None)
    )
    return Decimal(b.session.scalar(query) or 0)


def _set_against(b: Books, customer_id: int, currency: str) -> Decimal:
    query = (
        select(func.sum(Allocation.amount))
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Customer.id == customer_id, Invoice.currency == currency, Allocation.undone_at.is_(None))
    )
    return Decimal(b.session.scalar(query) or 0)


def check_mails(b: Books, post: Post) -> None:
    """Every mail that left has its row and its line; nothing else is said to have left."""
    told = read(b.session.scalars(select(JournalLine).order_by(JournalLine.id)))
    left = sorted(int(letter.name) for letter in post.taken)
    assert len(left) == len(set(left)), "a mail left twice"
    considered = set(told.mails["considered_sent"])
    assert sorted(told.mails["sent"]) == sorted({*left, *considered}), "journal and mail server differ"
    states: dict[str, set[int]] = defaultdict(set)
    for id_, state in b.session.execute(select(Reminder.id, Reminder.state)):
        states[state].add(id_)
    assert states["sent"] == {*left, *considered} - post.returned
    assert states["failed"] == set(told.mails["failed"]) | post.returned
    assert states["uncertain"] <= set(told.mails["uncertain"])
    assert not states["sending"]
