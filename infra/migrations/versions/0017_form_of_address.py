"""How a unit is addressed after “Kính gửi”, where its list says so."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("addressee", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("unit", "addressee")
