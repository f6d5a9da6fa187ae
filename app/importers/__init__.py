"""From files to article drafts: one module a format, behind the Protocol ``Importer``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.errors import RejectedInputError
from app.importers.draft import Importer, SourceFile
from app.importers.plain_text import PlainTextImporter

IMPORTERS: tuple[Importer, ...] = (PlainTextImporter(),)


def importer_for(path: Path) -> Importer | None:
    """The importer that reads files with this ending, if there is one."""
    return next((importer for importer in IMPORTERS if path.suffix.lower() in importer.suffixes), None)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files at ``paths``, folders opened: in the order of their names, hidden ones left out.

    A path that does not exist is yielded as it is: reading it says so.
    """
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file())
            yield from sorted(file for file in inside if not _is_hidden(file.relative_to(path)))
        else:
            yield path


def read_file(path: Path, max_bytes: int) -> SourceFile:
    """The bytes at ``path``; RejectedInputError if they cannot be read or are too few or too many."""
    try:
        byte_count = path.stat().st_size
        if byte_count > max_bytes:
            raise RejectedInputError(
                path,
                f"it has {byte_count / 1e6:.1f} MB, more than the {max_bytes / 1e6:.0f} MB that are taken",
                "split it, or raise ARCHIVE_MAX_FILE_MB",
            )
        content = path.read_bytes()
    except OSError as exc:
        raise RejectedInputError(
            path, f"it cannot be read ({exc.strerror})", "check the path and its permissions"
        ) from exc
    if not content.strip():
        raise RejectedInputError(
            path, "it is empty", "put the text of the report into the file, or remove it"
        )
    return SourceFile(path, content)


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
