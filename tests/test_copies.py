"""Articles that copy one another: one cluster whatever comes in first, said on pages and in results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.archive import Archive
from app.ingest import IngestReport, ingest
from app.results import ArticleHit, SearchRequest
from app.search import search
from app.store.models import Article, ArticleCluster
from app.web.main import create_app
from tests.conftest import new_archive
from tests.web.test_pages import text_of

SENTENCES = [
    f"In its report number {n} the committee asked {who} to say by what date the {what} would be ready."
    for n, (who, what) in enumerate(
        [(who, what) for who in ("London", "Paris", "Rome", "Oslo") for what in ("drones", "ships", "tanks")]
    )
]
WIRE = "Date: 2025-03-17\nOutlet: The Wire\n\n" + " ".join(SENTENCES)
DAILY = "Date: 2025-03-18\nOutlet: The Daily\n\nOur staff. " + " ".join(SENTENCES[:11])
SHORT = "Outlet: The Local\n\n" + " ".join(SENTENCES[:9]) + " Readers will want to know."
OWN = "Date: 2025-03-18\nOutlet: The Weekly\n\n" + " ".join(
    f"A minister of country {n} wrote in letter {n * 7} that its army had no use for advice of that kind."
    for n in range(12)
)
FILES = {"wire.txt": WIRE, "daily.txt": DAILY, "short.txt": SHORT, "own.txt": OWN}
COPIES = {frozenset({"wire.txt", "daily.txt", "short.txt"})}


def clusters(archive: Archive) -> set[frozenset[str]]:
    with Session(archive.engine) as session:
        query = select(ArticleCluster, Article.key)
        rows = session.exec(query.join(Article, col(Article.id) == ArticleCluster.article_id)).all()
    found: dict[int, set[str]] = {}
    for row, key in rows:
        found.setdefault(row.lead_id, set()).add(Path(key).name.partition("#")[0])
    return {frozenset(members) for members in found.values()}


@pytest.mark.parametrize("order", list(permutations(FILES))[::3])
def test_any_order_gives_the_same_clusters(tmp_path: Path, order: tuple[str, ...]) -> None:
    archive = new_archive(tmp_path / "archive")
    for name in order:
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
        ingest(archive, [tmp_path / name])
    assert clusters(archive) == COPIES
    archive.engine.dispose()


def test_nothing_is_deleted_and_a_changed_article_leaves(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """The copies stay articles of their own; one that is rewritten is on its own again, and can come back."""
    take_in(FILES)
    take_in({"daily.txt": OWN.replace("Weekly", "Daily").replace("army", "navy") + " That is all."})
    assert clusters(archive) == {
        frozenset({"wire.txt", "short.txt"}),
        frozenset({"daily.txt", "own.txt"}),
    }
    take_in({"daily.txt": DAILY + " "})
    assert clusters(archive) == COPIES
    with Session(archive.engine) as session:
        assert len(session.exec(select(Article)).all()) == 4


def test_the_page_says_how_many_are_independent_and_which_was_first(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in(FILES)
    client = TestClient(create_app(archive))
    text = text_of(client.get("/articles/1").text)
    assert "3 reports, 1 independent" in text
    assert "First published by The Wire, 17 March 2025: this one. 1 undated not counted." in text
    assert "The Local" in text
    assert "independent" not in text_of(client.get("/articles/4").text)


def test_results_say_how_many_reports_are_copies(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in(FILES)
    found = search(archive, SearchRequest("Paris OR minister", today=date(2026, 1, 1)))
    assert sorted(hit.reports for hit in found.hits if isinstance(hit, ArticleHit)) == [1, 3, 3, 3]
    text = text_of(TestClient(create_app(archive)).get("/search?q=Paris").text)
    assert text.count("3 reports, 1 independent") == 3
