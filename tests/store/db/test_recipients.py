"""Books of before the recipients' rows: each address of a message gets its row, and back into the list."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, MetaData, insert, text

from store.db.engine import Database
from store.db.tables import Base
from store.db.upgrade import config, upgrade

AT = datetime(2026, 4, 8, 10, tzinfo=UTC).replace(tzinfo=None)
"""An instant as the books keep it."""
MESSAGES = {
    "planned": (0, "waiting", None),
    "sent": (1, "accepted", "250 queued"),
    "failed": (2, "refused", "554 no"),
    "cancelled": (0, "called_off", None),
    "uncertain": (1, "unknown", "554 no"),
    "sending": (1, "sending", "554 no"),
}
"""Of each state of a message: its attempts, the state of its copies, and their words."""


@pytest.fixture
def before(database: Database) -> Database:
    """A database as it was before the rows."""
    Base.metadata.drop_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    moved(database, "0010", up=True)
    return database


def moved(database: Database, to: str, *, up: bool) -> None:
    """Take the schema to a version; SQLite recreates tables, which foreign keys would not have."""
    settings = config()
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.sqlite:
            driver.execute("PRAGMA foreign_keys=OFF").close()
        with connection.begin():
            settings.attributes["connection"] = connection
            (command.upgrade if up else command.downgrade)(settings, to)
        if database.sqlite:
            driver.execute("PRAGMA foreign_keys=ON").close()


def rows(database: Database, query: str) -> list[Any]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def write(database: Database) -> None:
    """Write a message of each state to two addresses, one of them named twice."""
    both = ["a@client.example", "b@client.example", "a@client.example"]
    known = MetaData()
    with database.engine.begin() as connection:
        known.reflect(connection, only=["companies", "customers", "reminders"])
        connection.execute(insert(known.tables["companies"]).values(id=1, key="durand"))
        customer = {"id": 1, "company_id": 1, "name": "Martin", "folded": "martin"}
        connection.execute(insert(known.tables["customers"]).values(**filled(known, "customers", customer)))
        for id_, (state, (attempts, _, words)) in enumerate(MESSAGES.items(), start=1):
            message = {"id": id_, "company_id": 1, "customer_id": 1, "state": state, "attempts": attempts}
            message |= {"claimed_at": AT, "server_answer" if state == "sent" else "error": words, "to": both}
            connection.execute(
                insert(known.tables["reminders"]).values(**filled(known, "reminders", message))
            )


def filled(known: MetaData, table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a row with what its table insists on, whatever that is."""
    usual: dict[type, Any] = {str: "x", int: 0, bool: False, datetime: AT, date: AT.date(), dict: {}}
    for column in known.tables[table].columns:
        if column.name not in values and not column.nullable and column.server_default is None:
            kind = dict if isinstance(column.type, JSON) else column.type.python_type
            values[column.name] = usual[kind]
    return values


def test_each_address_gets_its_row_and_goes_back_into_the_list(before: Database) -> None:
    write(before)
    assert upgrade(before)
    found = rows(
        before, "SELECT reminder_id, address, state, words, attempts FROM reminder_recipients ORDER BY id"
    )
    assert found == [
        (id_, address, state, words, attempts)
        for id_, (attempts, state, words) in enumerate(MESSAGES.values(), start=1)
        for address in ("a@client.example", "b@client.example")
    ]
    with before.engine.begin() as connection:
        connection.execute(text("UPDATE reminders SET state = 'retrying' WHERE id = 2"))
    moved(before, "0010", up=False)
    lists = rows(before, 'SELECT id, state, "to" FROM reminders ORDER BY id')
    told = [(id_, state, json.loads(to) if isinstance(to, str) else to) for id_, state, to in lists]
    both = ["a@client.example", "b@client.example"]
    states = ["failed" if state == "sent" else state for state in MESSAGES]
    assert told == [(id_, state, both) for id_, state in enumerate(states, start=1)]
