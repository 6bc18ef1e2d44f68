"""What accounting exports showed of customers' accounts, and what it became."""

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINKS = {
    "customer_id": "customers",
    "invoice_id": "invoices",
    "payment_id": "payments",
    "credit_note_id": "credit_notes",
}


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("customer_id", _KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", _KEY, nullable=True),
        sa.Column("payment_id", _KEY, nullable=True),
        sa.Column("credit_note_id", _KEY, nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_ledger_entries_{column}_{table}")
            )
            for column, table in {"company_id": "companies", **_LINKS}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("company_id", "key", name=op.f("uq_ledger_entries_company_id_key")),
    )
    with op.batch_alter_table("ledger_entries") as batch_op:
        for column in _LINKS:
            batch_op.create_index(batch_op.f(f"ix_ledger_entries_{column}"), [column])


def downgrade() -> None:
    op.drop_table("ledger_entries")
