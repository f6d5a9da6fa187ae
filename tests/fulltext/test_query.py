"""Reading queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fulltext.query import MAX_QUERY_CHARACTERS, MAX_QUERY_WORDS, And, Not, Or, Tagged, Words, parse

TYPED = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["pact", "OR", "AND", "NOT", "-", '"', "“", "programme:safe", "(", "*", " ", "F-35"]),
        max_size=30,
    ).map(" ".join),
)


@given(TYPED)
def test_no_text_whatever_fails(typed: str) -> None:
    """Any text is read, and what can be searched for in it has at least one term."""
    query = parse(typed)
    query.reading()
    if query.tree is not None:
        assert all(words.terms for words in _words(query.tree))


def _words(tree: object) -> list[Words]:
    match tree:
        case Words():
            return [tree]
        case And(children) | Or(children):
            return [words for child in children for words in _words(child)]
        case Not(child):
            return _words(child)
    return []


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("defence industry", And((Words("defence"), Words("industry")))),
        ("defence AND industry", And((Words("defence"), Words("industry")))),
        ("loans OR grants", Or((Words("loans"), Words("grants")))),
        ("loans OR grants OR gifts", Or((Words("loans"), Words("grants"), Words("gifts")))),
        ("defence -trump", And((Words("defence"), Not(Words("trump"))))),
        ("defence NOT trump", And((Words("defence"), Not(Words("trump"))))),
        ("Thomas-Symonds", Words("Thomas-Symonds")),
        ('"go further"', Words("go further", is_phrase=True)),
        ("„go further“", Words("go further", is_phrase=True)),
        ("«go further", Words("go further", is_phrase=True)),
        ("the pact", Words("pact")),
        ("the", Words("the")),
        ("programme:SAFE", Tagged("safe")),
        ('-"go further"', Not(Words("go further", is_phrase=True))),
    ],
)
def test_a_query_is_read_as_its_writer_meant_it(typed: str, tree: object) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize("typed", ["", "   ", '"', "“”", "- - -", "OR", "AND NOT", "!?…"])
def test_nothing_to_search_for_is_no_error(typed: str) -> None:
    assert parse(typed).tree is None


def test_a_long_query_is_cut_and_says_so() -> None:
    assert "characters" in parse("a" * (MAX_QUERY_CHARACTERS + 1)).notes[0]
    query = parse("pact " * (MAX_QUERY_WORDS + 1))
    assert len(_words(query.tree)) == MAX_QUERY_WORDS
    assert "64 words" in query.notes[0]


def test_the_reading_is_in_plain_words() -> None:
    assert parse('defence OR loans "go further" -trump').reading() == (
        "(defence OR loans) AND “go further” AND NOT trump"
    )
