"""Of a person's mail: of which case it is, as whom they write, and what they say in their own words."""

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("incoming", sa.Column("case_code", sa.String(40), nullable=False, server_default=""))
    op.add_column("incoming", sa.Column("who", sa.String(32), nullable=True))
    op.add_column("incoming", sa.Column("words", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_incoming_case_code"), "incoming", ["case_code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_incoming_case_code"), table_name="incoming")
    for column in ("words", "who", "case_code"):
        op.drop_column("incoming", column)
