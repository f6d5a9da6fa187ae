"""WARC files (ISO 28500), as crawlers write them: the HTML pages that servers answered with."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from app.importers.allowance import Allowance, BombError
from app.importers.archives import opened, place_of
from app.importers.draft import PartRefused, SourceFile

_PIECE_BYTES = 1 << 16
_LONGEST_HEAD = 1 << 16
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^warc-type:[ \t]*response[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_Stream = IO[bytes] | gzip.GzipFile
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_MEND_ADVICE = "crawl the page again, or save it from a browser"


class WarcUnpacker:
    """Opens WARC files, compressed or not, and gives the page of each response 200 with HTML.

    A member is named by the byte of the unpacked file at which its record begins, and comes with the
    address it was fetched from and the time. This module cuts records by itself, so that no line and no
    record is read without bound; what stands in one is read by warcio.
    """

    name = "WARC"
    suffixes = (".warc", ".warc.gz")

    def members(self, source: Path | SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
        """The pages, in the order of their records."""
        path, prefix = place_of(source)
        with opened(source) as file:
            is_packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream: _Stream = gzip.GzipFile(fileobj=file) if is_packed else file
            try:
                for offset, record in _responses(stream, allowance):
                    member = f"{prefix}{offset}/page.html"
                    if record is None:
                        yield PartRefused(
                            member, "its record is larger than what is taken", "raise ARCHIVE_MAX_FILE_MB"
                        )
                    else:
                        yield from _page(record, SourceFile(path, b"", member), allowance)
            except (EOFError, OSError, zlib.error, ValueError) as exc:
                yield PartRefused(
                    prefix.removesuffix("!/"), f"it is damaged ({exc})", "crawl the pages again"
                )


def _responses(stream: _Stream, allowance: Allowance) -> Iterator[tuple[int, bytes | None]]:
    """Where each response begins, and its record; None for one that is too large. ValueError for no WARC."""
    offset = 0
    while True:
        head = _head(stream)
        allowance.spend(len(head), 0, 0)
        if not head.strip():
            return
        length = _LENGTH.search(head)
        if length is None or not head.startswith(b"WARC/"):
            raise ValueError(f"no WARC record begins at byte {offset}")
        byte_count = int(length[1])
        is_wanted = _TYPE.search(head) is not None
        if is_wanted and byte_count <= allowance.max_bytes + _LONGEST_HEAD:
            yield offset, head + _exactly(stream, byte_count, allowance) + b"\r\n\r\n"
        else:
            for _ in _pieces(stream, byte_count, allowance):
                pass
            if is_wanted:
                yield offset, None
        offset += len(head) + byte_count + _skip_line_ends(stream)


def _head(stream: _Stream) -> bytes:
    """The lines up to the first empty one, that included. ValueError if there are too many."""
    lines: list[bytes] = []
    size = 0
    while line := stream.readline(_LONGEST_HEAD):
        lines.append(line)
        size += len(line)
        if size >= _LONGEST_HEAD:
            raise ValueError("the head of a record is too long")
        if not line.strip():
            break
    return b"".join(lines)


def _pieces(stream: _Stream, byte_count: int, allowance: Allowance) -> Iterator[bytes]:
    while byte_count:
        piece = stream.read(min(_PIECE_BYTES, byte_count))
        if not piece:
            raise EOFError("a record ends too early")
        allowance.spend(len(piece), 0, 0)
        byte_count -= len(piece)
        yield piece


def _exactly(stream: _Stream, byte_count: int, allowance: Allowance) -> bytes:
    return b"".join(_pieces(stream, byte_count, allowance))


def _skip_line_ends(stream: _Stream) -> int:
    """Read the two line ends after a record; how many bytes they are."""
    return sum(len(stream.readline(_LONGEST_HEAD)) for _ in range(2))


def _page(record: bytes, member: SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
    """The page of a response, if it is one."""
    try:
        for found in ArchiveIterator(io.BytesIO(record)):
            headers = found.http_headers
            kind = (headers.get_header("Content-Type") or "") if headers else ""
            if not headers or headers.get_statuscode() != "200" or not kind.lower().startswith(_PAGE_TYPES):
                return
            content = _body(found.content_stream(), len(record), allowance)
            charset = _CHARSET.search(kind)
            yield SourceFile(
                member.path,
                content,
                member.member,
                url=found.rec_headers.get_header("WARC-Target-URI"),
                charset=charset[1] if charset else None,
                retrieved_at=_time(found.rec_headers.get_header("WARC-Date")),
            )
    except BombError as exc:
        yield PartRefused(member.member, str(exc), _MEND_ADVICE)
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError, AttributeError, IndexError) as exc:
        yield PartRefused(member.member, f"its record is damaged ({type(exc).__name__})", _MEND_ADVICE)


def _body(stream: IO[bytes], packed: int, allowance: Allowance) -> bytes:
    pieces, size = [], 0
    while piece := stream.read(_PIECE_BYTES):
        size += len(piece)
        allowance.spend(len(piece), size, packed)
        pieces.append(piece)
    return b"".join(pieces)


def _time(written: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None
