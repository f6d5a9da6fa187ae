"""JSON Lines: a dump of any size with an article a line, each line a source of its own."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.importers.allowance import Allowance
from app.importers.archives import opened, place_of
from app.importers.bounded import MOST_BYTES
from app.importers.draft import PartRefused, SourceFile

_Stream = IO[bytes] | gzip.GzipFile


class JsonLinesUnpacker:
    """Opens ``.jsonl`` and ``.ndjson`` files, compressed or not, and gives each line that is not blank.

    A line is kept with its own bytes, so that of a dump that has grown only the new lines are read, and no
    more than one line is held in memory. A line too long for an article is passed by unread.
    """

    name = "JSON Lines"
    suffixes = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

    def members(self, source: Path | SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
        """The lines in their order."""
        path, prefix = place_of(source)
        with opened(source) as file:
            is_packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream: _Stream = gzip.GzipFile(fileobj=file) if is_packed else file
            number = 0
            try:
                for number, line in enumerate(_lines(stream, allowance), start=1):
                    member = f"{prefix}line {number}.json"
                    if line is None:
                        yield PartRefused(
                            member, f"it has more than {MOST_BYTES / 1e6:.0f} MB", "split what stands in it"
                        )
                    elif line.strip():
                        yield SourceFile(path, line, member)
            except (EOFError, OSError, zlib.error) as exc:
                yield PartRefused(
                    f"{prefix}line {number + 1}", f"the file is damaged ({exc})", "write the dump again"
                )


def _lines(stream: _Stream, allowance: Allowance) -> Iterator[bytes | None]:
    """Each line without its end and a byte-order mark; None for one that is too long."""
    is_first = True
    while line := stream.readline(MOST_BYTES + 1):
        allowance.spend(len(line), 0, 0)
        is_whole = line.endswith(b"\n") or len(line) <= MOST_BYTES
        if is_first:
            line, is_first = line.removeprefix(codecs.BOM_UTF8), False
        yield line.rstrip(b"\r\n") if is_whole else None
        while not is_whole and (rest := stream.readline(MOST_BYTES)):
            allowance.spend(len(rest), 0, 0)
            is_whole = rest.endswith(b"\n")
