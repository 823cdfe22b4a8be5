"""Acts on a unit itself, or on a finding of it, are found in the audit log by the unit."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("unit_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_audit_unit_id"), "audit", ["unit_id"])
    op.execute(
        "UPDATE audit SET unit_id = (SELECT unit_id FROM assignment WHERE assignment.id = audit.assignment_id)"
        " WHERE assignment_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_unit_id"), "audit")
    op.drop_column("audit", "unit_id")
