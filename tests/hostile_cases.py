"""Attacks as data, each with the outcome it must have, tried on a real archive behind a real server.

``python -m tests.hostile_cases FILE…`` tries the cases of a file, one a line of JSON, and prints those that
came out otherwise. ``kind`` says what is attacked: a query, an address, a header, an article's text or field,
a file, a file's name, an export; ``input`` is what is sent, or ``gen`` a Python expression for it; ``expect``
has the statuses allowed, what an answer must or must not have, and milliseconds of CPU.

A word like ``onload=alert`` may stand in a page as text; it must not stand there as an attribute.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import resource
import socket
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import quote, quote_from_bytes, urlsplit

import feedparser
import httpx2
import rispy
from lxml import etree

from app.archive import Archive
from app.errors import RejectedAddressError
from app.fetching import Fetcher
from app.ingest import IngestReport, Outcome, ingest
from app.web.main import create_app
from tests.browser.site import served
from tests.conftest import SEEDS, new_archive
from tests.hostile_logins import faults_of_login, login_site
from tests.serving import running

Case = dict[str, Any]

_HANDLER = re.compile(r"^(on\w+)=")
_ASCII_PATH = "/%?&=#:@!$'()*+,;[]~<>\"\\^`{|}. -_"
_SECONDS = 20
_TRIES = 8
# What a login decides.
_OF_LOGIN = re.compile(r"login|merge|cookie|session=|wrong passwords")


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    head: str
    body: str

    @property
    def text(self) -> str:
        """Head and body, as they came."""
        return f"{self.head}\r\n\r\n{self.body}"


class _Markup(HTMLParser):
    """What a browser would act on: attributes' names, words of scripts, addresses that are script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.live: list[str] = []
        self._is_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of an element."""
        names = dict(attrs)
        self.handlers += [name for name in names if name.startswith("on")]
        self._is_script = tag == "script" and names.get("type") != "application/ld+json"
        self.live += [value for name, value in attrs if name in ("href", "src", "action") and value]
        self.live += [f"<{tag}>"] if tag in ("iframe", "base", "object", "embed", "style") else []

    def handle_endtag(self, tag: str) -> None:
        """A script is over."""
        self._is_script = False

    def handle_data(self, data: str) -> None:
        """Words of a script are acted on."""
        self.live += [data] if self._is_script and data.strip() else []


def has_live(html: str, words: str) -> bool:
    """Whether a page has these words where a browser would act on them, or unescaped where they are markup.

    >>> has_live("<p>&lt;svg onload=alert(1)&gt;", "onload=alert")
    False
    >>> has_live("<p><svg onload=alert(1)>", "onload=alert")
    True
    """
    markup = _Markup(html)
    if handler := _HANDLER.match(words):
        return handler[1] in markup.handlers
    if words.startswith(("javascript:", "href=")):
        return any(value.strip().lower().startswith("javascript:") for value in markup.live)
    return words in html


def value_of(case: Case) -> str | bytes:
    """What the case sends."""
    if "input" in case:
        return str(case["input"])
    names = {"range": range, "bytes": bytes, "__import__": {"gzip": gzip}.__getitem__}
    made: str | bytes = eval(case["gen"], {"__builtins__": names})
    return made


class Site:
    """A served archive, asked over the wire."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)

    def send(self, raw: bytes) -> Answer:
        """Send bytes as they are; the answer, its body without chunks and compression."""
        assert self.address.hostname is not None
        with socket.create_connection((self.address.hostname, self.address.port or 80), _SECONDS) as wire:
            received = b""
            try:
                wire.sendall(raw)
                while piece := wire.recv(65_536):
                    received += piece
            except ConnectionError:
                # The server answers 400 and hangs up on what is longer than it reads; the answer may be lost.
                received = received or b"HTTP/1.1 400 Hung Up\r\n\r\n"
        head, _, body = received.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if head.startswith(b"HTTP/") else 0
        return Answer(status, head.decode("latin-1").lower(), body.decode("utf-8", "replace"))

    def get(self, path: str, *headers: bytes, method: str = "GET") -> Answer:
        """Ask for an address with these header lines."""
        hosts = [] if any(line.lower().startswith(b"host:") for line in headers) else [b"Host: localhost"]
        lines = [f"{method} {path} HTTP/1.1".encode(), *hosts, b"Connection: close", *headers]
        return self.send(b"\r\n".join(lines) + b"\r\n\r\n")

    def followed(self, path: str, method: str) -> Answer:
        answer = self.get(path, method=method)
        location = re.search(r"location: (\S+)", answer.head)
        return self.get(location[1], method=method) if answer.status == 308 and location else answer

    def faults_of_article(self, must_not: list[str]) -> list[str]:
        """Look at every page and file that an article is in."""
        wrong = []
        for path in (
            "/",
            "/articles",
            "/search?q=pact",
            "/search?q=settled&show=quotations",
            "/people",
            "/quotes/1",
        ):
            answer = self.get(path)
            wrong += [f"{path} has {one}" for one in must_not if has_live(answer.body, one)]
            wrong += [f"{path}: status {answer.status}"] if answer.status >= 500 else []
        article = self.followed("/articles/1", "GET")
        wrong += [f"the article has {one}" for one in must_not if has_live(article.body, one)]
        if article.status != 200:
            return wrong  # it was refused
        wrong += (
            ["the article has a bidirectional control"]
            if re.search(
                "[\u202a-\u202e\u2066-\u2069]", re.sub(r"<main.*", "", article.body, flags=re.DOTALL)
            )
            else []
        )
        feed = _body(self.get("/search.atom?q=pact"))
        wrong += ["the feed is no XML"] if feedparser.parse(feed.encode()).bozo else []
        etree.fromstring(feed.encode())
        ris = rispy.loads(_body(self.get("/search.ris?q=pact")).removeprefix("\ufeff"))
        wrong += [f"RIS has {len(ris)} records"] if len(ris) != 1 else []
        bibtex = _body(self.get("/search.bib?q=pact"))
        entries = re.findall(r"^@\w+\{", bibtex, re.MULTILINE)
        wrong += [f"BibTeX has {len(entries)} entries"] if len(entries) != 1 else []
        json.loads(_body(self.get("/search.json?q=pact")))
        return wrong


