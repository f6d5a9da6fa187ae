"""Every format: each input in ``files/`` beside what it must give, and what holds for all importers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import RejectedInputError
from app.importers import IMPORTERS, UNPACKERS, importer_for, read_file
from app.importers.draft import ArticleDraft, Found, Importer, PartRefused, SourceFile, UnknownField

FILES = Path(__file__).parent / "files"
EXPECTED = sorted(FILES.rglob("*.expected.json"))


def read(source: SourceFile) -> list[Found]:
    importer = importer_for(Path(source.name))
    assert importer is not None
    return list(importer.read(source))


def told(found: Found) -> dict[str, Any]:
    """What stands in an expected-result file for one finding: its fields, those without a value left out."""
    match found:
        case PartRefused():
            return {"refused": found.place, "reason": found.reason}
        case UnknownField():
            return {"unknown": found.name}
    values = {
        "title": found.title,
        "outlet": found.outlet,
        "author": found.author,
        "url": found.url,
        "date": found.published.date.iso() if found.published else None,
        "basis": found.published.basis if found.published else None,
        "evidence": found.published.evidence if found.published else None,
        "language": found.language,
        "licence": found.licence,
        "attribution": found.attribution,
        "based_on": list(found.based_on),
        "place": found.place if found.place != "0" else None,
        "is_summary": found.is_summary,
        "text": found.text,
    }
    return {key: value for key, value in values.items() if value}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_file_gives_what_stands_beside_it(expected: Path) -> None:
    """What the file states and no more; the text to the letter."""
    path = expected.with_name(expected.name.removesuffix(".expected.json"))
    found = read(read_file(path, 1_000_000))
    assert [told(one) for one in found] == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_every_importer_has_an_example(importer: Importer) -> None:
    inputs = [path.name for path in FILES.rglob("*") if path.with_name(path.name + ".expected.json").exists()]
    inputs += [path.name for path in FILES.glob("*.txt")]
    assert any(name.endswith(importer.suffixes) for name in inputs)


def test_no_two_formats_have_one_ending() -> None:
    endings = [suffix for importer in IMPORTERS for suffix in importer.suffixes]
    endings += [suffix for unpacker in UNPACKERS for suffix in unpacker.suffixes]
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending.startswith(".") for ending in endings)


HOSTILE = [
    b"\x00" * 1000,
    b"\xff" * 1000,
    b"<html><body>" + b"<div>" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a": 1, "a": 2}',
    b'{"title": 1e999, "url": null, "body": []}',
    b'{"text": "\\ud800 lone", "date": "last Friday"}',
    b"---\na: &a [*a]\n---\ntext",
    b"%PDF-1.4" + b"0" * 1000,
    b"\x89PNG\r\n\x1a\n" + b"0" * 1000,
    b'<meta charset="x-user-defined"><p>' + bytes(range(128, 256)) * 10,
    '<?xml version="1.0"?><rss><channel><item/></channel></rss>'.encode("utf-16"),
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></rss>',
]
# The long ones cost seconds each; that they are read or refused is seen once, below.
_SHORT = [content for content in HOSTILE if len(content) < 10_000]
ANY_BYTES = st.one_of(
    st.binary(max_size=400),
    st.sampled_from(_SHORT),
    st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.builds(lambda start, end: start + end, st.sampled_from(_SHORT), st.binary(max_size=40)),
)


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_whatever_bytes_come_drafts_come_or_a_refusal(importer: Importer) -> None:
    """Nothing else is raised; what is drafted can be stored: it has text, and no surrogates or NULs."""

    @settings(max_examples=60)
    @given(ANY_BYTES)
    @example(b"")
    def check(content: bytes) -> None:
        source = SourceFile(Path(f"any{importer.suffixes[0]}"), content)
        try:
            found = list(importer.read(source))
        except RejectedInputError as refusal:
            found = [PartRefused("", refusal.reason, refusal.advice)]
        assert found
        for one in found:
            if isinstance(one, PartRefused):
                assert one.reason
                assert one.advice
            elif isinstance(one, ArticleDraft):
                for text in (one.text, one.title or "", one.author or "", one.outlet or "", one.url or ""):
                    assert "\x00" not in text.encode().decode()

    check()


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
@pytest.mark.parametrize("content", HOSTILE, ids=lambda content: repr(content[:12]))
def test_reading_twice_gives_the_same(importer: Importer, content: bytes) -> None:
    def outcome() -> str:
        try:
            return repr(list(importer.read(SourceFile(Path(f"any{importer.suffixes[0]}"), content))))
        except RejectedInputError as exc:
            return str(exc)

    assert outcome() == outcome()
