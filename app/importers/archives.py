"""Zip archives and gzip files: what they hold is read by the other importers, never written to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import IO

from app.importers.allowance import Allowance, BombError
from app.importers.draft import PartRefused, SourceFile

_MOST_MEMBERS = 20_000
_PIECE_BYTES = 1 << 20
_LONGEST_NAME = 255
_UNPACK_ADVICE = "unpack it yourself and take in the folder"


class ZipUnpacker:
    """Opens ``.zip`` archives.

    Names are only names: nothing is written, so that "../" and absolute names lead nowhere; they are refused
    all the same, since provenance must not show a place where the bytes never lay. Encrypted members,
    links and what unpacks to far more than it is are refused; hidden files and folders are left out.
    """

    name = "zip archive"
    suffixes = (".zip",)

    def members(self, source: Path | SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
        """The files inside, in the order of the archive's list."""
        path, prefix = place_of(source)
        try:
            with opened(source) as file, zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                if len(entries) > _MOST_MEMBERS:
                    raise _as_file(source).rejected(
                        f"it has {len(entries)} members, more than {_MOST_MEMBERS}", _UNPACK_ADVICE
                    )
                for entry in entries:
                    if entry.is_dir() or _is_hidden(entry.filename):
                        continue
                    yield _zip_member(
                        archive, entry, SourceFile(path, b"", prefix + entry.filename), allowance
                    )
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as exc:
            raise _as_file(source).rejected(
                f"it cannot be opened as a zip archive ({exc})", "pack it again, or unpack it yourself"
            ) from exc


class GzipUnpacker:
    """Opens ``.gz`` files, which hold one file: its name is theirs without the ending."""

    name = "gzip file"
    suffixes = (".gz",)

    def members(self, source: Path | SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
        """The one file inside."""
        path, prefix = place_of(source)
        name = source.name.removesuffix(".gz").removesuffix(".GZ")
        member = SourceFile(path, b"", prefix + name)
        try:
            with opened(source) as file:
                content = _gunzip(file, allowance)
        except (OSError, EOFError, zlib.error) as exc:
            raise _as_file(source).rejected(
                f"it cannot be opened as gzip ({exc})", "pack it again, or unpack it yourself"
            ) from exc
        except BombError as exc:
            raise _as_file(source).rejected(str(exc), _UNPACK_ADVICE) from exc
        yield SourceFile(path, content, member.member)


def place_of(source: Path | SourceFile) -> tuple[Path, str]:
    """The file on disk, and what begins the names of members of this source."""
    if isinstance(source, Path):
        return source, ""
    return source.path, f"{source.member}!/" if source.member else ""


def opened(source: Path | SourceFile) -> AbstractContextManager[IO[bytes]]:
    """The bytes of a source to read from."""
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source.content)


def _as_file(source: Path | SourceFile) -> SourceFile:
    return SourceFile(source, b"") if isinstance(source, Path) else source


def _zip_member(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, member: SourceFile, allowance: Allowance
) -> SourceFile | PartRefused:
    fault = _fault_of(entry)
    if fault is not None:
        return PartRefused(_printable(member.member), fault, "unpack it yourself and take in the file")
    try:
        with archive.open(entry) as file:
            content = _read_bounded(file, entry.compress_size, allowance)
    except BombError as exc:
        return PartRefused(member.member, str(exc), _UNPACK_ADVICE)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as exc:
        return PartRefused(member.member, f"it cannot be unpacked ({exc})", "pack the archive again")
    return SourceFile(member.path, content, member.member)


def _fault_of(entry: zipfile.ZipInfo) -> str | None:
    """Why a member is not even opened; None if it is."""
    name, mode = entry.filename, entry.external_attr >> 16
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or "!/" in name or ":" in name.partition("/")[0]:
        return "its name leads out of the archive"
    if (
        entry.orig_filename != name
        or not name.isprintable()
        or len(name.encode("utf-8", "replace")) > _LONGEST_NAME
    ):
        return "its name cannot be a file's"
    if stat.S_ISLNK(mode):
        return "it is a symbolic link"
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    return None


def _printable(name: str) -> str:
    """The name for a report: what cannot be printed replaced, and not endless."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)[:_LONGEST_NAME]


def _gunzip(file: IO[bytes], allowance: Allowance) -> bytes:
    """What the gzip members of a file hold. Raises BombError, zlib.error, EOFError."""
    pieces, size, taken, is_open = [], 0, 0, True
    unpacker = zlib.decompressobj(wbits=31)
    while data := file.read(_PIECE_BYTES):
        taken += len(data)
        while data:
            piece = unpacker.decompress(data, _PIECE_BYTES)
            size += len(piece)
            allowance.spend(len(piece), size, taken)
            pieces.append(piece)
            data, is_open = unpacker.unconsumed_tail, not unpacker.eof
            if unpacker.eof:
                data = unpacker.unused_data.lstrip(b"\x00")  # members follow each other, or padding does
                unpacker = zlib.decompressobj(wbits=31)
    if is_open:
        raise EOFError("it ends too early")
    return b"".join(pieces)


def _read_bounded(file: IO[bytes], packed_size: int, allowance: Allowance) -> bytes:
    """All of a member, piece by piece: the size that the archive states may be a lie."""
    pieces, size = [], 0
    while piece := file.read(_PIECE_BYTES):
        size += len(piece)
        allowance.spend(len(piece), size, packed_size)
        pieces.append(piece)
    return b"".join(pieces)


def _is_hidden(name: str) -> bool:
    """Whether a member is hidden, or what macOS adds to archives; "../" is not hidden but refused."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith(".") and part not in {".", ".."} for part in parts) or parts[:1] == (
        "__MACOSX",
    )
