"""Until when a task was put off as it was told again: several at one hour are one message."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("told_to", sa.DateTime(), nullable=True))
    op.execute("UPDATE tasks SET told_to = put_off_to WHERE put_off_to < CURRENT_TIMESTAMP")


def downgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("told_to")
