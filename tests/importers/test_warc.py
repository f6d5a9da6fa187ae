"""WARC files: pages with their address and time; other records, damage and bombs."""

from __future__ import annotations

import gzip
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import RejectedInputError
from app.importers import open_sources
from app.importers.draft import PartRefused, SourceFile
from tests.importers.warc_files import warc

MAX_BYTES = 1_000_000
HTML = "text/html; charset=windows-1257"
PAGE = "<p>Šefčovič met them.</p>".encode("windows-1257")


def opened(tmp_path: Path, content: bytes, name: str = "crawl.warc") -> list[SourceFile | PartRefused]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(open_sources(path, MAX_BYTES))


@pytest.mark.parametrize("gzipped", [False, True])
def test_html_answers_come_with_their_address_and_time(tmp_path: Path, *, gzipped: bool) -> None:
    """Answers of other kinds and other statuses are left out."""
    content = warc(
        ("https://example.org/pact", "200 OK", HTML, PAGE),
        ("https://example.org/logo", "200 OK", "image/png", b"\x89PNG"),
        ("https://example.org/gone", "404 Not Found", HTML, PAGE),
        ("https://example.org/quays", "200 OK", "TEXT/HTML", b"<p>Two.</p>"),
        gzipped=gzipped,
    )
    first, second = opened(tmp_path, content, "crawl.warc.gz" if gzipped else "crawl.warc")
    assert isinstance(first, SourceFile)
    assert isinstance(second, SourceFile)
    assert (first.content, first.url, first.charset) == (PAGE, "https://example.org/pact", "windows-1257")
    assert first.retrieved_at == datetime(2025, 3, 17, 9, 30, tzinfo=UTC)
    assert (second.content, second.charset) == (b"<p>Two.</p>", None)
    plain = gzip.decompress(content) if gzipped else content
    for member in (first, second):
        offset = int(member.member.partition("/")[0])
        assert plain[offset:].startswith(b"WARC/")
        assert member.url is not None
        assert member.url.encode() in plain[offset : offset + 500]


def test_bodies_are_unpacked_as_the_server_packed_them(tmp_path: Path) -> None:
    content = warc(("https://e.example/a", "200 OK", HTML, gzip.compress(PAGE)), encoding="gzip")
    (page,) = opened(tmp_path, content)
    assert isinstance(page, SourceFile)
    assert page.content == PAGE


def test_a_bomb_in_a_body_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    content = warc(
        ("https://e.example/bomb", "200 OK", HTML, bomb),
        ("https://e.example/good", "200 OK", HTML, gzip.compress(PAGE)),
        encoding="gzip",
    )
    refused, page = opened(tmp_path, content)
    assert isinstance(refused, PartRefused)
    assert "unpacks to more" in refused.reason
    assert isinstance(page, SourceFile)


def test_a_record_that_is_too_large_is_refused_and_skipped(tmp_path: Path) -> None:
    content = warc(
        ("https://e.example/large", "200 OK", HTML, b"x" * 1_200_000),
        ("https://e.example/good", "200 OK", HTML, PAGE),
    )
    refused, page = opened(tmp_path, content)
    assert isinstance(refused, PartRefused)
    assert "larger" in refused.reason
    assert isinstance(page, SourceFile)


def test_a_crawl_that_was_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    content = warc(
        ("https://e.example/a", "200 OK", HTML, PAGE), ("https://e.example/b", "200 OK", HTML, PAGE)
    )
    page, refused = opened(tmp_path, content[:-40])
    assert isinstance(page, SourceFile)
    assert isinstance(refused, PartRefused)
    assert "damaged" in refused.reason


@pytest.mark.parametrize(
    "content",
    [
        b"no crawl",
        b"x" * 5_000_000,
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.0\r\n" + b"A: b\r\n" * 90_000,
    ],
    ids=["text", "one line", "no length", "endless head"],
)
def test_what_is_no_warc_is_a_line_in_the_report(tmp_path: Path, content: bytes) -> None:
    for name, packed in (("crawl.warc", content), ("crawl.warc.gz", gzip.compress(content))):
        (refused,) = opened(tmp_path, packed, name)
        assert isinstance(refused, PartRefused)
        assert "damaged" in refused.reason


def test_an_endless_skipped_record_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 9000000000\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = (
        packer.compress(head)
        + b"".join(packer.compress(b"0" * 1_000_000) for _ in range(150))
        + packer.flush()
    )
    before = time.process_time()
    with pytest.raises(RejectedInputError, match="far more than its size"):
        opened(tmp_path, packed, "crawl.warc.gz")
    assert time.process_time() - before < 2
