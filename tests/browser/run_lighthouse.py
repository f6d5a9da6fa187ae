"""Has Lighthouse judge each page on its mobile profile.

``python -m tests.browser.run_lighthouse TOOLS [PAGE …]``; TOOLS is a folder in which the pinned Lighthouse is
installed. Exit code 1 where a page is below what is asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.find_chromium import HELP, find_chromium
from tests.browser.site import CHROMIUM_ARGUMENTS, PAGES, served_seeds

FLOORS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
# Lighthouse judges no page that answers with an error.
_LEFT_OUT = ("not-found",)
_TRIES = 3  # a busy machine makes a page slow: the best of so many is the page's


def judge(tools: Path, chromium: str, address: str) -> dict[str, int]:
    """The four scores of a page, in percent. Raises CalledProcessError where Lighthouse fails."""
    flags = " ".join(["--headless=new", *CHROMIUM_ARGUMENTS])
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(tools / "node_modules/.bin/lighthouse"), address, "--quiet", "--output=json"]
        command += [f"--output-path={report}", f"--chrome-flags={flags}"]
        command += [f"--only-categories={','.join(FLOORS)}"]
        if _is_kept_from_engines(address):
            command += ["--skip-audits=is-crawlable"]  # pages of results are not to be listed by engines
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium})
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return {name: round(100 * found["categories"][name]["score"]) for name in FLOORS}


def best_of(tools: Path, chromium: str, address: str) -> dict[str, int]:
    """The best scores of a few tries; one is enough for a page that reaches what is asked.

    Raises CalledProcessError where Lighthouse fails in the last one.
    """
    best = dict.fromkeys(FLOORS, 0)
    for left in reversed(range(_TRIES)):
        try:
            scores = judge(tools, chromium, address)
        except subprocess.CalledProcessError:  # a trace without its beginning, now and then
            if left == 0:
                raise
            continue
        best = {name: max(best[name], score) for name, score in scores.items()}
        if reaches(best):
            break
    return best


def reaches(scores: dict[str, int]) -> bool:
    """Whether a page has what is asked of it."""
    return all(scores[name] >= floor for name, floor in FLOORS.items())


def _is_kept_from_engines(address: str) -> bool:
    with urllib.request.urlopen(address) as page:
        return b'content="noindex' in page.read()


def main() -> int:
    """Print a line for each page."""
    tools, *names = sys.argv[1:]
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HELP)
    pages = {name: path for name, path in PAGES.items() if name in (names or PAGES) and name not in _LEFT_OUT}
    below = 0
    sys.stdout.write(f"{'page':20}" + "".join(f"{name:>16}" for name in FLOORS) + "\n")
    with served_seeds() as address:
        for name, path in pages.items():
            scores = best_of(Path(tools), chromium, address + path)
            below += not reaches(scores)
            sys.stdout.write(f"{name:20}" + "".join(f"{score:16}" for score in scores.values()) + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(pages)} pages, {below} below what is asked ({FLOORS})\n")
    return 1 if below else 0


if __name__ == "__main__":
    raise SystemExit(main())
