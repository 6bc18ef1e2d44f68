"""Disputes: the whole invoice or a part of it, until they are settled."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store.accounts import facts as accounts
from store.books import Books
from store.credits import acts as credit_acts
from store.db.tables import Dispute, Invoice
from store.disputes import acts as disputes
from store.disputes import facts as dispute_facts
from store.disputes import follow_up as dispute_follow_up
from store.invoices import acts as invoices
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice
from tests.refusals import refused

DAY = date(2026, 4, 20)


def contest(
    b: Books, row: Invoice, disputed: str | None = None, *, released: bool = False
) -> disputes.DisputeOutcome:
    part = Decimal(disputed) if disputed else None
    return disputes.open_dispute(
        b, row.id, kind="price", disputed=part, released=released, note="Remise oubliée", by=MARIE, at=at(DAY)
    )


def test_a_dispute_stays_in_the_outstanding(books: Books) -> None:
    row = invoice(books, customer(books))
    assert contest(books, row).outstanding == Decimal("1200.00")
    assert invoices.get_invoice(books, row.id).status(DAY) == "disputed"


def test_a_settled_dispute_lets_the_ladder_go_on_from_the_third_open_day(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    told = disputes.settle(books, opened.dispute_id, outcome="accepted", by=PAUL, at=at(date(2026, 4, 30)))
    assert row.resuming_since == date(2026, 4, 30)
    assert told.resumes_on == date(2026, 5, 6)  # Friday 1 May is closed
    assert invoices.get_invoice(books, row.id).status(date(2026, 4, 30)) == "late"


def test_the_undisputed_part_can_be_released(books: Books) -> None:
    row = invoice(books, customer(books))
    told = contest(books, row, "300.00", released=True)
    dispute = books.session.get_one(Dispute, told.dispute_id)
    assert (dispute.disputed, dispute.released) == (Decimal("300.00"), True)


@pytest.mark.parametrize(
    ("disputed", "released", "sentence"),
    [
        (None, True, "montant contesté"),
        ("1200.01", False, "Il ne reste que"),
        ("-1", False, "supérieur à zéro"),
    ],
)
def test_a_part_that_cannot_be_is_refused(
    books: Books, disputed: str | None, released: bool, sentence: str
) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match=sentence):
        contest(books, row, disputed, released=released)


def test_a_second_dispute_is_refused_and_says_who_opened_the_first(books: Books) -> None:
    row = invoice(books, customer(books))
    contest(books, row)
    with refused(Refused, match=r"déjà en litige depuis le 20/04/2026.*U0MARIE"):
        contest(books, row)


def test_a_dispute_is_settled_once(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    disputes.settle(books, opened.dispute_id, outcome="accepted", by=PAUL, at=at(DAY))
    with refused(Refused, match=r"déjà réglé.*U0PAUL"):
        disputes.settle(books, opened.dispute_id, outcome="accepted", by=MARIE, at=at(DAY))


def test_a_dispute_of_nobody_is_refused(books: Books) -> None:
    with refused(Refused, match="n’est pas dans les comptes"):
        disputes.settle(books, 999, outcome="accepted", by=PAUL, at=at(DAY))


def test_the_owner_resolves_it_and_is_asked_after_a_time_that_goes_by_its_kind(books: Books) -> None:
    row = invoice(books, customer(books, owner=PAUL))
    told = contest(books, row)
    assert (told.resolver, told.follow_up_on) == (PAUL, date(2026, 4, 27))
    again = invoice(books, customer(books, "Autre", owner=PAUL), "FAC-2")
    found = disputes.open_dispute(
        books, again.id, kind="quality", resolver=MARIE, follow_up_on=date(2026, 5, 7), by=MARIE, at=at(DAY)
    )
    assert (found.resolver, found.follow_up_on) == (MARIE, date(2026, 5, 7))
    assert [each.number for each in dispute_facts.open_disputes(books)] == ["FAC-123", "FAC-2"]


def test_a_follow_up_on_a_day_gone_by_is_refused(books: Books) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match="n’est pas à venir"):
        disputes.open_dispute(books, row.id, follow_up_on=DAY, by=MARIE, at=at(DAY))


def test_still_open_is_put_off_with_a_note_and_can_be_undone(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    told = dispute_follow_up.follow(
        books, opened.dispute_id, until=date(2026, 5, 11), note="Expert le 8", by=PAUL, at=at(DAY, 10)
    )
    found = dispute_facts.get_dispute(books, opened.dispute_id)
    assert (found.follow_up_on, found.note) == (date(2026, 5, 11), "Remise oubliée\nExpert le 8")
    undo(books, told.entry_id, by=PAUL, at=at(DAY, 11))
    found = dispute_facts.get_dispute(books, opened.dispute_id)
    assert (found.follow_up_on, found.note) == (date(2026, 4, 27), "Remise oubliée")


def test_a_credit_note_to_come_stays_disputed_and_the_rest_is_chased(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    told = dispute_follow_up.follow(
        books, opened.dispute_id, until=date(2026, 5, 11), credit=Decimal(200), by=PAUL, at=at(DAY)
    )
    assert (told.disputed, told.released, told.outcome) == (Decimal("200.00"), True, "credit_coming")
    assert accounts.why(books, row.id, on=date(2026, 4, 22), now=at(DAY)).reason == "resuming"
    assert accounts.why(books, row.id, on=date(2026, 4, 23), now=at(DAY)).reason == "due"


def test_the_customer_was_right_and_the_credit_note_settles_it_in_one_act(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    told = grant(books, opened, "AV-7")
    assert (told.outstanding, told.credit_note) == (Decimal("1000.00"), "AV-7")
    undo(books, told.entry_id, by=PAUL, at=at(DAY, 11))
    found = dispute_facts.get_dispute(books, opened.dispute_id)
    assert (found.settled, found.outstanding, found.outcome) == (False, Decimal("1200.00"), None)


def test_a_credit_note_that_is_known_settles_nothing(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    credit_acts.add_credit_note(
        books,
        row.customer_id,
        number="AV-8",
        amount=Decimal(5),
        currency="EUR",
        issue_date=DAY,
        by=MARIE,
        at=at(DAY),
    )
    with refused(Refused, match="déjà dans les comptes"):
        grant(books, opened, "AV-8")


def grant(b: Books, opened: disputes.DisputeOutcome, number: str) -> disputes.DisputeOutcome:
    amount = Decimal(200)
    return disputes.settle(
        b, opened.dispute_id, outcome="theirs", credit_note=number, credited=amount, by=PAUL, at=at(DAY)
    )
