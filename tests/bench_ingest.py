"""Measure ingest: articles a second, the share of each step, flatness, two processes, memory.

``make bench-ingest`` ingests made articles of 600 words, each count in a process of its own, alone and with
``--jobs 2``, beside Whoosh's own writer, which does no more than index the texts.
``make bench-memory ARTICLES=250000`` tells the memory of one long ingest as it goes on.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import STORED, TEXT, Schema
from whoosh.index import create_in

from app.archive import assemble_archive
from app.ingest import Reached, ingest
from app.settings import Settings
from app.store.schema import migrate
from tests.conftest import ROOT
from tests.made_files import write_made_files, write_made_lines

# The steps of an article by the functions that do them; a step's time leaves out the steps inside it.
_STEPS = {
    "read": ("app.ingest.open_sources", "app.importers.plain_text.PlainTextImporter.read"),
    "extract": ("app.text_reading.TextReader.read",),
    "link and store": ("app.ingest._Intake._store",),
    "relate": ("app.storing.relate_articles",),
    "index": ("app.ingest.update_index",),
}
_TOLD_EVERY = 10_000  # articles
# Machines are noisy: each count is run several times, and short runs are run more often.
_ARTICLES_EACH = 5_000
_FEWEST_ROUNDS = 3
_PEER_MB = 256


class _Steps:
    """CPU seconds by step, each without what it calls of the others."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._open: list[str] = []
        self._since = time.process_time()

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time told to the step; what it yields is made in that time."""

        def run(*args: Any, **options: Any) -> Any:
            self.turn(step)
            try:
                found = function(*args, **options)
                return list(found) if isinstance(found, Iterator) else found
            finally:
                self.turn(None)

        return run

    def turn(self, step: str | None) -> None:
        """From now on it is this step's time; None: that of the step around it again."""
        now = time.process_time()
        running = self._open[-1] if self._open else "rest"
        self.seconds[running] = self.seconds.get(running, 0.0) + now - self._since
        self._since = now
        if step is None:
            self._open.pop()
        else:
            self._open.append(step)


