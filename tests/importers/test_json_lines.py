"""JSON Lines: each line a source of its own, whatever the size of the file."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from app.importers import open_sources
from app.importers.draft import PartRefused, SourceFile

MAX_BYTES = 5_000_000


def opened(path: Path, content: bytes) -> list[SourceFile | PartRefused]:
    path.write_bytes(content)
    return list(open_sources(path, MAX_BYTES))


def contents(found: list[SourceFile | PartRefused]) -> dict[str, bytes]:
    return {one.member: one.content for one in found if isinstance(one, SourceFile)}


def refusals(found: list[SourceFile | PartRefused]) -> dict[str, str]:
    return {one.place: one.reason for one in found if isinstance(one, PartRefused)}


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.ndjson", "dump.jsonl.gz"])
def test_lines_come_with_their_bytes_and_their_numbers(tmp_path: Path, name: str) -> None:
    """Blank lines are counted and left out; ends of lines and a byte-order mark are none of the bytes."""
    content = b'\xef\xbb\xbf{"text": "a"}\r\n\n{"text": "b"}\n{broken'
    found = opened(tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content)
    assert contents(found) == {
        "line 1.json": b'{"text": "a"}',
        "line 3.json": b'{"text": "b"}',
        "line 4.json": b"{broken",
    }


def test_a_line_without_end_is_passed_by_and_the_next_ones_are_read(tmp_path: Path) -> None:
    before = time.process_time()
    found = opened(tmp_path / "dump.jsonl", b'{"text": "a"}\n' + b"x" * 200_000_000 + b'\n{"text": "c"}\n')
    assert time.process_time() - before < 2
    assert list(contents(found)) == ["line 1.json", "line 3.json"]
    assert refusals(found) == {"line 2.json": "it has more than 5 MB"}


def test_a_file_may_be_larger_than_any_of_its_lines_may_be(tmp_path: Path) -> None:
    found = opened(tmp_path / "dump.jsonl", b'{"text": "a"}\n' * 500_000)
    assert len(found) == 500_000


def test_a_damaged_file_gives_the_lines_before_the_damage(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "%d"}\n' % number for number in range(10_000))
    found = opened(tmp_path / "dump.jsonl.gz", gzip.compress(lines)[:-2000])
    assert len(contents(found)) > 10
    (refusal,) = refusals(found).values()
    assert refusal.startswith("the file is damaged")
