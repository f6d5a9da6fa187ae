"""The made corpus as files to ingest."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from tests.made_corpus import Corpus


def write_made_files(folder: Path, count: int) -> None:
    """The first ``count`` made articles as text files with their metadata."""
    folder.mkdir(parents=True)
    for article in Corpus().articles(count):
        date = f"Date: {article.published.iso()}\n" if article.published else ""
        text = f"Title: {article.title}\n{date}Outlet: {article.outlet}\n\n{article.text}\n"
        (folder / f"{article.id:06}.txt").write_text(text, encoding="utf-8")


def write_made_lines(file: Path, count: int, after: int = 0) -> None:
    """The same articles as lines of JSON, without those of the first ``after``."""
    with file.open("w", encoding="utf-8") as lines:
        for article in islice(Corpus().articles(count), after, None):
            date = article.published.iso() if article.published else None
            told = {"title": article.title, "date": date, "outlet": article.outlet, "text": article.text}
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
