"""Pages of words and reports that were printed more than once, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.ingest import ingest
from tests.browser.conftest import overhang, wear, what_axe_finds
from tests.browser.site import LOOKS, NARROW, served
from tests.conftest import new_archive
from tests.test_copies import DAILY, SHORT, WIRE
from tests.test_printings import ONE, THREE, TWO

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive with three printings of one quotation and three copies of one report."""
    folder = tmp_path_factory.mktemp("printings")
    archive = new_archive(folder / "archive")
    for number, text in enumerate((ONE, TWO, THREE, WIRE, DAILY, SHORT)):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        ingest(archive, [folder / f"{number}.txt"])
    archive.engine.dispose()
    with served(folder / "archive") as address:
        yield address


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/quotes/1", "The same words, printed 3 times"),
        ("/people/kaja-kallas", "printed by 3"),
        ("/articles/4", "3 reports, 1 independent"),
        ("/search?q=Paris", "3 reports, 1 independent"),
    ],
)
def test_a_page_with_printings_is_accessible_and_fits(
    browser: Browser, site: str, path: str, words: str
) -> None:
    page = browser.new_page()
    page.goto(site + path)
    for look in (LOOKS[0], LOOKS[3], NARROW):
        wear(page, look)
        assert words in page.locator("main").inner_text()
        assert what_axe_finds(page) == "", look.name
        assert overhang(page) <= 0, look.name
    page.close()
