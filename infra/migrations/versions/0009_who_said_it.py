"""As whom somebody answered for a unit."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("who", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("reply", "who")
