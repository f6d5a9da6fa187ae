"""Comparing wordings: nothing is lost, and what is told is what changed."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from app.wording import Change, Stretch, compare_words

WORDS = st.lists(st.sampled_from(["We", "need", "time", ".", "\n", " ", "’s", "“no”", "é"]), max_size=40)
TEXTS = st.one_of(st.text(max_size=60), WORDS.map("".join))


@given(TEXTS, TEXTS)
def test_the_stretches_make_both_texts(before: str, now: str) -> None:
    found = compare_words(before, now)
    assert "".join(one.text for one in found if one.change is not Change.ADDED) == before
    assert "".join(one.text for one in found if one.change is not Change.TAKEN) == now
    assert all(one.text for one in found)
    assert before != now or all(one.change is Change.SAME for one in found)


def test_only_the_words_that_changed_are_told() -> None:
    before = "First paragraph.\nShe said “we need more time” twice.\nLast one."
    now = "First paragraph.\nShe said “we’ll need time” twice.\nLast one.\nAdded."
    assert compare_words(before, now) == (
        Stretch(Change.SAME, "First paragraph.\nShe said “"),
        Stretch(Change.TAKEN, "we"),
        Stretch(Change.ADDED, "we’ll"),
        Stretch(Change.SAME, " need"),
        Stretch(Change.TAKEN, " more"),
        Stretch(Change.SAME, " time” twice.\nLast one."),
        Stretch(Change.ADDED, "\nAdded."),
    )


def test_two_long_texts_without_anything_in_common_are_compared_in_bounded_time() -> None:
    before = time.process_time()
    compare_words("\n".join(map(str, range(60_000))), "\n".join(map(str, range(60_000, 120_000))))
    compare_words(" ".join(map(str, range(60_000))), " ".join(map(str, range(60_000, 120_000))))
    assert time.process_time() - before < 2
