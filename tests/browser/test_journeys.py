"""What people come for, from end to end, in a real Chromium on the seeded archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import rispy
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.site import LOOKS, PAGES

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
DESKTOP, PHONE = LOOKS[0], LOOKS[2]
_THUMB = 24  # CSS pixels: the least target of WCAG 2.2, 2.5.8
_THUMB_FOR_ACTS = 40
_MOST_TABS = 400
_FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const width = (element) => parseFloat(getComputedStyle(element).outlineWidth) || 0;
  const drawn = [one, one.closest('form')].filter((element) => element && width(element) > 0);
  return {
    name: one.tagName, text: one.innerText || '', outline: drawn.length,
    isInSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def test_from_a_programme_to_an_article_its_source_and_an_official(visit: Open) -> None:
    """Search SAFE, go to the programme, open an article, find where it came from; who is quoted in it."""
    page = visit("/", DESKTOP, javascript=False).page
    page.get_by_role("searchbox").first.fill("SAFE")
    page.get_by_role("button", name="Search").first.click()
    page.locator(".answer").get_by_role("link", name="Security Action for Europe").first.click()
    assert page.url.endswith("/programmes/safe")
    page.get_by_role("link", name="Commission offers €150 billion in defence loans").first.click()
    facts = page.get_by_role("region", name="Provenance")
    source = facts.get_by_role("link", name="europa.eu").first
    assert (source.get_attribute("href") or "").startswith("https://")
    facts.locator("summary", has_text="SHA-256").click()
    assert facts.locator("details[open] code").last.inner_text().strip().isalnum()
    assert page.get_by_role("region", name="Cite this article").locator(".citation").inner_text()
    page.locator(".story").get_by_role("link", name="Ursula von der Leyen").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ursula von der Leyen"
    assert page.locator("blockquote").count() > 3


def test_from_a_name_to_all_quotations_for_a_spreadsheet_and_zotero(visit: Open) -> None:
    """A surname, the person, a filter, what is shown as CSV and for Zotero; an article that Zotero reads."""
    page = visit("/search?q=kubilius", DESKTOP, javascript=False).page
    page.locator(".answer").get_by_role("link", name="Andrius Kubilius").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Andrius Kubilius"
    page.get_by_role("link", name="Direct quotations").click()
    shown = page.locator("blockquote").count()
    table = _saved(page, "CSV", "eu-uk-defence-archive-person-andrius-kubilius.csv").splitlines()
    entries = rispy.loads(_saved(page, "RIS", "eu-uk-defence-archive-person-andrius-kubilius.ris"))
    assert len(table) - 1 == len(entries) == shown > 0
    assert all("Kubilius" in line for line in table[1:])
    page.goto(page.url.partition("/people")[0] + PAGES["article"])
    named = {meta.get_attribute("name") for meta in page.locator("meta[name^=citation_]").all()}
    assert {"citation_title", "citation_publication_date", "citation_public_url"} <= named


def test_with_one_thumb_on_a_phone(visit: Open) -> None:
    """By taps alone; nothing tapped is too small or needs hovering, nothing is scrolled sideways."""
    page = visit("/", PHONE, touch=True).page
    box = page.get_by_role("combobox").first
    _tap(box, _THUMB_FOR_ACTS)
    box.press_sequentially("kubilius")
    _tap(page.get_by_role("option").first, _THUMB)
    page.wait_for_url("**/search?q=*")
    _tap(page.locator("main").get_by_role("link", name="equipment gap").first, _THUMB)
    _tap(page.get_by_role("link", name="Go to the first"), _THUMB)
    _tap(page.locator(".step:visible").get_by_role("link", name="Next"), _THUMB)
    assert page.url.endswith("#hit-2")
    _tap(page.locator(".notes").get_by_role("link", name="Details").first, _THUMB)
    page.wait_for_url("**/quotes/*")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width


def test_by_keyboard_alone(visit: Open) -> None:
    """From the home page to the reasons of a quotation with Tab and Enter; each stop can be seen."""
    page = visit("/", DESKTOP).page
    page.keyboard.press("/")
    page.keyboard.type("defence industry")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    _tab_to(page, "equipment gap")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    _tab_to(page, "Go to the first")
    page.keyboard.press("Enter")
    _tab_to(page, "Details")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quotes/*")
    assert page.get_by_role("heading", name="Why this speaker").count() == 1


def test_the_number_of_results_is_told_when_they_come(visit: Open) -> None:
    page = visit("/search?q=defence", DESKTOP).page
    status = page.locator(".results-head").get_by_role("status")
    shown = page.locator("li.hit").count()
    assert status.inner_text().replace("\xa0", " ") == f"{shown} articles for defence"


def _saved(page: Page, form: str, name: str) -> str:
    with page.expect_download() as started:
        page.get_by_role("link", name=form, exact=True).first.click()
    assert started.value.suggested_filename == name
    return started.value.path().read_text(encoding="utf-8-sig")


def _tap(target: Locator, least: int) -> None:
    target.wait_for()
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    assert box["height"] >= least or box["width"] >= 2 * least, (target, box)
    target.tap()


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until a link with these words has the focus; each stop must be in sight, outlined."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        focused: dict[str, Any] = page.evaluate(_FOCUSED)
        if focused["name"] != "BODY":
            assert focused["isInSight"], focused
            assert focused["outline"] > 0, focused
        if words in focused["text"]:
            return
    raise AssertionError(f"no stop says {words!r}")
