"""What a query's words match in a text: every kind of word node."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.fulltext.analysis import tokens, word_forms
from app.fulltext.matching import matches
from app.fulltext.query import parse
from app.fulltext.spelling import _WORDS
from app.fulltext.word_search import beginnings, words_like

TEXT = (
    "Ministers met in Brussels. The defence of Europe costs money, they said; a defense fund helps.\n"
    "Šefčovič’s talks on a UK-EU security and defence partnership resume. “All else is safe,” she said.\n"
    "Negotiators of the Safe fund negotiate for the EU-27."
)
QUOTED = [(TEXT.index("All"), TEXT.index(",” she"))]


def matched(typed: str) -> list[str]:
    tree = parse(typed).tree
    assert tree is not None
    return [TEXT[start:end] for start, end in matches(TEXT, tree, QUOTED)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("defence", ["defence", "defense", "defence"]),
        ("sefcovic", ["Šefčovič’s"]),
        ('"defence partnership"', ["defence partnership"]),
        ("defence partnership", ["defence", "defense", "defence partnership"]),
        ('"security partnership"', []),
        ('"security partnership"~1', []),
        ('"security partnership"~2', ["security", "partnership"]),
        ('"partnership security"~2', []),
        ("money -brussels", ["money"]),
        ("brussels OR money", ["Brussels", "money"]),
        ("UK-EU", ["UK-EU"]),
        ("EU", ["EU", "EU-27"]),
        ("negotiat*", ["Negotiators", "negotiate"]),
        ("šef*", ["Šefčovič’s"]),
        ("exact:Safe", ["Safe"]),
        ("exact:safe", ["safe"]),
        ("exact:sefcovic", []),
        ("exact:Šefčovič", ["Šefčovič’s"]),
        ('exact:"Safe fund"', ["Safe fund"]),
        ("safe", ["safe", "Safe"]),
        ("quote:safe", ["safe"]),
        ("quote:fund", []),
        ('quote:"all else"', ["All else"]),
        ("title:safe", []),
        ("europe NEAR/2 money", ["Europe", "money"]),
        ("money w/2 europe", ["Europe", "money"]),
        ("europe NEAR/1 money", []),
        ("europe w/s money", ["Europe", "money"]),
        ("brussels w/s money", []),
        ("brussels w/p money", ["Brussels", "money"]),
        ("brussels w/p talks", []),
        ("negotiat* NEAR/4 fund", ["Negotiators", "fund negotiate"]),
        ('"defence partnership" NEAR/1 resume', ["defence partnership resume"]),
        ("programme:safe", []),
        ("speaker:starmer date:2025", []),
    ],
)
def test_what_the_query_asks_for_is_marked_and_nothing_else(typed: str, words: list[str]) -> None:
    assert matched(typed) == words


PARTS = [
    "ab",
    '"a b"',
    '"a c"~3',
    "abc*",
    "a NEAR/2 b",
    "a w/s c",
    "a w/p é",
    "exact:É",
    "quote:a",
    "-b",
    "OR",
    "(",
]


@given(
    st.text(alphabet="abcÉé .\n“”-’"),
    st.lists(st.sampled_from(PARTS), max_size=6).map(" ".join),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3),
)
def test_matches_lie_inside_the_text_in_order_and_apart(
    text: str, typed: str, quoted: list[tuple[int, int]]
) -> None:
    tree = parse(typed).tree
    found = matches(text, tree, quoted) if tree else []
    assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENDINGS = ("", "s", "ed", "ing", "ies", "ied", "ly", "ying", "er", "ization")


@pytest.mark.parametrize("first", LETTERS)
def test_every_word_is_found_by_its_term(first: str) -> None:
    """Words are looked for by their first two letters: no spelling or stem may hide one."""
    for second, ending in product(LETTERS, ENDINGS):
        for middle in ("", "e", "tt"):
            word = f"{first}{second}{middle}{ending}"
            (term,) = word_forms(word)[0]
            assert [found.exact for found in words_like(f"x {word}, x", beginnings([term]))] == [word]


def test_every_spelling_is_found_by_its_term() -> None:
    for american, british in _WORDS.items():
        (term,) = word_forms(british)[0]
        assert [found.exact for found in words_like(f"{american} {british}", beginnings([term]))] == [
            american,
            british,
        ]


PIECES = (
    *("U.K.", "uk", "F-35s", "F", "35", "€150bn", "1,000", "1.5", "Šefčovič’s", "O'Neill", "E\u0301lan"),
    *("élan", "a-b-c", "EU-27", "ﬃx", "x.ab", "_ab", "ab_c", "Ab", "AB’s", "a.b", "-", ".", " ", "\n", " "),
)
TERMS = ("uk", "f35", "f", "35", "150bn", "1000", "1.5", "sefcov", "o'neil", "elan", "b", "eu", "ab", "ffix")


@example("U.K.€150bn", "150bn")
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(TERMS))
def test_words_are_found_as_the_index_finds_them(text: str, term: str) -> None:
    """The quick way through a text finds each word that reading all of it finds."""
    assert [word for word in words_like(text, beginnings([term])) if term in word.terms] == [
        word for word in tokens(text) if term in word.terms
    ]


def test_a_text_without_a_space_is_searched_in_linear_time() -> None:
    assert sum(1 for _ in words_like("ab.ab-" * 100_000, beginnings(["ab"]))) > 0


def test_a_long_text_of_one_word_is_matched_in_linear_time() -> None:
    """A hundred thousand words that are all near each other: each looks at its neighbours only."""
    text = "pact loans " * 50_000
    tree = parse('pact NEAR/5 loans "pact loans"~2 pact w/p loans').tree
    assert tree is not None
    assert matches(text, tree) == [(0, len(text) - 1)]
