"""What is to be said in Slack: a row each, written with the act, posted by the announcer, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from receivables.codes.announcements import AnnouncementKind, AnnouncementState
from store.books import Books
from store.db.tables import Announcement

UNSURE = "unsure"
"""Error of an announcement that Slack may have taken without answering."""
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
TURN_WAIT = timedelta(seconds=1)
"""How long a fact waits for those of earlier acts."""
LONGEST_WAIT = timedelta(minutes=15)
REDRAW_WAIT = timedelta(seconds=30)
REDRAWN_FOR = timedelta(days=60)
"""Messages said longer ago stay as they are."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An announcement taken for posting. `unsure`: an earlier attempt may have posted it: look first."""

    id: int
    key: str
    kind: AnnouncementKind
    channel: str
    data: dict[str, Any]
    created_at: datetime
    attempts: int
    unsure: bool


def announce(
    b: Books,
    *,
    key: str,
    kind: AnnouncementKind,
    data: dict[str, Any],
    at: datetime,
    channel: str | None = None,
    due: datetime | None = None,
) -> None:
    """Have something said in Slack, in the company's channel unless told; the same `key` is said once.

    Not before `due`, when it is given.
    """
    insert = postgresql.insert if b.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    b.session.execute(
        insert(Announcement)
        .values(
            company_id=b.company_id,
            key=key,
            kind=kind,
            channel=channel or b.company.slack_channel,
            data=data,
            created_at=at,
            due_at=due or at,
            state=AnnouncementState.WAITING,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["company_id", "key"])
    )


