"""What is typed is what happens: of thousands of lines, none changes the books otherwise than its echo says.

The echo is read again by patterns of the tests' own, and compared with the rows; what acts without a question
is compared with what the line was made to mean.
"""

import os
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from store import undo
from store.books import open_books, read_books
from store.db.tables import Allocation, Invoice, JournalLine, Payment, Promise
from tests.bot import command_lines
from tests.bot.command_lines import FACTURES, Line, Told, told
from tests.bot.conftest import NOW, TODAY, Office, Seen, plain

ZERO = Decimal(0)


@pytest.fixture
def town(office: Office) -> Office:
    """Customers whose names have fillers, figures, days and words of payment in them."""
    for number, (name, amount) in FACTURES.items():
        office.add_invoice(number, name=name, amount=amount)
    return office


def last_act(office: Office) -> int:
    with read_books(office.database, office.company) as b:
        return max((line.id for line in b.session.query(JournalLine)), default=0)


def take_back(office: Office, since: int) -> None:
    """Take back all that was done since a line of the journal, the latest first."""
    with open_books(office.database, office.company) as b:
        lines = b.session.query(JournalLine).filter(JournalLine.id > since).order_by(JournalLine.id.desc())
        for line in lines.all():
            undo.undo(b, line.id, by="U0MARIE", at=NOW)


def outstanding(office: Office) -> dict[str, Decimal]:
    with read_books(office.database, office.company) as b:
        return {row.number: row.outstanding for row in b.session.query(Invoice)}


def buttons(seen: Seen) -> list[Any]:
    rows = [block for one in seen.whispers for block in one.get("blocks", ()) if block["type"] == "actions"]
    return [one for row in rows for one in row["elements"] if one["action_id"].startswith("again")]


def answered(office: Office, seen: Seen, rnd: Random) -> tuple[Seen, list[str]]:
    """Press buttons, any of them, until something is done; return what was seen last, and their labels."""
    pressed = []
    for _ in range(5):
        choices = buttons(seen)
        if seen.messages or not choices:
            break
        choice = rnd.choice(choices)
        pressed.append(plain(choice["text"]["text"]))
        seen = office.clicks(seen.whispers[-1], choice["action_id"])
    return seen, pressed


def check_payment(office: Office, echo: Told, before: dict[str, Decimal], line: str) -> None:
    """Compare the echo of a payment with its row, its allocations, and what is left of each invoice."""
    with read_books(office.database, office.company) as b:
        (payment,) = b.session.query(Payment).filter_by(undone_at=None)
        numbers = {row.id: row.number for row in b.session.query(Invoice)}
        live = b.session.query(Allocation).filter_by(undone_at=None)
        parts = {numbers[row.invoice_id]: row.amount for row in live}
        kept = (payment.amount, payment.received_on, payment.reference or "")
    assert kept == (echo.amount, echo.day, echo.reference), line
    assert parts == {number: part for number, part in echo.parts.items() if part}, line
    after = outstanding(office)
    expected = {number: owed - parts.get(number, ZERO) for number, owed in before.items()}
    assert after == expected, line
    assert {number: left for number, left in echo.left.items() if left} == {
        number: after[number] for number in echo.left if after[number]
    }, line


def check_promise(office: Office, echo: Told, line: str) -> None:
    """Compare the echo of a promise with its rows."""
    with read_books(office.database, office.company) as b:
        live = b.session.query(Promise).filter_by(ended_at=None).all()
        numbers = {row.id: row.number for row in b.session.query(Invoice)}
        assert sum((row.amount for row in live), ZERO) == echo.amount, line
        assert {row.date for row in live} == {echo.day}, line
        assert {numbers[row.invoice_id] for row in live if row.amount} <= set(echo.parts), line


def check_meant(echo: Told, meant: Line) -> None:
    """Compare what was done without a question with what the line was made to mean."""
    assert (echo.amount, echo.day) == (meant.amount, meant.day), meant
    assert set(echo.parts) <= set(meant.numbers), meant
    assert echo.means == meant.means or echo.what == "promise", meant
    assert echo.reference == meant.reference or echo.what == "promise", meant


def play(office: Office, meant: Line, before: dict[str, Decimal], rnd: Random) -> str:
    """Type a line, answer its questions, compare, take all back; return how it went."""
    since = last_act(office)
    first = office.types(meant.text)
    seen, pressed = answered(office, first, rnd)
    if office.person().view is not None:
        office.person().close()
    echo = next((found for message in seen.messages if (found := told(plain(message["text"])))), None)
    if not seen.messages:
        assert last_act(office) == since, f"done without a word: {meant}"
        assert outstanding(office) == before, meant
        return "nothing"
    if echo is None:
        assert outstanding(office) == before, f"money without a word: {meant}"
    elif echo.what == "payment":
        check_payment(office, echo, before, f"{meant.text} {pressed}")
    elif echo.what == "credit":
        taken = {number: owed - echo.parts.get(number, ZERO) for number, owed in before.items()}
        assert outstanding(office) == taken, f"{meant.text} {pressed}"
    else:
        check_promise(office, echo, f"{meant.text} {pressed}")
    if echo is not None and meant.clear and not pressed:
        check_meant(echo, meant)
    take_back(office, since)
    assert outstanding(office) == before, f"not taken back: {meant}"
    return "asked" if pressed else "done"


SEEDS = [int(seed) for seed in os.environ.get("RELANCE_LINE_SEEDS", "1 2").split()]
"""Of the long runs, two thousand lines each; ten seeds make the twenty thousand that are played by hand."""


@pytest.mark.parametrize(
    ("seed", "count"), [(0, 250), *(pytest.param(seed, 2_000, marks=pytest.mark.soak) for seed in SEEDS)]
)
def test_no_line_changes_the_books_otherwise_than_its_echo_says(town: Office, seed: int, count: int) -> None:
    rnd, went = Random(seed), dict.fromkeys(("nothing", "asked", "done"), 0)
    before = outstanding(town)
    for _ in range(count):
        make = rnd.choice(
            (command_lines.payment,) * 5 + (command_lines.promise,) * 3 + (command_lines.other,) * 2
        )
        went[play(town, make(rnd), before, rnd)] += 1
    assert went["done"] > count / 4
    assert went["asked"] > count / 20
    assert TODAY == command_lines.TODAY
