"""The last time that the mail server took nothing of ours, and its words."""

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("mail_switch", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail_switch", sa.Column("failed_why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("mail_switch", "failed_why")
    op.drop_column("mail_switch", "failed_at")
