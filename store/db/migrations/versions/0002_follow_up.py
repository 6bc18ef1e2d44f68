"""Follow-up beyond e-mails: letters, approvals, vetoes, answers, plans, penalties, forcing."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "forcings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_forcings_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forcings")),
        sa.UniqueConstraint("company_id", "day", name=op.f("uq_forcings_company_id_day")),
    )
    op.create_table(
        "mailboxes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_uid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_mailboxes_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("company_id", "folder", name=op.f("uq_mailboxes_company_id_folder")),
    )
    op.create_table(
        "rate_confirmations",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("semester", sa.String(), nullable=False),
        sa.Column("refinancing", sa.BigInteger(), nullable=False),
        sa.Column("legal", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_rate_confirmations_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_confirmations")),
    )
    op.create_table(
        "approvals",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_approvals_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_approvals_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index("ix_approvals_company_id_state", ["company_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_approvals_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "payment_plans",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_payment_plans_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_payment_plans_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plans")),
    )
    with op.batch_alter_table("payment_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_plans_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "incoming",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=True),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("handled_how", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_incoming_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_incoming_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_incoming_reminder_id_reminders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("company_id", "key", name=op.f("uq_incoming_company_id_key")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_company_id_state", ["company_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "penalty_decisions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("indemnity", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_penalty_decisions_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_penalty_decisions_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_penalty_decisions_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty_decisions")),
    )
    with op.batch_alter_table("penalty_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_penalty_decisions_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_penalty_decisions_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "vetoes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_vetoes_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_vetoes_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_vetoes_invoice_id_invoices")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_vetoes_reminder_id_reminders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vetoes")),
    )
    with op.batch_alter_table("vetoes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vetoes_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_vetoes_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "letters",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("tracking", sa.String(), nullable=True),
        sa.Column("deposited_on", sa.Date(), nullable=True),
        sa.Column("deposited_at", sa.DateTime(), nullable=True),
        sa.Column("deposited_by", sa.String(), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_letters_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_letters_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_letters_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_task_id"), ["task_id"], unique=False)

    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("redraw_at", sa.DateTime(), nullable=True))
        batch_op.create_index(
            "ix_announcements_redraw",
            ["company_id", "redraw_at"],
            unique=False,
            sqlite_where=sa.text("redraw_at IS NOT NULL"),
            postgresql_where=sa.text("redraw_at IS NOT NULL"),
        )

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moves", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("callback_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bounce_reason", sa.String(), nullable=True))

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("postal_address", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("address_form", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("statement", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("penalty_rate", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("discount_rate", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("discount_days", sa.Integer(), nullable=True))

    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resolver", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("followed_on", sa.Date(), nullable=True))

    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_promises_plan_id"), ["plan_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_promises_plan_id_payment_plans"), "payment_plans", ["plan_id"], ["id"]
        )

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="reminder", nullable=False))
        batch_op.add_column(sa.Column("data", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("edits", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("edited_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("approved_by", sa.String(), nullable=True))

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_off_to", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("put_off_to")

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_column("approved_by")
        batch_op.drop_column("edited_by")
        batch_op.drop_column("edits")
        batch_op.drop_column("data")
        batch_op.drop_column("kind")

    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_promises_plan_id_payment_plans"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_promises_plan_id"))
        batch_op.drop_column("plan_id")

    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_column("followed_on")
        batch_op.drop_column("follow_up_on")
        batch_op.drop_column("resolver")

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_column("discount_days")
        batch_op.drop_column("discount_rate")
        batch_op.drop_column("penalty_rate")
        batch_op.drop_column("statement")
        batch_op.drop_column("address_form")
        batch_op.drop_column("postal_address")

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("bounce_reason")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("callback_at")
        batch_op.drop_column("moves")

    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_announcements_redraw",
            sqlite_where=sa.text("redraw_at IS NOT NULL"),
            postgresql_where=sa.text("redraw_at IS NOT NULL"),
        )
        batch_op.drop_column("redraw_at")

    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_task_id"))
        batch_op.drop_index(batch_op.f("ix_letters_customer_id"))

    op.drop_table("letters")
    with op.batch_alter_table("vetoes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vetoes_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_vetoes_customer_id"))

    op.drop_table("vetoes")
    with op.batch_alter_table("penalty_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_decisions_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_penalty_decisions_customer_id"))

    op.drop_table("penalty_decisions")
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_customer_id"))
        batch_op.drop_index("ix_incoming_company_id_state")

    op.drop_table("incoming")
    with op.batch_alter_table("payment_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_plans_customer_id"))

    op.drop_table("payment_plans")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approvals_customer_id"))
        batch_op.drop_index("ix_approvals_company_id_state")

    op.drop_table("approvals")
    op.drop_table("rate_confirmations")
    op.drop_table("mailboxes")
    op.drop_table("forcings")
