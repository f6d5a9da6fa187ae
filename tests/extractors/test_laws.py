"""Laws that hold for the extractor on any text whatever."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extractors.marks import find_marked
from app.extractors.quotation import QuotationKind, QuoteExtractor
from app.extractors.rules import RuleExtractor

WORDS = [
    "said",
    "told",
    "adding",
    "called",
    "asked",
    "was",
    "who",
    "which",
    "and",
    "but",
    "the",
    "a",
    "of",
    "for",
    "in",
    "on",
    ",",
    ".",
    ";",
    ":",
    "—",
    "-",
    "(",
    ")",
    "“",
    "”",
    '"',
    "'",
    "‘",
    "’",
    "''",
    "«",
    "»",
    "„",
    "Smith",
    "Nora",
    "Tom",
    "Hale",
    "Minister",
    "minister",
    "source",
    "he",
    "she",
    "they",
    "it",
    "I",
    "NATO",
    "2025",
    "Monday",
    "reportedly",
    "that",
    "\n",
    "\xa0",
    "�",
    "\x00",
    "according",
    "to",
    "close",
    "report",
    "von",
    "der",
    "Leyen",
    "Mr.",
    "…",
    "!",
    "?",
]
PROSE = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=300), PROSE, PROSE.map(lambda text: text.replace(" ", "")))


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_quotations_lie_in_order_inside_the_text(text: str) -> None:
    """On any text: no exception, spans inside it, segments apart, quotations in order, names not empty."""
    extractor: QuoteExtractor = RuleExtractor()
    findings = extractor.extract(text)
    starts = [quotation.segments[0].start for quotation in findings.quotations]
    assert starts == sorted(starts)
    for quotation in findings.quotations:
        for segment in quotation.segments:
            assert segment.end <= len(text)
            assert segment.of(text).strip() == segment.of(text)
        assert quotation.cue is None or quotation.cue.end <= len(text)
        for speaker in quotation.speakers:
            for span in (speaker.span, speaker.role, speaker.affiliation):
                assert span is None or span.end <= len(text)
            assert speaker.name != ""


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_marked_quotations_and_rejections_share_the_marked_stretches(text: str) -> None:
    """Each marked stretch is a segment of one quotation, or rejected with a reason; none is both."""
    findings = RuleExtractor().extract(text)
    segments = [
        segment
        for quotation in findings.quotations
        if quotation.kind is not QuotationKind.INDIRECT
        for segment in quotation.segments
    ]
    rejected = [rejection.span for rejection in findings.rejections]
    assert sorted(segments + rejected) == [marked.span for marked in find_marked(text)]
    assert all(rejection.reason for rejection in findings.rejections)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_indirect_speech_holds_no_marked_words(text: str) -> None:
    """A clause of indirect speech is one stretch that touches no marked one, and has a speaker and a cue."""
    marked = [stretch.span for stretch in find_marked(text)]
    for quotation in RuleExtractor().extract(text).quotations:
        if quotation.kind is QuotationKind.INDIRECT:
            (clause,) = quotation.segments
            assert all(span.end <= clause.start or clause.end <= span.start for span in marked)
            assert quotation.speakers
            assert quotation.cue is not None


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    """Extraction depends on nothing but the text."""
    assert RuleExtractor().extract(text) == RuleExtractor().extract(text)


@given(st.text(alphabet=st.characters(blacklist_characters="“”„«»\"'‘’`‚‹›"), max_size=200))
def test_a_text_without_marks_has_no_marked_quotations(text: str) -> None:
    """Without quotation marks there is nothing to find but what the reporter renders."""
    findings = RuleExtractor().extract(text)
    assert all(quotation.kind is QuotationKind.INDIRECT for quotation in findings.quotations)
    assert findings.rejections == ()


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_marked_stretches_keep_to_their_paragraph(text: str) -> None:
    """No marked stretch crosses a line break or touches another."""
    end = 0
    for marked in find_marked(text):
        assert "\n" not in marked.span.of(text)
        assert end <= marked.span.start
        end = marked.span.end


SHAPES: dict[str, Callable[[int], str]] = {
    "marks only": lambda n: '"' * n,
    "curly openers only": lambda n: "“" * n,
    "marks and letters": lambda n: '"a ' * (n // 3),
    "single marks": lambda n: "'a " * (n // 3),
    "opening single marks": lambda n: "‘a s’ b " * (n // 8),
    "one endless sentence": lambda n: "the minister said that “the yard” of Nora Hale and " * (n // 52),
    "one endless sentence of commas": lambda n: "Hale, the minister, who said “yes”, " * (n // 36),
    "no spaces": lambda n: "“a”b,said" * (n // 9),
    "one word": lambda n: "a" * n,
    "capitals": lambda n: "Nora Hale " * (n // 10) + "“a b c d,” Hale said.",
    "many people": lambda n: "".join(f"Nora Hale{i:05d}x said “we go {i}.” " for i in range(n // 32)),
    "many misspelt people": lambda n: "".join(
        f"Nora {chr(65 + i % 26)}{chr(97 + i // 26 % 26)}ahale spoke. “We go,” said H{i:05d}x. "
        for i in range(n // 50)
    ),
    "paragraphs": lambda n: "“The yard is full.”\n" * (n // 20),
    "open paragraphs": lambda n: "“The yard is full.\n" * (n // 19),
    "one endless sentence of indirect speech": lambda n: (
        "the minister said that the yard of Nora Hale and " * (n // 42)
    ),
    "one endless sentence of sources": lambda n: (
        "according to Hale, Costa told them it, said Hale, and " * (n // 47)
    ),
    "indirect speech": lambda n: "He said that the yard was full. " * (n // 32),
    "pronouns": lambda n: "“The yard is full,” he said.\n" * (n // 29),
}


def _steps(text: str) -> int:
    """How many lines of Python the extraction of ``text`` runs through."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        RuleExtractor().extract(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_no_faster_than_the_text(shape: str) -> None:
    """Eight times the text takes at most about eight times the steps, on hostile texts too."""
    short, long = _steps(SHAPES[shape](4_000)), _steps(SHAPES[shape](32_000))
    assert long <= 12 * short + 2_000
