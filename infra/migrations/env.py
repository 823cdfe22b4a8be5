"""Alembic's door: it runs on the connection that infra/database.py hands over."""

from alembic import context

from tasks.records import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Hãy dùng “kiemtra init”: chương trình tự nâng cấp cơ sở dữ liệu của mình.")

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
