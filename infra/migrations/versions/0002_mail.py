"""The proof chain of letters, the stop button, paused domains, priorities."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "letter_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name=op.f("fk_letter_event_incoming_id_incoming")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_event_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_event")),
    )
    op.create_index(op.f("ix_letter_event_letter_id"), "letter_event", ["letter_id"], unique=False)
    op.create_index(op.f("ix_letter_event_incoming_id"), "letter_event", ["incoming_id"], unique=False)
    switch = op.create_table(
        "mail_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=False),
        sa.Column("stopped_why", sa.Text(), nullable=False),
        sa.Column("spoken_for_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_switch")),
    )
    op.bulk_insert(switch, [{"id": 1, "stopped_by": "", "stopped_why": ""}])
    op.create_table(
        "domain_pause",
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_pause")),
    )
    op.drop_index("ix_letter_ready", table_name="letter")
    op.add_column("letter", sa.Column("repeated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letter", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
    # Who gets one digest is decided when it is claimed, by the recipient: nobody reads this any more.
    op.drop_index("ix_letter_bundle", table_name="letter")
    op.drop_column("letter", "bundle")
    op.create_index("ix_letter_ready", "letter", ["state", "priority", "not_before"], unique=False)
    op.create_index("ix_letter_recipient", "letter", ["recipient", "sent_at"], unique=False)
    op.create_index("ix_letter_sent_at", "letter", ["sent_at", "bundled_into_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_letter_sent_at", table_name="letter")
    op.drop_index("ix_letter_recipient", table_name="letter")
    op.drop_index("ix_letter_ready", table_name="letter")
    op.add_column("letter", sa.Column("bundle", sa.String(length=300), nullable=True))
    op.create_index("ix_letter_bundle", "letter", ["bundle"], unique=False)
    op.drop_column("letter", "priority")
    op.drop_column("letter", "repeated_at")
    op.create_index("ix_letter_ready", "letter", ["state", "not_before"], unique=False)
    op.drop_table("domain_pause")
    op.drop_table("mail_switch")
    op.drop_index(op.f("ix_letter_event_incoming_id"), table_name="letter_event")
    op.drop_index(op.f("ix_letter_event_letter_id"), table_name="letter_event")
    op.drop_table("letter_event")
