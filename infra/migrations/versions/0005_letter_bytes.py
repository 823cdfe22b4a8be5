"""The bytes of a letter in a table of their own: its row is written at each change of status, they are not."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "letter_bytes",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_bytes_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letter_bytes")),
    )
    op.execute("INSERT INTO letter_bytes (letter_id, raw) SELECT id, raw FROM letter WHERE raw IS NOT NULL")
    op.drop_column("letter", "raw")


def downgrade() -> None:
    op.add_column("letter", sa.Column("raw", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE letter SET raw = (SELECT raw FROM letter_bytes WHERE letter_id = letter.id)")
    op.drop_table("letter_bytes")
