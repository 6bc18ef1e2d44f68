"""Penalties of invoices in the books: receipts by day, kinds of customers, contract rates, decisions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from receivables.company import Company
from receivables.errors import Refused, UnknownInvoice
from receivables.penalties import PenaltyRule
from receivables.rates import Semester
from store import mail_facts, rates, undo
from store.books import Books, read_books
from store.credits import acts as credit_acts
from store.db.engine import Database
from store.db.tables import Customer, Invoice, JournalLine, Letter
from store.health.check import check
from store.imports.apply import bring_in
from store.invoices import ending
from store.penalties import acts as penalty_decisions
from store.penalties import facts as penalties
from store.penalties.acts import DecisionOutcome
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DUE = date(2025, 9, 30)
JUNE = date(2026, 6, 30)


def an_invoice(b: Books, amount: str = "1000.00", due: date = DUE, **of_customer: Any) -> Invoice:
    return invoice(b, customer(b, **of_customer), amount=amount, due=due)


def interest(b: Books, row: Invoice, on: date = JUNE) -> Decimal | None:
    return penalties.of_invoice(b, row.id, on=on).interest


def bases(b: Books, row: Invoice, on: date = JUNE) -> list[tuple[str, str]]:
    found = penalties.of_invoice(b, row.id, on=on).slices
    return [(f"{each.first:%d/%m}-{each.last:%d/%m}", str(each.base)) for each in found]


# --- what it is computed from ------------------------------------------------------------------------------


def test_the_worked_example_paid_late(books: Books) -> None:
    row = an_invoice(books, "10000.00", date(2024, 9, 30))
    payment(books, row, received_on=date(2025, 2, 15))
    found = penalties.of_invoice(books, row.id, on=JUNE)
    assert [each.amount for each in found.slices] == [Decimal("359.18"), Decimal("165.73")]
    assert (found.principal, found.interest, found.total) == (0, Decimal("524.91"), Decimal("564.91"))


def test_money_counts_from_the_day_it_came_in_not_from_the_day_it_was_noted(books: Books) -> None:
    row = an_invoice(books)
    payment(books, row, "400.00", received_on=date(2025, 10, 10))
    undone = payment(books, row, "100.00", received_on=date(2025, 10, 20))
    undo.undo(books, undone.entry_id, by=MARIE, at=at(date(2025, 10, 21)))
    assert bases(books, row, date(2025, 12, 31)) == [("01/10-10/10", "1000.00"), ("11/10-31/12", "600.00")]


@pytest.mark.parametrize(
    ("told", "slices", "undated"),
    [
        (("Déjà payé", "400,00"), [("01/10-31/12", "600.00")], "400.00"),
        (("Reste à payer", "600,00"), [("01/10-31/12", "600.00")], "400.00"),
        (
            ("Reste à payer;Date de paiement", "600,00;10/10/2025"),
            [("01/10-10/10", "1000.00"), ("11/10-31/12", "600.00")],
            "0",
        ),
        (
            ("Reste à payer;Date de paiement", "600,00;01/12/2025"),
            [("01/10-01/12", "1000.00"), ("02/12-31/12", "600.00")],
            "0",
        ),
    ],
)
def test_money_that_a_file_gives_no_day_for_bears_no_interest(
    told: tuple[str, str],
    slices: list[tuple[str, str]],
    undated: str,
    database: Database,
    company: Company,
    tmp_path: Path,
) -> None:
    """It came before the file was written, nobody knows when: only what is left bears interest."""
    header, cell = told
    file = tmp_path / "f.csv"
    line = f"Martin;732829320;F1;1000,00;30/09/2025;{cell}"
    file.write_text(f"Client;SIREN;Facture;Montant TTC;Échéance;{header}\n{line}\n", encoding="utf-8")
    report = bring_in(database, company, file, businesses=True, at=at(date(2025, 12, 1)), by=MARIE)
    assert report.new == ["F1"]
    with read_books(database, company) as b:
        row = b.session.scalars(select(Invoice)).one()
        found = penalties.of_invoice(b, row.id, on=date(2025, 12, 31))
        assert bases(b, row, date(2025, 12, 31)) == slices
    assert (found.principal, found.indemnity, found.undated) == (Decimal(600), Decimal(40), Decimal(undated))


def test_an_overpayment_used_later_counts_from_the_day_it_came_in(books: Books) -> None:
    client = customer(books)
    first, second = (
        invoice(books, client, "FAC-1", amount="100.00", due=DUE),
        invoice(books, client, "FAC-2", amount="1000.00", due=DUE),
    )
    payment(books, first, "700.00", received_on=date(2025, 10, 5))
    credit_acts.allocate(books, second.id, by=MARIE, at=at(date(2025, 12, 1)))
    assert bases(books, second, date(2025, 12, 31)) == [
        ("01/10-05/10", "1000.00"),
        ("06/10-31/12", "400.00"),
    ]


def test_a_credit_note_counts_from_its_date(books: Books) -> None:
    row = an_invoice(books)
    credit_acts.add_credit_note(
        books,
        row.customer_id,
        number="AV-1",
        amount=Decimal("250.00"),
        currency="EUR",
        issue_date=date(2025, 9, 15),
        invoice_id=row.id,
        by=MARIE,
        at=at(date(2025, 12, 1)),
    )
    assert bases(books, row, date(2025, 12, 31)) == [("01/10-31/12", "750.00")]


def test_nothing_more_is_borne_once_written_off(books: Books) -> None:
    row = an_invoice(books)
    ending.write_off(books, row.id, by=PAUL, at=at(date(2025, 10, 11)))
    assert bases(books, row) == [("01/10-10/10", "1000.00")]


def test_the_company_may_set_part_payments_against_interest_first(books: Books) -> None:
    row = an_invoice(books)
    payment(books, row, "500.00", received_on=date(2025, 10, 30))
    b = replace(books, company=replace(books.company, imputation="interest"))
    found = penalties.of_invoice(b, row.id, on=date(2025, 11, 9))
    assert (found.principal, found.interest_paid) == (Decimal("509.99"), Decimal("9.99"))
    assert row.outstanding == Decimal("500.00")  # the books know nothing of it


@pytest.mark.parametrize(
    ("columns", "rule", "indemnity"),
    [
        ({"kind": "business"}, PenaltyRule.BUSINESS, 40),
        ({"kind": None, "siren": "732829320"}, PenaltyRule.UNKNOWN, 0),
        ({"kind": None, "siren": "213500123"}, PenaltyRule.PUBLIC, 40),
        ({"kind": "business", "penalty_rate": Decimal("9.50")}, PenaltyRule.CONTRACT, 40),
        ({"kind": "public"}, PenaltyRule.PUBLIC, 40),
        ({"kind": "consumer"}, PenaltyRule.CONSUMER, 0),
        ({"kind": None}, PenaltyRule.UNKNOWN, 0),
        ({"kind": "business", "insolvent_on": date(2026, 1, 15)}, PenaltyRule.BUSINESS, 0),
    ],
)
def test_each_kind_of_customer_has_its_rule(
    books: Books, columns: dict[str, Any], rule: PenaltyRule, indemnity: int
) -> None:
    row = an_invoice(books, **columns)
    found = penalties.of_invoice(books, row.id, on=JUNE)
    assert (found.rule, found.indemnity) == (rule, indemnity)


def test_the_company_s_rate_stands_until_the_customer_has_its_own(books: Books) -> None:
    row = an_invoice(books, penalty_rate=None)
    b = replace(books, company=replace(books.company, penalty_rate=Decimal("10.00")))
    assert interest(b, row, date(2025, 10, 30)) == Decimal("8.22")
    books.session.get_one(Customer, row.customer_id).penalty_rate = Decimal("12.00")
    assert interest(b, row, date(2025, 10, 30)) == Decimal("9.86")


def deposited(b: Books, row: Invoice, on: date, *, template: str = "consumer_notice", state: str) -> None:
    b.session.add(
        Letter(
            company_id=b.company_id,
            customer_id=row.customer_id,
            template=template,
            language="fr",
            day=on,
            made_at=at(on),
            made_by=MARIE,
            pdf=b"%PDF",
            sha256="0" * 64,
            mark="m",
            shown={"items": [{"invoice_id": row.id}]},
            state=state,
            deposited_on=on if state == "deposited" else None,
        )
    )
    b.session.flush()


def test_a_consumer_s_interest_runs_from_the_first_deposited_notice(books: Books) -> None:
    row = an_invoice(books, kind="consumer")
    deposited(books, row, date(2025, 12, 1), state="approved")
    deposited(books, row, date(2025, 12, 5), template="reminder_letter", state="deposited")
    assert interest(books, row) == 0
    other = invoice(books, books.session.get_one(Customer, row.customer_id), "FAC-9", due=DUE)
    deposited(books, other, date(2025, 12, 7), state="deposited")
    assert interest(books, row) == 0
    deposited(books, row, date(2025, 12, 21), state="deposited")
    deposited(books, row, date(2026, 2, 1), state="deposited")
    found = penalties.of_invoice(books, row.id, on=date(2026, 1, 10))
    assert [(each.first, each.rate) for each in found.slices] == [
        (date(2025, 12, 22), Decimal("2.76")),
        (date(2026, 1, 1), Decimal("2.62")),
    ]
    assert found.indemnity == 0


def test_a_half_year_to_confirm_gives_no_interest_until_it_is_confirmed(books: Books) -> None:
    row, autumn = an_invoice(books, due=date(2026, 6, 30)), date(2026, 9, 1)
    found = penalties.of_invoice(books, row.id, on=autumn)
    assert (found.interest, found.total, found.unknown) == (None, None, (Semester(2026, 2),))
    rates.confirm(books, Semester(2026, 2), refinancing=Decimal("2.40"), legal=None, by=MARIE, at=at(autumn))
    assert interest(books, row, autumn) == Decimal("21.40")


def test_an_invoice_of_other_books_is_not_known(books: Books) -> None:
    with refused(UnknownInvoice):
        penalties.of_invoice(books, 999, on=JUNE)


def test_a_customer_s_late_invoices_and_those_paid_late(books: Books) -> None:
    client = customer(books)
    for number, due in (("FAC-2", date(2026, 3, 1)), ("FAC-1", DUE), ("FAC-3", date(2026, 8, 1))):
        invoice(books, client, number, amount="100.00", due=due)
    paid = invoice(books, client, "FAC-0", amount="100.00", due=DUE)
    payment(books, paid, received_on=date(2025, 10, 30))
    assert [each.number for each in penalties.of_customer(books, client.id, on=JUNE)] == ["FAC-1", "FAC-2"]
    both = penalties.of_customer(books, client.id, on=JUNE, settled=True)
    assert [each.number for each in both] == ["FAC-1", "FAC-0", "FAC-2"]
    assert both[1].computed.interest == Decimal("1.00")


# --- claimed or waived -----------------------------------------------------------------------------------


def claim(b: Books, row: Invoice, by: str = MARIE) -> DecisionOutcome:
    return penalty_decisions.claim(b, row.id, by=by, at=at(JUNE))


def waive(b: Books, row: Invoice, reason: str = "Bon client", by: str = MARIE) -> DecisionOutcome:
    return penalty_decisions.waive(b, row.id, reason=reason, by=by, at=at(JUNE))


def decision(b: Books, row: Invoice) -> str | None:
    found = penalties.about(b, row.id, on=JUNE).decision
    return found.decision if found else None


def test_claimed_it_is_journaled_and_no_balance_moves(books: Books) -> None:
    row = an_invoice(books)
    done = claim(books, row)
    assert (done.interest, done.indemnity) == (Decimal("90.87"), Decimal("40.00"))
    assert (row.amount, row.outstanding) == (Decimal("1000.00"), Decimal("1000.00"))
    line = books.session.get_one(JournalLine, done.entry_id)
    assert (line.act, line.by, line.data["interest"]) == ("penalties.claimed", MARIE, "90.87")
    assert (decision(books, row), check(books)) == ("claimed", [])


def test_decisions_follow_one_another_and_are_undone_in_order(books: Books) -> None:
    row = an_invoice(books)
    first, second = waive(books, row), claim(books, row)
    assert decision(books, row) == "claimed"
    assert penalty_decisions.live_entry(books, row.id) == second.entry_id
    with refused(Refused, match="Annulez d’abord la réclamation des pénalités sur FAC-123"):
        undo.undo(books, first.entry_id, by=PAUL, at=at(JUNE))
    undo.undo(books, second.entry_id, by=PAUL, at=at(JUNE))
    assert (decision(books, row), penalty_decisions.live_entry(books, row.id)) == ("waived", first.entry_id)
    undo.undo(books, first.entry_id, by=PAUL, at=at(JUNE))
    assert (decision(books, row), penalty_decisions.live_entry(books, row.id)) == (None, None)


@pytest.mark.parametrize(
    ("columns", "due", "said"),
    [
        ({}, date(2026, 6, 30), "n’est pas en retard"),
        ({"kind": "consumer"}, DUE, "un particulier ne doit ni pénalités"),
        ({"kind": None}, DUE, "on ne sait pas si ce client"),
    ],
)
def test_what_is_not_due_is_neither_claimed_nor_waived(
    books: Books, columns: dict[str, Any], due: date, said: str
) -> None:
    row = an_invoice(books, due=due, **columns)
    for act in (claim, waive):
        with refused(Refused, match=said):
            act(books, row)
    assert books.session.query(JournalLine).count() == 0


def test_nothing_is_claimed_before_its_rate_is_confirmed_but_it_may_be_waived(books: Books) -> None:
    row, autumn = an_invoice(books, due=date(2026, 7, 1)), at(date(2026, 9, 1))
    with refused(Refused, match="2026-S2 n’est pas confirmé"):
        penalty_decisions.claim(books, row.id, by=MARIE, at=autumn)
    done = penalty_decisions.waive(books, row.id, reason="Geste", by=MARIE, at=autumn)
    assert done.interest is None


@pytest.mark.parametrize("reason", ["", "  \n\t ", "x" * 501])
def test_a_waiver_needs_a_reason_that_fits(books: Books, reason: str) -> None:
    row = an_invoice(books)
    with refused(Refused, match=r"raison|pourquoi"):
        waive(books, row, reason)


def test_the_same_decision_twice_changes_nothing(books: Books) -> None:
    row = an_invoice(books)
    claim(books, row)
    with refused(Refused, match=rf"déjà réclamées depuis le 30/06/2026, par {MARIE}"):
        claim(books, row, by=PAUL)
    waive(books, row)
    with refused(Refused, match="déjà abandonnées"):
        waive(books, row)


# --- contract rates --------------------------------------------------------------------------------------


def set_rate(b: Books, row: Invoice, rate: str | None, on: date = JUNE) -> int:
    value = None if rate is None else Decimal(rate)
    return penalties.set_rate(b, row.customer_id, rate=value, by=MARIE, at=at(on)).entry_id


def test_a_contract_rate_is_set_and_undone(books: Books) -> None:
    row = an_invoice(books)
    first = set_rate(books, row, "9.50")
    second = set_rate(books, row, None)
    assert penalties.of_invoice(books, row.id, on=JUNE).rule is PenaltyRule.BUSINESS
    with refused(Refused, match="le taux de pénalité"):
        undo.undo(books, first, by=PAUL, at=at(JUNE))
    undo.undo(books, second, by=PAUL, at=at(JUNE))
    assert books.session.get_one(Customer, row.customer_id).penalty_rate == Decimal("9.50")


@pytest.mark.parametrize(
    ("rate", "on", "said"),
    [
        ("7.85", JUNE, r"inférieur à 7,86\u00a0%.*L441-10"),
        ("8.27", date(2025, 12, 31), r"2025-S2.*8,28"),
        ("15", date(2026, 7, 1), "2026-S2 n’est pas connu"),
        ("-1", JUNE, "pourcentage positif"),
        ("NaN", JUNE, "pourcentage positif"),
        ("101", JUNE, "vérifiez la virgule"),
    ],
)
def test_a_rate_below_the_floor_or_absurd_is_refused(books: Books, rate: str, on: date, said: str) -> None:
    row = an_invoice(books)
    with refused(Refused, match=said):
        set_rate(books, row, rate, on)


@pytest.mark.parametrize("kind", ["public", "consumer"])
def test_no_contract_rate_for_those_whose_rate_the_law_sets(books: Books, kind: str) -> None:
    row = an_invoice(books, kind=kind)
    with refused(Refused, match=r"organisme public|particulier"):
        set_rate(books, row, "15")


def test_the_same_rate_again_changes_nothing(books: Books) -> None:
    row = an_invoice(books)
    with refused(Refused, match="rien n’a changé"):
        set_rate(books, row, None)


# --- what reading costs ----------------------------------------------------------------------------------


def statements(b: Books, **options: Any) -> list[str]:
    """Return the statements that reading the facts of a letter takes."""
    seen: list[str] = []
    connection = b.session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    customers = [row.id for row in b.session.query(Customer)]
    seen.clear()
    mail_facts.read_mail_facts(b, customers, today=JUNE, **options)
    event.remove(connection, "before_cursor_execute", note)
    return seen


def test_letters_that_do_not_speak_of_penalties_read_nothing_of_them(books: Books) -> None:
    rows = [invoice(books, customer(books, name), name, due=DUE) for name in ("A", "B", "C", "D")]
    plain = statements(books)
    assert not any("penalty_decisions" in each or "rate_confirmations" in each for each in plain)
    one = statements(books, penalties_of=[rows[0].id])
    four = statements(books, penalties_of=[row.id for row in rows])
    assert len(plain) < len(one) == len(four)
