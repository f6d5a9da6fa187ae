"""Near-duplicates: told from the sketches of texts, and found without comparing all with all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.likeness.minhash import (
    Signature,
    near_duplicates,
    sequences_of,
    share_in_common,
    signature_of,
)

WORDS = [f"word{number}" for number in range(3000)]


def made_text(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def is_near(one: list[str], other: list[str]) -> bool:
    return near_duplicates(signature_of(" ".join(one)), [signature_of(" ".join(other))])[0]


@pytest.mark.parametrize("kept", [0.85, 0.9, 0.95, 1.0])
def test_a_reworked_copy_is_a_near_duplicate(kept: float) -> None:
    """Of a hundred copies with that share of their words kept in one piece, hardly one is missed."""
    found = 0
    for seed in range(100):
        text = made_text(seed)
        found += is_near(text, text[: int(kept * len(text))] + made_text(seed + 1000, int(400 * (1 - kept))))
    assert found >= 99


def test_a_shortened_copy_is_a_near_duplicate() -> None:
    """A wire report cut to its first two thirds, as newspapers do."""
    assert sum(is_near(made_text(seed), made_text(seed)[:267]) for seed in range(100)) >= 97


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.5])
def test_a_report_with_words_of_its_own_is_none(kept: float) -> None:
    found = 0
    for seed in range(100):
        text = made_text(seed)
        found += is_near(text, text[: int(kept * len(text))] + made_text(seed + 1000, int(400 * (1 - kept))))
    assert found == 0


def test_the_sketch_is_close_to_the_exact_share() -> None:
    """The share of equal minima is the Jaccard index of the sequences, within four standard errors."""
    for seed in range(20):
        one, other = made_text(seed), made_text(seed)[:250] + made_text(seed + 50, 150)
        ones, others = (set(sequences_of(" ".join(text)).tolist()) for text in (one, other))
        exact = len(ones & others) / len(ones | others)
        estimate = (signature_of(" ".join(one)).minima == signature_of(" ".join(other)).minima).mean()
        assert abs(estimate - exact) < 0.14


def test_short_texts_are_never_compared() -> None:
    """Two notes that a meeting was put off are not one report."""
    note = signature_of("The meeting of the two sides was put off until the autumn, officials said.")
    assert not note.is_comparable
    assert note.bands() == ()
    assert near_duplicates(note, [note]) == [False]


@given(st.text(), st.text())
def test_any_text_has_a_signature_and_the_answer_goes_both_ways(one: str, other: str) -> None:
    first, second = signature_of(one), signature_of(other)
    assert near_duplicates(first, [second]) == near_duplicates(second, [first])
    assert Signature.read(first.count, first.as_bytes()).bands() == first.bands()
    assert 0 <= share_in_common(one, other) <= 1


def test_case_accents_and_signs_make_no_difference() -> None:
    one, other = "Šefčovič said: “No!” " * 40, "sefcovic SAID no " * 40
    assert sequences_of(one).tolist() == sequences_of(other).tolist()


def test_a_text_of_a_million_words_takes_little_memory_and_time() -> None:
    text = " ".join(f"w{number % 977}x{number % 331}" for number in range(1_000_000))
    assert signature_of(text).count > 300_000


def test_a_signature_never_changes() -> None:
    """What is stored is compared with what is made by later versions of this program."""
    signature = signature_of(" ".join(f"word{number}" for number in range(100)))
    assert signature.count == 98
    assert signature.minima[:4].tolist() == [31708192, 14427130, 32886339, 18033404]
    assert len(set(signature.bands())) == 25
