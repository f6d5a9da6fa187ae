"""Kill an ingest at random moments and run it again: each time the archive of an undisturbed run must come.

``make check-killed`` does it 50 times with 500 articles; arguments: kills, articles. Every other time, other
processes read and index for the one that is killed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.archive import open_archive
from app.fulltext.query import parse
from app.fulltext.search_index import Order
from app.settings import Settings
from tests.made_files import write_made_files
from tests.snapshot import snapshot

_QUERIES = ("defence", "SAFE", "“security and defence partnership”", "said OR told")


def start(folder: Path, files: Path, jobs: int = 1) -> subprocess.Popen[bytes]:
    """An ingest of the files in a process of its own."""
    command = [sys.executable, "-c", "from app.cli import main; main()", "ingest", str(files)]
    command += ["--jobs", str(jobs)]
    environment = {**os.environ, "ARCHIVE_FOLDER": str(folder)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def told(folder: Path) -> object:
    """Every row and the hits of some queries; the database must be whole."""
    archive = open_archive(Settings(folder=folder))
    with archive.engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if verdict != "ok":
            raise SystemExit(f"integrity_check: {verdict}")
    hits = []
    for query in _QUERIES:
        tree = parse(query).tree
        if tree is not None:
            found = archive.index.search(tree, order=Order.NEWEST, offset=0, limit=1000)
            hits.append((query, found.total, found.article_ids))
    rows = snapshot(archive)
    archive.engine.dispose()
    return rows, hits


def main(kills: int, articles: int) -> None:
    """Say of each kill how far the run had come; SystemExit where an archive differs."""
    chance = random.Random(2026)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_made_files(work / "files", articles)
        began = time.monotonic()
        if start(work / "undisturbed", work / "files").wait() != 0:
            raise SystemExit("the undisturbed run failed")
        seconds = time.monotonic() - began
        expected = told(work / "undisturbed")
        for kill in range(1, kills + 1):
            folder = work / f"killed-{kill}"
            moment = chance.random()
            process = start(folder, work / "files", jobs=1 + kill % 2)
            time.sleep(moment * seconds)
            process.send_signal(signal.SIGKILL)
            process.wait()
            if start(folder, work / "files").wait() != 0 or told(folder) != expected:
                raise SystemExit(f"kill {kill} at {moment:.0%} of the run: the archive differs")
            sys.stdout.write(f"kill {kill} at {moment:.0%} of the run: the same archive\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
