"""What a correction of one answer has made untrue of the flags of others, beside the correction."""

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("unflagged", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("reply", "unflagged")
