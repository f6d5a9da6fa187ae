"""What may be asked of the archive: how much, how long it may take, how often, under which name."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import IncompleteRead
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Headers
from sqlalchemy import QueuePool, text
from sqlmodel import Session
from starlette.responses import Response

from app.archive import Archive
from app.deadline import check_deadline, extend_deadline, within
from app.errors import TookTooLongError, TooManyRequestsError
from app.export import rows_of
from app.fulltext.query import MAX_ASTERISKS, MAX_QUERY_CHARACTERS
from app.results import ResultKind
from app.settings import Settings
from app.web.bounds import allowed_hosts
from app.web.exports import send_file
from app.web.main import create_app
from app.web.throttling import TokenBuckets, client_of
from tests.serving import running

# Takes minutes if nobody ends it.
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def app_with(archive: Archive, **settings: object) -> FastAPI:
    """The application on an archive with other settings."""
    return create_app(replace(archive, settings=archive.settings.model_copy(update=settings)))


# How much


@pytest.mark.parametrize(
    "query",
    ["a" * (MAX_QUERY_CHARACTERS + 1), "(" * 2000 + "a" + ")" * 2000, "NOT " * 500 + "a", "pact* " * 17],
    ids=["long", "nested", "chained", "starred"],
)
@pytest.mark.parametrize(
    "address", ["/search", "/search.csv", "/search.zip", "/search.atom", "/api/search", "/articles/1"]
)
def test_a_query_that_nobody_types_is_refused_and_says_why(
    client: TestClient, address: str, query: str
) -> None:
    response = client.get(address, params={"q": query}, follow_redirects=True)
    assert response.status_code == 400
    assert "This query has " in response.text


def test_the_longest_query_is_answered(client: TestClient) -> None:
    assert client.get("/search", params={"q": "a" * MAX_QUERY_CHARACTERS}).status_code == 200
    assert client.get("/search", params={"q": "pact* " * MAX_ASTERISKS}).status_code == 200
    assert client.get("/search/suggest", params={"q": "a" * 1001}).status_code == 400


@pytest.mark.parametrize("address", ["/search?q=", "/people/", "/nowhere/"])
def test_an_address_without_end_is_refused_before_it_is_read(client: TestClient, address: str) -> None:
    began = time.process_time()
    assert client.get(address + "a" * 40_000).status_code == 400
    assert time.process_time() - began < 0.5


def test_more_headers_than_are_read_are_refused(client: TestClient) -> None:
    response = client.get("/", headers={"X-Long": "a" * 100_000})
    assert response.status_code == 431


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search?q=pact&page=-1", 400),
        ("/search?q=pact&page=0", 400),
        ("/search?q=pact&page=999999999999999999999", 400),
        ("/search?q=pact&page=1e3", 400),
        ("/search?q=pact&page=1000000", 200),
        ("/search?q=pact&sort=__class__", 400),
        ("/search?q=pact&show=secrets", 400),
        ("/search?q=pact&size=100000", 200),
        ("/search?q=pact&side=" + "x" * 5000, 200),
        ("/search?" + "&".join(f"speaker=nobody-{n}" for n in range(500)), 200),
        ("/timeline?person=" + "x" * 5000, 400),
        ("/api/articles?limit=101", 400),
        ("/api/articles?cursor=AAAA", 400),
        ("/articles/99999999999999999999", 404),
        ("/quotes/99999999999999999999", 400),
        ("/articles?page=1000001", 400),
    ],
)
def test_every_number_and_value_has_bounds(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_body_that_nobody_sends_is_refused(archive: Archive) -> None:
    app = create_app(archive)

    async def take(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    app.add_api_route("/take", take, methods=["POST"])
    client = TestClient(app)
    assert client.post("/take", content=b"a" * 99_999).json() == {"bytes": 99_999}
    assert client.post("/take", content=b"a" * 100_001).status_code == 413
    assert client.post("/take", content=iter([b"a" * 60_000] * 2)).status_code == 413


# How long


def test_a_query_of_the_database_ends_at_its_deadline(archive: Archive) -> None:
    """SQLite itself looks at the clock; the connection is good for the next one."""
    with Session(archive.engine) as session:
        with within(0.2), pytest.raises(TookTooLongError):
            session.execute(ENDLESS)
        session.rollback()
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_work_without_a_deadline_is_not_ended() -> None:
    check_deadline()
    with within(0), pytest.raises(TookTooLongError):
        check_deadline()
    check_deadline()


def test_a_deadline_can_be_put_off() -> None:
    with within(0):
        extend_deadline(60)
        check_deadline()


@pytest.mark.parametrize("address", ["/search?q=defence", "/search.csv?q=defence", "/people/keir-starmer"])
def test_what_takes_too_long_is_a_friendly_page(seeded: Archive, address: str) -> None:
    client = TestClient(app_with(seeded, request_seconds=1e-9))
    response = client.get(address)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "10"
    assert "Finding this took too long" in response.text
    told = client.get("/api/search?q=defence")
    assert (told.status_code, told.json()["error"]["status"]) == (503, 503)


def test_a_thread_is_free_again_after_the_deadline(seeded: Archive) -> None:
    """Three times as many endless requests as there are threads; then an ordinary one is answered."""
    app = app_with(seeded, request_seconds=0.3)

    def endless() -> None:
        with Session(seeded.engine) as session:
            session.execute(ENDLESS)

    app.add_api_route("/endless", endless)
    with running(app) as address, ThreadPoolExecutor(120) as pool:
        assert set(pool.map(lambda _: status_of(f"{address}/endless"), range(120))) == {503}
        assert status_of(f"{address}/about") == 200


def test_a_file_that_takes_too_long_is_broken_off_and_never_looks_whole(seeded: Archive) -> None:
    """Its beginning is sent already, so that there can be no page; whoever takes it sees that it failed."""
    app = app_with(seeded, request_seconds=0.2, export_seconds=0.2)

    def pieces() -> Iterator[bytes]:
        yield b"a" * 1_000_000
        time.sleep(0.3)
        check_deadline()
        yield b"b"

    def endless_file(request: Request) -> Response:
        return send_file(request, pieces(), "rows.csv", "text/csv")

    app.add_api_route("/endless.csv", endless_file, response_model=None)
    with running(app) as address:
        response = urlopen(f"{address}/endless.csv")
        with pytest.raises(IncompleteRead), response:
            response.read()


def test_a_file_has_more_time_than_a_page(seeded: Archive) -> None:
    app = app_with(seeded, request_seconds=0.2, export_seconds=20)

    def pieces() -> Iterator[bytes]:
        yield b"a" * 1_000_000
        time.sleep(0.3)
        check_deadline()
        yield b"b"

    def slow_file(request: Request) -> Response:
        return send_file(request, pieces(), "rows.csv", "text/csv")

    app.add_api_route("/slow.csv", slow_file, response_model=None)
    assert TestClient(app).get("/slow.csv").content == b"a" * 1_000_000 + b"b"


def test_a_slow_reader_keeps_no_connection(seeded: Archive) -> None:
    """Between two batches of a file the database is asked by nobody."""
    found = rows_of(seeded, "", ResultKind.QUOTATIONS, [(one, None) for one in range(1, 40)])
    next(found)
    pool = seeded.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


# How often


class _Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_tokens_come_back_as_time_goes_by() -> None:
    clock = _Clock()
    buckets = TokenBuckets(6, clock)
    for _ in range(6):
        buckets.take("reader")
    with pytest.raises(TooManyRequestsError) as refused:
        buckets.take("reader")
    assert refused.value.wait_seconds == 10
    buckets.take("somebody else")
    clock.now += 10
    buckets.take("reader")
    with pytest.raises(TooManyRequestsError):
        buckets.take("reader")
    clock.now += 3600
    for _ in range(6):
        buckets.take("reader")
    with pytest.raises(TooManyRequestsError):
        buckets.take("reader")


def test_clients_without_number_fill_no_memory() -> None:
    buckets = TokenBuckets(1, _Clock())
    for number in range(30_000):
        buckets.take(str(number))
    assert len(buckets._buckets) == 10_000


def test_nought_means_no_limit() -> None:
    buckets = TokenBuckets(0)
    for _ in range(1000):
        buckets.take("reader")


@pytest.mark.parametrize(
    ("setting", "addresses"),
    [
        (
            "searches_per_minute",
            ["/search?q=pact", "/search.atom?q=pact", "/api/search?q=pact", "/api/people"],
        ),
        ("exports_per_minute", ["/search.csv?q=pact", "/search.zip?q=pact", "/people/keir-starmer.json"]),
    ],
)
def test_who_asks_too_often_is_told_when_to_come_again(
    seeded: Archive, setting: str, addresses: list[str]
) -> None:
    for address in addresses:
        client = TestClient(app_with(seeded, **{setting: 2}))
        assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
        refused = client.get(address)
        assert 0 < int(refused.headers["retry-after"]) <= 30
        assert client.get("/about").status_code == 200
        if not address.startswith("/api"):
            assert "Too many requests" in refused.text
            assert "<h1>" in refused.text


def test_suggestions_cost_a_tenth_of_a_search(seeded: Archive) -> None:
    client = TestClient(app_with(seeded, searches_per_minute=1))
    statuses = [client.get("/search/suggest?q=kal").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_an_address_or_the_network_one_customer_gets(host: str, client: str) -> None:
    assert client_of(Request({"type": "http", "client": (host, 1)})) == client


# Under which name


def test_a_forged_host_is_refused_and_not_repeated(client: TestClient) -> None:
    for host in ("evil.example", "testserver.evil.example", "testserver@evil.example", "[", "", "a:b:c"):
        response = client.get("/", headers={"Host": host})
        assert response.status_code == 400, host
        assert "evil" not in response.text
    for host in ("testserver", "TESTSERVER:8000", "localhost:1", "127.0.0.1", "[::1]:80"):
        assert client.get("/", headers={"Host": host}).status_code == 200, host


def test_two_hosts_are_refused(client: TestClient) -> None:
    request = client.build_request("GET", "/")
    request.headers = Headers([*request.headers.raw, (b"host", b"evil.example")])
    assert client.send(request).status_code == 400


def test_other_headers_name_no_host(client: TestClient) -> None:
    """Nothing but the server's own proxy handling, for proxies that are trusted, looks at these."""
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        response = client.get("/", headers={name: "evil.example"})
        assert response.status_code == 200
        assert "evil.example" not in response.text


