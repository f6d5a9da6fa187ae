"""What finding quotations costs: articles per CPU-second, memory, growth with length, the worst inputs.

``python tests/bench_quotes.py [GOLD.jsonl]``: the annotated articles to run over, else those of this project.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from app.extractors.rules import RuleExtractor

_RUNS = 5
_MEGABYTE = 1_000_000
_GOLD = Path(__file__).parent / "quality" / "gold.jsonl"


def cpu_seconds(texts: list[str]) -> float:
    """The median CPU time of reading all texts, of several runs."""
    extractor, times = RuleExtractor(), []
    for _ in range(_RUNS):
        began = time.process_time()
        for text in texts:
            extractor.extract(text)
        times.append(time.process_time() - began)
    return statistics.median(times)


def peak_megabytes(texts: list[str]) -> float:
    """The most memory that reading one of the texts takes at any moment, in megabytes."""
    extractor = RuleExtractor()
    extractor.extract(texts[0])
    tracemalloc.start()
    for text in texts:
        extractor.extract(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / _MEGABYTE


def grown(texts: list[str], characters: int) -> str:
    """One text of about this length, made of the texts in turn."""
    whole = "\n".join(texts)
    return (whole * (characters // len(whole) + 1))[:characters]


def worst() -> Iterator[tuple[str, str]]:
    """Inputs of a megabyte made to be slow, with what each is."""
    yield "nothing but quotation marks", '"' * _MEGABYTE
    yield "100,000 quotation marks", 'word " word' * 100_000
    yield "no spaces", "“" + "a" * _MEGABYTE
    yield "one endless sentence", "he said that the minister, " * (_MEGABYTE // 27)
    yield "one endless name", "Anna " * (_MEGABYTE // 5)
    yield "pronouns only", "“Yes,” he said. " * (_MEGABYTE // 16)
    yield "opening marks only", "“ " * (_MEGABYTE // 2)
    yield "single marks only", "‘a " * (_MEGABYTE // 3)
    yield "empty lines", "\n" * _MEGABYTE


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="?", default=_GOLD)
    lines = parser.parse_args().gold.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    seconds = cpu_seconds(texts)
    tell = sys.stdout.write
    length = statistics.mean(map(len, texts))
    tell(f"{len(texts)} articles of {length:.0f} characters, median of {_RUNS} runs\n")
    tell(f"{len(texts) / seconds:.0f} articles per CPU-second\n")
    tell(f"{peak_megabytes(texts):.1f} MB at most for one article\n\n")
    base = cpu_seconds([grown(texts, 5_000)]) / 5_000
    for characters in (5_000, 50_000, 500_000, _MEGABYTE):
        cost = cpu_seconds([grown(texts, characters)]) / characters
        tell(f"{characters:>9} characters: {1e6 * cost:6.2f} µs each, {cost / base:4.2f} of 5,000's\n")
    tell("\n")
    for what, text in worst():
        began = time.process_time()
        RuleExtractor().extract(text)
        tell(f"{time.process_time() - began:6.2f} s  {what}\n")


if __name__ == "__main__":
    main()
