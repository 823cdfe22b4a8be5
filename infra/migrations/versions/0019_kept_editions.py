"""Editions of a year keep what went in and the bytes of their files."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("year_report", sa.Column("inputs", sa.LargeBinary(), nullable=True))
    op.create_table(
        "year_file",
        sa.Column("year_report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["year_report_id"], ["year_report.id"], name=op.f("fk_year_file_year_report_id_year_report")
        ),
        sa.PrimaryKeyConstraint("year_report_id", "kind", name=op.f("pk_year_file")),
    )


def downgrade() -> None:
    op.drop_table("year_file")
    op.drop_column("year_report", "inputs")
