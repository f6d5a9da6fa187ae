"""Takes a picture of each page in each look: ``python tests/browser/take_screenshots.py FOLDER``."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.find_chromium import HELP, find_chromium
from tests.browser.site import CHROMIUM_ARGUMENTS, LOOKS, PAGES, served_seeds

# Long pages are cut here: nobody looks further down a picture.
_MOST_PIXELS = 1800
# Pages of text have few colours: with a palette of their own the pictures are a third of the size.
_COLOURS = 64


def take_screenshots(folder: Path) -> int:
    """Take all pictures into ``folder``; how many."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HELP)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        with served_seeds() as address:
            for look in LOOKS:
                page = browser.new_page(
                    viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme
                )
                for page_name, path in PAGES.items():
                    page.goto(address + path)
                    height = min(page.evaluate("document.documentElement.scrollHeight"), _MOST_PIXELS)
                    shot = page.screenshot(
                        full_page=True, clip={"x": 0, "y": 0, "width": look.width, "height": height}
                    )
                    _write(folder / f"{page_name}-{look.name}.png", shot)
                page.close()
        browser.close()
    return len(PAGES) * len(LOOKS)


def _write(path: Path, picture: bytes) -> None:
    with Image.open(io.BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Read the folder from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    count = take_screenshots(parser.parse_args().folder)
    sys.stdout.write(f"{count} pictures\n")


if __name__ == "__main__":
    main()