def claim(b: Books, *, at: datetime, limit: int = 20) -> list[Waiting]:
    """Take what waits at the aware instant `at`, oldest first; commit before posting.

    What another poster took and never finished comes again after its lease, as `unsure`. Facts are taken in
    their order: none while one of an earlier act is being posted, or has to wait.
    """
    due = or_(
        (Announcement.state == AnnouncementState.WAITING) & (Announcement.due_at <= at),
        (Announcement.state == AnnouncementState.POSTING) & (Announcement.lease_until < at),
    )
    found = b.session.execute(
        select(Announcement.id, Announcement.state)
        .where(Announcement.company_id == b.company_id, due, _in_order(b, at))
        .order_by(Announcement.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    states = dict(found.all())
    return _take(b, states, at) if states else []


def _in_order(b: Books, at: datetime) -> ColumnElement[bool]:
    """Whether an announcement comes before every fact that has to wait; all that is no fact does."""
    waits = or_(
        (Announcement.state == AnnouncementState.WAITING) & (Announcement.due_at > at),
        (Announcement.state == AnnouncementState.POSTING) & (Announcement.lease_until >= at),
    )
    mine = Announcement.company_id == b.company_id, Announcement.kind == AnnouncementKind.FACT
    first = select(func.min(Announcement.id)).where(*mine, waits).scalar_subquery()
    return or_(Announcement.kind != AnnouncementKind.FACT, first.is_(None), Announcement.id < first)


def _take(b: Books, states: dict[int, AnnouncementState], at: datetime) -> list[Waiting]:
    taken = b.session.execute(
        update(Announcement)
        .where(Announcement.id.in_(states))
        .values(state=AnnouncementState.POSTING, lease_until=at + LEASE, attempts=Announcement.attempts + 1)
        .returning(
            Announcement.id,
            Announcement.key,
            Announcement.kind,
            Announcement.channel,
            Announcement.data,
            Announcement.created_at,
            Announcement.attempts,
            Announcement.error,
        )
        .execution_options(synchronize_session=False)
    )
    rows = [
        Waiting(
            id_,
            key,
            kind,
            channel,
            data,
            created,
            attempts,
            states[id_] == AnnouncementState.POSTING or error == UNSURE,
        )
        for id_, key, kind, channel, data, created, attempts, error in taken
    ]
    return sorted(rows, key=lambda row: row.id)


def _close(b: Books, announcement_id: int, **values: Any) -> None:
    b.session.execute(
        update(Announcement)
        .where(Announcement.company_id == b.company_id, Announcement.id == announcement_id)
        .values(lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )


def posted(b: Books, announcement_id: int, *, ts: str) -> None:
    """Write down that it was said, and where (`ts`: Slack's name for the message)."""
    _close(b, announcement_id, state=AnnouncementState.POSTED, ts=ts, error=None)


@dataclass(frozen=True, slots=True)
class SpokenFact:
    """What an act says in the channel, as it was drawn. `mark` finds its message again."""

    mark: str
    text: str
    blocks: Sequence[dict[str, Any]]


def keep_fact(b: Books, fact: SpokenFact, *, lost: bool, at: datetime) -> None:
    """Have a fact that Slack did not take said once it does, after those that wait already.

    `lost`: no answer came, so that it may have been said, and is looked for first.
    """
    key = f"{AnnouncementKind.FACT}:{fact.mark}"
    data = {"mark": fact.mark, "text": fact.text, "blocks": list(fact.blocks)}
    announce(b, key=key, kind=AnnouncementKind.FACT, data=data, at=at)
    if lost:
        look_first(b, key)


def look_first(b: Books, key: str) -> None:
    """Have an announcement looked for before it is said: an attempt may have said it, without an answer."""
    said = Announcement.company_id == b.company_id, Announcement.key == key
    b.session.execute(update(Announcement).where(*said).values(error=UNSURE))


def facts_wait(b: Books, *, before: int | None = None) -> bool:
    """Whether facts wait to be said: any, or one older than the announcement `before`."""
    waiting = select(Announcement.id).where(
        Announcement.company_id == b.company_id,
        Announcement.kind == AnnouncementKind.FACT,
        Announcement.state.in_([AnnouncementState.WAITING, AnnouncementState.POSTING]),
    )
    waiting = waiting if before is None else waiting.where(Announcement.id < before)
    return b.session.scalar(waiting.limit(1)) is not None


def of_keys(b: Books, keys: Sequence[str]) -> dict[str, str | None]:
    """Return the `ts` of the announcements with these keys, None for those not posted yet."""
    rows = b.session.execute(
        select(Announcement.key, Announcement.ts).where(
            Announcement.company_id == b.company_id, Announcement.key.in_(keys)
        )
    )
    return dict(rows.all())


def waits(b: Books, key: str) -> bool:
    """Whether an announcement is still to be posted."""
    state = select(Announcement.state).where(Announcement.company_id == b.company_id, Announcement.key == key)
    return b.session.scalar(state) in {AnnouncementState.WAITING, AnnouncementState.POSTING}


@dataclass(frozen=True, slots=True)
class Stale:
    """A posted message to be drawn anew. `until`: the lease, under which it was taken."""

    id: int
    kind: AnnouncementKind
    channel: str
    data: dict[str, Any]
    ts: str
    until: datetime


def redraw(
    b: Books,
    *,
    at: datetime,
    key: str | None = None,
    kind: AnnouncementKind | None = None,
    **ref: int | str,
) -> None:
    """Have posted announcements drawn anew, because what they show has changed.

    Those with this `key`, or of this `kind` whose data hold all of `ref` (`task_id=7`). What is not posted
    yet is drawn as the books stand then, and needs nothing. Part of the act's transaction.
    """
    if key is None and kind is None:
        raise ValueError("say which announcements: a key, or a kind")
    which: list[ColumnElement[bool]] = [_holds(name, value) for name, value in ref.items()]
    which += [Announcement.key == key] if key is not None else []
    which += [Announcement.kind == kind] if kind is not None else []
    b.session.execute(
        update(Announcement)
        .where(
            Announcement.company_id == b.company_id,
            Announcement.state.in_(
                [AnnouncementState.WAITING, AnnouncementState.POSTING, AnnouncementState.POSTED]
            ),
            Announcement.attempts > 0,
            Announcement.due_at >= at - REDRAWN_FOR,
            *which,
        )
        .values(redraw_at=at)
        .execution_options(synchronize_session=False)
    )


def redraw_from(b: Books, first: str, before: str, *, at: datetime) -> None:
    """Have the posted announcements drawn anew whose keys are from `first` on and before `before`."""
    for key in _keys(b, first, before):
        redraw(b, key=key, at=at)


def _keys(b: Books, first: str, before: str) -> Sequence[str]:
    own = Announcement.company_id == b.company_id, Announcement.key >= first, Announcement.key < before
    return b.session.scalars(select(Announcement.key).where(*own)).all()


def redraw_keys(b: Books, keys: Sequence[str]) -> None:
    """Have the posted announcements with these keys drawn anew, at once."""
    if not keys:
        return
    said = Announcement.company_id == b.company_id, Announcement.key.in_(keys), Announcement.attempts > 0
    rows = select(Announcement.id).where(*said).order_by(Announcement.id).with_for_update()
    ids = b.session.scalars(rows).all()  # in one order, so that no two acts wait for each other
    if ids:
        b.session.execute(
            update(Announcement)
            .where(Announcement.id.in_(ids))
            .values(redraw_at=Announcement.due_at)
            .execution_options(synchronize_session=False)
        )


def digest_changed(b: Books, day: date) -> None:
    """Have a day's digest drawn anew, at the end of the transaction: all take the rows in one order."""
    key = f"{AnnouncementKind.DIGEST}:{day.isoformat()}"
    b.closing[key] = partial(redraw_keys, b, [key])


def redraw_prefix(b: Books, prefix: str) -> None:
    """Have the posted announcements whose keys begin so drawn anew, at once."""
    redraw_keys(b, _keys(b, prefix, f"{prefix}~"))


def _holds(name: str, value: int | str) -> ColumnElement[bool]:
    held = Announcement.data[name]
    same: ColumnElement[bool] = (held.as_integer() if isinstance(value, int) else held.as_string()) == value
    return same


def claim_redraws(b: Books, *, at: datetime, limit: int = 20) -> list[Stale]:
    """Take posted messages that are to be drawn anew at the aware instant `at`; commit before drawing.

    One whose poster died comes again after its lease.
    """
    found = b.session.execute(
        select(Announcement.id, Announcement.kind, Announcement.channel, Announcement.data, Announcement.ts)
        .where(Announcement.company_id == b.company_id, Announcement.redraw_at <= at)
        .where(Announcement.state == AnnouncementState.POSTED)
        .order_by(Announcement.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    until = at + LEASE
    _set_redraw(b, [id_ for id_, *_ in found], until)
    return [Stale(id_, kind, place, data, ts or "", until) for id_, kind, place, data, ts in found]


def _set_redraw(b: Books, ids: Sequence[int], when: datetime | None) -> None:
    if ids:
        b.session.execute(
            update(Announcement)
            .where(Announcement.company_id == b.company_id, Announcement.id.in_(ids))
            .values(redraw_at=when)
            .execution_options(synchronize_session=False)
        )


def redrawn(b: Books, stale: Stale, *, at: datetime) -> None:
    """Write down that the message was drawn anew: once more, if something changed meanwhile."""
    row = select(Announcement.redraw_at).where(Announcement.id == stale.id).with_for_update()
    again = b.session.scalar(row) != stale.until
    _set_redraw(b, [stale.id], at if again else None)


def redraw_later(b: Books, stale: Stale, *, at: datetime, wait: timedelta | None = None) -> None:
    """Draw it anew after `wait` (Slack's Retry-After), else in half a minute."""
    _set_redraw(b, [stale.id], at + (wait or REDRAW_WAIT))


def leave_as_it_is(b: Books, stale: Stale) -> None:
    """Never mind: the message was deleted, or Slack will never take the new one."""
    _set_redraw(b, [stale.id], None)
