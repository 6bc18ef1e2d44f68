"""What people said of the columns and words of files of one shape."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "import_mappings",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("company_id", key, nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_import_mappings_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("company_id", "shape", name=op.f("uq_import_mappings_company_id_shape")),
    )


def downgrade() -> None:
    op.drop_table("import_mappings")
