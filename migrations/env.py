"""Runs the migrations, on the connection that the program hands over or on the archive in ARCHIVE_FOLDER."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app.settings import read_settings
from app.store import models  # noqa: F401  (its tables register themselves)
from app.store.database import open_engine, write_connection


def run(connection: Connection) -> None:
    # Batch mode: SQLite cannot alter a column in place.
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with write_connection(open_engine(read_settings().database)) as own:
        run(own)
