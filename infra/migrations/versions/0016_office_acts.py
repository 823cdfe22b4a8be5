"""What a person of the office does: the audit log; and answers that came by no mail, with who wrote them down."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_audit_assignment_id_assignment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_assignment_id"), "audit", ["assignment_id"])
    op.add_column("reply", sa.Column("noted_by", sa.String(120), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reply", sa.Column("why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for column in ("why", "noted_at", "noted_by"):
        op.drop_column("reply", column)
    op.drop_table("audit")
