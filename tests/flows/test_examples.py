"""The examples of SCHEDULE.md through everything real: ticks on given days, and what each mailbox holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.tasks import acts as tasks
from tests.flows.ledger import Ledger
from tests.flows.office import Office, open_office
from tests.flows.team import REACHED, Team


def day(text: str) -> date:
    """Return a day of 2026: `01/04`."""
    return date(2026, int(text[3:]), int(text[:2]))


@dataclass
class Calendar:
    """One customer, `Martin`, and the days on which the clock strikes."""

    office: Office
    team: Team

    def owes(
        self, number: str, due: str, *, learnt: str, issued: str | None = None, amount: str = "1200.00"
    ) -> None:
        """Have an invoice of 1,200 €, unless said, come in on a day, issued that day unless said."""
        at = self.office.instant(day(learnt), "07:00")
        self.team.invoices("Martin", number, amount, issued=day(issued or learnt), due=day(due), at=at)

    def strikes(self, first: str, last: str) -> None:
        """Have the clock strike in the morning and in the window, each day from first to last."""
        today = day(first)
        while today <= day(last):
            self.office.tick(today, "08:30")
            self.office.tick(today, "10:05")
            today += timedelta(days=1)

    def called(self, on: str) -> None:
        """Somebody reaches the customer by telephone about FAC-1."""
        self.team.calls("FAC-1", REACHED, self.office.instant(day(on), "15:00"))

    @property
    def mails(self) -> list[str]:
        """What the mailbox holds: `27/03 pre_reminder FAC-1`."""
        mails = self.office.mails().get("martin@client.example", [])
        return [f"{mail.day:%d/%m} {mail.tone} {' '.join(mail.numbers)}" for mail in mails]

    @property
    def tasks(self) -> list[str]:
        """What the team has to do: `04/05 appel`."""
        with open_books(self.office.database, self.office.company) as b:
            return [f"{task.opened_on:%d/%m} {task.step}" for task in tasks.open_tasks(b)]


@pytest.fixture
def calendar(database: Database, company: Company) -> Iterator[Calendar]:
    with open_office(database, company) as office:
        team = Team(office, Ledger(company))
        team.gets_customer("Martin")
        yield Calendar(office, team)


def test_each_step_leaves_on_its_day_and_closed_days_do_not_push_what_follows(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("02/03", "04/05")
    assert calendar.mails == [
        "27/03 pre_reminder FAC-1",
        "01/04 due_date FAC-1",
        "08/04 firm FAC-1",
        "16/04 strong FAC-1",
    ]
    assert calendar.tasks == ["04/05 appel"]
    calendar.called("04/05")
    calendar.strikes("05/05", "18/05")
    assert calendar.tasks == ["18/05 mise_en_demeure"]
    assert len(calendar.mails) == 4


def test_an_old_invoice_starts_at_the_first_corrective_step(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="10/01", learnt="02/03", issued="02/01")
    calendar.strikes("02/03", "25/03")
    assert calendar.mails == ["02/03 firm FAC-1", "10/03 strong FAC-1"]
    assert calendar.tasks == ["25/03 appel"]


def test_an_outage_delays_and_never_doubles(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("25/03", "07/04")
    calendar.strikes("21/04", "30/04")
    assert calendar.mails == [
        "27/03 pre_reminder FAC-1",
        "01/04 due_date FAC-1",
        "21/04 firm FAC-1",
        "29/04 strong FAC-1",
    ]


def test_a_promise_holds_through_two_open_days_of_grace_then_the_mail_says_so(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("08/04", "08/04")
    at = calendar.office.instant(day("10/04"), "11:00")
    calendar.team.hears_promise("FAC-1", Decimal("1200.00"), day("30/04"), at)
    calendar.strikes("10/04", "05/05")
    assert calendar.mails == ["08/04 firm FAC-1"]
    calendar.strikes("06/05", "06/05")
    assert calendar.mails == ["08/04 firm FAC-1", "06/05 strong FAC-1"]
    text = calendar.office.mailbox.mails[-1].get_body(("plain",))
    assert text is not None
    assert "Vous nous aviez annoncé" in text.get_content()


def test_weekly_invoices_paid_late_get_about_one_message_a_week_and_none_stern_for_what_is_not_due(
    calendar: Calendar,
) -> None:
    first = day("02/03")
    for week in range(10):
        issued = first + timedelta(days=7 * week)
        due = issued + timedelta(days=30)
        calendar.owes(f"FAC-{week:02}", f"{due:%d/%m}", learnt=f"{issued:%d/%m}")
    today = first
    while today <= day("06/06"):
        calendar.strikes(f"{today:%d/%m}", f"{today:%d/%m}")
        for number, item in calendar.team.ledger.debtors["Martin"].items.items():
            if item.due_date + timedelta(days=20) == today:
                at = calendar.office.instant(today, "18:00")
                calendar.team.pays(number, Decimal("1200.00"), at)
        today += timedelta(days=1)
    mails = calendar.office.mails()["martin@client.example"]
    steady = [mail for mail in mails if day("06/04") <= mail.day <= day("06/06")]
    assert 8 <= len(steady) <= 11, steady
    for mail in mails:
        if mail.tone == "strong":
            due = {number: calendar.team.ledger.item(number).due_date for number in mail.numbers}
            assert all(on < mail.day for on in due.values()), (mail, due)


def test_what_is_paid_between_the_plan_and_the_window_drops_out_and_the_rest_leaves(
    calendar: Calendar,
) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.owes("FAC-2", due="01/04", learnt="02/03")
    calendar.office.tick(day("08/04"), "08:30")
    at = calendar.office.instant(day("08/04"), "09:15")
    calendar.team.pays("FAC-1", Decimal("1200.00"), at)
    calendar.office.tick(day("08/04"), "10:05")
    assert calendar.mails == ["08/04 firm FAC-2"]


def test_a_mail_whose_last_invoice_is_paid_before_the_window_never_leaves(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.office.tick(day("08/04"), "08:30")
    at = calendar.office.instant(day("08/04"), "09:15")
    calendar.team.pays("FAC-1", Decimal("1200.00"), at)
    report = calendar.office.tick(day("08/04"), "10:05")
    assert (report.sent, calendar.mails) == (0, [])


def test_a_mail_server_away_two_days_marks_nothing_sent_and_loses_nothing(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.office.mail_server_down = True
    calendar.strikes("08/04", "09/04")
    assert calendar.mails == []
    calendar.office.mail_server_down = False
    calendar.strikes("10/04", "20/04")
    assert calendar.mails == ["10/04 firm FAC-1", "20/04 strong FAC-1"]
    assert calendar.office.digests() == [
        day(f"{number:02}/04") for number in (8, 9, 10, 13, 14, 15, 16, 17, 20)
    ]


def test_an_invoice_paid_in_part_goes_on_with_what_is_left(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    at = calendar.office.instant(day("07/04"), "11:00")
    calendar.team.pays("FAC-1", Decimal("1000.00"), at)
    calendar.strikes("08/04", "08/04")
    text = calendar.office.mailbox.mails[-1].get_body(("plain",))
    assert text is not None
    assert "200,00\u00a0€" in text.get_content()


def test_a_call_that_waits_still_counts_against_the_customers_credit(calendar: Calendar) -> None:
    """Rule 7: credit is set against all late items due, on any channel, before a small one is let off."""
    calendar.owes("FAC-1", due="10/02", learnt="02/03", issued="01/02")
    calendar.owes("FAC-2", due="10/04", learnt="10/03", amount="800.00")
    calendar.strikes("02/03", "25/03")
    assert calendar.tasks == ["25/03 appel"]
    at = calendar.office.instant(day("30/03"), "11:00")
    calendar.owes("FAC-3", due="30/12", learnt="30/03")
    calendar.team.pays("FAC-3", Decimal("2100.00"), at)  # 900 € too much
    calendar.strikes("13/04", "17/04")
    assert calendar.mails[-1] == "17/04 firm FAC-2"
