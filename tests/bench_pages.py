"""What the pages of a large archive cost: milliseconds of the server's CPU, and kilobytes as they are sent.

``python -m tests.bench_pages [--articles 10000] [--folder FOLDER]``. The archive is that of ``tests.load``,
kept in FOLDER. Times are medians over several addresses of each kind, asked in turn in this process; the
client's own part, some milliseconds, is in them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_plus

from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.archive import Archive, open_archive
from app.settings import Settings
from app.store import models
from app.web.main import create_app
from tests.bench_search import workload
from tests.load import make_archive
from tests.made_corpus import Corpus

_OF_EACH = 25
_TIMES = 3
_MOST_MS, _MOST_KB = 50, 30


def addresses(archive: Archive) -> dict[str, list[str]]:
    """Addresses of each kind of page, the same ones for the same archive."""
    chosen = random.Random(5)
    with Session(archive.engine) as session:
        articles = session.exec(select(models.Article.id)).all()
        quotations = session.exec(select(models.Quote.id).where(col(models.Quote.removed_at).is_(None))).all()
        people = session.exec(select(models.Person.slug).join(models.QuoteSpeaker).distinct()).all()
        outlets = session.exec(select(models.Outlet.slug)).all()
        programmes = session.exec(select(models.Programme.slug)).all()

    def some(pattern: str, keys: Sequence[object]) -> list[str]:
        picked = chosen.sample(sorted(keys, key=str), min(_OF_EACH, len(keys)))
        return [pattern.format(quote_plus(str(one))) for one in picked]

    fixed = ("/", "/articles", "/people", "/programmes", "/outlets", "/coverage", "/timeline", "/corrections")
    return {
        **{path: [path] for path in (*fixed, "/about", "/help/search")},
        "article": some("/articles/{}", articles),
        "quotation": some("/quotes/{}", quotations),
        "person": some("/people/{}", people),
        "outlet": some("/outlets/{}", outlets),
        "programme": some("/programmes/{}", programmes),
        "search": some("/search?q={}", workload(Corpus())["page"]),
        "search, quotations": some("/search?q={}&show=quotations", workload(Corpus())["page"]),
    }


def measure(client: TestClient, path: str) -> tuple[float, float]:
    """Milliseconds of CPU for a page at the median of a few times, warm, and its size in kilobytes."""
    times = []
    for _ in range(_TIMES + 1):
        began = time.process_time()
        answer = client.get(path)
        times.append((time.process_time() - began) * 1000)
        answer.raise_for_status()
    return statistics.median(times[1:]), answer.num_bytes_downloaded / 1000


def main() -> None:
    """Print a line for each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "defence-archive-bench")
    asked = parser.parse_args()
    folder = make_archive(asked.folder, asked.articles)
    archive = open_archive(Settings(folder=folder, searches_per_minute=0, request_seconds=60))
    client = TestClient(create_app(archive), base_url="http://localhost")
    sys.stdout.write(f"{'page':20}{'ms':>8}{'slowest':>9}{'kB':>7}{'largest':>9}\n")
    for kind, paths in addresses(archive).items():
        found = [measure(client, path) for path in paths]
        times, sizes = [ms for ms, _ in found], [kb for _, kb in found]
        over = "  over" if statistics.median(times) > _MOST_MS or max(sizes) > _MOST_KB else ""
        sys.stdout.write(
            f"{kind:20}{statistics.median(times):8.1f}{max(times):9.1f}"
            f"{statistics.median(sizes):7.1f}{max(sizes):9.1f}{over}\n"
        )
        sys.stdout.flush()
    archive.engine.dispose()


if __name__ == "__main__":
    main()
