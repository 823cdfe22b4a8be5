"""When the mail was sent in which a day was promised, beside the day."""

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("finding", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("finding", "promised_at")
    op.drop_column("assignment", "promised_at")
