"""What a query's words match in a title."""

from __future__ import annotations

import pytest

from app.fulltext.query import parse
from app.fulltext.titles import title_matches


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("title:pact", ["pact"]),
        ("pact loans", ["pact", "loans"]),
        ('title:"the pact" OR exact:Safe', ["The pact", "Safe"]),
        ("quote:pact", []),
        ("-pact", []),
        ("pact w/5 loans", ["pact", "loans"]),
    ],
)
def test_a_title_is_matched_by_what_may_stand_in_it(typed: str, words: list[str]) -> None:
    title, tree = "The pact, the Safe loans", parse(typed).tree
    assert tree is not None
    assert [title[start:end] for start, end in title_matches(title, tree)] == words
