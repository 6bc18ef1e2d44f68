"""What is kept of each mail account that is opened by tokens: sealed tokens, trouble, whose turn it is.

Mail accounts are the installation's, as `SMTP_URL` and `IMAP_URL` are: no company's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from receivables.codes.mail_access import AccessTrouble
from store.db.engine import Database
from store.db.tables import MailAccess

TURN = timedelta(minutes=1)
"""How long one process may take to renew; then another may try."""
PAUSE = timedelta(minutes=5)
"""How long nothing is asked again after a refusal: more would look like an attack."""
WORDS = 200


@dataclass(frozen=True, slots=True)
class KeptAccess:
    """What is kept under a name. `sealed` None: no tokens; `trouble` None: none is known."""

    name: str
    sealed: str | None
    ends_at: datetime | None
    """When the consent ends, where the provider has said so."""
    trouble: AccessTrouble | None
    words: str
    since: datetime | None
    """When the trouble began."""
    tried_at: datetime | None
    """When it was last met."""

    def paused(self, at: datetime) -> bool:
        """Whether a refusal is so recent that nothing is asked at `at`."""
        return self.trouble is not None and self.tried_at is not None and at < self.tried_at + PAUSE


def kept(database: Database, name: str) -> KeptAccess | None:
    """Return what is kept under a name."""
    return next(iter(all_of(database, [name])), None)


def all_of(database: Database, names: Collection[str]) -> Sequence[KeptAccess]:
    """Return what is kept under these names."""
    columns = (
        MailAccess.name,
        MailAccess.sealed,
        MailAccess.ends_at,
        MailAccess.trouble,
        MailAccess.words,
        MailAccess.since,
        MailAccess.tried_at,
    )
    with database.read() as session:
        found = session.execute(select(*columns).where(MailAccess.name.in_(names)).order_by(MailAccess.name))
        return [KeptAccess(*row) for row in found]


def take_turn(database: Database, name: str, *, at: datetime) -> bool:
    """Take the turn to ask for new tokens; False while another has it: one asks, whatever processes run."""
    free = or_(MailAccess.turn_until.is_(None), MailAccess.turn_until <= at)
    with database.write() as session:
        insert = sqlite.insert if database.sqlite else postgresql.insert
        session.execute(insert(MailAccess).values(name=name, words="").on_conflict_do_nothing())
        taken = session.execute(
            update(MailAccess)
            .where(MailAccess.name == name, free)
            .values(turn_until=at + TURN)
            .returning(MailAccess.id)
        )
        return taken.first() is not None


def end_turn(database: Database, name: str) -> None:
    """Give the turn back without an answer."""
    _set(database, MailAccess.name == name, turn_until=None)


def keep(database: Database, name: str, sealed: str, *, ends_at: datetime | None) -> None:
    """Keep new tokens, which ends every trouble and the turn."""
    values = {"sealed": sealed, "ends_at": ends_at, "turn_until": None, **_WELL}
    with database.write() as session:
        insert = sqlite.insert if database.sqlite else postgresql.insert
        session.execute(
            insert(MailAccess)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )


def note(database: Database, name: str, trouble: AccessTrouble, words: str, *, at: datetime) -> None:
    """Write down a trouble, which ends the turn; the same one goes on since when it began."""
    before = kept(database, name)
    since = before.since if before and before.trouble == trouble else at
    values = {"trouble": trouble, "words": words[:WORDS], "since": since, "tried_at": at, "turn_until": None}
    with database.write() as session:
        insert = sqlite.insert if database.sqlite else postgresql.insert
        session.execute(
            insert(MailAccess)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )


def well(database: Database, name: str) -> None:
    """Write down that a trouble is over."""
    before = kept(database, name)
    if before is not None and before.trouble is not None:
        _set(database, MailAccess.name == name, **_WELL)


def look_again(database: Database, name: str) -> None:
    """End the pause after a refusal; whether the trouble is over is for the next answer to say."""
    _set(database, MailAccess.name == name, tried_at=None)


def forget_others(database: Database, names: Collection[str]) -> None:
    """Keep no tokens of accounts that the settings name no more."""
    with database.write() as session:
        session.execute(delete(MailAccess).where(MailAccess.name.not_in(names)))


_WELL = {"trouble": None, "words": "", "since": None, "tried_at": None}


def _set(database: Database, which: ColumnElement[bool], **values: object) -> None:
    with database.write() as session:
        session.execute(update(MailAccess).where(which).values(**values))
