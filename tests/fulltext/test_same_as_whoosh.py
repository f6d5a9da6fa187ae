"""The fast index answers as Whoosh does, and eight threads as one does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from app.fulltext.array_index import ArrayIndex
from app.fulltext.search_index import Facet, Order, SearchIndex, SearchPage
from app.fulltext.tree import (
    And,
    Dated,
    Label,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)
from app.fulltext.whoosh_index import WhooshIndex
from tests.made_corpus import Corpus

_QUERIES = 300
_ARTICLES = 80
_COMMITS = 6


class TreeMaker:
    """Makes trees of every kind from the words of a corpus."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self._random = random.Random(seed)
        self._sentences = [sentence.split() for sentence in corpus.sentences]
        self._made = corpus.words[:300]

    def tree(self, depth: int = 2) -> Node:
        if depth and self._random.random() < 0.5:
            children = tuple(self.tree(depth - 1) for _ in range(self._random.randint(1, 3)))
            kind = self._random.random()
            if kind < 0.45:
                return And(children)
            return Or(children) if kind < 0.85 else Not(children[0])
        return self._leaf()

    def _leaf(self) -> Node:
        makers = (self._words, self._words, self._words, self._phrase, self._prefix, self._near, self._other)
        return makers[self._random.randrange(len(makers))]()

    def _word(self) -> str:
        if self._random.random() < 0.4:
            return self._random.choice(self._made)
        word = self._random.choice(self._random.choice(self._sentences))
        return word.strip(".,“”") or "the"

    def _zone(self) -> Zone:
        return self._random.choice([Zone.TEXT] * 5 + list(Zone))

    def _words(self) -> Words:
        return Words(self._word(), self._zone())

    def _phrase(self) -> Words:
        sentence = self._random.choice(self._sentences)
        at = self._random.randrange(max(1, len(sentence) - 3))
        words = sentence[at : at + self._random.randint(2, 4)]
        slop = self._random.choice([0, 0, 1, 3])
        if slop and len(words) > 2:
            del words[1]
        return Words(" ".join(words), self._zone(), is_phrase=True, slop=slop)

    def _prefix(self) -> Prefix:
        return Prefix(self._word().lower()[:4].ljust(3, "e"), self._random.choice([Zone.TEXT, Zone.TITLE]))

    def _near(self) -> Near:
        left, right = self._side(), self._side()
        unit = self._random.choice(list(Unit))
        return Near(left, right, unit, self._random.randint(1, 12) if unit is Unit.WORDS else 0)

    def _side(self) -> Words | Prefix:
        makers = (self._words, self._words, self._phrase, self._prefix)
        return makers[self._random.randrange(len(makers))]()

    def _other(self) -> Node:
        first, last = sorted(date(self._random.randint(2004, 2026), 5, 17) for _ in range(2))
        others: list[Node] = [
            Labelled(Label.OUTLET, tuple(f"outlet-{self._random.randrange(9)}" for _ in range(2))),
            Labelled(Label.SPEAKER, (f"person-{self._random.randrange(30)}",)),
            Dated(first, last),
            Dated(None, last),
            Dated(first, None, Moment.ADDED),
            Dated(first, last, Moment.TOLD),
            Undated(),
        ]
        return self._random.choice(others)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of several segments with deleted articles."""
    path = tmp_path_factory.mktemp("same") / "index"
    index, corpus = ArrayIndex(path), Corpus()
    index.rebuild(article.document() for article in corpus.articles(_ARTICLES // 2))
    for commit in range(_COMMITS):
        with index.writer() as writer:
            for number in range(_ARTICLES // 2 + commit, _ARTICLES, _COMMITS):
                writer.put(corpus.article(number).document())
            writer.delete(commit * 7 + 1)
    return path


@pytest.fixture(scope="module")
def trees() -> list[Node]:
    maker = TreeMaker(Corpus(), seed=4)
    return [maker.tree() for _ in range(_QUERIES)]


def answers(index: SearchIndex, trees: list[Node]) -> Iterator[SearchPage]:
    for number, tree in enumerate(trees):
        order = list(Order)[number % 7 % 3]
        yield index.search(tree, order=order, offset=0, limit=_ARTICLES, facets=[Facet.OUTLET, Facet.MONTH])


def test_hits_their_order_and_their_counts_are_those_of_whoosh(folder: Path, trees: list[Node]) -> None:
    """300 trees of every kind; also, that they are not all about nothing."""
    fast = list(answers(ArrayIndex(folder), trees))
    plain = list(answers(WhooshIndex(folder), trees))
    for tree, one, other in zip(trees, fast, plain, strict=True):
        assert one == other, tree
    assert sum(0 < page.total < _ARTICLES - _COMMITS for page in fast) > _QUERIES / 2


def test_eight_threads_get_the_answers_of_one(folder: Path, trees: list[Node]) -> None:
    expected = list(answers(ArrayIndex(folder), trees))
    shared = ArrayIndex(folder)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: list(answers(shared, trees)), range(8)))
    assert all(answer == expected for answer in found)
