"""Which database the archives of the tests have: a SQLite file each, or one each on a PostgreSQL server.

``make test-postgres`` names the server; each folder then has a database there, a copy of a migrated one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr
from sqlalchemy import URL, make_url

from app.settings import Settings

SERVER_VARIABLE = "TESTS_POSTGRES"
TEMPLATE = "migrated"
NOTHING = "template0"  # of which a database without any table is made


def is_postgres() -> bool:
    """Whether archives are to have PostgreSQL databases."""
    return bool(os.environ.get(SERVER_VARIABLE))


def settings_of(folder: Path, template: str = TEMPLATE, **more: Any) -> Settings:
    """The settings of an archive in ``folder``; its database on a server is made if it is missing."""
    return Settings(folder=folder, database_url=SecretStr(database_of(folder, template)), **more)


def environment_of(folder: Path, template: str = TEMPLATE) -> dict[str, str]:
    """The same as variables for a command."""
    return {"ARCHIVE_FOLDER": str(folder), "ARCHIVE_DATABASE_URL": database_of(folder, template)}


def copy_archive(folder: Path, target: Path) -> None:
    """Copy an archive that nobody uses, with its database."""
    shutil.copytree(folder, target)
    if is_postgres():
        copy_database_of(folder, target)


def copy_database_of(folder: Path, target: Path) -> str:
    """Let the archive in ``target`` have a copy of the database of the one in ``folder``; its address."""
    create_database(_name_of(target), _name_of(folder))
    return database_of(target)


def database_of(folder: Path, template: str = TEMPLATE) -> str:
    """The address of the database of the archive in a folder, made if it is missing; empty for SQLite."""
    if not is_postgres():
        return ""
    name = _name_of(folder)
    if not _is_there(name):
        create_database(name, template)
    return url_of(name).render_as_string(hide_password=False)


def drop_database_of(folder: Path) -> None:
    """Remove the database of the archive in a folder, which nobody uses any more."""
    if is_postgres():
        run_on_server(f'DROP DATABASE IF EXISTS "{_name_of(folder)}" WITH (FORCE)')


def create_database(name: str, template: str) -> None:
    """Make a database as a copy of another one."""
    run_on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def url_of(name: str) -> URL:
    """The address of a database on the tests' server."""
    return make_url(os.environ[SERVER_VARIABLE]).set(database=name)


def _name_of(folder: Path) -> str:
    return f"archive-{hashlib.sha256(str(folder).encode()).hexdigest()[:20]}"


def _is_there(name: str) -> bool:
    with _administration() as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def run_on_server(statement: str) -> None:
    """Run a statement as the administrator of the tests' server."""
    with _administration() as connection:
        connection.execute(statement.encode())


def run_in_database_of(folder: Path, statement: str) -> None:
    """Run a statement in the database of the archive in a folder."""
    with _administration(_name_of(folder)) as connection:
        connection.execute(statement.encode())


def _administration(database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
    url = url_of(database)
    host = url.query["host"]
    assert isinstance(host, str)
    return psycopg.connect(host=host, user=url.username, dbname=url.database, autocommit=True)
