"""Fetching: politely, within limits, from public addresses only. A server of this machine plays the web."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlmodel import Session, select

from app.archive import Archive
from app.errors import RejectedAddressError
from app.fetching import Fetcher, Validators, is_public
from app.ingest import Outcome, ingest
from app.store import models

PAGE = (
    b"<html><head><title>The pact waits</title></head><body><article>"
    + b"<p>Ministers met in London on Monday to weigh a pact that nobody had read.</p>" * 3
    + b"</article></body></html>"
)
Answer = tuple[int, dict[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Web:
    """A server with answers by path; ``asked`` is what came, with its headers."""

    port: int
    answers: dict[str, Answer | Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def address(self, path: str, host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, **hosts: list[str]) -> Fetcher:
        """A fetcher for which every host lies here, unless it is named; only here is public."""
        return Fetcher(
            resolver=lambda host, _port: hosts.get(host.partition(".")[0], ["127.0.0.1"]),
            is_allowed_address=lambda address: address == "127.0.0.1",
            ports=frozenset({self.port}),
            sleep=lambda _seconds: None,
        )


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            served.asked.append((self.path, headers))
            answer = served.answers.get(self.path, (404, {}, b""))
            status, fields, content = answer(headers) if callable(answer) else answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **fields}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Web(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


def test_a_page_comes_with_its_address_and_the_server_is_told_who_asks(web: Web) -> None:
    web.answers["/pact?id=1"] = (200, HTML | {"ETag": '"a"'}, PAGE)
    source = web.fetcher().fetch(web.address("/pact?id=1#part"))
    assert source is not None
    assert (source.content, source.name, source.charset) == (PAGE, "page.html", "utf-8")
    assert source.location.startswith("http://news.example:")
    (_, robots), (path, asked) = web.asked
    assert path == "/pact?id=1"
    assert asked["host"] == f"news.example:{web.port}" == robots["host"]
    assert asked["user-agent"].startswith("eu-uk-defence-archive/")


def test_what_robots_txt_forbids_is_not_asked_for(web: Web) -> None:
    web.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/\n")
    web.answers["/open"] = web.answers["/private/pact"] = (200, HTML, PAGE)
    fetcher = web.fetcher()
    assert fetcher.fetch(web.address("/open")) is not None
    with pytest.raises(RejectedAddressError, match=r"robots\.txt forbids"):
        fetcher.fetch(web.address("/private/pact"))
    assert [path for path, _ in web.asked] == ["/robots.txt", "/open"]


def test_a_site_whose_robots_txt_fails_is_left_alone(web: Web) -> None:
    web.answers["/robots.txt"] = (503, {}, b"")
    with pytest.raises(RejectedAddressError, match=r"robots\.txt forbids"):
        web.fetcher().fetch(web.address("/pact"))


def test_what_has_not_changed_is_not_sent_again(web: Web) -> None:
    def answer(headers: dict[str, str]) -> Answer:
        return (
            (304, {}, b"") if headers.get("if-none-match") == '"a"' else (200, HTML | {"ETag": '"a"'}, PAGE)
        )

    web.answers["/pact"] = answer
    assert web.fetcher().fetch(web.address("/pact"), Validators('"a"')) is None
    assert web.fetcher().fetch(web.address("/pact"), Validators('"b"')) is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://[fd00::1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/html,<script>alert(1)</script>",
        "http://user:pass@127.0.0.1/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1#@example.org/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127.0.0.1:22/",
        "http://[broken",
        "//news.example/",
    ],
)
def test_addresses_that_are_none_of_the_open_web_are_refused(url: str) -> None:
    """By the program's own resolver and rules, before any connection is made."""
    with pytest.raises(RejectedAddressError):
        Fetcher(sleep=lambda _seconds: None).fetch(url)


@pytest.mark.parametrize(
    "address", ["64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "0.0.0.0", "100.64.0.1", "fe80::1", "::"]
)
def test_addresses_with_another_inside_or_of_no_host_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_host_with_one_address_that_is_not_public_is_refused(web: Web) -> None:
    web.answers["/pact"] = (200, HTML, PAGE)
    with pytest.raises(RejectedAddressError, match="no public one"):
        web.fetcher(news=["127.0.0.1", "10.0.0.1"]).fetch(web.address("/pact"))
    assert not web.asked


def test_each_redirect_is_checked_like_the_first_address(web: Web) -> None:
    web.answers["/moved"] = (301, {"Location": "/pact"}, b"")
    web.answers["/pact"] = (200, HTML, PAGE)
    web.answers["/inside"] = (302, {"Location": web.address("/pact", "intranet.example")}, b"")
    web.answers["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    web.answers["/round"] = (302, {"Location": "/round"}, b"")
    fetcher = web.fetcher(intranet=["10.0.0.1"])
    moved = fetcher.fetch(web.address("/moved"))
    assert moved is not None
    assert moved.location == web.address("/pact")
    for path, reason in (
        ("/inside", "no public one"),
        ("/file", "no plain address"),
        ("/round", "redirects"),
    ):
        with pytest.raises(RejectedAddressError, match=reason):
            fetcher.fetch(web.address(path))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, HTML, PAGE), "status 500"),
        ((200, {"Content-Type": "image/png"}, b"-"), "image/png"),
        ((200, HTML, b"x" * 5_000_001), "more than 5.0 MB"),
        (
            (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 300_000_000, 1)),
            "more than 5.0 MB",
        ),
        ((200, HTML | {"Content-Encoding": "gzip"}, b"no gzip"), "damaged"),
        ((200, HTML | {"Content-Encoding": "br"}, b"-"), "encoding"),
        ((200, HTML | {"Content-Length": "100"}, b"-"), "does not answer"),
    ],
    ids=["status", "type", "size", "bomb", "damaged", "encoding", "cut"],
)
def test_what_cannot_be_read_is_refused(web: Web, answer: Answer, reason: str) -> None:
    web.answers["/pact"] = answer
    with pytest.raises(RejectedAddressError, match=reason):
        web.fetcher().fetch(web.address("/pact"))


def test_two_requests_to_one_host_are_a_second_apart(web: Web) -> None:
    web.answers["/pact"] = (200, HTML, PAGE)
    fetcher, slept = web.fetcher(), list[float]()
    fetcher.sleep = slept.append
    fetcher.fetch(web.address("/pact"))
    assert len(slept) == 1
    assert 0.5 < slept[0] <= 1


def test_fetched_pages_are_articles_and_come_again_only_if_they_changed(archive: Archive, web: Web) -> None:
    page = PAGE

    def answer(headers: dict[str, str]) -> Answer:
        tag = f'"{len(page)}"'
        return (304, {}, b"") if headers.get("if-none-match") == tag else (200, HTML | {"ETag": tag}, page)

    web.answers["/pact"] = answer
    urls = [web.address("/pact"), web.address("/nowhere")]
    outcomes = []
    for _ in range(3):
        report = ingest(archive, [], urls=urls, fetcher=web.fetcher())
        outcomes.append([file.outcome for file in report.files])
        if len(outcomes) == 2:
            page = PAGE.replace(b"nobody", b"hardly anybody")
    assert outcomes == [
        [Outcome.ADDED, Outcome.REJECTED],
        [Outcome.SAME, Outcome.REJECTED],
        [Outcome.CHANGED, Outcome.REJECTED],
    ]
    with Session(archive.engine) as session:
        sources = session.exec(select(models.Source)).all()
        article = session.exec(select(models.Article)).one()
    assert [source.location for source in sources] == [urls[0], urls[0]]
    assert (article.url, "hardly anybody" in article.text) == (urls[0], True)
