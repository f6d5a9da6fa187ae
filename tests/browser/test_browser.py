"""The pages in a real Chromium: accessible, whole at every width, useful by keyboard and without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit, Visits, overhang, wear, what_axe_finds
from tests.browser.site import LOOKS, NARROW, PAGES, Look

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
DESKTOP = LOOKS[0]
Landmark = Literal["banner", "main", "contentinfo"]


@pytest.fixture(scope="module", params=PAGES)
def each(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """Each page, loaded once for all tests of each page."""
    visits = Visits(browser, address)
    yield visits(PAGES[request.param], DESKTOP)
    visits.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_is_accessible(each: Visit, look: Look) -> None:
    wear(each.page, look)
    assert what_axe_finds(each.page) == ""


def test_a_page_fits_a_narrow_window(each: Visit) -> None:
    """At 320 pixels (and so at 400 % zoom of 1280) nothing has to be scrolled sideways."""
    wear(each.page, NARROW)
    assert overhang(each.page) <= 0
    assert each.page.evaluate(
        "[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_a_screen_reader_finds_its_way(each: Visit) -> None:
    """One of each landmark, one main heading, and no level of headings is left out."""
    wear(each.page, DESKTOP)
    page = each.page
    landmarks: tuple[Landmark, ...] = ("banner", "main", "contentinfo")
    assert [page.get_by_role(one).count() for one in landmarks] == [1, 1, 1]
    assert page.get_by_role("search").count() >= 1
    navigations = page.get_by_role("navigation")
    names = [one.get_attribute("aria-label") for one in navigations.all()]
    assert len(set(names)) == len(names) >= 1
    levels: list[Any] = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_a_page_has_met_no_problem(each: Visit) -> None:
    """In all looks, nothing was asked of another site, and the console is empty."""
    expected = ["404"] if each.page.url.endswith(PAGES["not-found"]) else []
    assert [p for p in each.problems if not any(status in p for status in expected)] == []


def test_a_quotations_own_link_leads_to_its_place(visit: Open) -> None:
    page = visit(PAGES["article"] + "#q2", DESKTOP).page
    quotation = page.locator("#q2")
    assert quotation.is_visible()
    assert quotation.evaluate("element => element.matches(':target')")


def test_slash_goes_to_the_search_box_and_j_to_the_next_quotation(visit: Open) -> None:
    page = visit(PAGES["person"], DESKTOP).page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") != "BODY"


def test_the_first_tab_stop_skips_to_the_content(visit: Open) -> None:
    page = visit("/people", DESKTOP).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_from_place_to_place_of_what_was_searched_for(visit: Open) -> None:
    """Without JavaScript: the article opened from a result says "n of m" and leads on, always in sight."""
    page = visit("/search?q=defence+industry", DESKTOP, javascript=False).page
    page.get_by_role("link", name="equipment gap").first.click()
    page.get_by_role("link", name="Go to the first").click()
    steps = page.locator(".step:visible")
    assert steps.count() == 1
    assert steps.inner_text().startswith("1 of ")
    steps.get_by_role("link", name="Next").click()
    assert page.url.endswith("#hit-2")
    assert steps.inner_text().startswith("2 of ")
    place, step = page.locator("#hit-2").bounding_box(), steps.bounding_box()
    assert place is not None
    assert step is not None
    assert 0 < place["y"] < step["y"] < DESKTOP.height
    steps.get_by_role("link", name="Previous").click()
    assert page.url.endswith("#hit-1")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_suggestions_are_chosen_by_keyboard(visit: Open, look: Look) -> None:
    """A combobox as screen readers know it: arrows choose, Escape closes, Enter searches for the choice."""
    opened = visit("/search", look)
    page = opened.page
    box = page.get_by_role("combobox", name="Search articles and quotations")
    box.press_sequentially("kubil")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert what_axe_finds(page) == ""
    box.press("ArrowDown")
    chosen = page.locator("[aria-selected=true]")
    assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert "Andrius Kubilius" in chosen.inner_text()
    box.press("ArrowUp")
    assert chosen.count() == 0
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "kubil"
    box.press("ArrowDown")
    options.first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/search?q=Andrius+Kubilius")
    # A question that the next letter has overtaken is taken back.
    assert [p for p in opened.problems if not (p.startswith("failed") and "/search/suggest" in p)] == []


def test_without_script_the_browser_offers_names(visit: Open) -> None:
    page = visit("/search", DESKTOP, javascript=False).page
    names = page.locator("#names option")
    assert "Ursula von der Leyen" in [one.get_attribute("value") for one in names.all()]
    assert page.get_by_role("combobox").get_attribute("list") == "names"


def test_selected_words_are_copied_with_their_citation(visit: Open) -> None:
    """By mouse and by keyboard; the button is there only while words of the article are selected."""
    page = visit(PAGES["article"], DESKTOP).page
    page.context.grant_permissions(["clipboard-write"])
    button = page.get_by_role("button", name="Copy with citation")
    assert not button.is_visible()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#q2'))")
    button.click()
    page.get_by_role("button", name="Copied with citation").wait_for()
    box = page.get_by_role("combobox")  # no page of the archive may read the clipboard, a reader pastes it
    box.press("Control+V")
    copied = box.input_value()
    assert copied.startswith("“Even more hundreds of billions are needed")
    assert "Kubilius puts Europe's equipment gap" in copied
    assert copied.endswith("#q2")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    button.wait_for(state="hidden")


def test_every_file_link_of_a_page_can_be_reached_by_keyboard(visit: Open) -> None:
    page = visit(PAGES["quote"], DESKTOP).page
    for label in ("CSV", "RIS", "BibTeX", "CSL-JSON"):
        link = page.get_by_role("link", name=label, exact=True)
        link.focus()
        assert link.evaluate("element => element === document.activeElement")


# What an attacker would do with a page that let words in as markup; each tells what it managed.
_ATTACKS = """() => {
  const seen = [];
  document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
  const attempt = (act) => { try { act(); } catch (error) { seen.push(error.name); } };
  window.ran = false;
  attempt(() => {
    const script = document.createElement("script");
    script.append("window.ran = true");
    document.head.append(script);
  });
  attempt(() => { document.body.innerHTML += "<img src=x onerror='window.ran = true'>"; });
  setTimeout(() => attempt(() => eval("window.ran = true"))); // later: what is evaluated from outside may
  attempt(() => document.body.setAttribute("style", "display: none"));
  attempt(() => { document.createElement("img").src = "https://example.org/taken.png"; });
  attempt(() => {
    const base = document.createElement("base");
    base.href = "https://example.org/";
    document.head.append(base);
  });
  const asked = fetch("https://example.org/taken").then(() => "answered", () => "refused");
  return asked.then((fetched) => new Promise((done) => setTimeout(() => done({
    ran: window.ran, fetched, seen, base: document.baseURI, shown: getComputedStyle(document.body).display,
  }), 100)));
}"""


@pytest.mark.parametrize("name", ["article", "search", "not-found"])
def test_a_page_that_let_markup_in_would_still_run_nothing(visit: Open, name: str) -> None:
    """The policy is in force: planted scripts, handlers, eval, styles and foreign addresses are refused."""
    page = visit(PAGES[name], DESKTOP).page
    found = page.evaluate(_ATTACKS)
    assert found["ran"] is False
    assert found["fetched"] == "refused"
    assert found["base"] == page.url
    assert found["shown"] != "none"
    assert {"connect-src", "img-src", "style-src-attr", "base-uri"} <= set(found["seen"])
