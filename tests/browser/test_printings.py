"""Pages of words and reports that were printed more than once, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.ingest import ingest
from tests.browser.site import LOOKS, NARROW, Look, served
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


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3], NARROW], ids=lambda look: look.name)
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
    browser: Browser, site: str, path: str, words: str, look: Look
) -> None:
    page = browser.new_page(viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme)
    page.goto(site + path)
    assert words in page.locator("main").inner_text()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= look.width
    page.close()
