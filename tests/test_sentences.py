"""Sentences of a text: found by reading on or by looking around a place, they are the same."""

from __future__ import annotations

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from app.sentences import breaks, sentence_at

PIECES = [
    "a",
    "Bc",
    "Mr",
    "J",
    "…",
    "!",
    ".",
    "”",
    "“",
    "\n",
    "\n\n",
    " ",
    "1",
    ")",
    "\t",
    " Talks",
    " met" * 150,
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.data())
def test_looking_around_a_place_finds_what_reading_on_finds(text: str, data: st.DataObject) -> None:
    """In whatever order of places, each known sentence being told to the search for the next one."""
    found = list(breaks(text))
    starts = [0, *(one.start for one in found)]
    places = [at for at, character in enumerate(text) if character.isalnum()]
    wanted = sorted(data.draw(st.sets(st.sampled_from(places), max_size=6))) if places else []
    last = None
    for at in wanted:
        number = bisect_right(starts, at) - 1
        following = found[number] if number < len(found) else None
        before = last if last is not None and last.end <= at else None
        last = sentence_at(text, at, before)
        assert last.start == starts[number]
        assert last.end == (following.end if following else len(text))
        assert last.next_start == (following.start if following and not following.is_paragraph else None)
