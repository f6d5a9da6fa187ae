"""The shape of the database: brought up to date, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine

from app.errors import DatabaseError
from app.resources import resource_folder
from app.store.database import open_engine, require_order, write_connection

# Stands in the place of the version of a database that an archive is being moved into.
MOVING = "moving"


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
        return version_of(connection) is None


def version_of(connection: Connection) -> str | None:
    """The version of the database's shape, or MOVING; None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """The version of the shape that this program works with."""
    newest = ScriptDirectory.from_config(migration_config()).get_current_head()
    assert newest is not None
    return newest


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
        present = version_of(connection)
    if present == newest_version():
        require_order(engine)
        return
    if present is None:
        raise DatabaseError(
            'there is no archive here yet: run "defence-archive migrate" or "defence-archive ingest"'
        )
    if present == MOVING:
        raise DatabaseError(
            'an archive is being moved here and is not whole yet: run "defence-archive move" once more'
        )
    known = ScriptDirectory.from_config(migration_config())
    if any(script.revision == present for script in known.walk_revisions()):
        raise DatabaseError('the database is older than this program: run "defence-archive migrate"')
    raise DatabaseError("the database is newer than this program: install the newer program")


def require_known_schema(engine: Engine) -> None:
    """Raise DatabaseError where a database has a shape that no version up to this program has had."""
    with engine.connect() as connection:
        present = version_of(connection)
    known = ScriptDirectory.from_config(migration_config())
    if all(script.revision != present for script in known.walk_revisions()):
        raise DatabaseError("the database is newer than this program: install the newer program")


def migration_config() -> Config:
    """Alembic's configuration, made here because an installed program has no pyproject.toml beside it."""
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    return config
