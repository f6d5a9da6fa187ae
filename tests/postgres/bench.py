"""Measure what an archive costs on PostgreSQL beside SQLite: taking articles in, pages, moving it there.

``make bench-postgres ARTICLES=500``. The server is on the same machine and writes to its disk as any does.
Each is measured in turn several times; the least time of each counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.archive import Archive, assemble_archive, open_archive
from app.ingest import ingest
from app.move import move
from app.settings import Settings
from app.store.schema import migrate
from app.web.main import create_app
from tests.databases import NOTHING, SERVER_VARIABLE, database_of
from tests.made_files import write_made_files
from tests.postgres.server import found_or_installed, running

_RUNS = 3
_PAGE_RUNS = 15
_PAGES = (
    "/",
    "/articles",
    "/articles/7",
    "/people",
    "/search?q=defence+pact",
    "/outlets",
    "/timeline",
    "/coverage",
)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def new_archive(folder: Path, *, is_on_server: bool) -> Archive:
    address = database_of(folder, NOTHING) if is_on_server else ""
    made = assemble_archive(
        Settings(
            folder=folder,
            database_url=SecretStr(address),
            searches_per_minute=0,
            allowed_hosts="testserver",
        )
    )
    migrate(made.engine)
    return made


def say(what: str, file: float, server: float, unit: str) -> None:
    """A line of the table: both and their ratio."""
    sys.stdout.write(f"{what:28} {file:9.2f} {server:9.2f} {unit:4} {server / file:6.2f}×\n")
    sys.stdout.flush()


def compare_ingest(work: Path, count: int) -> dict[bool, Archive]:
    """Take the articles in, in turn; the last archive of each kind."""
    least: dict[bool, float] = {}
    archives: dict[bool, Archive] = {}
    for run in range(_RUNS):
        for is_on_server in (False, True):
            archive = new_archive(work / f"{run}-{is_on_server}", is_on_server=is_on_server)
            seconds = seconds_of(lambda archive=archive: ingest(archive, [work / "files"]))  # type: ignore[misc]
            least[is_on_server] = min(seconds, least.get(is_on_server, seconds))
            archives[is_on_server] = archive
    say("ingest, an article", least[False] * 1000 / count, least[True] * 1000 / count, "ms")
    return archives


def compare_pages(archives: dict[bool, Archive]) -> None:
    """Ask for pages, in turn."""
    clients = {kind: TestClient(create_app(archive)) for kind, archive in archives.items()}
    for page in _PAGES:
        least: dict[bool, float] = {}
        for _ in range(_PAGE_RUNS):
            for kind, client in clients.items():
                seconds = seconds_of(lambda client=client, page=page: client.get(page).raise_for_status())  # type: ignore[misc]
                least[kind] = min(seconds, least.get(kind, seconds))
        say(page, least[False] * 1000, least[True] * 1000, "ms")


def main(count: int) -> None:
    """Print the table."""
    with running(found_or_installed(), is_lasting=True) as address, tempfile.TemporaryDirectory() as name:
        os.environ[SERVER_VARIABLE] = address
        work = Path(name)
        write_made_files(work / "files", count)
        sys.stdout.write(f"{count} articles".ljust(28) + f" {'SQLite':>9} {'PostgreSQL':>9}\n")
        archives = compare_ingest(work, count)
        compare_pages(archives)
        target = Settings(folder=work, database_url=SecretStr(database_of(work / "moved", NOTHING)))
        source = open_archive(archives[False].settings)
        began = time.perf_counter()
        rows = move(source, target).row_count
        seconds = time.perf_counter() - began
        sys.stdout.write(
            f"moved and compared {rows} rows in {seconds:.1f} s, {rows / seconds:.0f} a second\n"
        )
        for archive in (*archives.values(), source):
            archive.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
