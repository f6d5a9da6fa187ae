"""Indirect speech on constructed sentences: the clause, who is given as its speaker, the cue."""

from __future__ import annotations

import pytest

from app.extractors.quotation import Quotation, QuotationKind
from app.extractors.rules import RuleExtractor


def indirect(text: str) -> list[Quotation]:
    """The quotations of ``text`` without marks."""
    found = RuleExtractor().extract(text).quotations
    return [quotation for quotation in found if quotation.kind is QuotationKind.INDIRECT]


@pytest.mark.parametrize(
    ("text", "clause", "speaker", "cue"),
    [
        (
            "A European source said that Norway sought a longer lease.",
            "that Norway sought a longer lease",
            "A European source",
            "said",
        ),
        ("Sources say tensions remain over the yard.", "tensions remain over the yard", "Sources", "say"),
        (
            "Sources close to the ministry say tensions remain over the yard.",
            "tensions remain over the yard",
            "Sources close to the ministry",
            "say",
        ),
        (
            "According to Kadri Tamm, the mood in Leith has changed.",
            "the mood in Leith has changed",
            "Kadri Tamm",
            "According",
        ),
        (
            "The mood in Leith has changed, according to Kadri Tamm.",
            "The mood in Leith has changed",
            "Kadri Tamm",
            "according",
        ),
        (
            "Tom Hale stressed that the yard would stay open, but gave no date.",
            "that the yard would stay open",
            "Tom Hale",
            "stressed",
        ),
        ("The yard would stay open, Tom Hale said.", "The yard would stay open", "Tom Hale", "said"),
        ("The yard would stay open, said Tom Hale.", "The yard would stay open", "Tom Hale", "said"),
        (
            "Tom Hale told members of the committee that the yard would stay open.",
            "that the yard would stay open",
            "Tom Hale",
            "told",
        ),
        (
            "Tom Hale said in a statement on Monday that the yard would stay open.",
            "that the yard would stay open",
            "Tom Hale",
            "said",
        ),
        (
            "The yard, Tom Hale said, would stay open until the last hull was paid for.",
            "would stay open until the last hull was paid for",
            "Tom Hale",
            "said",
        ),
        (
            "While Tom Hale said the yard would close, the committee disagreed with every word.",
            "the yard would close",
            "Tom Hale",
            "said",
        ),
        (
            "According to Tom Hale, citing the Leith Courier, the yard will stay open.",
            "the yard will stay open",
            "Tom Hale",
            "According",
        ),
        ("Tom Hale vowed to keep the yard open.", "keep the yard open", "Tom Hale", "vowed"),
    ],
)
def test_a_clause_is_given_to_its_source(text: str, clause: str, speaker: str, cue: str) -> None:
    """Named or unnamed, before or after: the clause, the mention as printed and the reporting word."""
    (quotation,) = indirect(text)
    (segment,) = quotation.segments
    assert segment.of(text) == clause
    assert [found.span.of(text) for found in quotation.speakers] == [speaker]
    assert quotation.cue is not None
    assert quotation.cue.of(text) == cue


@pytest.mark.parametrize(
    "text",
    [
        "Tom Hale did not say that the yard would close.",
        "Tom Hale would not say whether the yard would close.",
        "Those who said the yard would close were wrong.",
        "It was said that the yard would close.",
        "Tom Hale opened the yard in Leith.",
        "“The yard is full,” Tom Hale said as he left the hall.",
        "Tom Hale said the yard was “hopelessly late and far too small for the work”.",
        "The plan warned of actions that would close the yard.",
        "The two yards are to talk again, as Tom Hale stressed on Friday his wish for a larger dock.",
    ],
)
def test_what_nobody_says_is_no_indirect_speech(text: str) -> None:
    """Denied and possible speech, speech of nobody, acts, and marked words are left out."""
    assert indirect(text) == []


def test_the_outermost_source_has_the_clause() -> None:
    """Of two sources in one sentence the clause goes to the one that reports the other."""
    text = "Tom Hale said that Maria Costa had told him the yard would close."
    (quotation,) = indirect(text)
    assert [speaker.name for speaker in quotation.speakers] == ["Tom Hale"]


def test_a_pronoun_is_resolved_as_with_marked_words() -> None:
    """The "he" of "he said" is the speaker before."""
    text = "“The yard is full,” Tom Hale said. He said that it could not take one more hull."
    (quotation,) = indirect(text)
    assert [speaker.name for speaker in quotation.speakers] == ["Tom Hale"]


def test_what_is_yet_to_be_said_is_announced() -> None:
    """Indirect speech too may be announced."""
    (quotation,) = indirect("Tom Hale is expected to say that the yard will close.")
    assert quotation.is_announced


def test_two_acts_of_speech_in_one_sentence_are_two() -> None:
    """A second source after "and" has a clause of its own."""
    text = "Tom Hale said the yard would stay open, and Maria Costa said the lease had been signed."
    assert [quotation.speakers[0].name for quotation in indirect(text)] == ["Tom Hale", "Maria Costa"]
