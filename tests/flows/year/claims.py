"""Claims that grow old, as the year plays them (rule 26): what counts them anew, and the list of the day."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementKind
from store.claims import acts as claims
from store.db.tables import Announcement
from tests.builders import MARIE
from tests.flows.year.aging import six_months_before, years_on
from tests.flows.year.facts import DAY, Client, Debt
from tests.flows.year.player import Player

OLD = 500 * DAY
"""Later than that after its due date an invoice may be near its prescription."""


def sells_old(player: Player) -> None:
    """An old invoice comes in: its claim is over, or will be within the year."""
    client = player.draw.choice(list(player.clients.values()))
    around = player.today + player.draw.randint(-30, 260) * DAY
    due = _due_for(client, around)
    cents = player.draw.randint(4_000, 300_000)
    number = f"FAC-{len(player.debts) + 1:04}"
    player.comes_in(Debt(number, client, due - 30 * DAY, due, Decimal(cents) / 100, "EUR", player.today))


def _due_for(client: Client, over: date) -> date:
    """Return a due date whose claim is over about that day."""
    for years in (2, 5):
        due = years_on(over, -years)
        if abs(Debt("", client, due, due, Decimal(1), "EUR", due).over_on - over) < timedelta(days=3):
            return due
    return date(over.year - 5, over.month, min(over.day, 28))


def acknowledges(player: Player) -> None:
    """A customer writes that it owes an old invoice."""
    old = [each for each in player.debts.values() if each.alive() and each.due < player.today - OLD]
    if not old:
        return
    debt = player.draw.choice(old)
    on = player.today - player.draw.choice((0, 0, 1, 20)) * DAY
    with player.books() as b:
        done = claims.acknowledge(b, player.ids[debt.number], on=on, by=MARIE, at=player.at)
    debt.acknowledged.append(on)
    debt.who.touched = player.today
    assert done.prescribed_on == debt.over_on, f"rule 26: {debt.number}, over on {debt.over_on}"
    player.say(f"{debt.number} acknowledged on {on:%d/%m/%y}, over on {debt.over_on:%d/%m/%y}")


ACTS = {sells_old: 3.0, acknowledges: 1.5}


def check_list(player: Player) -> None:
    """Rule 26: the day's list names what became old, or will within six months, each once; there is one."""
    with player.books() as b:
        key = f"{AnnouncementKind.OLD_CLAIMS}:{player.today}"
        data = b.session.scalar(select(Announcement.data).where(Announcement.key == key)) or {}
    numbers = {id_: number for number, id_ in player.ids.items() if number in player.debts}
    told = {place: {numbers[id_] for id_ in data.get(place, ())} for place in ("over", "soon")}
    if player.today in player.lists:
        assert told == player.lists[player.today], "rule 26: two lists in a day"
        return
    due: dict[str, set[str]] = {"over": set(), "soon": set()}
    for debt in player.debts.values():
        place = _place(debt, player.today) if debt.alive() else None
        if place is not None:
            due[place].add(debt.number)
            debt.told_old.add((place, debt.over_on))
    assert told == due, f"rule 26: the list of the day is {told}, not {due}"
    if told["over"] or told["soon"]:
        player.lists[player.today] = told


def _place(debt: Debt, today: date) -> str | None:
    """Return in which part of the day's list an invoice stands, if it is to be told of anew."""
    over = debt.over_on
    if over <= today:
        return None if ("over", over) in debt.told_old else "over"
    if six_months_before(over) <= today:
        return None if ("soon", over) in debt.told_old else "soon"
    return None
