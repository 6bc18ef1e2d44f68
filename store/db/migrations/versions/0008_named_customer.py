"""A mail may name the invoice of a customer who is not known to have written it."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("incoming") as incoming:
        incoming.add_column(
            sa.Column(
                "named_customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        incoming.create_foreign_key(
            op.f("fk_incoming_named_customer_id_customers"), "customers", ["named_customer_id"], ["id"]
        )
        incoming.create_index(op.f("ix_incoming_named_customer_id"), ["named_customer_id"])


def downgrade() -> None:
    with op.batch_alter_table("incoming") as incoming:
        incoming.drop_index(op.f("ix_incoming_named_customer_id"))
        incoming.drop_constraint(op.f("fk_incoming_named_customer_id_customers"), type_="foreignkey")
        incoming.drop_column("named_customer_id")
