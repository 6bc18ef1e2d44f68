"""Which penalties and discounts an e-mail speaks of, by what was decided and what is known."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from correspondence.terms_shown import discounts_shown, penalties_shown
from message_templates.pieces.mail_context import PenaltiesShown
from receivables.correspondence import Correspondent, LatePenalties, MailFacts
from receivables.penalties import Debt, penalties
from receivables.rates import shipped_rates

TODAY, DUE = date(2026, 6, 30), date(2026, 5, 31)


@dataclass(frozen=True)
class Item:
    """An invoice of 1,000 €, thirty days late unless said: 9.99 € of interest at 12.15 %."""

    invoice_id: int
    due_date: date = DUE
    outstanding: Decimal = Decimal("1000.00")
    disputed: Decimal = Decimal("0.00")
    issue_date: date | None = date(2026, 6, 22)
    currency: str = "EUR"
    payment_link: str | None = None
    amount: Decimal = Decimal("1000.00")

    @property
    def number(self) -> str:
        return f"FAC-{self.invoice_id}"

    @property
    def claimed(self) -> Decimal:
        return self.outstanding - self.disputed


def shown(
    *decisions: str | None,
    kinds: tuple[str | None, ...] = ("business",) * 5,
    currencies: tuple[str, ...] = ("EUR",) * 5,
    due: date = DUE,
    today: date = TODAY,
    language: str = "fr",
) -> PenaltiesShown | None:
    items = [Item(rank, due) for rank in range(1, len(decisions) + 1)]
    facts = {}
    for item, decision, kind, currency in zip(items, decisions, kinds, currencies, strict=False):
        debt = Debt(amount=Decimal(1000), due_date=due, kind=kind, currency=currency)
        computed = penalties(debt, shipped_rates(), on=today)
        facts[item.invoice_id] = LatePenalties(computed, decision)
    return penalties_shown(MailFacts({}, penalties=facts), items, today=today, language=language)


def test_what_is_possible_is_summed() -> None:
    assert shown(None, None) == PenaltiesShown(Decimal("19.98"), Decimal("80.00"), rate_text="12,15\u00a0%")


def test_what_is_claimed_goes_before_what_is_possible_and_names_its_invoices() -> None:
    found = shown(None, "claimed", "waived")
    assert found == PenaltiesShown(
        Decimal("9.99"), Decimal("40.00"), rate_text="12,15\u00a0%", claimed=True, numbers=("FAC-2",)
    )
    both = shown("claimed", "claimed")
    assert both is not None
    assert (both.numbers, both.interest) == ((), Decimal("19.98"))


def test_what_is_waived_is_left_out_and_all_waived_says_nothing() -> None:
    left = shown(None, "waived")
    assert left is not None
    assert (left.interest, left.numbers, left.claimed) == (Decimal("9.99"), ("FAC-1",), False)
    assert shown("waived", "waived") == PenaltiesShown(None, Decimal("0.00"), waived=True)


@pytest.mark.parametrize("kind", ["consumer", None])
def test_nothing_for_consumers_and_unknown_customers(kind: str | None) -> None:
    assert shown(None, kinds=(kind,)) is None


def test_nothing_before_the_due_date() -> None:
    assert shown(None, today=DUE) is None


def test_no_figure_while_a_rate_is_to_be_confirmed() -> None:
    found = shown("claimed", today=date(2026, 7, 2))
    assert found is not None
    assert (found.interest, found.to_confirm, found.rate_text, found.indemnity) == (
        None,
        True,
        None,
        Decimal("40.00"),
    )


def test_two_currencies_are_not_added_up() -> None:
    assert shown(None, None, currencies=("EUR", "USD")) is None


def test_a_rate_is_written_as_the_language_does() -> None:
    found = shown(None, language="en")
    assert found is not None
    assert found.rate_text == "12.15%"


def test_several_rates_are_not_said_as_one() -> None:
    found = shown(None, due=date(2025, 6, 20), today=date(2025, 7, 10))
    assert found is not None
    assert (found.interest, found.rate_text) == (Decimal("6.93"), None)


# --- discounts -------------------------------------------------------------------------------------------


def offered(item: Item, *, rate: str | None = "2.00", days: int | None = 10) -> list[tuple[str, str, str]]:
    terms = Decimal(rate) if rate else None
    customer = Correspondent(
        1, "Martin", None, None, "business", None, None, None, None, None, None, (), (),
        discount_rate=terms, discount_days=days,
    )  # fmt: skip
    found = discounts_shown(customer, [item], today=TODAY)
    return [(each.number, str(each.amount), each.until.isoformat()) for each in found]


def test_a_discount_is_offered_on_what_is_left_while_it_can_be_had() -> None:
    due = date(2026, 7, 22)
    assert offered(Item(1, due)) == [("FAC-1", "20.00", "2026-07-02")]
    assert offered(Item(1, due, outstanding=Decimal("500.00"))) == [("FAC-1", "10.00", "2026-07-02")]


@pytest.mark.parametrize(
    ("item", "rate", "days"),
    [
        (Item(1, date(2026, 7, 22)), None, 10),
        (Item(1, date(2026, 7, 22)), "2.00", None),
        (Item(1, date(2026, 7, 22)), "2.00", 7),  # its last day was the 29th
        (Item(1, date(2026, 7, 22), issue_date=None), "2.00", 10),
        (Item(1, date(2026, 7, 22), disputed=Decimal("100.00")), "2.00", 10),
        (Item(1, date(2026, 6, 29)), "2.00", 10),
    ],
)
def test_no_discount_that_cannot_be_had(item: Item, rate: str | None, days: int | None) -> None:
    assert offered(item, rate=rate, days=days) == []
