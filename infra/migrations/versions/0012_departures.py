"""Letters that have left without this database knowing, how far the journals are read, and why mail is stopped."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("case_code", sa.String(length=40), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_departure")),
    )
    op.create_table(
        "journal_mark",
        sa.Column("journal", sa.String(length=64), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_journal_mark")),
    )
    op.add_column("mail_switch", sa.Column("stopped_for", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("mail_switch", "stopped_for")
    op.drop_table("journal_mark")
    op.drop_table("departure")
