"""A real Chromium on a really served archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.archive import Archive
from tests.browser.find_chromium import HELP, find_chromium
from tests.browser.site import CHROMIUM_ARGUMENTS, Look, served

_AXE = Axe()


@pytest.fixture(scope="session")
def address(seeded: Archive) -> Iterator[str]:
    """The address of the seeded archive, served by the program's own command."""
    with served(seeded.settings.folder) as home:
        yield home


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; a machine without one fails these tests with the command that installs it."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail(HELP, pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@dataclass
class Visit:
    """A page in a window, with everything that went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list)


class Visits:
    """Opens paths of a site, each in a look of its own: ``visit("/people", look)``."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._contexts: list[BrowserContext] = []

    def __call__(self, path: str, look: Look, *, javascript: bool = True, touch: bool = False) -> Visit:
        """Open a path of the site, and note whatever goes wrong there."""
        context = self._browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
        )
        self._contexts.append(context)
        opened = Visit(context.new_page())
        page, problems = opened.page, opened.problems
        own = (self._address, "data:")
        page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
        page.on("request", lambda r: None if r.url.startswith(own) else problems.append(r.url))
        page.goto(self._address + path)
        return opened

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visits]:
    """Opens paths of the seeded archive."""
    visits = Visits(browser, address)
    yield visits
    visits.close()


def wear(page: Page, look: Look) -> None:
    """Show an open page in another look: what a load in that look would show, without one."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme=look.scheme)


def what_axe_finds(page: Page) -> str:
    """Axe's report of what is not accessible on a page as it is shown; "" for nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
    report: str = found.generate_report()
    return report if found.violations_count else ""


def overhang(page: Page) -> int:
    """How many pixels of a page lie beside its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
