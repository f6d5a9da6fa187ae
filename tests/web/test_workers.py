"""Several processes that serve one archive count together what one alone would, and end together."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import create_connection
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from app.archive import Archive
from app.settings import Settings
from app.web.throttling import part_of
from tests.browser.site import served
from tests.load import family_of, listener, told

_TOKEN = "for tests only"
_LIMIT = 8


@pytest.fixture
def address(seeded: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of two processes that lets a client search so many times."""
    monkeypatch.setenv("ARCHIVE_WORKERS", "2")
    monkeypatch.setenv("ARCHIVE_METRICS_TOKEN", _TOKEN)
    monkeypatch.setenv("ARCHIVE_SEARCHES_PER_MINUTE", str(_LIMIT))
    with served(seeded.settings.folder) as address:
        until_all_serve(address)
        yield address


def read(address: str) -> tuple[int, str]:
    """Status and text, by a connection of its own; 0 where there was no answer."""
    try:
        with urlopen(Request(address, headers={"Authorization": f"Bearer {_TOKEN}"}), timeout=30) as response:
            return int(response.status), response.read().decode()
    except HTTPError as exc:
        return exc.code, exc.read().decode()
    except (URLError, ConnectionError):
        return 0, ""


def workers(address: str) -> set[int]:
    """The processes that answer."""
    # The other one that multiprocessing starts keeps account of what they share.
    return {
        pid for pid in family_of(listener(address))[1:] if "spawn_main" in told(Path(f"/proc/{pid}/cmdline"))
    }


def until_all_serve(address: str) -> None:
    """Wait until two processes have answered: each has a file of numbers once it has counted something."""
    end = time.monotonic() + 120
    while answered(address, "/healthz") < 20 or len(workers(address)) < 2:
        assert time.monotonic() < end
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(read, [f"{address}/healthz"] * 20))


def answered(address: str, route: str) -> int:
    """How many requests of a route all processes together have answered well."""
    line = re.compile(rf'archive_requests_total{{route="{route}",status="200"}} (\d+)')
    found = line.search(read(f"{address}/metrics")[1])
    return int(found[1]) if found else 0


def test_processes_count_together(address: str) -> None:
    before = answered(address, "/about")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(read, [f"{address}/about"] * 40))
        assert {status for status, _ in told} == {200}
        found = [status for status, _ in pool.map(read, [f"{address}/search?q=pact"] * 40)]
    assert answered(address, "/about") == before + 40
    assert set(found) == {200, 429}
    assert found.count(200) <= _LIMIT + 1  # a token may have come in meanwhile


def test_a_process_that_is_killed_is_replaced(address: str) -> None:
    killed = workers(address).pop()
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in workers(address) and len(workers(address)) == 2)
    assert {read(f"{address}/healthz")[0] for _ in range(10)} == {200}


def running(address: str) -> int:
    """How many requests are being answered, this one too."""
    found = re.search(r"archive_requests_running (\d+)", read(f"{address}/metrics")[1])
    return int(found[1]) if found else 0


def test_what_a_killed_process_was_at_is_not_counted_for_ever(address: str) -> None:
    server = urlsplit(address)
    with create_connection((server.hostname, server.port)) as waiting:
        head = f"POST /login HTTP/1.1\r\nHost: {server.netloc}\r\nContent-Length: 10\r\n\r\n"
        waiting.sendall(head.encode())  # and its body never
        until(lambda: running(address) == 2)
        killed = workers(address)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(workers(address) - killed) == 2 and running(address) == 1)


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_all_end_when_the_first_is_told_to(seeded: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_WORKERS", "2")
    with served(seeded.settings.folder) as address:
        pids = family_of(listener(address))
        os.kill(pids[0], signal.SIGTERM)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_parts_make_no_more_than_the_whole() -> None:
    three = Settings(workers=3)
    assert [part_of(limit, three) for limit in (0, 2, 9, 30)] == [0, 1, 3, 10]
