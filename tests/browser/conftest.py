"""A real Chromium on a really served archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.archive import Archive
from tests.browser.find_chromium import HELP, find_chromium
from tests.browser.site import CHROMIUM_ARGUMENTS, Look, served


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


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens a path of the site in a look of its own: ``visit("/people", look)``."""
    contexts = []

    def open_page(path: str, look: Look, *, javascript: bool = True, touch: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        opened = Visit(context.new_page())
        page, problems = opened.page, opened.problems
        page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else problems.append(r.url))
        page.goto(address + path)
        return opened

    yield open_page
    for context in contexts:
        context.close()
