"""A credit note has its PDF, which goes with the mail that deducts it."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("credit_notes") as credit_notes:
        credit_notes.add_column(sa.Column("pdf_path", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("credit_notes") as credit_notes:
        credit_notes.drop_column("pdf_path")
