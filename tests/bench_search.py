"""What searching costs beside SQLite FTS5 and tantivy, over a made corpus, each in a process of its own.

``python -m tests.bench_search [--folder FOLDER] [--sizes 1000 10000 100000] [--hostile hostile.jsonl]``

Times are milliseconds of CPU at the median, warm, of several rounds in which the engines take turns; a page
is the count, facets of outlet, year and person, the first ten hits and their snippets. Indexes are built once
and kept in FOLDER. The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.fulltext.query import parse
from tests.bench_engines import ENGINES, Engine, Ours, built
from tests.fulltext.hostile_queries import HOSTILE
from tests.made_corpus import Corpus, MadeArticle

_SIZES = (1_000, 10_000, 100_000)
_ROUNDS = 3
_REPEATS = 5  # of each query in a round
_THREADS = 8
_THREAD_ROUNDS = 6
_KINDS = ("term", "AND", "phrase", "prefix", "facets", "page")
_HOSTILE_SIZE = 10_000
_HOSTILE_RUNS = 3
_COMMITS = 5

Workload = dict[str, list[str]]
Figures = dict[str, Any]


def workload(corpus: Corpus) -> Workload:
    """Queries of each kind: common words, made ones and those of the seeds, and what stands side by side."""
    chooser = random.Random(7)
    sentences = [[word.strip(".,“”()").lower() for word in s.split()] for s in corpus.sentences[:60]]
    spoken = sorted({word for sentence in sentences for word in sentence if word.isalpha() and len(word) > 6})
    terms = corpus.words[60:300:12] + chooser.sample(spoken, 12)
    pairs = [f"{one} AND {other}" for one, other in zip(terms, terms[7:] + terms[:7], strict=True)]
    phrases = []
    for sentence in sentences[:24]:
        at = chooser.randrange(max(1, len(sentence) - 3))
        words = sentence[at : at + chooser.choice((2, 2, 3))]
        if len(words) > 1 and all(word.isalpha() for word in words):
            phrases.append(f'"{" ".join(words)}"')
    common = corpus.words[:12]
    phrases += [f'"{one} {other}"' for one, other in zip(common[::2], common[1::2], strict=True)]
    return {
        "term": terms,
        "AND": pairs,
        "phrase": phrases,
        "prefix": sorted({f"{word[:5]}*" for word in terms}),
        "facets": terms,
        "page": terms + pairs + phrases,
        "slips": [_slip(word, chooser) for word in terms],
    }


def _slip(word: str, chooser: random.Random) -> str:
    """The word with two of its letters swapped."""
    at = chooser.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


# What is measured in the process of one engine.


def cpu_ms(act: Callable[..., object], *given: object) -> float:
    """The CPU time of one call, of all its threads, in milliseconds."""
    began = time.process_time_ns()
    act(*given)
    return (time.process_time_ns() - began) / 1e6


def wall_ms(act: Callable[..., object], *given: object) -> float:
    """The time that one call takes, in milliseconds."""
    began = time.perf_counter_ns()
    act(*given)
    return (time.perf_counter_ns() - began) / 1e6


def resident_mb() -> float:
    """The memory that this process has, mapped files it has read included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(engine: Engine, queries: Workload) -> Figures:
    """All figures that every engine has."""
    figures: Figures = {"opens": wall_ms(engine.open)}
    acts: dict[str, Callable[[str], object]] = dict.fromkeys(_KINDS, engine.find)
    acts |= {"facets": engine.count_facets, "page": engine.page}
    figures["first page"] = cpu_ms(engine.page, queries["page"][0])
    for kind in _KINDS:
        times = []
        for query in queries[kind]:
            acts[kind](query)
            times += [cpu_ms(acts[kind], query) for _ in range(_REPEATS)]
        figures[kind] = statistics.median(times)
    figures["rss_mb"] = resident_mb()
    figures |= threads(engine, [query for kind in _KINDS[:4] for query in queries[kind]])
    figures["rss_mb_after_threads"] = resident_mb()
    return figures


