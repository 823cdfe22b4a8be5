"""More time: requests for it and what was decided; a promised day that keeps reminders away."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("old_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_extension_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_extension_finding_id_finding")),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name=op.f("fk_extension_incoming_id_incoming")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("incoming_id", "assignment_id", name=op.f("uq_extension_incoming_id_assignment_id")),
        sa.UniqueConstraint("incoming_id", "finding_id", name=op.f("uq_extension_incoming_id_finding_id")),
    )
    for column in ("assignment_id", "finding_id", "incoming_id", "state"):
        op.create_index(op.f(f"ix_extension_{column}"), "extension", [column], unique=False)
    for table in ("assignment", "finding"):
        op.add_column(table, sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("finding", sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("finding", "original_due_at")
    for table in ("finding", "assignment"):
        op.drop_column(table, "quiet_until")
    op.drop_table("extension")
