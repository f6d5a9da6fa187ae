"""What may not be shown of an article is shown nowhere: timeline, printings, credits, programme pages."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.archive import Archive
from app.curate import show_article
from app.display import DisplayMode
from app.ingest import IngestReport
from app.web.main import create_app
from tests.test_printings import ONE, TWO
from tests.web.test_pages import text_of

CLOSED = ONE + "\n\nAccording to Rokna, citing The Guardian, SAFE talks end on 3 June 2025."


def test_a_withheld_article_gives_its_words_to_no_page(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Its printing led a cluster: the other is shown on its own; its times and its credits' words are not."""
    take_in({"one.txt": CLOSED, "two.txt": TWO})
    show_article(archive, 1, DisplayMode.METADATA)
    client = TestClient(create_app(archive))
    person = text_of(client.get("/people/kaja-kallas").text)
    assert "for one more winter" in person
    assert "for another winter" not in person
    assert "The same words, printed" not in client.get("/quotes/2").text
    assert "3 June 2025" not in text_of(client.get("/timeline").text)
    assert "3 June 2025" not in text_of(client.get("/programmes/safe").text)
    article = text_of(client.get("/articles/1").text)
    assert "from The Guardian by the rule citing" in article
    assert "“citing The Guardian”" not in article
