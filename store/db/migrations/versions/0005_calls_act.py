"""Calls act: promises of several invoices, payments that have left, calls about several, calls back."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "call_items",
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("invoice_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_items_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_call_items_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("call_id", "invoice_id", name=op.f("pk_call_items")),
    )
    with op.batch_alter_table("call_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_items_invoice_id"), ["invoice_id"], unique=False)
    op.execute(
        "INSERT INTO call_items (call_id, invoice_id) "
        "SELECT id, invoice_id FROM calls WHERE invoice_id IS NOT NULL"
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("together_id", KEY, nullable=True))
        batch_op.add_column(
            sa.Column("payment_left", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_promises_together_id"), ["together_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_promises_together_id_promises"), "promises", ["together_id"], ["id"]
        )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("task_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_pauses_task_id_tasks"), "tasks", ["task_id"], ["id"])
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("agreed_at")
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_pauses_task_id_tasks"), type_="foreignkey")
        batch_op.drop_column("task_id")
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_promises_together_id_promises"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_promises_together_id"))
        batch_op.drop_column("payment_left")
        batch_op.drop_column("together_id")
    op.drop_table("call_items")