def test_the_names_of_the_settings_are_allowed() -> None:
    settings = Settings(
        public_url="https://archive.example.org/", host="10.0.0.5", allowed_hosts="one.example, Two.example"
    )
    assert {"archive.example.org", "10.0.0.5", "one.example", "two.example"} <= allowed_hosts(settings)
    assert "*" not in allowed_hosts(settings)


def test_any_name_can_be_allowed(seeded: Archive) -> None:
    client = TestClient(app_with(seeded, allowed_hosts="*"))
    assert client.get("/", headers={"Host": "anything.example"}).status_code == 200


# Redirects


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "/\\evil.example/", "/%5cevil.example", "/%2f%2fevil.example/..",
        "/%09/evil.example",
        "//evil.example/articles/1", "/articles//evil.example/", "/articles/1-//evil.example",
        "/articles/1-%0d%0aLocation:%20https://evil.example", "/articles/1?q=%0d%0aX-Forged:%20yes",
        "/people//evil.example/", "/search//evil.example", "/static//evil.example/", "/api//evil.example/",
    ],
)  # fmt: skip
def test_no_redirect_leads_off_the_site(client: TestClient, path: str) -> None:
    response = client.get(f"http://testserver{path}", follow_redirects=False)
    location = response.headers.get("location", "/")
    assert re.match(r"/(?![/\\])|http://testserver/(?![/\\])", location), location
    assert "evil" not in location
    assert "x-forged" not in response.headers


def status_of(address: str) -> int:
    """The status that a server answers with."""
    try:
        with urlopen(address, timeout=60) as response:
            return int(response.status)
    except HTTPError as exc:
        return exc.code
