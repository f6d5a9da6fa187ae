"""Copying a whole database while it is in use, by SQLite's own online backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.errors import DatabaseError

_PAGES_AT_A_TIME = 2_000  # 8 MB; between two steps those who write get their turn
_PAUSE_SECONDS = 0.01


def copy_database(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Make ``target`` the same database as ``source``, whoever reads and writes either meanwhile.

    The copy is the database of one moment: what is written while it is made is in it whole or not at all.
    ``progress`` is told how many pages of how many are done. Raises DatabaseError.
    """

    def tell(_status: int, left: int, total: int) -> None:
        progress(total - left, total)

    try:
        with closing(_opened(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other, pages=_PAGES_AT_A_TIME, progress=tell, sleep=_PAUSE_SECONDS)
    except sqlite3.Error as exc:
        raise DatabaseError(
            f"{source} cannot be copied to {target} ({exc}): check both files and the room on the disk"
        ) from exc


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that makes no file where there is none, and no change where there is one."""
    if not path.is_file():
        raise DatabaseError(f"there is no file {path}: check its name")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection
