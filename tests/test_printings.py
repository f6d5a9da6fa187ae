"""The same words printed in several articles: one cluster, whatever comes in first; never two people's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.archive import Archive
from app.ingest import IngestReport, ingest
from app.reextract import reextract
from app.store.models import Article, Quote, QuoteCluster
from app.web.main import create_app
from tests.conftest import new_archive
from tests.web.test_pages import text_of

WORDS = "We cannot wait for another winter before we fill these gaps"
ONE = f"Date: 2025-03-17\nOutlet: The Daily\n\n“{WORDS},” said Kaja Kallas, the EU’s foreign policy chief."
TWO = (
    "Date: 2025-03-18\nOutlet: The Weekly\n\nKaja Kallas, the EU’s foreign policy chief, said: "
    "“We cannot wait for one more winter before we fill these gaps.”"
)
THREE = f"Outlet: The Monthly\n\n“{WORDS},” Kaja Kallas said. She then left for home."
SOMEBODY_ELSE = f"Date: 2025-03-16\n\n“{WORDS},” said Mark Rutte, the Nato secretary general."
NOBODY = f"Date: 2025-03-15\n\n“{WORDS},” one diplomat said. “{WORDS},” said another source."
FILES = {"one.txt": ONE, "two.txt": TWO, "three.txt": THREE, "else.txt": SOMEBODY_ELSE, "nobody.txt": NOBODY}


def clusters(archive: Archive) -> set[tuple[str, frozenset[str]]]:
    """Each cluster as its members, by file and number, with its lead."""
    with Session(archive.engine) as session:
        rows = session.exec(
            select(QuoteCluster, Quote, Article)
            .join(Quote, col(Quote.id) == QuoteCluster.quote_id)
            .join(Article)
        ).all()
    names = {quote.id: f"{Path(article.key).name} {quote.number}" for _, quote, article in rows}
    found: dict[int, set[str]] = {}
    for row, quote, _ in rows:
        found.setdefault(row.lead_id, set()).add(names[quote.id])
    return {(names[lead], frozenset(members)) for lead, members in found.items()}


KALLAS = ("one.txt#0 1", frozenset({"one.txt#0 1", "two.txt#0 1", "three.txt#0 1"}))


@pytest.mark.parametrize("order", list(permutations(FILES))[::13])
def test_any_order_gives_the_same_clusters(tmp_path: Path, order: tuple[str, ...]) -> None:
    """Articles come in one by one, in ten orders; the earliest dated printing always leads."""
    archive = new_archive(tmp_path / "archive")
    for name in order:
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
        ingest(archive, [tmp_path / name])
    assert clusters(archive) == {KALLAS}
    archive.engine.dispose()


def test_a_changed_article_leaves_its_cluster(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    """The printing that held two others together goes, and what is left is put together anew."""
    take_in(FILES)
    take_in({"two.txt": "Date: 2025-03-18\n\nNothing was said."})
    assert clusters(archive) == {(KALLAS[0], KALLAS[1] - {"two.txt#0 1"})}
    take_in({"one.txt": "Date: 2025-03-17\n\nNothing was said."})
    assert clusters(archive) == set()


def test_reading_anew_changes_no_cluster(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in(FILES)
    reextract(archive)
    assert clusters(archive) == {KALLAS}


def test_the_page_says_who_printed_it_first_and_what_differs(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({name: FILES[name] for name in ("one.txt", "two.txt", "three.txt")})
    html = TestClient(create_app(archive)).get("/quotes/1").text
    text = text_of(html)
    assert "The same words, printed 3 times" in text
    assert "First printed by The Daily, 17 March 2025: this one. 1 undated not counted." in text
    assert "<del>another</del>" in html
    assert "<ins>one more</ins>" in html
    assert "Also printed by The Monthly" in text
    assert "The same wording" in text


def test_two_of_one_day_are_a_tie(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"one.txt": ONE, "two.txt": TWO.replace("2025-03-18", "2025-03")})
    text = text_of(TestClient(create_app(archive)).get("/quotes/2").text)
    assert "Which came first cannot be told: The Daily (17 March 2025), The Weekly (March 2025)." in text


def test_a_persons_page_shows_the_words_once(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in(FILES)
    text = text_of(TestClient(create_app(archive)).get("/people/kaja-kallas").text)
    assert "1&nbsp;quotation" in text
    assert "printed 3 times: the same words are shown once" in text
    assert "printed by 3: The Daily, The Weekly, The Monthly" in text


def test_words_of_unnamed_speakers_are_not_put_together(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Nothing but the words would hold them together, and sources say alike things."""
    take_in({"nobody.txt": NOBODY, "again.txt": NOBODY.replace("one diplomat", "a second diplomat")})
    assert clusters(archive) == set()
