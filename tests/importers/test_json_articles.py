"""JSON: what a whole file may be, and what is refused of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app.errors import NoArticleError, RejectedInputError
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile
from app.importers.json_articles import JsonImporter


def read(content: bytes | str) -> list[Found]:
    data = content.encode() if isinstance(content, str) else content
    return list(JsonImporter().read(SourceFile(Path("dump.json"), data)))


@pytest.mark.parametrize(
    "content", ['{"people": [{"name": "A"}]}', '[{"file": "a"}, {"file": "b"}]', "[]", "12"]
)
def test_json_about_something_else_is_no_article(content: str) -> None:
    with pytest.raises(NoArticleError, match="nothing in it has a field"):
        read(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not json", "Expecting value"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"a":1,"a":2}', "stands in it twice"),
        (b"\xff" * 1000, "UTF-8"),
        (b'{"text": "cut', "Unterminated"),
        (b'{"text": ' + b"9" * 10_000 + b"}", "no JSON"),
    ],
)
def test_what_is_no_json_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(RejectedInputError, match=reason):
        read(content)


def test_json_with_a_byte_order_mark_or_in_utf_16_is_read() -> None:
    row = {"text": "Šefčovič met them."}
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        (draft,) = read(json.dumps(row, ensure_ascii=False).encode(encoding))
        assert isinstance(draft, ArticleDraft)
        assert draft.text == "Šefčovič met them."


def test_one_endless_line_is_read_in_bounded_time() -> None:
    """The most that is read, in one line: a fault at its end is found within 2 seconds; more is refused."""
    before = time.process_time()
    with pytest.raises(RejectedInputError):
        read(b'{"text": "' + b"word " * 990_000)
    with pytest.raises(RejectedInputError, match="more than the 5 MB"):
        read(b'{"text": "' + b"word " * 4_000_000)
    assert time.process_time() - before < 2


def test_html_made_to_keep_a_parser_busy_is_refused_alone() -> None:
    bomb = "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">text</p>"
    found = read(json.dumps([{"text": bomb}, {"text": "A good report."}]))
    assert [type(one) for one in found] == [PartRefused, ArticleDraft]


def test_a_field_that_stands_twice_among_many_is_found_at_once() -> None:
    pairs = ", ".join(f'"{number}": 0' for number in range(200_000))
    before = time.process_time()
    with pytest.raises(RejectedInputError, match="stands in it twice"):
        read(f'{{{pairs}, "text": "a", "text": "b"}}')
    assert time.process_time() - before < 2


def test_a_faulty_line_keeps_the_places_of_the_others() -> None:
    places = [
        one.place for one in read('{"text": "a"}\n{broken\n{"text": "c"}') if isinstance(one, ArticleDraft)
    ]
    assert places == ["line 1", "line 3"]
