"""The index on disk: which build of it is in use, one writer at a time, a rebuild at one stroke.

The folder holds one sub-folder for each time the index was built; the file ``current`` names the one in
use and the version of its schema. A rebuild writes a new sub-folder and then replaces that file, which
is atomic: a reader has the old index or the new one, never half of one.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.errors import IndexLockedError, IndexUnavailableError
from app.fulltext.columns import write_columns
from app.fulltext.document_writer import DocumentWriter
from app.fulltext.search_index import IndexDocument
from app.fulltext.whoosh_files import create, last_commit, try_lock

# To be raised with every change of the schema or of the analysis, in a folder or on a cluster: an index of
# another version is rebuilt.
VERSION = 5
_REBUILD = 'run "defence-archive reindex"'
# Of gathered postings; sorting them and writing them down takes five times as much.
_MEMORY_MB = 48
OPEN_TRIES = 10
_SETTLED_NS = 3_000_000_000  # file systems count time in steps of up to two seconds

Marks = tuple[int, int, int, int]
State = tuple[str, int]
"""What is new whenever the index is: the sub-folder in use and the number of its last commit."""


class IndexFolder:
    """The folder of an index, for writing to it and for knowing when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[Marks, State] | None = None

    def exists(self) -> bool:
        """Whether there is an index of this program's version."""
        try:
            self._current()
        except IndexUnavailableError:
            return False
        return True

    def state(self) -> State:
        """The present state. Raises IndexUnavailableError where there is none that this program can read.

        Asked at each search: while pointer and folder have not been written to since they were last read,
        the system's word for it is enough. A file system may give two changes of one moment the same time, so
        what was written to just before it was read is read again.
        """
        seen = self._seen
        if seen is not None and seen[0] == self._marks(seen[1][0]):
            return seen[1]
        for _ in range(OPEN_TRIES):
            began = time.time_ns()
            folder = self._current()
            marks = self._marks(folder.name)
            with suppress(FileNotFoundError):  # a rebuild has just taken this folder away
                state = folder.name, last_commit(folder)
                is_settled = marks is not None and max(marks[1], marks[3]) < began - _SETTLED_NS
                self._seen = (marks, state) if marks is not None and is_settled else None
                return state
        raise self.unreadable()

    def _marks(self, folder: str) -> Marks | None:
        """What changes when the pointer or the folder is written to; None where one is missing."""
        try:
            pointer, used = os.stat(self._pointer), os.stat(f"{self.path}/{folder}")  # noqa: PTH116  (fast)
        except OSError:
            return None
        return pointer.st_ino, pointer.st_mtime_ns, used.st_ino, used.st_mtime_ns

    def unreadable(self) -> IndexUnavailableError:
        """The error to raise where the index is there and cannot be read."""
        return IndexUnavailableError(f"the search index in {self.path} cannot be read: {_REBUILD}")

    @contextmanager
    def writer(self) -> Iterator[DocumentWriter]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        with self._lock():
            if not self._pointer.exists():
                self._build(())
            with self._writing():
                writer = DocumentWriter(self._current(), _MEMORY_MB, write_columns)
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            with self._writing():
                writer.commit()

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        with self._lock(), self._writing():
            built = self._build(documents)
            for old in self.path.iterdir():
                if old.is_dir() and old != built:
                    # A reader on it keeps its open files; the next search opens the new folder.
                    shutil.rmtree(old, ignore_errors=True)

    @property
    def _pointer(self) -> Path:
        return self.path / "current"

    def _current(self) -> Path:
        """The sub-folder in use; IndexUnavailableError where there is none that this program can read."""
        try:
            pointer = json.loads(self._pointer.read_text(encoding="utf-8"))
        except FileNotFoundError as exc:
            raise IndexUnavailableError(f"there is no search index yet: {_REBUILD}") from exc
        except (OSError, ValueError) as exc:
            raise self.unreadable() from exc
        if pointer.get("version") != VERSION:
            raise IndexUnavailableError(
                f"the search index is of another version than this program: {_REBUILD}"
            )
        return self.path / str(pointer["folder"])

    def _next_folder(self) -> Path:
        """A sub-folder that is not there yet; what an interrupted rebuild left is removed first."""
        in_use = self._current() if self.exists() else None
        numbers = [int(path.name) for path in self.path.iterdir() if path.is_dir() and path.name.isdigit()]
        for number in numbers:
            if in_use is not None and number > int(in_use.name):
                shutil.rmtree(self.path / str(number))
        return self.path / str(max(numbers, default=0) + 1)

    def _build(self, documents: Iterable[IndexDocument]) -> Path:
        folder = self._next_folder()
        create(folder)
        writer = DocumentWriter(folder, _MEMORY_MB, write_columns)
        for document in documents:
            writer.add(document)
        writer.commit()
        new = self._pointer.with_suffix(".new")
        new.write_text(json.dumps({"version": VERSION, "folder": folder.name}), encoding="utf-8")
        new.replace(self._pointer)
        return folder

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Around what writes files: where the system refuses, an IndexUnavailableError says what to do."""
        try:
            yield
        except OSError as exc:
            raise IndexUnavailableError(
                f"the search index in {self.path} cannot be written ({exc.strerror}): make room on the disk, "
                "let this user write there and run the command again; no article is lost"
            ) from exc

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time, over all processes."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise IndexUnavailableError(
                f"the folder {self.path} cannot be made ({exc.strerror}): "
                "set ARCHIVE_FOLDER to a folder you can write to"
            ) from exc
        lock = try_lock(self.path)
        if lock is None:
            raise IndexLockedError(
                "another process is writing to the search index: wait until it has finished"
            )
        try:
            yield
        finally:
            lock.release()
