"""Alembic environment and the migrations, oldest first."""
