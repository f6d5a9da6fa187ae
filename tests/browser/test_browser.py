"""The pages in a real Chromium: accessible, whole at every width, useful by keyboard and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.browser.site import LOOKS, NARROW, PAGES, Look

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
DESKTOP = LOOKS[0]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_loads_without_a_problem(visit: Open, name: str, look: Look) -> None:
    """Axe finds nothing; nothing is asked of another site; the console is empty."""
    opened = visit(PAGES[name], look)
    results = Axe().run(opened.page)
    assert results.violations_count == 0, results.generate_report()
    expected = ["404"] if name == "not-found" else []
    assert [p for p in opened.problems if not any(status in p for status in expected)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_window(visit: Open, name: str) -> None:
    """At 320 pixels (and so at 400 % zoom of 1280) nothing has to be scrolled sideways."""
    page = visit(PAGES[name], NARROW).page
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW.width


def test_from_a_programme_to_the_words_of_an_official(visit: Open) -> None:
    """The main journey, without JavaScript: search, article, quotation, person."""
    page = visit("/", DESKTOP, javascript=False).page
    page.get_by_role("searchbox").first.fill("SAFE")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("link", name="Commission offers €150 billion in defence loans").first.click()
    assert (
        page.get_by_role("heading", level=1).inner_text() == "Commission offers €150 billion in defence loans"
    )
    page.locator(".story").get_by_role("link", name="Ursula von der Leyen").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ursula von der Leyen"
    assert page.locator("blockquote").count() > 3


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
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
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
