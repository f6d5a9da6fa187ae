"""An editor at work in a real Chromium, without JavaScript: found in the queue, corrected, told, undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.ingest import ingest
from tests.browser.conftest import overhang, wear, what_axe_finds
from tests.browser.site import EDITOR, LOOKS, NARROW, PASSWORD, Look, served
from tests.conftest import new_archive

pytestmark = pytest.mark.browser

REPORT = "Title: The pact waits\n\n“That is a matter for another day entirely,” Smythe said of the talks.\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served archive of its own, which may be changed."""
    folder: Path = tmp_path_factory.mktemp("edited")
    (folder / "a.txt").write_text(REPORT, encoding="utf-8")
    archive = new_archive(folder / "archive")
    ingest(archive, [folder / "a.txt"])
    archive.engine.dispose()
    with served(folder / "archive") as address:
        yield address


def page_of(browser: Browser, look: Look, *, javascript: bool) -> Page:
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        java_script_enabled=javascript,
    )
    return context.new_page()


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/edit")
    page.get_by_label("Name").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    assert page.url == f"{site}/edit"


def test_from_the_queue_to_the_public_page_and_back(browser: Browser, site: str) -> None:
    """Log in, take the first of the queue, give it to its speaker; readers see it and the log; undo it."""
    editor = page_of(browser, LOOKS[0], javascript=False)
    reader = page_of(browser, LOOKS[0], javascript=False)
    log_in(editor, site)
    editor.get_by_role("link", name="Correct or confirm").first.click()
    editor.get_by_label("A person said it:").check()
    editor.get_by_label("Name or slug").fill("Keir Starmer")
    editor.get_by_label("Reason").fill("the paper put it right")
    editor.get_by_role("button", name="Correct it").click()
    assert editor.get_by_role("heading", level=1).inner_text() == "Quotation by Keir Starmer"
    assert editor.get_by_role("link", name="Correct this").count() == 1
    reader.goto(editor.url)
    assert reader.get_by_role("heading", level=1).inner_text() == "Quotation by Keir Starmer"
    assert reader.get_by_role("link", name="Correct this").count() == 0
    reader.get_by_role("link", name=re.compile("Entry 1")).click()
    assert "the paper put it right" in reader.locator("main").inner_text()
    assert reader.get_by_role("link", name="Undo").count() == 0
    editor.goto(f"{site}/corrections")
    editor.get_by_role("link", name="Undo").click()
    editor.get_by_label("Reason").fill("it was right before")
    editor.get_by_role("button", name="Undo it").click()
    reader.goto(f"{site}/quotes/1")
    assert "Smythe" in reader.get_by_role("heading", level=1).inner_text()
    reader.goto(f"{site}/corrections")
    assert reader.get_by_role("heading", level=2).count() == 2
    editor.get_by_role("button", name="Log out").click()
    editor.goto(f"{site}/edit")
    assert editor.url == f"{site}/login"
    for page in (editor, reader):
        page.context.close()


def test_the_pages_of_editors_are_accessible(browser: Browser, site: str) -> None:
    """Axe finds nothing, nothing is refused by the page's own rules, and all fit a narrow window."""
    page = page_of(browser, LOOKS[0], javascript=True)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    log_in(page, site)
    addresses = (
        "/edit",
        "/edit?show=dates",
        "/edit/quotes/1",
        "/edit/articles/1",
        "/edit/people/keir-starmer",
    )
    for address in (*addresses, "/articles/1", "/people/keir-starmer", "/corrections"):
        page.goto(site + address)
        for look in (LOOKS[0], LOOKS[3]):
            wear(page, look)
            assert what_axe_finds(page) == "", (address, look.name)
        wear(page, NARROW)
        assert overhang(page) <= 0, address
    assert problems == []
    page.context.close()
