"""Programme tagging must not get worse: floors on the sentences beside this file."""

from __future__ import annotations

import pytest

from app.authority.programme_register import ProgrammeRegister
from app.resources import resource_folder
from tests.quality.halves import HALVES
from tests.quality.programme_sentences import Sentence, measure, read_sentences

PRECISION = 0.97
RECALL = 0.95


@pytest.fixture(scope="module")
def register() -> ProgrammeRegister:
    return ProgrammeRegister.load(resource_folder("seeds") / "programmes.json")


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return [sentence for half in HALVES for sentence in read_sentences(half)]


def test_the_sentences_are_many_and_each_programme_is_in_them(
    sentences: list[Sentence], register: ProgrammeRegister
) -> None:
    """Two hundred or more, a third of them without any programme, and every programme somewhere."""
    assert len({sentence.text for sentence in sentences}) == len(sentences) >= 200
    assert sum(not sentence.named for sentence in sentences) >= len(sentences) / 3
    named = {one.slug for sentence in sentences for one in sentence.named}
    assert named == {programme.slug for programme in register}


def test_programmes_are_told_rightly(sentences: list[Sentence], register: ProgrammeRegister) -> None:
    assert measure(sentences, register).precision >= PRECISION


def test_programmes_are_not_missed(sentences: list[Sentence], register: ProgrammeRegister) -> None:
    assert measure(sentences, register).recall >= RECALL