def measure(files: Path, jobs: int) -> dict[str, Any]:
    """What one ingest of the files costs, in this process and the one it starts."""
    steps = _Steps()
    with tempfile.TemporaryDirectory() as folder:
        archive = assemble_archive(Settings(folder=Path(folder)))
        migrate(archive.engine)
        patches = []
        for step, names in _STEPS.items():
            for name in names:
                owner, _, attribute = name.rpartition(".")
                patcher = patch(name, steps.timed(step, _function(owner, attribute)))
                patcher.start()
                patches.append(patcher)
        began, wall = time.process_time(), time.monotonic()
        report = ingest(archive, [files], jobs=jobs)
        seconds, wall_seconds = time.process_time() - began, time.monotonic() - wall
        steps.turn("rest")
        for patcher in patches:
            patcher.stop()
        archive.engine.dispose()
    total = sum(steps.seconds.values()) or 1.0
    return {
        "articles": report.article_count,
        "cpu_seconds": seconds + _seconds_of_children(),
        "wall_seconds": wall_seconds,
        "shares": {step: found / total for step, found in sorted(steps.seconds.items())},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def tell(files: str, jobs: int) -> None:
    """Print what one ingest of the files costs."""
    sys.stdout.write(json.dumps(measure(Path(files), jobs)))


def watch_memory(count: int) -> None:
    """Ingest so many made articles, lines of one file, and say what memory that takes meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.jsonl"
        write_made_lines(file, count)
        archive = assemble_archive(Settings(folder=Path(folder) / "archive"))
        migrate(archive.engine)
        began = time.monotonic()
        told = 0

        def tell(reached: Reached) -> None:
            nonlocal told
            if reached.articles >= told + _TOLD_EVERY:
                told = reached.articles
                say()

        def say() -> None:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            seconds = time.monotonic() - began
            sys.stdout.write(
                f"{told} articles, {seconds:.0f} s: {_resident_mb():.0f} MB, at most {peak:.0f}\n"
            )
            sys.stdout.flush()

        told = ingest(archive, [file], tell).article_count
        say()
        archive.engine.dispose()


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _function(owner: str, attribute: str) -> Callable[..., Any]:
    module, _, name = owner.rpartition(".")
    if name.lstrip("_")[:1].isupper():
        return getattr(getattr(sys.modules[module], name), attribute)  # type: ignore[no-any-return]
    return getattr(sys.modules[owner], attribute)  # type: ignore[no-any-return]


def tell_peer(files: str) -> None:
    """Print what Whoosh by itself takes to write the same texts, with more memory and nothing stored."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(Path(files).iterdir())]
    schema = Schema(number=STORED, text=TEXT(analyzer=StemmingAnalyzer(cachesize=-1)))
    with tempfile.TemporaryDirectory() as folder:
        index = create_in(folder, schema)
        began = time.process_time()
        with index.writer(limitmb=_PEER_MB) as writer:
            for number, text in enumerate(texts):
                writer.add_document(number=number, text=text)
        seconds = time.process_time() - began
    sys.stdout.write(json.dumps({"articles": len(texts), "cpu_seconds": seconds}))


def main(counts: list[int]) -> None:
    """Measure each count with one process and with two, in turns; medians where there are several runs."""
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            files = f"{folder}/{count}"
            write_made_files(Path(files), count)
            rounds = [_round(files) for _ in range(max(_FEWEST_ROUNDS, _ARTICLES_EACH // count))]
            alone = [one.alone for one in rounds]
            for jobs, runs in ((1, alone), (2, [one.helped for one in rounds])):
                rate, wall = (
                    _median(runs, "articles", "cpu_seconds"),
                    _median(runs, "articles", "wall_seconds"),
                )
                sys.stdout.write(
                    f"{count} articles, --jobs {jobs}: {rate:.1f} a CPU-second, {wall:.1f} a second, "
                    f"{max(one['peak_mb'] for one in runs):.0f} MB, median of {len(runs)}\n"
                )
            costs[count] = 1 / _median(alone, "articles", "cpu_seconds")
            shares = {step: median(one["shares"][step] for one in alone) for step in alone[0]["shares"]}
            told = ", ".join(f"{step} {share:.0%}" for step, share in shares.items())
            ratios = [one.alone["wall_seconds"] / one.helped["wall_seconds"] for one in rounds]
            # What the machine gives two processes that share nothing and never wait for one another.
            most = [2 * one.alone["wall_seconds"] / one.beside["wall_seconds"] for one in rounds]
            peer = _median([one.peer for one in rounds], "articles", "cpu_seconds")
            sys.stdout.write(
                f"  {told}\n"
                f"  --jobs 2: {_spread(ratios)} times as fast\n"
                f"  two ingests at once that share nothing: {_spread(most)} times as fast as one\n"
                f"  Whoosh's own writer alone: {peer:.1f} a CPU-second; "
                f"all of ingest reaches {1 / costs[count] / peer:.2f} of that\n"
            )
            sys.stdout.flush()
    for count in counts[1:]:
        ratio = costs[count] / costs[counts[0]]
        sys.stdout.write(f"cost of an article at {count}: {ratio:.2f} times that at {counts[0]}\n")


class _Round(NamedTuple):
    """What each run of a round costs."""

    alone: dict[str, Any]
    helped: dict[str, Any]
    beside: dict[str, Any]  # the slower one of two that run alone, side by side
    peer: dict[str, Any]


def _round(files: str) -> _Round:
    """One run alone, one with a helper, two at once, one of the peer: each in a process of its own."""
    alone, helped = (_run_at_once([f"tell({files!r}, {jobs})"])[0] for jobs in (1, 2))
    beside = max(_run_at_once([f"tell({files!r}, 1)"] * 2), key=itemgetter("wall_seconds"))
    return _Round(alone, helped, beside, _run_at_once([f"tell_peer({files!r})"])[0])


def _run_at_once(calls: list[str]) -> list[dict[str, Any]]:
    """What calls of this module say that are made at the same time, each in a process of its own."""
    # A helper imports the main module anew: as "defence-archive" has, these have next to none.
    programs = [f"from tests.bench_ingest import tell, tell_peer; {call}" for call in calls]
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
        for program in programs
    ]
    return [json.loads(one.communicate()[0]) for one in started]


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _median(runs: list[dict[str, Any]], what: str, per: str) -> float:
    return float(median(one[what] / one[per] for one in runs))


if __name__ == "__main__":
    if sys.argv[1] == "--memory":
        watch_memory(int(sys.argv[2]))
    else:
        main([int(count) for count in sys.argv[1:]])