class Target:
    """A served archive with the seeds, attacked case by case; each try returns what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._number = 0
        archive = new_archive(folder / "archive")
        ingest(archive, [SEEDS])
        archive.engine.dispose()
        self._login_site = login_site(folder / "editors")
        self.site = Site(self._stack.enter_context(served(folder / "archive")))
        self.site.get("/search?q=pact")

    def close(self) -> None:
        """Stop the server."""
        self._stack.close()

    def try_case(self, case: Case) -> list[str]:
        """What came out otherwise than expected."""
        target = f"{case.get('target', '')} {case.get('input', '')}"
        if (case["kind"] == "admin" and _OF_LOGIN.search(target)) or "/login" in target:
            return faults_of_login(case, self._login_site())
        value = value_of(case)
        if "ingest --url" in case.get("target", ""):
            return self._address_to_fetch(str(value))
        tries: dict[str, Callable[[Case, Any], list[str]]] = {
            "query": self._query,
            "url": self._path,
            "header": self._header,
            "admin": self._page_of_editors,
            "article": self._article,
            "upload": self._name if "file name" in case.get("target", "") else self._file,
            "export": self._export if "input" in case and "?" not in str(value) else self._path_of_export,
        }
        return tries[case["kind"]](case, value)

    def _query(self, case: Case, value: str | bytes) -> list[str]:
        if "input" in case and "=" in str(value) and "&" in case["target"]:
            path = case["target"].removeprefix("GET ")
            return self._judged(case, lambda: self.site.get(quote(path, safe=_ASCII_PATH.replace(" ", ""))))
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        path = f"/search?q={quote_from_bytes(data, safe='')}"
        return self._judged(case, lambda: self.site.get(path))

    def _path(self, case: Case, value: str) -> list[str]:
        return self._judged(case, lambda: self.site.get(quote(value, safe=_ASCII_PATH.replace(" ", ""))))

    def _path_of_export(self, case: Case, _value: str) -> list[str]:
        # The addresses of cases are those of no archive in particular; the list with cursors is here.
        path = case["target"].removeprefix("GET ").replace("/articles.json", "/api/articles")
        return self._judged(case, lambda: self.site.get(path))

    def _header(self, case: Case, value: str) -> list[str]:
        request = re.match(r"(GET|HEAD|OPTIONS|TRACE) (/\S*)", value)
        path = "/static/archive.js" if "static" in case["why"] else "/about"
        if request:
            return self._judged(case, lambda: self.site.followed(request[2], request[1]))
        line = value.rstrip("\r\n").encode("latin-1", "replace")
        return self._judged(case, lambda: self.site.get(path, line))

    def _page_of_editors(self, case: Case, value: str) -> list[str]:
        paths = re.findall(r"(?<=[ ,])/[\w./-]+|^/[\w./-]+", value.removeprefix("GET"))
        wrong = []
        for path in paths:
            if path == "/openapi.json":
                continue  # the API's own is public, at /api/openapi.json
            answer = self.site.get(path)
            wrong += [f"{path}: status {answer.status}"] if answer.status not in (401, 403, 404, 303) else []
            wrong += [
                f"{path} lacks {one}" for one in case["expect"].get("must", ()) if one not in answer.text
            ]
        return wrong

    def _judged(self, case: Case, ask: Callable[[], Answer]) -> list[str]:
        expect = case["expect"]
        times: list[float] = []
        answer = ask()
        most_ms = expect.get("max_ms", 2_000)
        while not times or (min(times) > most_ms and len(times) < _TRIES):  # a machine may be busy elsewhere
            before = time.monotonic()
            answer = ask()
            times.append((time.monotonic() - before) * 1000)
        wrong = []
        if answer.status not in expect.get("status", [200, 301, 308, 400, 404, 431]):
            wrong.append(f"status {answer.status}")
        wrong += [f"has {one}" for one in expect.get("must_not", ()) if has_live(answer.text, one)]
        wrong += [f"lacks {one}" for one in expect.get("must", ()) if one not in answer.text]
        if min(times) > most_ms:
            wrong.append(f"took {min(times):.0f} ms")
        if answer.status not in (0, 400) and "content-security-policy" not in answer.head:
            wrong.append("has no policy")
        return wrong

    def _address_to_fetch(self, url: str) -> list[str]:
        """Refused before anything is sent; a name may mean this machine, and so may a redirect."""
        host = urlsplit(url).hostname or ""
        if host == "redirector.test":
            return self._redirected(url)
        fetcher = Fetcher(resolver=lambda *_: ["127.0.0.1"]) if host.endswith(".test") else Fetcher()
        with patch("app.fetching.httpx2.Client", side_effect=AssertionError("something was sent")):
            try:
                fetcher.fetch(url)
            except RejectedAddressError:
                return []
            except AssertionError as exc:
                return [str(exc)]
        return ["it was fetched"]

    def _redirected(self, url: str) -> list[str]:
        """The first address may be asked; what it names is this machine and must not be."""
        asked: list[str] = []

        def allowed(address: str) -> bool:
            asked.append(address)
            return len(asked) <= 2

        answer = _RedirectingClient("http://127.0.0.1:1/")
        with patch("app.fetching.httpx2.Client", return_value=answer):
            try:
                Fetcher(resolver=lambda *_: ["192.0.32.7"], is_allowed_address=allowed).fetch(url)
            except RejectedAddressError:
                return []
        return ["the redirect was followed"]

    # Into the archive

    def _taken_in(self, name: str, content: bytes) -> tuple[IngestReport, Archive, float]:
        """What came of a file in an archive of its own, and the CPU seconds it took."""
        self._number += 1
        folder = self.folder / f"case-{self._number}"
        folder.mkdir()
        (folder / name).write_bytes(content)
        archive = new_archive(folder / "archive")
        began = time.process_time()
        return ingest(archive, [folder / name]), archive, time.process_time() - began

    def _article(self, case: Case, value: str) -> list[str]:
        said = f"“It is settled,” said {value}." if case.get("field") == "speaker" else ""
        body = said or ("Ministers met about the pact." if "field" in case else f"The pact. {value}")
        fields = {"title": "The pact", "text": body}
        name = str(case.get("field", "speaker"))
        if name != "speaker":
            fields[{"source": "outlet", "published": "date"}.get(name, name)] = value
        content = json.dumps(fields).encode("utf-8", "surrogatepass")
        _, archive, seconds = self._taken_in("case.json", content)
        wrong = []
        if seconds * 1000 > case["expect"].get("max_ms", 10_000):
            wrong.append(f"took {seconds * 1000:.0f} ms")
        with running(create_app(archive)) as address:
            wrong += Site(address).faults_of_article(case["expect"].get("must_not", ()))
        archive.engine.dispose()
        return wrong

    def _file(self, case: Case, value: str | bytes) -> list[str]:
        content = value if isinstance(value, bytes) else value.encode()
        report, archive, seconds = self._taken_in(_name_for(content, case["why"]), content)
        archive.engine.dispose()
        wrong = [] if case["expect"].get("may_be_taken") or not report.article_count else ["it was taken in"]
        wrong += [] if report.article_count or report.count(Outcome.REJECTED) else ["nothing is said of it"]
        if seconds * 1000 > case["expect"].get("max_ms", 2_000):
            wrong.append(f"took {seconds * 1000:.0f} ms")
        return wrong

    def _name(self, case: Case, value: str) -> list[str]:
        """A member of an archive, or a thing in a folder; never read or written outside."""
        self._number += 1
        folder = self.folder / f"case-{self._number}"
        (folder / "files").mkdir(parents=True)
        secret = folder / "secret.txt"
        secret.write_text("Title: Sequestered\n\nNobody should read this.", encoding="utf-8")
        if value.startswith("symlink"):
            (folder / "files" / "link.txt").symlink_to(secret)
        elif value == "fifo":
            os.mkfifo(folder / "files" / "pipe.txt")
        elif "mode 000" in value:
            return []  # who tests as root can read it
        else:
            (folder / "files" / "a.zip").write_bytes(_zipped(value))
        archive = new_archive(folder / "archive")
        report = ingest(archive, [folder / "files"])
        archive.engine.dispose()
        wrong = (
            ["something outside was read"]
            if b"Sequestered" in (folder / "archive" / "archive.db").read_bytes()
            else []
        )
        left = {path.name for path in folder.iterdir()} - {"files", "secret.txt", "archive"}
        wrong += [f"something was written outside: {left}"] if left else []
        is_odd = value.startswith("-")
        wrong += (
            []
            if is_odd or report.count(Outcome.REJECTED) or not report.article_count
            else ["it was taken in"]
        )
        return wrong

    def _export(self, _case: Case, value: str) -> list[str]:
        """A title that is a formula: text in the table, itself in the JSON."""
        content = json.dumps({"title": value, "text": "Ministers met about the pact."}).encode()
        _, archive, _ = self._taken_in("case.json", content)
        wrong = []
        with running(create_app(archive)) as address:
            here = Site(address)
            table = here.get("/search.csv?q=pact")
            rows = json.loads(_body(here.get("/search.json?q=pact")))["articles"]
            cells = re.findall(r'(?:^|,)"?([=+@\t\r-][^,"]*)', _body(table))
            wrong += [f"a cell is a formula: {cell}" for cell in cells]
            wrong += [] if "attachment" in table.head and "nosniff" in table.head else ["it is no file"]
            wrong += (
                [] if rows[0]["title"].strip() == " ".join(value.split()) else [f"title {rows[0]['title']!r}"]
            )
        return wrong


class _RedirectingClient:
    """In the place of an HTTP client: answers with redirects."""

    def __init__(self, location: str) -> None:
        self._location = location

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    @contextmanager
    def stream(self, _method: str, target: str, **_options: Any) -> Iterator[Any]:
        """Answer: robots.txt is not there, all else is elsewhere."""
        if target.endswith("robots.txt"):
            yield httpx2.Response(404)
        else:
            yield httpx2.Response(302, headers={"location": self._location})


def _body(answer: Answer) -> str:
    """The body of an answer that was sent in chunks."""
    if "transfer-encoding: chunked" not in answer.head:
        return answer.body
    data, pieces = answer.body.encode(), []
    while data:
        size, _, rest = data.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        data = rest[length + 2 :]
        if not length:
            break
    return b"".join(pieces).decode()


def _name_for(content: bytes, why: str) -> str:
    """A file name that some importer reads."""
    if named := re.search(r"named (\.\w+)", why):
        return f"case{named[1]}"
    beginnings = {
        b"\x1f\x8b": "case.txt.gz",
        b"<?xml": "case.rss",
        b"<": "case.html",
        b"[": "case.json",
        b"{": "case.json",
    }
    return next((name for start, name in beginnings.items() if content.startswith(start)), "case.txt")


def _zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, "Title: A member\n\nMinisters met about the pact.")
    return buffer.getvalue()


def read_cases(path: Path) -> list[Case]:
    """The cases of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main(paths: list[str]) -> int:
    """Try all cases of all files; 1 if any came out otherwise."""
    failed = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        target = Target(Path(folder))
        try:
            for case in (case for path in paths for case in read_cases(Path(path))):
                wrong = target.try_case(case)
                tried += 1
                if wrong:
                    failed += 1
                    sys.stdout.write(f"{case['id']} ({case['why']}): {'; '.join(wrong)}\n")
        finally:
            target.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(f"{tried} attacks tried, {failed} came out otherwise than they must; {peak:.0f} MB\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
