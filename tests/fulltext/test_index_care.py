"""The index on disk under several processes: locks, commits seen at once, memory of what was seen."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.errors import IndexLockedError
from app.fulltext.array_index import ArrayIndex
from app.fulltext.search_index import IndexDocument
from app.fulltext.tree import Words

PACT = Words("pact")
_HOLD = """
import sys, time
from pathlib import Path
from app.fulltext.array_index import ArrayIndex
with ArrayIndex(Path(sys.argv[1])).writer():
    print("held", flush=True)
    time.sleep(60)
"""
_LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture
def index(tmp_path: Path) -> ArrayIndex:
    made = ArrayIndex(tmp_path / "index")
    made.rebuild([IndexDocument(1, "Pact", "A pact.", None)])
    return made


def put(index: ArrayIndex, article_id: int) -> None:
    with index.writer() as writer:
        writer.put(IndexDocument(article_id, "Pact", "Another pact.", None))


def test_a_writer_of_another_process_is_waited_for_and_a_killed_one_is_not(
    index: ArrayIndex, tmp_path: Path
) -> None:
    """Readers go on meanwhile; what the killed writer did not commit is nowhere."""
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexLockedError, match="wait until it has finished"):
            put(index, 2)
        with pytest.raises(IndexLockedError, match="wait until it has finished"):
            index.rebuild([])
        assert index.count(PACT) == 1
        other.kill()
    put(index, 2)
    assert index.hit_ids(PACT) == [1, 2]


def test_a_commit_is_seen_by_another_reader_within_a_second(index: ArrayIndex, tmp_path: Path) -> None:
    """Also by one that has long known the index as it was; a second of this process, whatever others do."""
    reader = ArrayIndex(tmp_path / "index")
    settle(tmp_path / "index")
    assert [reader.count(PACT) for _ in range(3)] == [1, 1, 1]
    began = time.process_time()
    put(index, 2)
    assert reader.count(PACT) == 2
    assert time.process_time() - began < 1


def test_a_rebuild_is_seen_by_a_reader_that_has_long_known_the_index(
    index: ArrayIndex, tmp_path: Path
) -> None:
    settle(tmp_path / "index")
    assert index.count(PACT) == 1
    ArrayIndex(tmp_path / "index").rebuild([])
    assert index.count(PACT) == 0


def settle(folder: Path) -> None:
    """Make the index one that was written long ago."""
    for path in (folder / "current", *(one for one in folder.iterdir() if one.is_dir())):
        os.utime(path, ns=(_LONG_AGO_NS, _LONG_AGO_NS))


def test_what_was_written_long_ago_is_not_read_at_each_search(
    index: ArrayIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(tmp_path / "index")
    assert index.count(PACT) == 1
    monkeypatch.setattr("app.fulltext.index_folder.last_commit", lambda _: pytest.fail("read again"))
    assert index.count(PACT) == 1
