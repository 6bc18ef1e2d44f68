"""A quarter lived day by day through everything real: each mailbox holds exactly what the rules say.

Books, clock, mail server and Slack's side are real; beside them an independent ledger is told the same acts
and asks the rules every day. What must hold for any mail is then checked once more, without the rules.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.health.check import check
from tests.flows.chance import Chance
from tests.flows.ledger import Ledger, Mail
from tests.flows.office import Office, open_office
from tests.flows.team import Team

MONDAY = date(2026, 3, 2)
HOLIDAYS = {date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)}
"""Easter Monday, Labour Day, 8 May, Ascension, Whit Monday."""
MILD = {"invoice", "pre_reminder", "due_date"}
"""Tones of messages about what is not late yet."""


def days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@dataclass
class Life:
    """How long to live, with how many, and what goes wrong."""

    seed: int
    count: int
    customers: int
    invoices: int
    acts: int
    clock_down: frozenset[date]
    mail_refused: frozenset[date] = frozenset()
    """Days on which the mail server says: later."""
    mail_down: frozenset[date] = frozenset()
    clock_ran: list[date] = field(default_factory=list)


def live(life: Life, office: Office, team: Team, chance: Chance) -> None:
    """Live the days of a life."""
    chance.opens_books(MONDAY - timedelta(days=1), life.customers, life.invoices * 2 // 3)
    left = life.invoices - life.invoices * 2 // 3
    for number, day in enumerate(days(MONDAY, life.count)):
        due_by_now = left * (number + 1) // life.count - left * number // life.count
        for _ in range(due_by_now):
            chance.sells(day)
        chance.acts(day, "07:45", life.acts if is_open(day) else 1)
        if day in life.clock_down:
            continue
        life.clock_ran.append(day)
        morning(life, office, team, chance, day)
        sending(life, office, team, day)
        chance.acts(day, "16:00", life.acts if is_open(day) else 0)


def morning(life: Life, office: Office, team: Team, chance: Chance, day: date) -> None:
    """The plan is made at 08:30, and people act on it before anything leaves."""
    office.tick(day, "08:30")
    if not is_open(day):
        return
    team.ledger.plan(day)
    chance.acts(day, "09:15", life.acts)
    if team.ledger.asking is not None and chance.draw.random() < 0.8:
        team.gives_go(day, office.instant(day, "09:50"))


def sending(life: Life, office: Office, team: Team, day: date) -> None:
    """Two ticks inside the window: what the first cannot send, the second tries again."""
    office.mail_server_down = day in life.mail_down
    greylisted = 2 if day.toordinal() % 3 == 0 else 0
    office.mailbox.refuse_data = ["451 later"] * (999 if day in life.mail_refused else greylisted)
    office.tick(day, "10:05")
    office.mailbox.refuse_data = office.mailbox.refuse_data if day in life.mail_refused else []
    office.tick(day, "14:00")
    office.mailbox.refuse_data = []
    if is_open(day) and day not in life.mail_down | life.mail_refused:
        team.ledger.send(day)


SMALL = {
    "count": 25,
    "customers": 30,
    "invoices": 60,
    "acts": 1,
    "clock_down": frozenset(days(date(2026, 3, 11), 3)),
    "mail_down": frozenset({date(2026, 3, 18)}),
    "mail_refused": frozenset({date(2026, 3, 19)}),
}
QUARTER = {
    "count": 90,
    "customers": 60,
    "invoices": 300,
    "acts": 3,
    "clock_down": frozenset(days(date(2026, 4, 8), 8)),
    "mail_down": frozenset({date(2026, 5, 5)}),
    "mail_refused": frozenset({date(2026, 5, 6)}),
}


def test_three_weeks_lived_day_by_day_fill_each_mailbox_as_the_rules_say(
    database: Database, company: Company
) -> None:
    with open_office(database, company) as office:
        check_life(Life(seed=5, **SMALL), office)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_a_quarter_lived_day_by_day_fills_each_mailbox_as_the_rules_say(
    database: Database, company: Company, seed: int
) -> None:
    with open_office(database, company) as office:
        check_life(Life(seed=seed, **QUARTER), office)


def check_life(life: Life, office: Office) -> None:
    """Live, then compare every mailbox with the ledger, and check what holds for any mail."""
    team = Team(office, Ledger(office.company))
    live(life, office, team, Chance(team, life.seed))
    boxes = office.mails()
    assert any(boxes.values())
    for debtor in team.ledger.debtors.values():
        story = [line for line in team.said if any(n in line for n in (debtor.name, *debtor.items))]
        assert boxes.pop(debtor.address, []) == debtor.mails, "\n".join([debtor.policy, *story])
    assert not boxes
    assert office.digests() == [day for day in life.clock_ran if is_open(day)]
    nothing_wrong_with_any_mail(office, team)
    books_agree(office, team)


def nothing_wrong_with_any_mail(office: Office, team: Team) -> None:
    """What holds whatever the rules decide: no rule of the product is asked here."""
    strict = {each.address for each in team.ledger.debtors.values() if each.policy == "strict"}
    for mail in office.mailbox.mails:
        sent: datetime = mail["Date"].datetime
        assert is_open(sent.date())
        assert 10 <= sent.hour < 17
    for address, mails in office.mails().items():
        for before, after in itertools.pairwise([mail for mail in mails if mail.tone != "invoice"]):
            mild = {before.tone, after.tone} <= MILD
            least = 3 if mild or address in strict else 5
            assert (after.day - before.day).days >= least, (address, before, after)
        for mail in mails:
            nothing_about_what_was_settled(mail, office, team)


def nothing_about_what_was_settled(mail: Mail, office: Office, team: Team) -> None:
    """No mail names an invoice that nobody owed any more, or not yet, when it left."""
    left_at = office.instant(mail.day, "10:05")
    for number in mail.numbers:
        item = team.ledger.item(number)
        came = sum(
            each.amount for each in team.ledger.receipts[number] if not each.undone and each.at < left_at
        )
        assert came < team.ledger.amounts[number], (mail, number)
        assert item.learnt_on <= mail.day
        assert mail.tone not in MILD or item.due_date >= mail.day, (mail, number)


def books_agree(office: Office, team: Team) -> None:
    """The books add up, and what is owed is what the ledger says."""
    with read_books(office.database, office.company) as b:
        assert check(b) == []
        owed = {row.number: row.outstanding for row in b.session.query(Invoice)}
    assert owed == {number: team.ledger.item(number).outstanding for number in team.ledger.owing}
