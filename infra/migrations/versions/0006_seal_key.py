"""The key that forms are sealed with: 32 random bytes, made here, so that every worker of the house has the same."""

import secrets

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    table = op.create_table(
        "seal_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_key")),
    )
    op.bulk_insert(table, [{"id": 1, "key": secrets.token_bytes(32)}])


def downgrade() -> None:
    op.drop_table("seal_key")
