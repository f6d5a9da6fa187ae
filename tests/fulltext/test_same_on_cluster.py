"""An index on a cluster answers as one in a folder does: the same hits in the same order, the same counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.fulltext.array_index import ArrayIndex
from app.fulltext.opensearch_index import OpenSearchIndex
from app.fulltext.search_index import Facet, Order, SearchIndex, SearchPage
from app.fulltext.tree import Node, Words
from tests.fulltext.test_same_as_whoosh import TreeMaker
from tests.made_corpus import Corpus
from tests.search_cluster import cluster_settings

_QUERIES = 150
_ARTICLES = 50
_TOP = 10
_FACETS = [Facet.OUTLET, Facet.MONTH, Facet.SPEAKER]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus()


@pytest.fixture(scope="module")
def folder_index(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> ArrayIndex:
    made = ArrayIndex(tmp_path_factory.mktemp("same") / "index")
    made.rebuild(article.document() for article in corpus.articles(_ARTICLES))
    return made


@pytest.fixture(scope="module")
def cluster_index(corpus: Corpus) -> OpenSearchIndex:
    """The same articles in three shards; some came in late, some twice, and others have gone."""
    made = OpenSearchIndex(cluster_settings(shards=3), "articles")
    made.rebuild(corpus.article(number).document() for number in range(10, _ARTICLES + 10))
    with made.writer() as writer:
        for number in range(1, 20):
            writer.put(corpus.article(number).document())
        for number in range(_ARTICLES + 1, _ARTICLES + 10):
            writer.delete(number)
    return made


@pytest.fixture(scope="module")
def trees(corpus: Corpus) -> list[Node]:
    maker = TreeMaker(corpus, seed=8)
    return [maker.tree() for _ in range(_QUERIES)]


def answers(index: SearchIndex, trees: list[Node]) -> Iterator[SearchPage]:
    for number, tree in enumerate(trees):
        order = list(Order)[number % 7 % 3]
        yield index.search(tree, order=order, offset=0, limit=_ARTICLES, facets=_FACETS)


def test_hits_their_order_and_their_counts_are_those_of_the_folder(
    folder_index: ArrayIndex, cluster_index: OpenSearchIndex, trees: list[Node]
) -> None:
    """150 trees of every kind; also, that they are not all about nothing."""
    expected = list(answers(folder_index, trees))
    for tree, one, other in zip(trees, expected, answers(cluster_index, trees), strict=True):
        assert one == other, tree
    assert sum(0 < page.total < _ARTICLES for page in expected) > _QUERIES / 2


def test_suggestions_and_completions_are_those_of_the_folder(
    folder_index: ArrayIndex, cluster_index: OpenSearchIndex, corpus: Corpus
) -> None:
    for word in ("defense", "secutiry", "europaen", corpus.words[3][:-1], corpus.words[40] + "x", "zzz"):
        assert cluster_index.suggest(word) == folder_index.suggest(word), word
        assert cluster_index.words_from(word[:3]) == folder_index.words_from(word[:3]), word


def test_the_cluster_chooses_the_hits_that_are_then_ranked(
    folder_index: ArrayIndex,
    cluster_index: OpenSearchIndex,
    corpus: Corpus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where more are found than are ranked here: of our ten best, nine and more are among twice as many."""
    monkeypatch.setattr("app.fulltext.opensearch_index._RANKED", 2 * _TOP)
    kept = wanted = 0
    for typed in ("defence", "europe", "security", *corpus.words[:17]):
        given = {"order": Order.RELEVANCE, "offset": 0, "limit": _TOP}
        ours = folder_index.search(Words(typed), **given).article_ids  # type: ignore[arg-type]
        found = cluster_index.search(Words(typed), **given).article_ids  # type: ignore[arg-type]
        kept += len(set(ours) & set(found))
        wanted += len(ours)
    assert kept >= 0.9 * wanted
    assert wanted > 10 * _TOP
