"""Statements compiled once for each kind of database, for what runs thousands of times a morning.

SQLAlchemy's cache still builds a key and a context for each execution; given to the driver as ready text, a
statement costs a tenth. The transaction stays SQLAlchemy's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement

Processor = Callable[[Any], Any]


class Prepared:
    """One statement. Values bound by name go through their column types, as usual."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Execute with `values` within the connection's transaction; return the rows it gives back."""
        ready = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(ready.text, ready.bind(values))
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            cursor.close()

    def run_all(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Execute once for each of `rows`, which may be empty."""
        for values in rows:
            self.run(connection, values)

    def _for(self, dialect: Dialect) -> "_Ready":
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _Ready(self._statement, dialect)
        return ready


class _Ready:
    """A statement as one dialect reads it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._fixed = dict(compiled.params)
        self._types: dict[str, Processor | None] = {
            bind.key: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind in compiled.binds.values()
        }

    def bind(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        given = {**self._fixed, **values}
        ready = {name: self._one(name, value) for name, value in given.items()}
        return tuple(ready[name] for name in self._order) if self._order is not None else ready

    def _one(self, name: str, value: Any) -> Any:
        process = self._types.get(name)
        return process(value) if process is not None else value
