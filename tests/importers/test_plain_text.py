"""Text files: each file in ``files/`` beside what it must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import RejectedInputError
from app.importers import importer_for, read_file
from app.importers.draft import ArticleDraft

FILES = Path(__file__).parent / "files"
MAX_BYTES = 1_000_000


def read(path: Path) -> ArticleDraft:
    importer = importer_for(path)
    assert importer is not None
    (draft,) = importer.read(read_file(path, MAX_BYTES))
    assert isinstance(draft, ArticleDraft)
    return draft


@pytest.mark.parametrize("path", sorted(FILES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_file_gives_what_stands_beside_it(path: Path) -> None:
    """What the file states, what was taken from it, how the text begins and ends; all else is None."""
    expected: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    draft = read(path)
    found = {
        "title": draft.title,
        "outlet": draft.outlet,
        "author": draft.author,
        "url": draft.url,
        "date": draft.published.date.iso() if draft.published else None,
        "basis": draft.published.basis if draft.published else None,
        "licence": draft.licence,
        "language": draft.language,
        "attribution": draft.attribution,
        "based_on": list(draft.based_on),
        "removals": [removal.rule for removal in draft.removals],
        "text": draft.text,
    }
    assert {key: value for key, value in found.items() if value} == expected


@pytest.mark.parametrize(
    ("content", "reason", "advice"),
    [
        (b"", "empty", "put the text"),
        (b" \n\t ", "empty", "put the text"),
        (b"Ministers\x00met.", "binary", "plain text"),
        ("Šefčovič met them.".encode("utf-16"), "UTF-8", "UTF-8"),
        ("Müller said so.".encode("latin-1"), "byte 1 is 0xfc", "UTF-8"),
        (b"Title: A title\nDate: last Friday\n\nText.", "last Friday", "YYYY-MM-DD"),
        (b"Title: A title\n\n![]()\n", "no text", "put the text"),
        (b"x" * (MAX_BYTES + 1), "more than the 1 MB", "ARCHIVE_MAX_FILE_MB"),
    ],
    ids=["empty", "blank", "binary", "utf-16", "latin-1", "bad date", "no text", "too large"],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, content: bytes, reason: str, advice: str
) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    with pytest.raises(RejectedInputError) as caught:
        read(path)
    assert reason in caught.value.reason
    assert advice in caught.value.advice
    assert caught.value.path == path


def test_a_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(RejectedInputError, match="cannot be read"):
        read(tmp_path / "nowhere.txt")
