"""One customer may pay for several: they are written to as one, at its address."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("customers") as customers:
        customers.add_column(
            sa.Column("payer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        customers.create_foreign_key(
            op.f("fk_customers_payer_id_customers"), "customers", ["payer_id"], ["id"]
        )
        customers.create_index(
            "ix_customers_payer",
            ["payer_id"],
            sqlite_where=sa.text("payer_id IS NOT NULL"),
            postgresql_where=sa.text("payer_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("customers") as customers:
        customers.drop_index("ix_customers_payer")
        customers.drop_constraint(op.f("fk_customers_payer_id_customers"), type_="foreignkey")
        customers.drop_column("payer_id")
