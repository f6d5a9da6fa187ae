"""The shape of the database: brought up to date, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine

from app.errors import DatabaseError
from app.resources import resource_folder
from app.store.database import open_engine, require_order, write_connection


def migrate(engine: Engine) -> None:
    """Bring the database to the newest shape; does nothing where it has it already."""
    require_order(engine)
    with write_connection(engine) as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_empty(engine: Engine) -> bool:
    """Whether the database has no shape at all yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def is_there(place: Path | URL) -> bool:
    """Whether there is a database of any shape; none is made by asking."""
    if isinstance(place, Path) and not place.exists():
        return False
    engine = open_engine(place)
    try:
        return not is_empty(engine)
    finally:
        engine.dispose()


def require_current_schema(engine: Engine) -> None:
    """Raise DatabaseError unless the database has exactly the shape this program works with."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(migration_config())
    newest = known.get_current_head()
    if present == newest:
        require_order(engine)
        return
    if present is None:
        raise DatabaseError(
            'there is no archive here yet: run "defence-archive migrate" or "defence-archive ingest"'
        )
    if any(script.revision == present for script in known.walk_revisions()):
        raise DatabaseError('the database is older than this program: run "defence-archive migrate"')
    raise DatabaseError("the database is newer than this program: install the newer program")


def require_known_schema(engine: Engine) -> None:
    """Raise DatabaseError where a database has a shape that no version up to this program has had."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(migration_config())
    if all(script.revision != present for script in known.walk_revisions()):
        raise DatabaseError("the database is newer than this program: install the newer program")


def migration_config() -> Config:
    """Alembic's configuration, made here because an installed program has no pyproject.toml beside it."""
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    return config
