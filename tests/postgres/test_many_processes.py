"""Many processes on one database: one at a time tells the indexes, and when it dies another one does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import Session

from app import correct, indexing
from app.archive import Archive
from app.errors import IndexLockedError
from app.fulltext.query import parse
from app.fulltext.search_index import Order
from app.index_keeping import kept_in_step
from app.indexing import rebuild_index, tell_what_waits, update_index
from app.ingest import IngestReport, ingest
from app.store import changes
from app.store.corrections import By
from app.store.database import Task, at_work, turn, write_session
from tests.browser.site import served
from tests.conftest import ROOT
from tests.databases import environment_of, run_in_database_of

_COMMAND = str(Path(sys.executable).with_name("defence-archive"))
_TAKEN_OVER_SECONDS = 10
TakeIn = Callable[..., IngestReport]


def count_pending(archive: Archive) -> int:
    with Session(archive.engine) as session:
        return len(changes.pending_changes(session, 1000)[0])


def count_found(archive: Archive, typed: str) -> int:
    tree = parse(typed).tree
    assert tree is not None
    return archive.index.search(tree, order=Order.NEWEST, offset=0, limit=10).total


def note(archive: Archive, article_id: int) -> None:
    with write_session(archive.engine) as session:
        changes.note_change(session, article_id)


@contextmanager
def telling(archive: Archive, file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has stored the file and is about to tell the indexes; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.postgres.teller", str(file)],
        env={**os.environ, **environment_of(archive.settings.folder)},
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "telling\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_only_one_tells_the_indexes(archive: Archive, take_in: TakeIn) -> None:
    """A correction stands and says that another process is at it; the next who tells tells of it."""
    take_in({"a.txt": "Ministers met about the pact."})
    with turn(archive.engine, Task.INDEXING) as ours:
        assert ours is not None
        with pytest.raises(IndexLockedError, match="another process"):
            rebuild_index(archive)
        made = correct.correct_title(archive, 1, "Signed", By("anna", "as read"))
        assert not made.is_indexed
        assert count_found(archive, "title:signed") == 0
    assert update_index(archive) == 1
    assert count_found(archive, "title:signed") == 1


def test_who_has_to_wait_is_done_when_the_other_has_told_all(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    note(archive, 1)
    waited: list[int] = []
    with turn(archive.engine, Task.INDEXING):
        waiter = threading.Thread(target=lambda: waited.append(update_index(archive)))
        waiter.start()
        time.sleep(0.5)
        assert waited == []
        with write_session(archive.engine) as session:
            changes.forget_changes(session, changes.last_change(session))
        waiter.join(10)
    assert waited == [0]


def test_who_is_not_waited_for_long_enough_is_told(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    note(archive, 1)
    with turn(archive.engine, Task.INDEXING), pytest.raises(IndexLockedError):
        update_index(archive, patience_seconds=0.3)


def test_who_lost_the_turn_has_it_told_again(
    archive: Archive, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one may have told what is newer in between, and forgotten it."""
    take_in({"a.txt": "Ministers met about the pact."})
    note(archive, 1)
    tell = indexing._tell_of_quotes

    def lose_turn_and_tell(*arguments: object) -> None:
        run_in_database_of(
            archive.settings.folder,
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 2",
        )
        with write_session(archive.engine) as session:
            changes.forget_changes(session, changes.last_change(session))
        tell(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "_tell_of_quotes", lose_turn_and_tell)
        with pytest.raises(IndexLockedError):
            update_index(archive)
    assert count_pending(archive) == 1
    assert update_index(archive) == 1


def test_what_is_being_taken_in_is_left_to_who_does(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    note(archive, 1)
    with at_work(archive.engine, Task.INGESTING), at_work(archive.engine, Task.INGESTING):
        assert tell_what_waits(archive) == 0
    assert tell_what_waits(archive) == 1
    assert count_pending(archive) == 0


def test_another_takes_over_when_the_one_that_tells_is_killed(
    archive: Archive, take_in: TakeIn, tmp_path: Path
) -> None:
    """A server leaves it to the process that ingests, and tells the indexes itself soon after its death."""
    take_in({"a.txt": "Ministers met about the pact."})
    (tmp_path / "late.txt").write_text("Ministers spoke of a corvette.", encoding="utf-8")
    with served(archive.settings.folder) as address:

        def is_found() -> bool:
            with urllib.request.urlopen(f"{address}/api/search?q=corvette") as answer:
                return b'"total":1' in answer.read()

        with telling(archive, tmp_path / "late.txt"):
            time.sleep(5)
            assert not is_found()
            assert count_pending(archive) == 1
        killed = time.monotonic()
        while not is_found():
            assert time.monotonic() - killed < _TAKEN_OVER_SECONDS
            time.sleep(0.1)
    assert count_pending(archive) == 0


def test_of_many_that_look_after_the_indexes_one_tells_them(
    archive: Archive, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    told: list[int] = []
    tell = indexing._tell_of_articles

    def count_and_tell(*arguments: object) -> None:
        told.append(1)
        time.sleep(0.5)
        tell(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "_tell_of_articles", count_and_tell)
    monkeypatch.setattr("app.index_keeping._LOOK_SECONDS", 0.1)
    with kept_in_step(archive), kept_in_step(archive), kept_in_step(archive):
        note(archive, 1)
        end = time.monotonic() + _TAKEN_OVER_SECONDS
        while count_pending(archive):
            assert time.monotonic() < end
            time.sleep(0.05)
    assert told == [1]


def test_several_ingest_and_correct_at_once(archive: Archive, tmp_path: Path) -> None:
    """Two processes ingest and this one corrects: all is stored once and found afterwards."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(15):
            text = f"Ministers met about {name} pact {number}. “We need time,” said Jane Example."
            (tmp_path / name / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "first.txt").write_text("Ministers met about the corvette.", encoding="utf-8")
    ingest(archive, [tmp_path / "first.txt"])
    environment = {**os.environ, **environment_of(archive.settings.folder)}
    runs = [
        subprocess.Popen(
            [_COMMAND, "ingest", str(tmp_path / name)], env=environment, stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    for number in range(5):
        correct.correct_title(archive, 1, f"The corvette {number}", By("anna", "as read"))
    for run in runs:
        out, _ = run.communicate(timeout=120)
        assert run.returncode == 0
        assert "15 added" in out
    update_index(archive)
    assert count_pending(archive) == 0
    assert len(archive.index.article_ids()) == 31
    assert count_found(archive, "pact") == 30
    assert count_found(archive, 'title:"corvette 4"') == 1
