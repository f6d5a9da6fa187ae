"""A running archive for the browser: the pages, the ways of looking at them, the server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher

from app.ingest import ingest
from tests.conftest import SEEDS, new_archive
from tests.databases import environment_of

# Each page by the name of its screenshot. A new page goes here.
PAGES = {
    "home": "/",
    "search": "/search?q=defence+cooperation",
    "search-programme": "/search?q=SAFE",
    "search-help": "/search",
    "search-nothing": "/search?q=sefkovic+talks",
    "search-parts": "/search?q=%28loans+OR+grants%29+-speaker%3Astarmer+date%3A2025+title%3Abanana",
    "search-quotations": "/search?q=defence&show=quotations&side=eu",
    "search-people": "/search?q=defence&show=people",
    "search-programmes": "/search?q=kallas&show=programmes&year=2025",
    "search-operators": "/help/search",
    "articles": "/articles",
    "article": "/articles/10-kubilius-puts-europe-s-equipment-gap-at-eur500-billion-or-more",
    "article-found": "/articles/10?q=defence+industry#hit-3",
    "audit": "/articles/10-kubilius-puts-europe-s-equipment-gap-at-eur500-billion-or-more/audit",
    "versions": "/articles/10-kubilius-puts-europe-s-equipment-gap-at-eur500-billion-or-more/versions",
    "person": "/people/andrius-kubilius",
    "person-filtered": "/people/andrius-kubilius?kind=direct&sort=oldest",
    "person-on": "/people/ursula-von-der-leyen/on/safe",
    "people": "/people",
    "quote": "/quotes/1",
    "programmes": "/programmes",
    "programme": "/programmes/safe",
    "outlets": "/outlets",
    "outlet": "/outlets/eu-uk-defence-archive-briefing",
    "coverage": "/coverage",
    "timeline": "/timeline",
    "runs": "/runs",
    "run": "/runs/1",
    "corrections": "/corrections",
    "login": "/login",
    "about": "/about",
    "not-found": "/nowhere",
}

# Without these a Chromium in a closed network or a container looks for services that are not there.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

EDITOR, PASSWORD = "anna", "for tests only"
# Weak on purpose: the tests have better things to wait for.
_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

_START_SECONDS = 120


@dataclass(frozen=True)
class Look:
    """A way of looking at a page."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look("desktop-light", 1280, 800, "light"),
    Look("desktop-dark", 1280, 800, "dark"),
    Look("phone-light", 390, 844, "light"),
    Look("phone-dark", 390, 844, "dark"),
)
NARROW = Look("narrow-light", 320, 640, "light")


_COMMAND = Path(sys.executable).with_name("defence-archive")


@contextmanager
def served(folder: Path, command: Path = _COMMAND) -> Iterator[str]:
    """Serve the archive in ``folder`` with the program's own command; the address of its home page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **environment_of(folder), "ARCHIVE_EDITORS": f"{EDITOR}:{_HASHED}"}
    with subprocess.Popen(
        [str(command), "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield _wait_for(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()


@contextmanager
def served_seeds() -> Iterator[str]:
    """Serve a new archive of the seeds; the address of its home page."""
    with tempfile.TemporaryDirectory() as name:
        archive = new_archive(Path(name))
        ingest(archive, [SEEDS])
        archive.engine.dispose()
        with served(Path(name)) as address:
            yield address


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=10).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
        else:
            return address
    raise RuntimeError(f"the server did not answer within {_START_SECONDS} s")
