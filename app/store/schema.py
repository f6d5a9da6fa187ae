"""The shape of the database: brought up to date, or refused with what to do."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.errors import DatabaseError
from app.resources import resource_folder


def migrate(engine: Engine) -> None:
    """Bring the database to the newest shape; does nothing where it has it already."""
    with engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_empty(engine: Engine) -> bool:
    """Whether the database has no shape at all yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def require_current_schema(engine: Engine) -> None:
    """Raise DatabaseError unless the database has exactly the shape this program works with."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(migration_config())
    newest = known.get_current_head()
    if present == newest:
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
