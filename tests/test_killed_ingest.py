"""Killing an ingest at any moment and running it again ends in the archive of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.archive import open_archive
from app.settings import Settings
from tests.conftest import SEEDS
from tests.snapshot import snapshot

_KILLS = 8
_RUN = [sys.executable, "-c", "from app.cli import main; main()", "ingest", str(SEEDS)]


def start(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ARCHIVE_FOLDER": str(folder)}
    return subprocess.Popen(_RUN, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the program has come so far as to make its database."""
    while not path.exists() and process.poll() is None:
        time.sleep(0.005)


def test_a_killed_ingest_run_again_ends_in_the_same_archive(tmp_path: Path) -> None:
    """Killed by SIGKILL at moments spread over its work; the last run is left to finish."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with start(whole) as undisturbed:
        wait_for(whole / "archive.db", undisturbed)
        began = time.monotonic()
        assert undisturbed.wait(120) == 0
        work_seconds = time.monotonic() - began
    moments = random.Random(1)
    for kill in range(_KILLS):
        with start(killed) as process:
            wait_for(killed / "archive.db", process)
            time.sleep(work_seconds * (kill + moments.random()) / _KILLS)
            process.send_signal(signal.SIGKILL)
    with start(killed) as last:
        _, errors = last.communicate(timeout=120)
        assert last.returncode == 0, errors.decode()
    archives = [open_archive(Settings(folder=folder)) for folder in (whole, killed)]
    one, other = (snapshot(archive) for archive in archives)
    for archive in archives:
        archive.engine.dispose()
    assert one == other
