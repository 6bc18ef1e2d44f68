"""A fate for each recipient of a message: rows instead of a list on it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

_PAGE = 1_000
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FATES = {
    "planned": "waiting",
    "sending": "sending",
    "sent": "accepted",
    "failed": "refused",
    "cancelled": "called_off",
    "uncertain": "unknown",
}
_reminders = sa.table(
    "reminders",
    sa.column("id", sa.BigInteger()),
    sa.column("company_id", sa.BigInteger()),
    sa.column("state", sa.String()),
    sa.column("attempts", sa.Integer()),
    sa.column("claimed_at", sa.DateTime()),
    sa.column("server_answer", sa.String()),
    sa.column("error", sa.String()),
    sa.column("to", sa.JSON()),
)
_recipients = sa.table(
    "reminder_recipients",
    sa.column("id", sa.BigInteger()),
    sa.column("company_id", sa.BigInteger()),
    sa.column("reminder_id", sa.BigInteger()),
    sa.column("address", sa.String()),
    sa.column("state", sa.String()),
    sa.column("words", sa.String()),
    sa.column("attempts", sa.Integer()),
    sa.column("tried_at", sa.DateTime()),
)


def upgrade() -> None:
    op.create_table(
        "reminder_recipients",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("reminder_id", _KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reminder_recipients_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_reminder_recipients_reminder_id_reminders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_recipients")),
        sa.UniqueConstraint(
            "reminder_id", "address", name=op.f("uq_reminder_recipients_reminder_id_address")
        ),
    )
    op.create_index(
        op.f("ix_reminder_recipients_company_id_next_at"),
        "reminder_recipients",
        ["company_id", "next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    connection = op.get_bind()
    for page in _pages(connection):
        rows = [row for message in page for row in _rows(message)]
        if rows:
            connection.execute(sa.insert(_recipients), rows)
    with op.batch_alter_table("reminders") as reminders:
        reminders.drop_column("to")


def _pages(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    after = 0
    query = sa.select(_reminders).order_by(_reminders.c.id).limit(_PAGE)
    while page := connection.execute(query.where(_reminders.c.id > after)).all():
        yield page
        after = page[-1].id


def _rows(message: Any) -> Iterable[dict[str, Any]]:
    tried = message.attempts > 0
    state = "put_off" if message.state == "planned" and tried else _FATES.get(message.state, "waiting")
    for address in dict.fromkeys(str(each) for each in message.to or ()):
        yield {
            "company_id": message.company_id,
            "reminder_id": message.id,
            "address": address,
            "state": state,
            "words": (message.server_answer or message.error) if tried else None,
            "attempts": message.attempts,
            "tried_at": message.claimed_at if tried else None,
        }


def downgrade() -> None:
    connection = op.get_bind()
    with op.batch_alter_table("reminders") as reminders:
        reminders.add_column(sa.Column("to", sa.JSON(), nullable=False, server_default="[]"))
    rows = connection.execute(
        sa.select(_recipients.c.reminder_id, _recipients.c.address).order_by(_recipients.c.id)
    )
    lists: dict[int, list[str]] = {}
    for reminder_id, address in rows:
        lists.setdefault(reminder_id, []).append(address)
    for reminder_id, addresses in lists.items():
        written = sa.update(_reminders).where(_reminders.c.id == reminder_id)
        connection.execute(written.values(to=addresses))
    # what is left of a message that some have: older code would send it to all of them again
    told = sa.update(_reminders).where(_reminders.c.state == "retrying")
    connection.execute(told.values(state="failed", error="retrying"))
    with op.batch_alter_table("reminders") as reminders:
        reminders.alter_column("to", server_default=None)
    op.drop_index("ix_reminder_recipients_company_id_next_at", table_name="reminder_recipients")
    op.drop_table("reminder_recipients")
