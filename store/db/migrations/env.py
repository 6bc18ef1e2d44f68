"""Run by Alembic: applies the versions on the connection that `store.db.upgrade` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from store.db.tables import Base


def _plain_types(kind: str, item: Any, _found: AutogenContext) -> str | Literal[False]:
    """Write the database's own type in a version, so that old versions never depend on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__ == "store.db.columns":
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    render_item=_plain_types,
)
with context.begin_transaction():
    context.run_migrations()
