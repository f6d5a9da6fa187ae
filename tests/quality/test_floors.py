"""The extractor must not get worse: floors under what it reaches on the annotated texts beside this file.

The texts are made for measuring, in the style of British and continental newsrooms. A floor stands a
little under the figure measured when it was set, and is only raised.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.evaluate import evaluate
from app.evaluation.scoring import Score
from app.extractors.rules import RuleExtractor

GOLD = Path(__file__).parent / "gold.jsonl"

FOUND_F1 = 0.975
RIGHT_NAME = 0.920
END_TO_END_F1 = 0.895
SURE_AND_RIGHT = 0.93


INDIRECT_F1 = 0.84


@pytest.fixture(scope="module")
def result() -> Score:
    return evaluate(RuleExtractor(), GOLD)


def test_quotations_are_found(result: Score) -> None:
    assert result.found_figures()[2] >= FOUND_F1


def test_speakers_are_right(result: Score) -> None:
    assert result.name_accuracy() >= RIGHT_NAME
    assert result.end_to_end_figures()[2] >= END_TO_END_F1


def test_high_confidence_means_what_it_says(result: Score) -> None:
    """Of the quotations told with a confidence of 0.9 or more, few have a wrong speaker."""
    sure = {key: count for key, count in result.calibration.items() if key[0] >= 18}
    right = sum(count for (_, is_right), count in sure.items() if is_right)
    assert right / sum(sure.values()) >= SURE_AND_RIGHT


def test_indirect_speech_is_found() -> None:
    assert evaluate(RuleExtractor(), GOLD, indirect=True).found_figures()[2] >= INDIRECT_F1
