"""Direct debits, as the year plays them (rule 27): rejected, presented again, asked about once."""

from collections import Counter

from sqlalchemy import select

from receivables.codes.payments import Means
from receivables.codes.tasks import TaskKind
from store.db.tables import Task, TaskItem
from store.direct_debits import acts as direct_debits
from store.direct_debits import means
from tests.builders import MARIE
from tests.flows.year.facts import DAY, Debt, open_after
from tests.flows.year.player import Player

MEANS = (None, Means.TRANSFER, Means.DIRECT_DEBIT, Means.DRAFT)


def comes_back(player: Player) -> None:
    """The bank sends a direct debit back; sometimes it is to be presented again."""
    debt = _one(player, rejected=None)
    if debt is None:
        return
    on = player.today - player.draw.choice((0, 0, 1, 3)) * DAY
    again = player.today + player.draw.randint(1, 10) * DAY if player.draw.random() < 0.4 else None
    with player.books() as b:
        direct_debits.reject(b, player.ids[debt.number], on=on, again_on=again, by=MARIE, at=player.at)
    debt.rejected.append(on)
    debt.again_on = again
    debt.who.touched = player.today
    player.say(f"debit of {debt.number} rejected on {on:%d/%m/%y}, again on {again}")


def presented_again(player: Player) -> None:
    """A direct debit that came back is presented again."""
    debt = _one(player, rejected=True)
    if debt is None or debt.rejected[-1] >= player.today:
        return
    on = player.today + player.draw.randint(0, 8) * DAY
    with player.books() as b:
        direct_debits.present_again(b, player.ids[debt.number], on=on, by=MARIE, at=player.at)
    debt.again_on = on
    debt.who.touched = player.today
    player.say(f"debit of {debt.number} presented again on {on:%d/%m/%y}")


def _one(player: Player, *, rejected: bool | None) -> Debt | None:
    found = [
        debt
        for debt in player.debts.values()
        if debt.alive() and debt.pulled and debt.due <= player.today + 2 * DAY
        and rejected in {None, bool(debt.rejected)}
    ]  # fmt: skip
    return player.draw.choice(found) if found else None


def changes_means(player: Player) -> None:
    """An invoice, or a customer, is to pay by other means."""
    said = player.draw.choice(MEANS)
    debt = player.one()
    if debt is None:
        return
    if player.draw.random() < 0.7:
        if said == debt.means_said:
            return
        with player.books() as b:
            means.set_of_invoice(b, player.ids[debt.number], means=said, by=MARIE, at=player.at)
        debt.means_said = said
    else:
        if said == debt.who.means:
            return
        with player.books() as b:
            means.set_of_customer(b, player.ids[debt.who.name], means=said, by=MARIE, at=player.at)
        debt.who.means = said
    debt.who.touched = player.today
    player.say(f"{debt.number}, or {debt.who.name}, pays by {said}")


ACTS = {comes_back: 5.0, presented_again: 2.0, changes_means: 1.5}


def check_asked(player: Player) -> None:
    """Rule 27: a debit unpaid five open days after its due date is asked about, once."""
    with player.books() as b:
        query = select(TaskItem.invoice_id).join(Task, Task.id == TaskItem.task_id)
        asked = Counter(b.session.scalars(query.where(Task.kind == TaskKind.DEBIT_UNPAID)))
    for debt in player.debts.values():
        times = asked[player.ids[debt.number]]
        waits = debt.pulled and not debt.rejected and player.today >= open_after(debt.due, 5)
        if times == 1 and not debt.asked_about:
            assert waits, f"rule 27: {debt.number} is asked about"
            assert debt.alive(), f"rule 27: {debt.number} is asked about, and nobody waits for it"
            debt.asked_about = True
        must = debt.asked_about or (waits and debt.alive() and not debt.who.insolvent)
        assert times == must, f"rule 27: {debt.number} is asked about {times} times"
