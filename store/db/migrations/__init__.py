"""Database schema, as Alembic revisions."""
