"""Compare the extractor with articles annotated by hand: `check_gold.py GOLD.jsonl`.

One article a line: `{text, quotes: [{kind, group, speaker, speaker_name, speaker_how, quoted}]}`, offsets in
code points. Direct and mixed entries count. Prints the differences and exits with 1, or says all are equal.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.extractors.quotation import Quotation, QuotationKind, Span, SpeakerKind
from app.extractors.rules import RuleExtractor

Entry = dict[str, Any]


def gold_quotations(article: Entry) -> list[list[Entry]]:
    """The annotated direct and mixed entries, those of one group together, in order."""
    groups: dict[int, list[Entry]] = {}
    for entry in article["quotes"]:
        if entry["kind"] in ("direct", "mixed") and entry["quoted"]:
            groups.setdefault(entry["group"], []).append(entry)
    return list(groups.values())


def differences(article: Entry) -> Iterator[str]:
    """What the extractor makes otherwise than the annotators, a line each."""
    text = article["text"]
    gold = {
        tuple((q["start"], q["end"]) for e in group for q in e["quoted"]): group[0]
        for group in gold_quotations(article)
    }
    found = {
        tuple((s.start, s.end) for s in q.segments): q
        for q in RuleExtractor().extract(text).quotations
        if q.kind is not QuotationKind.INDIRECT
    }
    for segments in gold.keys() | found.keys():
        words = text[segments[0][0] : segments[0][1]][:60]
        if segments not in found:
            yield f"missing: {words!r} {segments}"
        elif segments not in gold:
            yield f"not annotated: {words!r} {segments}"
        else:
            yield from (f"{words!r}: {what}" for what in _compare(text, gold[segments], found[segments]))


def _compare(text: str, gold: Entry, found: Quotation) -> Iterator[str]:
    if (found.kind is QuotationKind.DIRECT) is not (gold["kind"] == "direct"):
        yield f"{found.kind} instead of {gold['kind']}"
    if not found.speakers:
        yield f"no speaker instead of {gold['speaker']['text']!r}"
        return
    speaker = found.speakers[0]
    said, span = gold["speaker"], Span(speaker.span.start, found.speakers[-1].span.end)
    named = gold["speaker_how"] != "description"
    inside = said["start"] <= span.start and span.end <= said["end"]
    head = gold["speaker_name"].split()[-1]
    if not inside or (gold["speaker_how"] in ("full", "surname") and head not in span.of(text)):
        yield f"speaker {span.of(text)!r} instead of {said['text']!r}"
    is_whole = span.of(text) == said["text"].removeprefix("both ")
    if not named and not is_whole:
        yield f"speaker {span.of(text)!r} instead of {said['text']!r}"
    if named and speaker.name != gold["speaker_name"]:
        yield f"name {speaker.name!r} instead of {gold['speaker_name']!r}"
    if not named and speaker.kind is SpeakerKind.PERSON:
        yield f"{said['text']!r} taken for a person"


def main() -> int:
    """Exit code 0 if all quotations are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    path: Path = parser.parse_args().gold
    articles = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = [f"{article['id']}: {line}" for article in articles for line in differences(article)]
    total = sum(len(gold_quotations(article)) for article in articles)
    print("\n".join(sorted(lines)) or f"{len(articles)} articles, {total} quotations, all equal")  # noqa: T201 - its output is what it is for
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
