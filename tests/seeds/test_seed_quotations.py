"""The archive reads the seeds as their writer meant them: every quotation, whole, by the right speaker."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from sqlmodel import Session

from app.archive import Archive
from app.store.articles import all_article_ids, read_article
from app.store.quotes import QuoteRecord, quotes_of_articles

LEDGER = [json.loads(line) for line in (Path(__file__).parent / "quotations.jsonl").read_text().splitlines()]
FILES = sorted({entry["file"] for entry in LEDGER})

Row = tuple[tuple[str, ...], str, str]


@pytest.fixture(scope="module")
def read(seeded: Archive) -> dict[str, list[Row]]:
    """Words, speaker and kind of each quotation that the archive found, by file."""
    found: dict[str, list[Row]] = {}
    with Session(seeded.engine) as session:
        for article_id in all_article_ids(session):
            records = quotes_of_articles(session, [article_id]).get(article_id, [])
            found[f"seeds/{read_article(session, article_id).source_name}"] = [
                (tuple(segment.text for segment in record.segments), _speaker(record), _kind(record))
                for record in records
                if record.is_marked
            ]
    return found


def _kind(record: QuoteRecord) -> str:
    """The ledger's two kinds: marked words inside a sentence are fragments, however many."""
    return "fragment" if record.kind == "mixed" else record.kind


def _speaker(record: QuoteRecord) -> str:
    """The name; for an unnamed speaker met again ("the source"), the words that introduced it."""
    speakers = (s.role if s.kind == "unnamed" and s.role else s.label for s in record.speakers)
    return " and ".join(speakers) or record.label


@pytest.mark.parametrize("file", FILES)
def test_a_report_is_read_as_it_was_written(read: dict[str, list[Row]], file: str) -> None:
    """In the order of the text; a speaker whom the report leaves unnamed is named by its words."""
    meant: dict[str, list[Row]] = defaultdict(list)
    for entry in LEDGER:
        meant[entry["file"]].append((tuple(entry["segments"]), entry["speaker"], entry["kind"]))
    assert read[file] == meant[file]
