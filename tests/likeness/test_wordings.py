"""Two quotations are the same words, or not: by their words and their speakers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.likeness.components import clusters_of
from app.likeness.wordings import Wording, are_same_words, fingerprints
from app.likeness.words import Side, compare_words, words_of

KALLAS = frozenset({"kaja-kallas"})
LONG = "We need more money for defence, and we need it before the summer begins"


def said(*segments: str, by: frozenset[str] = KALLAS) -> Wording:
    return Wording.of(by, segments)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (said(LONG), said(LONG.upper() + "."), True),
        (said(LONG), said("We need more money for defence", "and we need it before the summer begins"), True),
        (said(LONG), said("we need more money for defense, and we need it before summer begins"), True),
        (said(LONG), said("We need more money for defence, and we need it"), True),
        (said("We don’t have that time"), said("We don't have that time…"), True),
        (said("Šefčovič will be there too"), said("Sefcovic will be there too"), True),
        (said("an unreasonable stance"), said("an unreasonable stance"), False),
        (said(LONG), said(LONG, by=frozenset({"mark-rutte"})), False),
        (said(LONG), said(LONG, by=frozenset({"kaja-kallas", "mark-rutte"})), False),
        (said(LONG, by=frozenset()), said(LONG, by=frozenset()), False),
        (said(LONG), said("We need more soldiers, and they need boots before the winter begins"), False),
        (said("We will not wait"), said("We will not wait for anybody any more"), False),
        (said(LONG), said("It is time we learnt that Europe can stand on its own feet"), False),
    ],
)
def test_same_words_need_the_same_people_and_enough_words(
    one: Wording,
    other: Wording,
    same: bool,  # noqa: FBT001  (a parameter of the table)
) -> None:
    """Case, accents, apostrophes, marks and omissions are put aside; a stock phrase is not enough."""
    assert are_same_words(one, other) is same
    assert are_same_words(other, one) is same


words = st.sampled_from("we need more money for defence now and not later because time is short".split())
wordings = st.lists(words, max_size=24).map(lambda found: said(" ".join(found)))


@given(wordings, wordings)
def test_what_is_the_same_is_always_found_by_its_marks(one: Wording, other: Wording) -> None:
    """No pair that would count is missed because it shares no fingerprint; the order does not matter."""
    assert are_same_words(one, other) == are_same_words(other, one)
    if are_same_words(one, other):
        assert fingerprints(one) & fingerprints(other)


def test_marks_of_different_people_are_never_shared() -> None:
    assert not fingerprints(said(LONG)) & fingerprints(said(LONG, by=frozenset({"mark-rutte"})))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=40), st.randoms())
def test_clusters_do_not_depend_on_the_order_of_pairs(pairs: list[tuple[int, int]], random: object) -> None:
    shuffled = [(other, one) for one, other in pairs]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert clusters_of(pairs) == clusters_of(shuffled)


@given(st.lists(words | st.sampled_from([",", "—", "…"])).map(" ".join), st.lists(words).map(" ".join))
def test_a_comparison_has_all_words_of_both_texts_in_order(first: str, second: str) -> None:
    """Left out what is only the second's, it is the first, and the other way round."""
    stretches = compare_words(first, second)
    for text, left_out in ((first, Side.SECOND), (second, Side.FIRST)):
        kept = " ".join(one.text for one in stretches if one.side is not left_out)
        assert [word.key for word in words_of(kept)] == [word.key for word in words_of(text)]