def threads(engine: Engine, queries: list[str]) -> Figures:
    """Queries per second from eight threads, and how many answers were not those of one thread."""
    expected = {query: engine.find(query) for query in queries}

    def ask(seed: int) -> int:
        mine = queries * _THREAD_ROUNDS
        random.Random(seed).shuffle(mine)
        return sum(engine.find(query) != expected[query] for query in mine)

    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(_THREADS) as pool:
        wrong = sum(pool.map(ask, range(_THREADS)))
    count = len(queries) * _THREAD_ROUNDS * _THREADS
    return {
        "queries_per_second": count / (time.perf_counter() - began),
        "queries_per_cpu_second": count / (time.process_time() - cpu),
        "wrong": wrong,
    }


def measure_ours(ours: Ours, folder: Path, queries: Workload) -> Figures:
    """Figures of our index alone: cold pages, slips, and a commit."""
    cold = []
    for query in queries["page"]:
        fresh = Ours(folder)
        fresh.open()
        cold.append(cpu_ms(fresh.page, query))
    slips = [cpu_ms(ours.index.suggest, word) for word in queries["slips"] for _ in range(_REPEATS)]
    return {
        "cold page": statistics.median(cold),
        "coldest page": max(cold),
        "fuzzy": statistics.median(slips),
        **commits(folder, queries["term"][0]),
    }


def commits(folder: Path, query: str) -> Figures:
    """What it takes to put an article into an index like this one, and to answer a search after it."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as copy:
        shutil.copytree(folder, copy, copy_function=os.link, dirs_exist_ok=True)
        ours, corpus = Ours(Path(copy)), Corpus()
        ours.open()
        ours.find(query)
        written, ready = [], []
        for number in range(1, _COMMITS + 1):
            written.append(wall_ms(_put, ours, corpus.article(number)))
            ready.append(wall_ms(ours.find, query))
    return {"commit": statistics.median(written), "ready after commit": statistics.median(ready)}


def _put(ours: Ours, article: MadeArticle) -> None:
    with ours.index.writer() as writer:
        writer.put(article.document())


def hostile_queries(path: Path | None) -> Iterator[tuple[str, str]]:
    """Queries that mean harm with their names: of a file of cases, else our own."""
    if path is None:
        yield from HOSTILE.items()
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"] != "query":
            continue
        made = case["input"] if "input" in case else eval(case["gen"], {"__builtins__": {"range": range}})
        yield case["id"], made.decode("utf-8", "replace") if isinstance(made, bytes) else made


def _ask_anything(ours: Ours, text: str) -> None:
    if parse(text).tree is not None:
        ours.page(text)


def measure_hostile(ours: Ours, path: Path | None) -> list[tuple[float, str]]:
    """How long each hostile query takes, the slowest first."""
    return sorted(
        (
            (min(wall_ms(_ask_anything, ours, text) for _ in range(_HOSTILE_RUNS)), name)
            for name, text in hostile_queries(path)
        ),
        reverse=True,
    )


# What is done in the process that starts the others.


def prepare(folder: Path, size: int, corpus: Corpus) -> Path:
    """The folder with the indexes of so many articles, built if they are not there."""
    texts = "".join(corpus.article(number).text for number in range(1, 6))
    path = folder / f"{size}-{hashlib.sha256(texts.encode()).hexdigest()[:12]}"
    path.mkdir(parents=True, exist_ok=True)
    for name in ENGINES:
        built(name, path, lambda name=name: _told(name, size, corpus.articles(size)))  # type: ignore[misc]
    return path


def _told(name: str, size: int, articles: Iterator[MadeArticle]) -> Iterator[MadeArticle]:
    """The articles, with progress."""
    began = time.perf_counter()
    for article in articles:
        yield article
        if article.id % 1000 == 0 or article.id == size:
            each = article.id / (time.perf_counter() - began)
            sys.stderr.write(f"\r{name}: {article.id:,} of {size:,} articles, {each:.0f} a second ")
            sys.stderr.flush()
    sys.stderr.write("\n")


def in_own_process(name: str, path: Path, options: list[str]) -> Figures:
    """The figures of one engine, measured in a fresh process."""
    command = [sys.executable, "-m", "tests.bench_search", "--measure", name, "--folder", str(path), *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def medians(rounds: list[Figures]) -> Figures:
    """The median of each figure over rounds."""
    return {
        name: statistics.median(one[name] for one in rounds)
        for name, value in rounds[0].items()
        if isinstance(value, int | float)
    }


def compare(folder: Path, size: int, corpus: Corpus) -> dict[str, Figures]:
    """The engines' figures at one size."""
    path = prepare(folder, size, corpus)
    (path / "workload.json").write_text(json.dumps(workload(corpus)), encoding="utf-8")
    rounds: dict[str, list[Figures]] = {name: [] for name in ENGINES}
    for _ in range(_ROUNDS):
        for name in ENGINES:
            rounds[name].append(in_own_process(name, path, []))
    figures = {name: medians(found) for name, found in rounds.items()}
    figures["ours"] |= in_own_process("ours", path, ["--alone"])
    return figures


