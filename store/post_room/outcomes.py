"""What becomes of a message at each of its addresses, written down in the transaction of its claim or record.

The statements are prepared, as those of the messages themselves: two for each mail that all have taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import bindparam, delete, func, insert, null, or_, select, update

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.messages import RecipientState
from store.books import Books
from store.db.prepared import Prepared
from store.db.tables import Recipient
from store.post_room.desk import PostDesk
from store.reminders.copies import OPEN, one_line
from store.reminders.rows import DueReminder

MOST_DEAD = 5
"""So many dead addresses a day are believed, whatever else was sent."""

_of_message = Recipient.reminder_id == bindparam("reminder")
_TAKE = Prepared(
    update(Recipient)
    .where(_of_message, or_(*(Recipient.state == state for state in OPEN)))
    .values(
        state=RecipientState.SENDING,
        attempts=Recipient.attempts + 1,
        tried_at=bindparam("at", type_=Recipient.tried_at.type),
        words=null(),
        next_at=null(),
        until=null(),
    )
)
_REST = Prepared(
    update(Recipient)
    .where(_of_message, Recipient.state == RecipientState.SENDING)
    .values(state=bindparam("new_state"), words=bindparam("new_words"), next_at=null())
)
_ONE = Prepared(
    update(Recipient)
    .where(_of_message, Recipient.address == bindparam("of"), Recipient.state == RecipientState.SENDING)
    .values(
        state=bindparam("new_state"),
        words=bindparam("new_words"),
        next_at=bindparam("again_at", type_=Recipient.next_at.type),
        until=func.coalesce(Recipient.until, bindparam("last_day", type_=Recipient.until.type)),
    )
)


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """What a server said of one address. `next_at`: when it alone is tried again, until the first `until`."""

    address: str
    state: RecipientState
    words: str
    next_at: datetime | None = None
    until: date | None = None


def take(desk: PostDesk, reminder: DueReminder, to: Sequence[str], *, at: datetime) -> None:
    """Write down to whom a message that was just claimed is handed over."""
    if set(reminder.to) != set(to):
        _renew(desk, reminder.id, to)
    _TAKE.run(desk.connection, {"reminder": reminder.id, "at": at})


def _renew(desk: PostDesk, reminder_id: int, to: Sequence[str]) -> None:
    """Have a message go to these addresses and no other: nobody has it yet."""
    mine, connection = Recipient.reminder_id == reminder_id, desk.connection
    connection.execute(delete(Recipient).where(mine, Recipient.attempts == 0, Recipient.address.not_in(to)))
    connection.execute(
        update(Recipient)
        .where(mine, Recipient.state.in_(OPEN), Recipient.address.not_in(to))
        .values(state=RecipientState.CALLED_OFF, next_at=None)
    )
    connection.execute(
        update(Recipient)
        .where(mine, Recipient.state != RecipientState.ACCEPTED, Recipient.address.in_(to))
        .values(state=RecipientState.WAITING, next_at=None)
    )
    known = set(connection.scalars(select(Recipient.address).where(mine)))
    for address in to:
        if address not in known:
            connection.execute(
                insert(Recipient).values(
                    company_id=desk.company_id,
                    reminder_id=reminder_id,
                    address=address,
                    state=RecipientState.WAITING,
                )
            )


def rest(desk: PostDesk, reminder_id: int, state: RecipientState, *, words: str) -> None:
    """Write down what became of a message wherever it is being sent and nothing else was said."""
    values = {"reminder": reminder_id, "new_state": state, "new_words": one_line(words)}
    _REST.run(desk.connection, values)


def write(desk: PostDesk, reminder_id: int, outcomes: Sequence[CopyOutcome]) -> None:
    """Write down what was said of some addresses that a message is being sent to."""
    _ONE.run_all(
        desk.connection,
        [
            {
                "reminder": reminder_id,
                "of": each.address,
                "new_state": each.state,
                "new_words": one_line(each.words),
                "again_at": each.next_at,
                "last_day": each.until,
            }
            for each in outcomes
        ],
    )


def mostly_dead(b: Books, more: int, *, at: datetime) -> bool:
    """Whether with `more` dead addresses over five, and over half of all that was tried today, would be dead:
    that is rather our own server's doing.
    """
    begins = b.company.instant(b.today(at), time.min)
    tried = select(Recipient.state, func.count()).where(
        Recipient.company_id == b.company_id, Recipient.tried_at >= begins
    )
    counts = dict(b.session.execute(tried.group_by(Recipient.state)).all())
    dead = counts.get(RecipientState.REFUSED, 0) + more
    return dead > MOST_DEAD and dead * 2 > sum(counts.values())


def lost(desk: PostDesk, reminder_id: int, *, words: str) -> bool:
    """Write down that nobody knows whether copies left that were being sent alone; False when none was."""
    lost_now = desk.connection.execute(
        update(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.SENDING)
        .values(state=RecipientState.UNKNOWN, words=one_line(words), next_at=None)
        .returning(Recipient.id)
    )
    return bool(lost_now.all())


def considered(desk: PostDesk, reminder_id: int, *, words: str) -> None:
    """Write down that copies of unknown fate count as taken."""
    desk.connection.execute(
        update(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.UNKNOWN)
        .values(state=RecipientState.ACCEPTED, words=words, next_at=None)
    )


def again(b: Books, reminder_id: int, *, at: datetime) -> bool:
    """Have copies of unknown fate tried again alone, from `at` on; False when nobody surely has the message.

    Those that were put off before have their days again too.
    """
    mine = Recipient.reminder_id == reminder_id
    kept = select(Recipient.id).where(mine, Recipient.state == RecipientState.ACCEPTED)
    if b.session.scalar(kept.limit(1)) is None:
        return False
    b.session.execute(
        update(Recipient)
        .where(mine, Recipient.state.in_((RecipientState.UNKNOWN, RecipientState.PUT_OFF)))
        .values(
            state=RecipientState.PUT_OFF,
            next_at=at,
            until=b.company.calendar.next_open(b.today(at) + ONE_DAY),
        )
        .execution_options(synchronize_session=False)
    )
    return True
