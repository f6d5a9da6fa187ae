"""Holds a served archive under load while ingest goes on beside it, and Datasette on the same rows after it.

``make load ARTICLES=10000 MINUTES=10 CLIENTS=20`` makes an archive of made articles (kept in FOLDER for the
next run), serves it with the program's own command by WORKERS processes (2), and lets clients ask without a
pause: searches 50 %, articles 25 %, people 15 %, feeds and files 10 %; each takes one answer whole before it
asks again. Beside it one ingest follows another, by the program's own command, which works at a lower
priority than servers. Then Datasette serves a copy of articles and people with FTS5, and the same clients ask
it for the same things by its own addresses: for a tenth of the time with nothing beside it, and for another
with the same ingest.

Printed: requests, errors, p50 and p99 by kind in milliseconds of the wall clock, the processor's time for a
request, and the memory of the server over time. Fails on an error, a p99 of one second or more, or memory
that grew by over a tenth from the first third of the time to the last.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from app.archive import assemble_archive
from app.ingest import ingest
from app.settings import Settings
from app.store.schema import migrate
from tests.bench_search import workload
from tests.browser.site import served
from tests.conftest import ROOT
from tests.made_corpus import Corpus
from tests.made_files import write_made_files

_MIX = (("search", 50), ("article", 25), ("person", 15), ("feed and file", 10))
_BATCH = 50  # articles that an ingest beside the load takes in
_MOST_P99_MS = 1000
_MOST_GROWTH = 1.1
_SAMPLE_SECONDS = 5
_OK = range(200, 400)


@dataclass
class Asked:
    """What came of the requests of one server: milliseconds by kind, errors, and its memory over time."""

    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind, _ in _MIX})
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def make_archive(folder: Path, count: int) -> Path:
    """An archive of so many made articles, kept for the next run."""
    path = folder / f"load-{count}"
    if not (path / "made").exists():
        shutil.rmtree(path, ignore_errors=True)
        write_made_files(path / "files", count)
        archive = assemble_archive(Settings(folder=path / "archive"))
        migrate(archive.engine)
        began = time.monotonic()
        ingest(archive, [path / "files"], jobs=2)
        archive.engine.dispose()
        (path / "made").touch()
        sys.stdout.write(f"made an archive of {count:,} articles in {time.monotonic() - began:.0f} s\n")
    return path / "archive"


def addresses(archive: Path) -> dict[str, list[str]]:
    """What readers ask our server for, by kind."""
    corpus = Corpus()
    queries = workload(corpus)
    typed = [*queries["term"], *queries["AND"], *queries["phrase"], "SAFE", "speaker:starmer", "date:2025-03"]
    with sqlite3.connect(archive / "archive.db") as connection:
        pages = [f"/articles/{number}-{slug}" for number, slug in connection.execute(_ARTICLES)]
        slugs = [row[0] for row in connection.execute(_QUOTED)]
    tables = [f"/search.csv?q={quote_plus(word)}" for word in queries["AND"][:6]]
    return {
        "search": [f"/search?q={quote_plus(one)}" for one in typed]
        + [f"/search?q={quote_plus(one)}&show=quotations" for one in queries["term"][:10]],
        "article": pages,
        "person": [f"/people/{slug}" for slug in slugs],
        "feed and file": ["/articles.atom", *(f"/people/{slug}.atom" for slug in slugs[:20]), *tables],
    }


_ARTICLES = "SELECT id, slug FROM article"
_QUOTED = """
SELECT person.slug FROM person JOIN quote_speaker ON quote_speaker.person_id = person.id
GROUP BY person.id ORDER BY count(*) DESC LIMIT 200
"""


def in_datasette(archive: Path, folder: Path) -> tuple[Path, dict[str, list[str]]]:
    """The same rows for Datasette, with a full-text index of its own, and the same questions of it."""
    path = folder / "datasette.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("ATTACH ? AS ours", (str(archive / "archive.db"),))
        connection.executescript(
            """
            CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT, published TEXT, text TEXT);
            INSERT INTO article SELECT id, title, published, text FROM ours.article;
            CREATE VIRTUAL TABLE article_fts
              USING fts5(title, text, content=article, content_rowid=id, tokenize=porter);
            INSERT INTO article_fts (rowid, title, text) SELECT id, title, text FROM article;
            CREATE TABLE person (id INTEGER PRIMARY KEY, slug TEXT, name TEXT);
            INSERT INTO person SELECT id, slug, name FROM ours.person;
            CREATE TABLE said
              (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), words TEXT);
            INSERT INTO said (person_id, words)
              SELECT speaker.person_id, substr(article.text, part.start + 1, part.end - part.start)
              FROM ours.quote_speaker AS speaker
              JOIN ours.quote_segment AS part ON part.quote_id = speaker.quote_id
              JOIN ours.quote ON quote.id = speaker.quote_id
              JOIN ours.article AS article ON article.id = quote.article_id
              WHERE speaker.person_id IS NOT NULL;
            CREATE INDEX said_by ON said (person_id);
            """
        )
        count = connection.execute("SELECT count(*) FROM article").fetchone()[0]
        people = [row[0] for row in connection.execute("SELECT DISTINCT person_id FROM said LIMIT 200")]
    queries = workload(Corpus())
    typed = [*queries["term"], *queries["AND"]]
    words = [quote_plus(one.replace(" AND ", " ")) for one in typed] + [
        quote_plus(one) for one in queries["phrase"]
    ]
    return path, {
        "search": [f"/datasette/article?_search={one}&_size=20" for one in words],
        "article": [f"/datasette/article/{number}" for number in range(1, count + 1)],
        "person": [f"/datasette/said?person_id={one}&_size=20" for one in people],
        "feed and file": [f"/datasette/article.csv?_search={one}&_size=20" for one in words[:20]],
    }


@contextmanager
def datasette(path: Path) -> Iterator[tuple[str, int]]:
    """Datasette on a file: its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("datasette")), str(path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 30
            while time.monotonic() < end:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def drive(address: str, server: int, wanted: dict[str, list[str]], clients: int, seconds: float) -> Asked:
    """Let clients ask until the time is over."""
    asked, turn = Asked(), threading.Lock()
    began, pids = time.monotonic(), family_of(server)
    cpu_before = sum(map(cpu_seconds, pids))
    end = began + seconds

    def ask(seed: int) -> None:
        chooser = random.Random(seed)
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        while time.monotonic() < end:
            kind = chooser.choices([kind for kind, _ in _MIX], [share for _, share in _MIX])[0]
            path = chooser.choice(wanted[kind])
            start = time.perf_counter()
            try:
                status = _status(connection, path)
                if status in (301, 302, 307, 308):  # an article's address has its title; readers follow links
                    status = _status(connection, connection_location(connection))
                fault = "" if status in _OK else f"{path}: status {status}"
            except (OSError, http.client.HTTPException) as exc:
                connection.close()
                fault = f"{path}: {type(exc).__name__}"
            with turn:
                asked.times[kind].append((time.perf_counter() - start) * 1000)
                asked.errors += [fault] if fault else []

    def watch() -> None:
        while time.monotonic() < end:
            asked.memory.append((time.monotonic() - began, sum(map(memory_mb, pids))))
            time.sleep(_SAMPLE_SECONDS)

    with ThreadPoolExecutor(clients + 1) as pool:
        waiting = [pool.submit(watch), *(pool.submit(ask, seed) for seed in range(clients))]
        for one in waiting:
            one.result()
    asked.seconds = time.monotonic() - began
    asked.cpu_seconds = sum(map(cpu_seconds, pids)) - cpu_before
    return asked


_LOCATIONS: dict[int, str] = {}


def _status(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Host": "localhost"})
    response = connection.getresponse()
    response.read()
    _LOCATIONS[id(connection)] = response.headers.get("Location", "")
    return response.status


def connection_location(connection: http.client.HTTPConnection) -> str:
    """Where the last answer of a connection led."""
    parts = urlsplit(_LOCATIONS[id(connection)])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def told(file: Path) -> str:
    """What the kernel says of a process there; nothing of one that has ended."""
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def family_of(pid: int) -> list[int]:
    """A process and those that it started."""
    # glob passes over what vanishes while it looks; Path.glob fails.
    files = glob(f"/proc/{pid}/task/*/children")  # noqa: PTH207
    own = [int(child) for file in files for child in told(Path(file)).split()]
    return [pid, *(one for child in own for one in family_of(child))]


def memory_mb(pid: int) -> float:
    """The memory of a process; of what it shares with others, its part."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000


def cpu_seconds(pid: int) -> float:
    """What a process has had of the processor."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def ingesting(archive: Path, folder: Path, count: int) -> Iterator[list[int]]:
    """Beside what is done inside, ingests of new articles, one after the other; how many came in."""
    is_over = threading.Event()
    done = [0]
    corpus = Corpus()

    def go_on() -> None:
        number = count
        while not is_over.is_set():
            batch = folder / f"batch-{number}"
            batch.mkdir()
            for article in (corpus.article(number + n) for n in range(1, _BATCH + 1)):
                text = f"Title: {article.title}\nOutlet: {article.outlet}\n\n{article.text}\n"
                (batch / f"{article.id}.txt").write_text(text, encoding="utf-8")
            command = [str(Path(sys.executable).with_name("defence-archive")), "ingest", str(batch)]
            subprocess.run([*command, "--folder", str(archive)], cwd=ROOT, check=True, capture_output=True)
            number += _BATCH
            done[0] += _BATCH

    worker = threading.Thread(target=go_on)
    worker.start()
    try:
        yield done
    finally:
        is_over.set()
        worker.join()


def listener(address: str) -> int:
    """The process that was started to listen at an address: a child of this one."""
    port = address.rpartition(":")[2]
    for child in told(Path(f"/proc/self/task/{os.getpid()}/children")).split():
        if port in told(Path(f"/proc/{child}/cmdline")).split("\0"):
            return int(child)
    raise ProcessLookupError(port)


def percentile(times: Sequence[float], share: float) -> float:
    """The time that so many per cent of them do not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share / 100))] if times else 0.0


def tell(name: str, asked: Asked) -> None:
    """Print what one server did."""
    everything = [one for times in asked.times.values() for one in times]
    say = sys.stdout.write
    say(
        f"\n{name}: {len(everything):,} requests in {asked.seconds:.0f} s "
        f"({len(everything) / asked.seconds:.0f} a second), {len(asked.errors)} errors, "
        f"{asked.cpu_seconds / len(everything) * 1000:.0f} ms of the processor each\n"
    )
    say(f"{'':>14}{'requests':>10}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}\n")
    for kind, times in (*asked.times.items(), ("all", everything)):
        if times:
            say(f"{kind:>14}{len(times):10,}{percentile(times, 50):9.0f}")
            say(f"{percentile(times, 99):9.0f}{max(times):9.0f}\n")
    step = max(1, len(asked.memory) // 12)
    memory = ", ".join(f"{at:.0f} s {mb:.0f}" for at, mb in asked.memory[::step])
    say(f"memory in MB: {memory}\n")
    for fault in asked.errors[:5]:
        say(f"  {fault}\n")
    sys.stdout.flush()


def faults_of(asked: Asked) -> list[str]:
    """What falls short of what is wanted."""
    everything = [one for times in asked.times.values() for one in times]
    third = max(1, len(asked.memory) // 3)
    before, after = (
        statistics.median(mb for _, mb in part)
        for part in (asked.memory[1 : third + 1], asked.memory[-third:])
    )
    faults = [f"{len(asked.errors)} errors"] if asked.errors else []
    if (p99 := percentile(everything, 99)) >= _MOST_P99_MS:
        faults.append(f"p99 {p99:.0f} ms")
    if after > before * _MOST_GROWTH:
        faults.append(f"memory grew from {before:.0f} to {after:.0f} MB")
    return faults


def main() -> int:
    """Make, serve, drive, compare; 1 if something falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "defence-archive-load")
    given = parser.parse_args()
    made = make_archive(given.folder, given.articles)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        archive = folder / "archive"
        shutil.copytree(made, archive)
        wanted = addresses(archive)
        os.environ["ARCHIVE_WORKERS"] = str(given.workers)
        with served(archive) as address, ingesting(archive, folder, given.articles) as taken:
            ours = drive(address, listener(address), wanted, given.clients, given.minutes * 60)
        about = f"{given.workers} processes, {given.articles:,} articles, {taken[0]} more ingested beside it"
        tell(f"the archive, {about}", ours)
        path, wanted = in_datasette(made, folder)
        with datasette(path) as (address, pid):
            theirs = drive(address, pid, wanted, given.clients, given.minutes * 6)
            tell(f"Datasette, {given.articles:,} articles, nothing beside it", theirs)
            with ingesting(archive, folder, given.articles + taken[0]) as more:
                beside = drive(address, pid, wanted, given.clients, given.minutes * 6)
            tell(f"Datasette, {given.articles:,} articles, {more[0]} ingested elsewhere beside it", beside)
    faults = faults_of(ours)
    result = {
        "requests": sum(map(len, ours.times.values())),
        "errors": len(ours.errors),
        "p99_ms": round(percentile([one for times in ours.times.values() for one in times], 99)),
        "datasette_p99_ms": [
            round(percentile([one for times in asked.times.values() for one in times], 99))
            for asked in (theirs, beside)
        ],
        "ingested": taken[0],
        "falls_short": faults,
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
