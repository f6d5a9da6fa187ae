"""A disk that is full and a folder that is read-only: a clear error, and nothing is lost."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.archive import Archive, open_archive
from app.ingest import ingest
from app.settings import Settings
from tests.conftest import SEEDS, new_archive
from tests.snapshot import snapshot

_INGEST = [sys.executable, "-c", "from app.cli import main; main()", "ingest", str(SEEDS)]
_DROP_FROM_BOUNDING_SET = 24  # prctl(2)
_MAY_OVERRIDE_PERMISSIONS = 1  # capabilities(7)


def run(folder: Path, prepare: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ARCHIVE_FOLDER": str(folder)}
    return subprocess.run(
        _INGEST, env=environment, capture_output=True, text=True, check=False, timeout=300, preexec_fn=prepare
    )


def no_file_beyond(kilobytes: int) -> Callable[[], None]:
    """Writes fail where a file would grow further, as they do on a disk without room."""

    def prepare() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1000, kilobytes * 1000))

    return prepare


def as_anybody() -> None:
    """Without root's right to write where permissions forbid it."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _MAY_OVERRIDE_PERMISSIONS, 0, 0, 0)


@pytest.mark.parametrize("kilobytes", [20, 300, 700])
def test_a_full_disk_is_said_and_the_next_run_ends_in_the_same_archive(
    tmp_path: Path, kilobytes: int, seeded: Archive
) -> None:
    """Full while the tables are made or articles stored: then there is room again."""
    full = run(tmp_path / "full", no_file_beyond(kilobytes))
    assert full.returncode == 1
    assert full.stderr.startswith("error: "), full.stderr
    assert "Traceback" not in full.stderr
    assert "room" in full.stderr
    assert run(tmp_path / "full").returncode == 0
    filled = open_archive(Settings(folder=tmp_path / "full"))
    one = snapshot(filled)
    filled.engine.dispose()
    assert one == snapshot(seeded)


def test_a_disk_that_is_full_when_the_index_is_written_is_said_too(tmp_path: Path, seeded: Archive) -> None:
    """The articles are stored, and the next run tells the index."""
    assert run(tmp_path / "full").returncode == 0
    for name in ("index", "quote-index"):
        shutil.rmtree(tmp_path / "full" / name)
    full = run(tmp_path / "full", no_file_beyond(200))
    assert full.returncode == 1
    assert full.stderr.startswith("error: "), full.stderr
    assert "Traceback" not in full.stderr
    assert run(tmp_path / "full").returncode == 0
    filled = open_archive(Settings(folder=tmp_path / "full"))
    one = snapshot(filled)
    filled.engine.dispose()
    assert one == snapshot(seeded)


def test_a_read_only_folder_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    archive = new_archive(folder)
    ingest(archive, [SEEDS / "people.json", *sorted(SEEDS.glob("*.txt"))[:3]])
    before = snapshot(archive)
    archive.engine.dispose()
    made = [folder, *folder.rglob("*")]
    for path in made:
        path.chmod(0o555 if path.is_dir() else 0o444)
    refused = run(folder, as_anybody)
    for path in made:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert refused.returncode == 1
    assert "let this user write to the archive" in refused.stderr
    archive = open_archive(Settings(folder=folder))
    assert snapshot(archive) == before
    archive.engine.dispose()
