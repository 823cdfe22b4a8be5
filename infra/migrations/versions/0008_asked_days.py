"""The day that a request comes to, the day a unit has promised, why it is asked no longer, words beside no answer."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("extension", sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("assignment", "finding"):
        op.add_column(table, sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("assignment", sa.Column("exempt_why", sa.Text(), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("beside", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("reply", "beside")
    op.drop_column("assignment", "exempt_why")
    for table in ("finding", "assignment"):
        op.drop_column(table, "promised_on")
    op.drop_column("extension", "wanted_at")
