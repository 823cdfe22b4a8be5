"""The desk: where a message lies, what a person decided about it, and what was taken back."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "desk_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("state_before", sa.String(length=32), nullable=True),
        sa.Column("verdict_before", sa.String(length=32), nullable=False),
        sa.Column("why_before", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_desk_decision_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name=op.f("fk_desk_decision_incoming_id_incoming")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_decision")),
    )
    op.create_index(op.f("ix_desk_decision_assignment_id"), "desk_decision", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_desk_decision_incoming_id"), "desk_decision", ["incoming_id"], unique=False)
    # What came before this version has been moved to the done folder, whatever it was.
    op.add_column("incoming", sa.Column("place", sa.String(length=32), nullable=False, server_default="done"))
    op.add_column("incoming", sa.Column("guess_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_incoming_place"), "incoming", ["place"], unique=False)
    op.add_column("reply", sa.Column("file_sha256", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("decision_id", sa.Integer(), nullable=True))
    op.add_column("reply", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_reply_decision_id"), "reply", ["decision_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reply_decision_id"), table_name="reply")
    op.drop_column("reply", "taken_back_at")
    op.drop_column("reply", "decision_id")
    op.drop_column("reply", "file_sha256")
    op.drop_index(op.f("ix_incoming_place"), table_name="incoming")
    op.drop_column("incoming", "guess_id")
    op.drop_column("incoming", "place")
    op.drop_index(op.f("ix_desk_decision_incoming_id"), table_name="desk_decision")
    op.drop_index(op.f("ix_desk_decision_assignment_id"), table_name="desk_decision")
    op.drop_table("desk_decision")
