"""What Slack was told yes to, the processes that keep it, and what a delivery did."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "kept_requests",
        _id(),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_requests_key")),
    )
    op.create_table(
        "keepers",
        _id(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keepers")),
        sa.UniqueConstraint("name", name=op.f("uq_keepers_name")),
    )
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("acted", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("acted")
    op.drop_table("keepers")
    op.drop_table("kept_requests")


def _id() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, autoincrement=True, nullable=False)
