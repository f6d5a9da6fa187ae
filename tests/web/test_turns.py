"""Few pages are made at once, in the order they were asked for, and nobody is held up by who is slow."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse, Response

from app.archive import Archive
from app.deadline import check_deadline
from app.web.exports import send_file
from app.web.main import create_app
from app.web.turns import InTurn, Turns
from tests.serving import running

_BLOCK = b"a" * 600_000


class Pages:
    """Pages under ``/slow/NUMBER`` that take some time; which of them were made, and how many at once.

    While ``may_end`` is cleared, none is ready.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self.made: list[int] = []
        self.running = 0
        self.most = 0
        self.may_end = threading.Event()
        self.may_end.set()

    def page(self, number: int) -> Response:
        """A page that sleeps, and then looks whether its time is over."""
        with self._turn:
            self.made.append(number)
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(self._seconds)
        self.may_end.wait(30)
        with self._turn:
            self.running -= 1
        check_deadline()
        return PlainTextResponse(f"{number}")


def app_in_turn(archive: Archive, turns: Turns, **settings: object) -> tuple[FastAPI, APIRouter]:
    """The application with this line, and a router for pages of the test, to be included with them."""
    settled = replace(archive, settings=archive.settings.model_copy(update=settings))
    return create_app(settled, turns), APIRouter(route_class=InTurn)


@pytest.fixture
def slow_app(seeded: Archive) -> Callable[..., tuple[FastAPI, Pages]]:
    """Makes an application that has slow pages besides its own."""

    def make(seconds: float, turns: Turns, **settings: object) -> tuple[FastAPI, Pages]:
        app, router = app_in_turn(seeded, turns, **settings)
        pages = Pages(seconds)
        router.add_api_route("/slow/{number}", pages.page, response_model=None)
        app.include_router(router)
        return app, pages

    return make


def read(address: str) -> tuple[int, str]:
    """Status and text of what a server answers."""
    try:
        with urlopen(address, timeout=30) as response:
            return int(response.status), response.read().decode()
    except HTTPError as exc:
        return exc.code, exc.read().decode()


def half_asked(address: str, request: bytes) -> socket.socket:
    """A connection on which something was sent and from which nothing has been read."""
    parts = urlsplit(address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((parts.hostname, parts.port))
    connection.sendall(request.replace(b"\n", b"\r\n"))
    return connection


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_few_pages_are_made_at_once_and_all_that_were_asked_for(
    slow_app: Callable[..., tuple[FastAPI, Pages]],
) -> None:
    app, pages = slow_app(0.05, Turns(at_once=3))
    with running(app) as address, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda number: read(f"{address}/slow/{number}"), range(20)))
    assert answers == [(200, f"{number}") for number in range(20)]
    assert pages.most == 3


def test_who_came_first_is_served_first(slow_app: Callable[..., tuple[FastAPI, Pages]]) -> None:
    app, pages = slow_app(0, Turns(at_once=1))
    pages.may_end.clear()
    with running(app) as address, ThreadPoolExecutor(8) as pool:
        for number in range(8):
            pool.submit(read, f"{address}/slow/{number}")
            time.sleep(0.15)
        pages.may_end.set()
    assert pages.made == list(range(8))


def test_waiting_is_not_counted_as_work(slow_app: Callable[..., tuple[FastAPI, Pages]]) -> None:
    """A burst takes three times as long as one page may, and each page of it is answered."""
    app, _ = slow_app(0.4, Turns(at_once=1), request_seconds=1)
    with running(app) as address, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: read(f"{address}/slow/{number}")[0], range(8)))
    assert answers == [200] * 8


def test_who_would_wait_too_long_is_told_so(slow_app: Callable[..., tuple[FastAPI, Pages]]) -> None:
    """By a friendly page, and programs by JSON; what is no page is there all the same."""
    app, pages = slow_app(0, Turns(at_once=1, most_wait_seconds=0.1))
    pages.may_end.clear()
    with running(app) as address, ThreadPoolExecutor(1) as pool:
        first = pool.submit(read, f"{address}/slow/1")
        until(lambda: pages.running == 1)
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}/search?q=pact")
        assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "10")
        assert "Too many readers at once" in refused.value.read().decode()
        status, told = read(f"{address}/api/search?q=pact")
        assert (status, "try again in a few seconds" in told) == (503, True)
        for other in ("/healthz", "/readyz", "/static/archive.css"):
            assert read(address + other)[0] == 200
        assert pages.running == 1
        pages.may_end.set()
        assert first.result() == (200, "1")


def test_no_page_is_made_for_who_has_gone_away(slow_app: Callable[..., tuple[FastAPI, Pages]]) -> None:
    app, pages = slow_app(0.5, Turns(at_once=1))
    with running(app) as address:
        waiting = [half_asked(address, b"GET /slow/%d HTTP/1.1\nHost: localhost\n\n" % n) for n in range(5)]
        until(lambda: pages.running == 1)
        first = pages.made[0]
        for number, connection in enumerate(waiting):
            if number != first:
                connection.close()
        assert read(f"{address}/slow/9") == (200, "9")
        waiting[first].close()
    assert pages.made == [first, 9]


def test_who_reads_slowly_holds_nobody_up(seeded: Archive) -> None:
    """Neither by a long page nor by a long file; a connection of the database is not kept either."""
    app, router = app_in_turn(seeded, Turns(at_once=1))

    def long_file(request: Request) -> Response:
        return send_file(request, (_BLOCK for _ in range(40)), "rows.csv", "text/csv")

    router.add_api_route("/long", lambda: PlainTextResponse(_BLOCK * 40), response_model=None)
    router.add_api_route("/long.csv", long_file, response_model=None)
    app.include_router(router)
    with running(app) as address:
        for path in (b"/long", b"/long.csv"):
            with half_asked(address, b"GET " + path + b" HTTP/1.1\nHost: localhost\n\n"):
                assert read(f"{address}/about")[0] == 200
                assert read(f"{address}/articles")[0] == 200


def test_who_sends_a_form_slowly_holds_nobody_up(slow_app: Callable[..., tuple[FastAPI, Pages]]) -> None:
    app, _ = slow_app(0, Turns(at_once=1))
    head = b"POST /login HTTP/1.1\nHost: localhost\nContent-Type: application/x-www-form-urlencoded\n"
    with running(app) as address, half_asked(address, head + b"Content-Length: 100\n\nname="):
        assert read(f"{address}/about")[0] == 200


def test_a_long_file_lets_pages_through(seeded: Archive) -> None:
    """Its blocks take turns with pages, so that a page is there long before the file is."""
    app, router = app_in_turn(seeded, Turns(at_once=1))
    made: list[int] = []

    def blocks() -> Iterator[bytes]:
        for number in range(10):
            time.sleep(0.05)
            made.append(number)
            yield _BLOCK

    def long_file(request: Request) -> Response:
        return send_file(request, blocks(), "rows.csv", "text/csv")

    router.add_api_route("/long.csv", long_file, response_model=None)
    app.include_router(router)
    with running(app) as address, ThreadPoolExecutor(1) as pool:
        file = pool.submit(read, f"{address}/long.csv")
        until(lambda: len(made) > 1)
        assert read(f"{address}/about")[0] == 200
        assert len(made) < 10
        assert file.result() == (200, (_BLOCK * 10).decode())


def test_a_short_file_is_made_at_once_and_need_not_be_sent_again(client: TestClient) -> None:
    response = client.get("/search.csv?q=defence")
    assert int(response.headers["content-length"]) > 0
    again = client.get("/search.csv?q=defence", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
