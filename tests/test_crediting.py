"""Who really reported it: told on the article's page with its reason, and found by ``via:``."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app
from tests.web.test_pages import text_of

CHAIN = (
    "Outlet: The Daily\n\nMinisters will meet in May. According to Rokna, citing The Guardian, the talks "
    "are to cover fish, power and drones. The Daily reports from Brussels."
)
ALONE = "Outlet: The Weekly\n\nMinisters will meet in June, said one of them."


def test_the_page_tells_the_chain_with_its_words(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": CHAIN, "b.txt": ALONE})
    client = TestClient(create_app(archive))
    text = text_of(client.get("/articles/1").text)
    assert "Credits Rokna, The Guardian" in text
    assert "The Daily by way of Rokna “According to Rokna”, by the rule according-to" in text
    assert "from The Guardian “citing The Guardian”, by the rule citing" in text
    assert "The text credits no other news organisation" in text_of(client.get("/articles/2").text)


def test_whom_a_text_credits_is_searchable(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": CHAIN, "b.txt": ALONE})
    client = TestClient(create_app(archive))
    for query in ("via:guardian", "via:rokna", "via:“The Guardian”"):
        html = client.get("/search", params={"q": query}).text
        assert "/articles/1-" in html
        assert "/articles/2-" not in html


def test_a_changed_text_credits_anew(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": CHAIN})
    take_in({"a.txt": ALONE})
    client = TestClient(create_app(archive))
    assert "/articles/1-" not in client.get("/search", params={"q": "via:guardian"}).text
