"""An invoice of several due dates stands as its instalments, each a row under the invoice's number."""

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("invoices") as invoices:
        invoices.add_column(sa.Column("whole", sa.String(), nullable=True))
        invoices.add_column(sa.Column("part", sa.Integer(), nullable=True))
        invoices.create_index(
            "ix_invoices_whole",
            ["company_id", "whole"],
            sqlite_where=sa.text("whole IS NOT NULL"),
            postgresql_where=sa.text("whole IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("invoices") as invoices:
        invoices.drop_index("ix_invoices_whole")
        invoices.drop_column("part")
        invoices.drop_column("whole")
