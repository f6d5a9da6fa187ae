"""Killing an ingest at any moment and running it again ends in the archive of an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.archive import open_archive
from app.store.schema import is_there
from tests.conftest import SEEDS
from tests.databases import NOTHING, environment_of, settings_of
from tests.snapshot import snapshot

_KILLS = 5
_RUN = [sys.executable, "-c", "from app.cli import main; main()", "ingest", str(SEEDS)]


def start(folder: Path, jobs: int = 1) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **environment_of(folder, NOTHING)}
    command = [*_RUN, "--jobs", str(jobs)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the program has come so far as to make its database."""
    place = settings_of(folder).database
    while process.poll() is None and not (place.exists() if isinstance(place, Path) else is_there(place)):
        time.sleep(0.005)


def wait_until_none_works_on(folder: Path) -> None:
    """Until no process is left that was started for this folder."""

    def is_left() -> bool:
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"ARCHIVE_FOLDER={folder}\0".encode() in environment.read_bytes():
                    return True
        return False

    deadline = time.monotonic() + 60
    while is_left():
        assert time.monotonic() < deadline, "a process outlives the one that it worked for"
        time.sleep(0.05)


def test_a_killed_ingest_run_again_ends_in_the_same_archive(tmp_path: Path) -> None:
    """Killed by SIGKILL at moments spread over its work, every other time with processes that work for it.

    These end too. The last run is left to finish.
    """
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with start(whole) as undisturbed:
        wait_for(whole, undisturbed)
        began = time.monotonic()
        assert undisturbed.wait(120) == 0
        work_seconds = time.monotonic() - began
    moments = random.Random(1)
    for kill in range(_KILLS):
        with start(killed, jobs=1 + kill % 2) as process:
            wait_for(killed, process)
            time.sleep(work_seconds * (kill + moments.random()) / _KILLS)
            process.send_signal(signal.SIGKILL)
        wait_until_none_works_on(killed)
    with start(killed) as last:
        _, errors = last.communicate(timeout=120)
        assert last.returncode == 0, errors.decode()
    archives = [open_archive(settings_of(folder)) for folder in (whole, killed)]
    one, other = (snapshot(archive) for archive in archives)
    for archive in archives:
        archive.engine.dispose()
    assert one == other
