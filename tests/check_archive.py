"""Checks an archive of two real articles against annotations made by hand: ``check_archive.py SHARED_DIR``.

``SHARED_DIR/seeds`` has the articles, ``SHARED_DIR/quotes/seeds.jsonl`` the quotations with offsets of the
raw text. They are not part of this project, so that this runs only where they lie beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import Session

from app.archive import Archive, assemble_archive
from app.importers.cleaning import Removal, raw_offset
from app.ingest import Outcome, ingest
from app.settings import Settings
from app.store.articles import all_article_ids, read_article
from app.store.quotes import QuoteRecord, quotes_of_articles
from app.store.schema import migrate
from app.web.main import create_app

Found = tuple[int, int, str, str, str]
"""Start and end in the raw text, the words, their kind, the speaker's name."""


def stored(archive: Archive) -> dict[str, set[Found]]:
    """Every stored stretch of a quotation by the name of its file, with offsets of the raw text."""
    found: dict[str, set[Found]] = {}
    with Session(archive.engine) as session:
        for article_id in all_article_ids(session):
            article = read_article(session, article_id)
            removals = [Removal(r.rule, r.start, r.end, r.text) for r in article.removals]
            rows = found.setdefault(article.source_name.removesuffix(".txt"), set())
            for quote in quotes_of_articles(session, [article_id])[article_id]:
                if not quote.is_marked:
                    continue
                for segment in quote.segments:
                    start = raw_offset(removals, segment.start)
                    end = raw_offset(removals, segment.end - 1) + 1
                    rows.add((start, end, segment.text, _kind(quote), quote.label))
    return found


def _kind(quote: QuoteRecord) -> str:
    """The annotators' two kinds: marked words inside a sentence are fragments, however many."""
    return "fragment" if quote.kind == "mixed" else quote.kind


def annotated(path: Path) -> dict[str, set[Found]]:
    """The same from the annotations; a fragment is the marked stretch of a mixed quotation."""
    gold: dict[str, set[Found]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        rows = gold.setdefault(article["id"], set())
        for quote in article["quotes"]:
            kind = "direct" if quote["kind"] == "direct" else "fragment"
            for part in quote["quoted"]:
                name = quote["speaker_name"].removeprefix("both ")
                rows.add((part["start"], part["end"], part["text"], kind, name))
    return gold


def check(archive: Archive, shared: Path) -> list[str]:
    """What is wrong, a line each."""
    report = ingest(archive, [shared / "seeds"])
    wrong = [] if report.count(Outcome.ADDED) == 2 else ["ingest does not give 2 articles"]
    found, gold = stored(archive), annotated(shared / "quotes" / "seeds.jsonl")
    for article, rows in gold.items():
        wrong += [f"{article}: missing {row}" for row in sorted(rows - found[article])]
        wrong += [f"{article}: not annotated {row}" for row in sorted(found[article] - rows)]
    client = TestClient(create_app(archive), base_url="http://localhost")
    for person, count in {"matti-maasikas": 3, "keir-starmer": 2}.items():
        shown = client.get(f"/people/{person}").text.count("<blockquote")
        if shown != count:
            wrong.append(f"/people/{person} lists {shown} quotations, not {count}")
    if "source close to" in client.get("/people").text:
        wrong.append("an unnamed source has a page")
    return wrong


def main() -> int:
    """Build the archive, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    shared = parser.parse_args().shared
    with tempfile.TemporaryDirectory() as folder:
        archive = assemble_archive(Settings(folder=Path(folder)))
        migrate(archive.engine)
        wrong = check(archive, shared)
        archive.engine.dispose()
    sys.stdout.write("\n".join(wrong) + "\n" if wrong else "2 articles, every quotation as annotated\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
