"""Whatever is promised, said to have left and paid, in any order, against a second reading of rule 11."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from receivables.company import Company
from receivables.errors import RelanceError
from store.accounts import facts as accounts
from store.books import Books, open_books
from store.db.engine import Database
from store.db.tables import Announcement, Invoice, Promise
from store.payments import acts as payments
from store.promises import acts as promises
from store.promises import news, payment_left
from store.promises.record import whole_record
from tests.builders import MARIE, PAUL, at, customer, invoice

START = date(2026, 4, 20)
OWED = Decimal("1200.00")
KEYS = itertools.count(1)

Day = list[tuple[str, Any, Any, str]]
which = st.sampled_from([(0,), (1,), (0, 1)])
people = st.sampled_from([MARIE, PAUL])
acts = st.one_of(
    st.tuples(st.just("promise"), which, st.integers(0, 12), people),
    st.tuples(st.just("promise"), which, st.integers(0, 12), people),
    st.tuples(st.just("left"), which, st.none(), people),
    st.tuples(st.just("pay"), st.integers(0, 1), st.sampled_from([100, 400, 800]), people),
)
days = st.lists(st.lists(acts, max_size=2), min_size=1, max_size=14)


@dataclass
class Share:
    """A word about one invoice, as somebody with a calendar would write it down."""

    word: int
    on_invoice: int
    amount: Decimal
    day: date
    made: date
    rank: int
    by: str
    left: bool = False
    ended: str | None = None


@dataclass
class Clerk:
    """Rule 11 with pencil and paper: no line of the code that it checks."""

    company: Company
    shares: list[Share] = field(default_factory=list)
    money: list[tuple[int, int, Decimal]] = field(default_factory=list)
    """Rank, invoice, amount of each payment."""
    told: dict[int, str] = field(default_factory=dict)

    def open_days_after(self, day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= self.company.calendar.is_open(day)
        return day

    def end(self, share: Share) -> date:
        return self.open_days_after(share.day, self.company.grace_days)

    def came(self, invoices: set[int], since: int) -> Decimal:
        return sum((sum_ for rank, on, sum_ in self.money if on in invoices and rank >= since), Decimal(0))

    def owes(self, on: int) -> Decimal:
        return OWED - self.came({on}, 0)

    def whole(self, share: Share) -> list[Share]:
        return [each for each in self.shares if each.word == share.word and each.ended is None]

    def kept(self, share: Share) -> bool:
        whole = self.whole(share) or [share]
        asked = sum((each.amount for each in whole), Decimal(0))
        return self.came({each.on_invoice for each in whole}, share.rank) >= asked

    def live(self, on: int, today: date) -> Iterator[Share]:
        for share in self.shares:
            standing = share.on_invoice == on and share.ended is None
            if standing and today <= self.end(share) and not self.kept(share):
                yield share

    def promise(self, on: tuple[int, ...], day: date, today: date, rank: int, by: str) -> None:
        for each in on:
            for old in list(self.live(each, today)):
                old.ended = "corrected" if (old.by, old.made) == (by, today) else "replaced"
            self.shares.append(Share(rank, each, self.owes(each), day, today, rank, by))

    def left(self, on: tuple[int, ...], today: date, rank: int, by: str) -> None:
        day = self.open_days_after(today, 3)
        for each in on:
            said = [
                share
                for share in self.shares
                if share.on_invoice == each and share.left and share.ended != "corrected"
            ]
            again = any(not self.came({each}, share.rank) for share in said)
            if not again:
                for old in list(self.live(each, today)):
                    if old.left or old.day < day:
                        old.ended = "overtaken"
            # word by word: a payment that has left is a promise of each invoice by itself
            ended = "repeated" if again else None
            own = rank * 10 + each + 1_000_000
            self.shares.append(Share(own, each, self.owes(each), day, today, rank, by, True, ended))

    def holds(self, on: int, today: date) -> bool:
        standing = (share for share in self.shares if share.on_invoice == on and share.ended is None)
        return any(share.made <= today <= self.end(share) for share in standing)

    def news(self, today: date) -> None:
        """Write down, once each, which words were kept or broken by the evening of a day."""
        for share in self.shares:
            if share.ended is None and share.word not in self.told:
                if self.kept(share):
                    self.told[share.word] = "left" if share.left else "kept"
                elif today > self.end(share):
                    self.told[share.word] = "unseen" if share.left else "broken"


def play(b: Books, clerk: Clerk, rows: list[Invoice], told: Day, today: date, rank: int) -> int:
    """Do the acts of a day in the books and on paper; what the books refuse, the paper does not know."""
    for hour, (what, on, how, by) in enumerate(told):
        rank += 1
        now: dict[str, Any] = {"by": by, "at": at(today, 8 + hour)}
        try:
            with b.session.begin_nested():
                if what == "pay":
                    payments.record(b, rows[on].id, amount=Decimal(how), received_on=today, **now)
                elif what == "left":
                    payment_left.note(b, [rows[each].id for each in on], **now)
                else:
                    ids = [rows[each].id for each in on]
                    promises.make_for(b, ids, amount=None, date=today + timedelta(days=how), **now)
        except RelanceError:
            continue
        if what == "pay":
            clerk.money.append((rank, on, min(Decimal(how), clerk.owes(on))))
        elif what == "left":
            clerk.left(on, today, rank, by)
        else:
            clerk.promise(on, today + timedelta(days=how), today, rank, by)
    return rank


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=days)
@example(told=[[("promise", (0,), 5, MARIE), ("promise", (0,), 6, MARIE)]])
@example(told=[[("promise", (0, 1), 5, MARIE)], [("pay", 0, 800, PAUL)], [("promise", (1,), 6, PAUL)]])
@example(told=[[("left", (0, 1), None, MARIE)], [("pay", 1, 400, PAUL)], [("left", (0, 1), None, MARIE)]])
def test_each_word_holds_to_its_day_and_is_kept_or_broken_once(
    database: Database, company: Company, told: list[Day]
) -> None:
    with open_books(database, replace(company, key=f"words{next(KEYS)}")) as b:
        client, clerk, rank = customer(b), Clerk(company), 0
        rows = [invoice(b, client, f"FAC-{n}", due=START - timedelta(days=20 - n)) for n in (0, 1)]
        for offset in range(len(told) + 25):
            today = START + timedelta(days=offset)
            rank = play(b, clerk, rows, told[offset] if offset < len(told) else [], today, rank)
            for on, row in enumerate(rows):
                if clerk.owes(on) > 0:
                    reason = accounts.why(b, row.id, on=today, now=at(today, 12)).reason
                    assert (reason == "promised") is clerk.holds(on, today), (today, on)
            news.announce_promise_news(b, at=at(today, 17))
            clerk.news(today)
        kinds = [row.kind for row in b.session.query(Announcement).filter_by(company_id=b.company_id)]
        words = list(clerk.told.values())
        assert kinds.count("promise_kept") == words.count("kept")
        assert kinds.count("promise_broken") == words.count("broken") + words.count("unseen")
        record = whole_record(b, client.id, today)
        assert (record.kept, record.broken) == (words.count("kept"), words.count("broken"))
        postponed = {share.word for share in clerk.shares if share.ended == "replaced" and not share.left}
        assert record.postponed == len(postponed)
        assert b.session.query(Promise).filter_by(company_id=b.company_id).count() == len(clerk.shares)
