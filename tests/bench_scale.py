"""Measure what an article and a page cost as one archive grows: the figures of ``docs/scale.md``.

``make bench-scale COUNTS="1000 10000 100000" [FOLDER=…]`` lets an archive in FOLDER grow to each count of
made articles. For each, a line: CPU milliseconds for an article of the last stretch and the memory of the
ingest; of a server that has just opened the archive, the first page, kilobytes that an article has in each
folder, CPU milliseconds of each kind of page at the median, its memory. An archive that holds as many already
is only asked.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from app.archive import assemble_archive, open_archive
from app.ingest import ingest
from app.settings import Settings
from app.store.articles import count_articles
from app.store.schema import migrate
from app.web.main import create_app
from tests.bench_pages import addresses, measure
from tests.conftest import ROOT
from tests.made_files import write_made_lines

_PAGES = ("/", "search", "search, quotations", "article", "person", "programme", "/coverage")


def grow(folder: Path, count: int) -> dict[str, float]:
    """Take in what is missing of so many made articles; what that cost, for one of them."""
    archive = assemble_archive(Settings(folder=folder))
    migrate(archive.engine)
    with Session(archive.engine) as session:
        held = count_articles(session)
    if held >= count:
        return {}
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / f"made-{count}.jsonl"
        write_made_lines(file, count, held)
        began = time.process_time()
        ingest(archive, [file])
        seconds = time.process_time() - began
    archive.engine.dispose()
    return {
        "ms_an_article": 1000 * seconds / (count - held),
        "ingest_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def ask(folder: Path) -> dict[str, float]:
    """What the archive takes on disk, and what its pages cost: the first, then the median of each kind."""
    began = time.process_time()
    archive = open_archive(Settings(folder=folder, searches_per_minute=0, request_seconds=60))
    client = TestClient(create_app(archive), base_url="http://localhost")
    client.get("/search?q=defence").raise_for_status()
    found = {"first_page_ms": 1000 * (time.process_time() - began)}
    with Session(archive.engine) as session:
        count = count_articles(session)
    found["articles"] = count
    for part in ("archive", "index", "quote"):
        found[f"kb_{part}"] = _bytes(folder, f"{part}*") / count / 1000
    for kind, paths in addresses(archive).items():
        if kind in _PAGES:
            found[kind] = statistics.median(measure(client, path)[0] for path in paths)
    found["server_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    archive.engine.dispose()
    return found


def _bytes(folder: Path, pattern: str) -> int:
    parts = (path for top in folder.glob(pattern) for path in (top, *top.rglob("*")))
    return sum(path.stat().st_size for path in parts if path.is_file())


def _apart(step: str, *given: object) -> dict[str, Any]:
    """What a step of this module finds, in a process of its own: so each has a memory of its own."""
    command = [sys.executable, "-m", "tests.bench_scale", "--step", step, *map(str, given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a line of figures for each count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "defence-archive-scale")
    asked = parser.parse_args()
    for count in sorted(asked.counts):
        found = _apart("grow", asked.folder, count) | _apart("ask", asked.folder)
        sys.stdout.write(", ".join(f"{name} {value:.4g}" for name, value in found.items()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        step, place, *number = sys.argv[2:]
        sys.stdout.write(
            json.dumps(grow(Path(place), int(number[0])) if step == "grow" else ask(Path(place)))
        )
    else:
        main()
