"""The made corpus as files to ingest."""

from __future__ import annotations

from pathlib import Path

from tests.made_corpus import Corpus


def write_made_files(folder: Path, count: int) -> None:
    """The first ``count`` made articles as text files with their metadata."""
    folder.mkdir(parents=True)
    for article in Corpus().articles(count):
        date = f"Date: {article.published.iso()}\n" if article.published else ""
        text = f"Title: {article.title}\n{date}Outlet: {article.outlet}\n\n{article.text}\n"
        (folder / f"{article.id:06}.txt").write_text(text, encoding="utf-8")
