"""From files to article drafts: one module a format, behind the Protocols ``Importer`` and ``Unpacker``."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from app.errors import RejectedInputError
from app.importers.allowance import Allowance, AllowanceSpentError
from app.importers.archives import GzipUnpacker, ZipUnpacker
from app.importers.draft import Importer, PartRefused, SourceFile, Unpacker
from app.importers.feed import FeedImporter
from app.importers.json_articles import JsonImporter
from app.importers.json_lines import JsonLinesUnpacker
from app.importers.markdown import MarkdownImporter
from app.importers.plain_text import PlainTextImporter
from app.importers.warc import WarcUnpacker
from app.importers.web_page import WebPageImporter

IMPORTERS: tuple[Importer, ...] = (
    PlainTextImporter(),
    WebPageImporter(),
    FeedImporter(),
    JsonImporter(),
    MarkdownImporter(),
)
UNPACKERS: tuple[Unpacker, ...] = (
    ZipUnpacker(),
    GzipUnpacker(),
    JsonLinesUnpacker(),
    WarcUnpacker(),
)

_DEEPEST = 3

_Reader = TypeVar("_Reader", Importer, Unpacker)


def importer_for(path: Path) -> Importer | None:
    """The importer that reads files with this ending, if there is one."""
    return _for_name(path.name, IMPORTERS)


def importer_named(name: str) -> Importer | None:
    """The importer of this name, if there is one."""
    return next((importer for importer in IMPORTERS if importer.name == name), None)


def is_readable_name(name: str) -> bool:
    """Whether a file of this name would be read or opened: by its ending alone."""
    return _for_name(name, IMPORTERS) is not None or _for_name(name, UNPACKERS) is not None


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files at ``paths``, folders opened: in the order of their names, hidden ones left out.

    A path that does not exist, and what is no ordinary file, is yielded as it is: reading it says so.
    """
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if not file.is_dir())
            yield from sorted(file for file in inside if not _is_hidden(file.relative_to(path)))
        else:
            yield path


def open_sources(
    path: Path, max_bytes: int, *, follow_links: bool = True
) -> Iterator[SourceFile | PartRefused]:
    """What there is to read at ``path``: the file itself, or the files that it holds.

    Raises RejectedInputError if it cannot be read or is too large, or too much to unpack.
    """
    unpacker = _for_name(path.name, UNPACKERS)
    if unpacker is None:
        yield read_file(path, max_bytes, follow_links=follow_links)
        return
    with open(_open(path, follow_links=follow_links), "rb") as file:
        allowance = Allowance(os.fstat(file.fileno()).st_size, max_bytes)
    try:
        yield from _unpacked(unpacker, path, allowance, depth=1)
    except AllowanceSpentError as exc:
        raise RejectedInputError(
            path, "it unpacks to far more than its size", "unpack it yourself and take in the folder"
        ) from exc


def _unpacked(
    unpacker: Unpacker, source: Path | SourceFile, allowance: Allowance, *, depth: int
) -> Iterator[SourceFile | PartRefused]:
    """The files inside, and those inside of these."""
    for member in unpacker.members(source, allowance):
        if isinstance(member, PartRefused):
            yield member
            continue
        inner = _for_name(member.name, UNPACKERS)
        if not member.content.strip():
            yield PartRefused(member.member, "it is empty", "remove it, or put the report into it")
        elif inner is None:
            yield member
        elif depth >= _DEEPEST:
            yield PartRefused(
                member.member, f"archives lie more than {_DEEPEST} deep in each other", "unpack it yourself"
            )
        else:
            try:
                yield from _unpacked(inner, member, allowance, depth=depth + 1)
            except RejectedInputError as exc:
                yield PartRefused(exc.member, exc.reason, exc.advice)


def read_file(path: Path, max_bytes: int, *, follow_links: bool = True) -> SourceFile:
    """The bytes at ``path``; RejectedInputError if they cannot be read or are too few or too many.

    Without ``follow_links`` a symbolic link is refused: what is found in a folder must lie in it.
    """
    with open(_open(path, follow_links=follow_links), "rb") as file:
        byte_count = os.fstat(file.fileno()).st_size
        if byte_count > max_bytes:
            raise too_large(path, byte_count, max_bytes)
        try:
            content = file.read(max_bytes + 1)
        except OSError as exc:
            raise _unreadable(path, exc) from exc
    if len(content) > max_bytes:  # it has grown meanwhile
        raise too_large(path, len(content), max_bytes)
    if not content.strip():
        raise RejectedInputError(
            path, "it is empty", "put the text of the report into the file, or remove it"
        )
    return SourceFile(path, content)


def too_large(path: Path, byte_count: int, max_bytes: int) -> RejectedInputError:
    """The error that refuses a file for its size."""
    return RejectedInputError(
        path,
        f"it has {byte_count / 1e6:.1f} MB, more than the {max_bytes / 1e6:.0f} MB that are taken",
        "split it, or raise ARCHIVE_MAX_FILE_MB",
    )


def _open(path: Path, *, follow_links: bool) -> int:
    """A descriptor of the ordinary file at ``path``; a pipe or a device is never waited for."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow_links else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError as exc:
        if exc.errno == errno.ELOOP and path.is_symlink():
            raise RejectedInputError(
                path, "it is a symbolic link", "name the file that it leads to, if it is to be taken in"
            ) from exc
        raise _unreadable(path, exc) from exc
    except ValueError as exc:  # a NUL in the name
        raise RejectedInputError(path, "its name cannot be opened", "rename it") from exc
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RejectedInputError(path, "it is no ordinary file", "name files and folders only")
    return descriptor


def _unreadable(path: Path, exc: OSError) -> RejectedInputError:
    return RejectedInputError(
        path, f"it cannot be read ({exc.strerror})", "check the path and its permissions"
    )


def _for_name(name: str, readers: tuple[_Reader, ...]) -> _Reader | None:
    """The reader with the longest ending that the name has: ".warc.gz" goes before ".gz"."""
    fitting = [
        (len(suffix), reader)
        for reader in readers
        for suffix in reader.suffixes
        if name.lower().endswith(suffix)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
