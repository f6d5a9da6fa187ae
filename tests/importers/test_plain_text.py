"""Text files: each file in ``files/`` beside what it must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import RejectedInputError
from app.importers import importer_for, read_file
from app.importers.cleaning import raw_offset
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile
from app.importers.plain_text import PlainTextImporter

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


SEVERAL = (
    "Title: The pact\nDate: 2025-03-11\n\nMinisters met.\n\nTitle: no block, a line of the text.\n\n"
    "URL: https://example.org/2\nTitle: The loans\n\nThey met again.\r\n\r\n"
    "Title: The summit\nDate: never\n\nThey parted.\n"
)


def read_text(text: str) -> list[Found]:
    return list(PlainTextImporter().read(SourceFile(Path("report.txt"), text.encode())))


def test_a_file_with_metadata_before_each_article_is_split() -> None:
    """Each part has its own metadata and no word of the others; a bad one is refused alone."""
    first, second, third = read_text(SEVERAL)
    assert isinstance(first, ArticleDraft)
    assert isinstance(second, ArticleDraft)
    assert (first.title, first.place, first.text) == (
        "The pact",
        "part 1",
        "Ministers met.\n\nTitle: no block, a line of the text.",
    )
    assert (second.title, second.url, second.text) == (
        "The loans",
        "https://example.org/2",
        "They met again.",
    )
    assert isinstance(third, PartRefused)
    assert third.place == "part 3"


def test_the_removals_of_a_part_lead_back_to_the_whole_file() -> None:
    for draft in read_text(SEVERAL)[:2]:
        assert isinstance(draft, ArticleDraft)
        found = [SEVERAL[raw_offset(draft.removals, at)] for at in range(len(draft.text))]
        assert "".join(found) == draft.text


def test_a_file_that_may_hold_several_articles_is_refused_with_the_line() -> None:
    with pytest.raises(RejectedInputError, match="metadata stand in line 4"):
        read_text("Ministers met.\n\n\nTitle: The loans\nDate: 2025-03-11\n\nThey met again.\n")


def test_letters_decoded_wrongly_are_put_right_and_told() -> None:
    (draft,) = read_text("Title: Å½alimas speaks\n\nAlso Å½alimas: â€œyesâ€\x9d.")
    assert isinstance(draft, ArticleDraft)
    assert (draft.title, draft.text) == ("Žalimas speaks", "Also Žalimas: “yes”.")
    assert [(one.text, one.replacement) for one in draft.removals[1:]] == [
        ("Å½", "Ž"),
        ("â€œ", "“"),
        ("â€\x9d", "”"),
    ]
