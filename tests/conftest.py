"""Archives for the tests: real databases and real Whoosh indexes in temporary folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings

from app.archive import Archive, assemble_archive
from app.ingest import IngestReport, ingest
from app.store.schema import migrate
from app.web.main import create_app
from tests.databases import drop_database_of, is_postgres, settings_of

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"

# What only PostgreSQL has is tested where there is one.
collect_ignore = [] if is_postgres() else ["postgres"]

# Machines that test are shared: a slow example is no failure.
# ``make fuzz`` asks for more examples.
_EXAMPLES = int(os.environ.get("ARCHIVE_TEST_EXAMPLES", "100"))
hypothesis_settings.register_profile("archive", deadline=None, max_examples=_EXAMPLES)
hypothesis_settings.load_profile("archive")

# Tests ask oftener than readers do and wait longer, under the name that the test client gives servers; those
# of the limits themselves set their own. Servers that tests start inherit this.
os.environ |= {
    "ARCHIVE_ALLOWED_HOSTS": "testserver",
    "ARCHIVE_SEARCHES_PER_MINUTE": "0",
    "ARCHIVE_EXPORTS_PER_MINUTE": "0",
    "ARCHIVE_REQUEST_SECONDS": "60",
}


def new_archive(folder: Path) -> Archive:
    """An empty archive in ``folder``."""
    archive = assemble_archive(settings_of(folder))
    migrate(archive.engine)
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = new_archive(tmp_path / "archive")
    yield made
    made.engine.dispose()
    drop_database_of(made.settings.folder)


@pytest.fixture
def take_in(archive: Archive, tmp_path: Path) -> Callable[..., IngestReport]:
    """Writes texts into files by name and ingests them: ``take_in({"a.txt": "…"})``."""

    def write_and_ingest(files: dict[str, str | bytes]) -> IngestReport:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
        return ingest(archive, [folder / name for name in files])

    return write_and_ingest


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive with the seeds; shared, so only to be read."""
    made = new_archive(tmp_path_factory.mktemp("seeded"))
    ingest(made, [SEEDS])
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def client(seeded: Archive) -> TestClient:
    """A browser without a window on the seeded archive."""
    return TestClient(create_app(seeded), raise_server_exceptions=False)
