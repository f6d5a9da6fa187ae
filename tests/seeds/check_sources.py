"""Check the seed reports against the texts they quote.

Run from the top of a checkout::

    python tests/seeds/check_sources.py SHARED_DIR

``SHARED_DIR`` holds the source texts, ``sources/*.txt`` (speeches) and ``seeds/*.txt`` (articles).
They are not part of this repository, so this is a command for editors and not a test.

The ledger ``quotations.jsonl`` beside this script has one line per quotation, in the order of the
files' names and of the text. ``segments`` are the stretches between quotation marks: one for each
paragraph of a quotation that runs over several, and one for each part of a quotation that the
reporting clause breaks. ``speaker`` is the full name, or the phrase for a source without one;
``printed`` is what stands at that place, without a role: a name, a surname or a pronoun.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parents[2]
LEDGER = Path(__file__).with_name("quotations.jsonl")
MIN_WORDS, MAX_WORDS = 150, 600
MAX_SHARED_WORDS = 7

METADATA_LINE = re.compile(r"(?P<key>Title|Date|Outlet|Author|URL|Source|Licence|Language): (?P<value>.+)")
# A paragraph of a longer quotation is left open; the next paragraph opens again.
# In single marks, a closing mark before a letter is an apostrophe.
MARKED = re.compile(
    r"“(?P<curly>[^“”\n]+)(?:”|(?=\n+“))"
    r'|"(?P<straight>[^"\n]+)(?:"|(?=\n+"))'
    r"|‘(?P<single>(?:[^‘’\n]|’(?=\w))+)’"
)
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class LedgerEntry:
    """One quotation as the ledger records it; ``file`` and ``source`` are relative paths."""

    file: str
    speaker: str
    printed: str
    segments: tuple[str, ...]
    kind: Literal["direct", "fragment"]
    source: str

    def __post_init__(self) -> None:
        if self.kind not in ("direct", "fragment"):
            raise ValueError(f"{self.file}: unknown kind {self.kind!r}")
        if not self.segments:
            raise ValueError(f"{self.file}: a quotation of {self.speaker} without words")


@dataclass(frozen=True)
class Report:
    """One seed file: its name, the title in its metadata (or ``""``) and its body."""

    name: str
    title: str
    body: str


def read_ledger(path: Path) -> list[LedgerEntry]:
    """Read the ledger, one JSON object per line."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [LedgerEntry(**row | {"segments": tuple(row["segments"])}) for row in rows]


def read_report(path: Path) -> Report:
    """Read a seed file, whatever its line ends, and part the metadata from the body."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    metadata = [METADATA_LINE.fullmatch(line) for line in head.split("\n")]
    if not all(metadata):
        raise ValueError(f"{path}: the file must start with metadata lines and a blank line")
    titles = [found["value"] for found in metadata if found and found["key"] == "Title"]
    return Report(f"seeds/{path.name}", "".join(titles), body)


def read_sources(shared: Path) -> dict[str, str]:
    """Read every source text, by its path relative to ``shared``."""
    paths = sorted([*shared.glob("sources/*.txt"), *shared.glob("seeds/*.txt")])
    return {str(path.relative_to(shared)): path.read_text(encoding="utf-8") for path in paths}


def find_marked(text: str) -> list[str]:
    """Return what stands between quotation marks, in order.

    >>> find_marked("‘It’s time,’ he said. ‘Go.’")
    ['It’s time,', 'Go.']
    """
    return [next(filter(None, found.groups())) for found in MARKED.finditer(text)]


def compile_quotation(segments: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the segments, one right after the other, in their source.

    A last comma may be a full stop there, because a reporting clause follows it in print.
    """
    parts = [re.escape(part[:-1]) + "[,.]" if part.endswith(",") else re.escape(part) for part in segments]
    return re.compile(r"\s+".join(parts))


def find_runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of ``length`` words, regardless of case and punctuation."""
    words = WORD.findall(text.casefold())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def find_own_runs(report: Report, length: int) -> set[tuple[str, ...]]:
    """Return the runs of words in the report's own prose; none reaches across a quotation."""
    pieces = MARKED.sub("\0", f"{report.title}\0{report.body}").split("\0")
    return set().union(*(find_runs(piece, length) for piece in pieces))


def check_entry(entry: LedgerEntry, report: Report | None, source: str | None) -> Iterator[str]:
    """Yield what is wrong with one line of the ledger: its file, speaker or words."""
    if report is None or source is None:
        yield f"{entry.file}: the file or its source {entry.source} is missing"
        return
    if not compile_quotation(entry.segments).search(source):
        yield f"{entry.file}: not word for word in {entry.source}: {entry.segments}"
    outside = MARKED.sub(" ", report.body)
    if not re.search(rf"\b{re.escape(entry.printed)}\b", outside):
        yield f"{entry.file}: speaker {entry.printed!r} is not printed there"


def check_marks(report: Report, entries: list[LedgerEntry]) -> Iterator[str]:
    """Yield a failure unless the ledger holds every marked stretch, in order, and no other."""
    printed = find_marked(report.body)
    recorded = [part for entry in entries for part in entry.segments]
    if printed != recorded:
        differing = [part for part in printed if part not in recorded]
        differing += [part for part in recorded if part not in printed]
        yield f"{report.name}: marks and ledger differ: {differing or 'in order'}"
    if re.search(r'[“”"‘]', MARKED.sub("", report.body) + report.title):
        yield f"{report.name}: a quotation mark stands alone"


def check_prose(report: Report, sources: dict[str, str]) -> Iterator[str]:
    """Yield a failure for each run of words borrowed from a source, and for a wrong length."""
    own = find_own_runs(report, MAX_SHARED_WORDS + 1)
    for name, text in sources.items():
        for run in sorted(own & find_runs(text, MAX_SHARED_WORDS + 1)):
            yield f"{report.name}: shared with {name}: {' '.join(run)}"
    count = len(report.body.split())
    if not MIN_WORDS <= count <= MAX_WORDS:
        yield f"{report.name}: {count} words"


def check_all(reports: list[Report], ledger: list[LedgerEntry], shared: Path) -> Iterator[str]:
    """Yield every failure of the reports and the ledger against the texts in ``shared``."""
    sources = read_sources(shared)
    by_name = {report.name: report for report in reports}
    for entry in ledger:
        yield from check_entry(entry, by_name.get(entry.file), sources.get(entry.source))
    for report in reports:
        yield from check_marks(report, [entry for entry in ledger if entry.file == report.name])
        yield from check_prose(report, sources)


def main() -> int:
    """Print the failures, or one line that says there are none; return the exit code."""
    parser = argparse.ArgumentParser(description="Check the seed reports against their sources.")
    parser.add_argument("shared", type=Path, metavar="SHARED_DIR", help="holds sources/ and seeds/")
    shared: Path = parser.parse_args().shared
    if not read_sources(shared):
        parser.error(f"no sources/*.txt or seeds/*.txt in {shared}")
    reports = [read_report(path) for path in sorted((PROJECT / "seeds").glob("*.txt"))]
    ledger = read_ledger(LEDGER)
    failures = list(check_all(reports, ledger, shared))
    sys.stderr.writelines(f"{failure}\n" for failure in failures)
    if not failures:
        sys.stdout.write(f"{len(reports)} reports, {len(ledger)} quotations, all word for word\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
