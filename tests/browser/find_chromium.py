"""Finds the Chromium that the browser tests drive, or installs it.

``python tests/browser/find_chromium.py [--install]`` prints its path; exit code 1 and one sentence where
there is none and none could be installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("chromium", "fonts-liberation2", "fonts-dejavu-core", "fonts-noto-core")
_APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
HELP = (
    "No Chromium found. The browser tests need it: run "
    "`apt-get update && apt-get install -y --no-install-recommends chromium` (Debian) "
    "or `.venv/bin/playwright install chromium`, or set CHROMIUM to the path of one."
)


def find_chromium() -> str | None:
    """The path of a Chromium: the variable CHROMIUM, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    return named or _playwright_chromium()


def install_chromium() -> None:
    """Install one: Debian's package as root, else Playwright's own download."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*_APT_GET, "update"], check=False, env=environment, stdout=sys.stderr)
        command = [*_APT_GET, "install", "-y", "--no-install-recommends", *_PACKAGES]
        subprocess.run(command, check=False, env=environment, stdout=sys.stderr)
    else:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, stdout=sys.stderr)


def _playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import, seldom needed)

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Print the path of a Chromium, installing one first if asked to."""
    path = find_chromium()
    if path is None and "--install" in sys.argv:
        install_chromium()
        path = find_chromium()
    print(path or HELP, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    raise SystemExit(main())
