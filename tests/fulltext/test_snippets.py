"""What matched in a text, and which of its sentences are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.fulltext.highlighted import Highlighted
from app.fulltext.matching import matches
from app.fulltext.query import parse
from app.fulltext.snippets import snippet

TEXT = (
    "Ministers met in Brussels. The defence of Europe costs money, they said; a defense fund helps.\n"
    "Šefčovič’s talks on the UK-EU security and defence partnership resume. Nothing else was said."
)


def test_the_sentence_with_the_most_different_matches_is_shown() -> None:
    tree = parse("defence partnership").tree
    assert tree is not None
    shown = snippet(TEXT, matches(TEXT, tree), max_characters=90)
    assert shown.text == "Šefčovič’s talks on the UK-EU security and defence partnership resume."
    assert ("defence partnership", True) in shown.parts


def test_without_a_match_the_beginning_is_shown() -> None:
    assert snippet(TEXT, [], max_characters=40).text == "Ministers met in Brussels."


def test_the_beginning_is_where_the_first_words_are() -> None:
    assert snippet("\n \n Ministers met. It rained.\n", [], max_characters=20).text == "Ministers met."


def test_a_sentence_does_not_end_at_a_title_or_an_initial() -> None:
    text = "Nothing happened. Then Dr. Anna M. Weber left. It rained."
    tree = parse("weber").tree
    assert tree is not None
    assert snippet(text, matches(text, tree), max_characters=35).text == "Then Dr. Anna M. Weber left."


def test_a_sentence_that_is_too_long_is_cut_at_words_around_the_match() -> None:
    text = "word " * 200 + "pact " + "word " * 200
    tree = parse("pact").tree
    assert tree is not None
    shown = snippet(text, matches(text, tree), max_characters=100)
    assert shown.text.startswith("… word")
    assert shown.text.endswith(" …")
    assert ("pact", True) in shown.parts


@given(st.text(alphabet="ab .\n“”-’é"), st.text(alphabet="ab é"), st.integers(20, 200))
def test_a_snippet_is_words_of_the_text_whatever_the_text(text: str, typed: str, size: int) -> None:
    """Nothing is shown that the text does not have, ellipses apart, and only matches are marked."""
    tree = parse(typed).tree
    spans = matches(text, tree) if tree else []
    shown = snippet(text, spans, size)
    assert shown.text.removeprefix("… ").removesuffix(" …") in text
    marked = {part for part, is_match in shown.parts if is_match}
    assert marked <= {text[start:end] for start, end in spans}


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_cutting_a_text_at_any_spans_keeps_its_words(text: str, spans: list[tuple[int, int]]) -> None:
    sound = [(start, end) for start, end in sorted(spans) if start < end <= len(text)]
    assert Highlighted.cut(text, sound).text == text
