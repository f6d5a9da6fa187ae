"""Reading times in texts must not get worse: floors on the sentences beside this file."""

from __future__ import annotations

import pytest

from tests.quality.dated_sentences import measure, read_sentences
from tests.quality.halves import HALVES, Score

PRECISION = 0.95
RECALL = 0.95


@pytest.fixture(scope="module")
def score() -> Score:
    return measure(sentence for half in HALVES for sentence in read_sentences(half))


def test_resolved_times_are_right(score: Score) -> None:
    """Of what has two readings, or no date to count from, nothing is resolved."""
    assert score.precision >= PRECISION


def test_times_are_not_missed(score: Score) -> None:
    assert score.recall >= RECALL


def test_the_sentences_are_many() -> None:
    sentences = [sentence for half in HALVES for sentence in read_sentences(half)]
    assert len({(sentence.text, sentence.day) for sentence in sentences}) == len(sentences) >= 120
    assert sum(one.when is None for sentence in sentences for one in sentence.told) >= 20
