"""Claims: what files say, direct debits that came back, acknowledgements, what is not owed or too old."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _of_an_invoice("acknowledgements", sa.Column("on", sa.Date(), nullable=False), *_noted())
    _of_an_invoice(
        "rejections",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        *_noted(),
    )
    _of_an_invoice(
        "file_facts",
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column("gone_at", sa.DateTime(), nullable=True),
        sa.Column("began_id", _KEY, nullable=True),
    )
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("order_number", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("means", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("means_said", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("claim_warned", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("claim_told", sa.Date(), nullable=True))

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind_asked_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("means", sa.String(), nullable=True))

    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_writing", sa.Boolean(), nullable=True))

    # A SIREN that begins with 1 or 2 is a public body's: imports took every SIREN for that of a business.
    op.execute(
        "UPDATE customers SET kind = 'public'"
        " WHERE kind = 'business' AND (siren LIKE '1%' OR siren LIKE '2%')"
    )


def _of_an_invoice(table: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(
        table,
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        *(sa.Column(f"{name}_id", _KEY, nullable=False) for name in ("company", "customer", "invoice")),
        *columns,
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f(f"fk_{table}_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f(f"fk_{table}_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{table}_invoice_id"), ["invoice_id"], unique=False)


def _noted() -> tuple["sa.Column[Any]", ...]:
    return (
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
    )


def downgrade() -> None:
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_column("in_writing")

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_column("means")
        batch_op.drop_column("kind_asked_at")

    with op.batch_alter_table("invoices", schema=None) as batch_op:
        for name in (
            "claim_told", "claim_warned", "refused_at", "withdrawn_at", "means_said", "means", "order_number",
        ):  # fmt: skip
            batch_op.drop_column(name)

    for table in ("file_facts", "rejections", "acknowledgements"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_invoice_id"))
            batch_op.drop_index(batch_op.f(f"ix_{table}_customer_id"))
        op.drop_table(table)