def show(size: int, figures: dict[str, Figures]) -> None:
    """Print the figures of one size."""
    tell = sys.stdout.write
    tell(f"\n{size:,} articles\n{'CPU ms':>10}" + "".join(f"{kind:>9}" for kind in _KINDS))
    tell(f"{'opens':>9}{'MB':>7}{'q/s':>8}{'q/CPU-s':>9}{'wrong':>7}\n")
    for name, found in figures.items():
        tell(f"{name:>10}" + "".join(f"{found[kind]:9.2f}" for kind in _KINDS))
        tell(f"{found['opens']:9.1f}{found['rss_mb']:7.0f}{found['queries_per_second']:8.0f}")
        tell(f"{found['queries_per_cpu_second']:9.0f}{found['wrong']:7.0f}\n")
    ours = figures["ours"]
    for name in figures:
        if name != "ours":
            tell(
                f"{'ours / ' + name:>10}"
                + "".join(f"{ours[k] / figures[name][k]:9.2f}" for k in _KINDS)
                + "\n"
            )
    tell(
        f"ours alone: cold page {ours['cold page']:.1f} ms (coldest {ours['coldest page']:.1f}), "
        f"fuzzy {ours['fuzzy']:.1f} ms, commit of one article {ours['commit']:.0f} ms, "
        f"ready {ours['ready after commit']:.1f} ms after it, "
        f"{ours['rss_mb_after_threads']:.0f} MB after threads\n"
    )
    sys.stdout.flush()


def summary(figures: dict[int, dict[str, Figures]], slowest: float) -> Figures:
    """The figures that are asked for, of the greatest size."""
    size = max(figures)
    ours = figures[size]["ours"]
    smaller = [one for one in figures if one < size]
    found = {
        "articles": size,
        "page_ms": ours["page"],
        "page_vs_tantivy": ours["page"] / figures[size]["tantivy"]["page"],
        "page_vs_fts5": ours["page"] / figures[size]["fts5"]["page"],
        "rss_mb": ours["rss_mb"],
        "opens_ms": ours["opens"],
        "cold_page_ms": ours["cold page"],
        "ready_after_commit_ms": ours["ready after commit"],
        "fuzzy_ms": ours["fuzzy"],
        "queries_per_second": ours["queries_per_second"],
        "hostile_ms": slowest,
    }
    if smaller:
        found["page_growth"] = ours["page"] / figures[max(smaller)]["ours"]["page"]
    return {name: round(value, 3) for name, value in found.items()}


def main() -> None:
    """Build what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "defence-archive-bench")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--hostile", type=Path, help="cases as JSON lines; else those of the tests")
    parser.add_argument("--measure", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        queries: Workload = json.loads((asked.folder / "workload.json").read_text(encoding="utf-8"))
        folder = asked.folder / asked.measure
        engine = ENGINES[asked.measure](folder)
        if asked.alone:
            assert isinstance(engine, Ours)
            engine.open()
            found = measure_ours(engine, folder, queries)
        else:
            found = measure(engine, queries)
        json.dump(found, sys.stdout)
        return
    corpus = Corpus()
    figures = {}
    for size in sorted(asked.sizes):
        figures[size] = compare(asked.folder, size, corpus)
        show(size, figures[size])
    ours = Ours(prepare(asked.folder, _HOSTILE_SIZE, corpus) / "ours")
    ours.open()
    slowest = measure_hostile(ours, asked.hostile)
    shown = ", ".join(f"{name} {ms:.1f} ms" for ms, name in slowest[:3])
    sys.stdout.write(
        f"\n{len(slowest)} hostile queries at {_HOSTILE_SIZE:,} articles, the slowest: {shown}\n"
    )
    sys.stdout.write(json.dumps(summary(figures, slowest[0][0])) + "\n")


if __name__ == "__main__":
    main()
