"""The evidence pack: files in one zip, each with its hash; the same rows make the same bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.exporting.rows import QuotationRow

MANIFEST = "manifest-sha256.txt"
# Zip files hold local times without a zone, none before 1980: a time of its own would make each pack another.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o644 << 16
_WRITE_FROM_BYTES = 64 * 1024


def write_pack(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """A zip of ``files``, each a name and its content in pieces, and of a manifest with their SHA-256.

    Nothing but one piece is held in memory. ``sha256sum --check`` reads the manifest.
    """
    sink = _Sink()
    hashes: list[tuple[str, str]] = []
    with ZipFile(sink, "w", ZIP_DEFLATED) as pack:
        for name, pieces in files:
            digest = hashlib.sha256()
            with pack.open(_entry(name), "w") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                    if sink.size > _WRITE_FROM_BYTES:
                        yield sink.take()
            hashes.append((digest.hexdigest(), name))
        pack.writestr(_entry(MANIFEST), "".join(f"{digest}  {name}\n" for digest, name in hashes))
    yield sink.take()


def write_sentences(rows: Iterable[QuotationRow]) -> Iterator[bytes]:
    """Each quotation for reading and print: words, speaker, source, the sentences around, address, hash."""
    for row in rows:
        said = ", ".join(
            f"{speaker.name} ({speaker.office_then or speaker.role})"
            if speaker.office_then or speaker.role
            else speaker.name
            for speaker in row.speakers
        )
        date = row.published or "undated"
        if row.date_basis == "inferred":
            date += " (inferred from the text)"
        around = (row.sentence_before, row.sentence, row.sentence_after)
        lines = (
            row.words if row.kind == "indirect" else f"“{row.words}”",
            f"Speaker: {said or 'the text does not say clearly who spoke these words'}",
            f"Source: {row.article_title}; {row.outlet or 'outlet not stated'}; {date}",
            f"In context: {' '.join(sentence for sentence in around if sentence) or 'not to be shown'}",
            f"Link: {row.permalink}",
            f"SHA-256 of the words: {row.words_sha256}",
        )
        yield ("\n".join(" ".join(line.split()) for line in lines) + "\n\n").encode()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _NO_TIME)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = _READABLE_BY_ALL
    return entry


class _Sink(io.RawIOBase):
    """Where the zip is written to: keeps what was written until it is taken, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # zipfile gives bytes
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return taken
