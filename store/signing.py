"""The secrets that sign what leaves: those of the settings, else one that is made once and kept here."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from receivables.signing import Keys
from store.db.engine import Database
from store.db.tables import Secret

ONLY = 1
"""The id of the one secret that is kept: of processes that start together, one makes it."""


def keys(database: Database, given: Sequence[str]) -> Keys:
    """Return the secrets to sign with and to believe; one is made and kept when none is `given`.

    A kept one is believed as long as it is there: mails that it signed may still come back.
    """
    kept = _kept(database) or ([] if given else _made(database))
    return Keys((*given, *kept))


def _kept(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Secret.secret).where(Secret.id == ONLY)))


def _made(database: Database) -> list[str]:
    insert = sqlite.insert if database.sqlite else postgresql.insert
    made = insert(Secret).values(id=ONLY, secret=secrets.token_hex(32))
    with database.write() as session:
        session.execute(made.on_conflict_do_nothing(index_elements=["id"]))
    return _kept(database)
