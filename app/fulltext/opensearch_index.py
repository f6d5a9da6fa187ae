"""The search index on an OpenSearch cluster, for archives that have outgrown one machine.

It finds and counts as the index in a folder does: the analysis is the same, the cluster gets its terms. It
ranks the same, too, where there are up to ``_RANKED`` hits; of more, the cluster chooses those that are put
in our order, and the others stand behind them in its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from app.errors import IndexUnavailableError
from app.fulltext.cluster.connection import Cluster, ClusterSettings, NothingThereError, PartlyAnsweredError
from app.fulltext.cluster.mapping import FACETS, FIRST, LAST, NUMBER
from app.fulltext.cluster.names import IndexNames
from app.fulltext.cluster.query import Translation, leaf_names, prefixes_of
from app.fulltext.cluster.ranking import (
    Scoring,
    has_scores,
    read_statistics,
    statistics_searches,
    terms_of,
    wanted_source,
)
from app.fulltext.cluster.words import ClusterWords
from app.fulltext.cluster.writing import ClusterWriting
from app.fulltext.search_index import (
    Facet,
    FacetCounts,
    IndexDocument,
    IndexWriter,
    Order,
    SearchPage,
    Weights,
)
from app.fulltext.tree import Node

_RANKED = 200
_WINDOW = (
    10_000  # hits that a cluster gives from the first one on; those behind them it gives page after page
)
_MOST_VALUES = 50_000  # of a facet
_VALUES_OF_SHARD = 10_000  # so many of each shard: a value that is rare in one counts all the same
_REBUILD = 'run "defence-archive reindex"'
_TRIES = 2

_NEWEST_ID = {NUMBER: "desc"}
_SORTS: dict[Order, list[Any]] = {
    Order.RELEVANCE: [_NEWEST_ID],
    Order.NEWEST: [{LAST: {"order": "desc", "missing": "_last"}}, _NEWEST_ID],
    Order.OLDEST: [{FIRST: {"order": "asc", "missing": "_last"}}, _NEWEST_ID],
}
_BY_SCORE: list[Any] = [{"_score": "desc"}, _NEWEST_ID]

Found = TypeVar("Found")
Search = dict[str, Any]


class OpenSearchIndex:
    """A ``SearchIndex`` on a cluster; ``name`` tells it from the archive's other one."""

    def __init__(self, settings: ClusterSettings, name: str, weights: Weights | None = None) -> None:
        self._cluster = Cluster(settings)
        self._names = IndexNames(settings.prefix, name)
        self._weights = weights or Weights()
        self._words = ClusterWords(self._cluster, self._names.words)
        self._writing = ClusterWriting(self._cluster, self._names, self._weights)

    def exists(self) -> bool:
        """Whether there is an index of this program's version.

        Raises IndexUnavailableError where nobody can say.
        """
        return bool(self._cluster.ask("HEAD", f"/{self._names.documents}"))

    def search(
        self,
        tree: Node,
        *,
        order: Order,
        offset: int,
        limit: int,
        facets: Sequence[Facet] = (),
        facet_limit: int = 50,
    ) -> SearchPage:
        """At most ``limit`` hits of ``tree`` from ``offset`` on, and ``facet_limit`` values of each facet."""
        is_ranked = order is Order.RELEVANCE and limit > 0 and has_scores(tree)
        counted = {"aggs": _aggregations(facets, facet_limit)} if facets else {}

        def find() -> SearchPage:
            page = self._ranked if is_ranked else self._sorted
            answer, ids = page(tree, order, offset, limit, counted)
            return SearchPage(tuple(ids), _total(answer), _facets(answer, facets, facet_limit))

        return self._reading(find)

    def count(self, tree: Node) -> int:
        """How many hits ``tree`` has."""

        def find() -> int:
            search = {"query": self._query(tree), "size": 0, "track_total_hits": True}
            return _total(*self._cluster.ask_all(self._names.documents, [search]))

        return self._reading(find)

    def hit_ids(self, tree: Node) -> Sequence[int]:
        """The article ids of all hits of ``tree``, ascending."""
        return self._reading(lambda: self._all_ids(self._query(tree)))

    def suggest(self, word: str, limit: int = 5) -> tuple[str, ...]:
        """Words of the index that ``word`` may be a slip for, folded, the likeliest first; not itself."""
        return self._reading(lambda: self._words.suggest(word, limit))

    def words_from(self, start: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the index that begin so, folded, the most frequent first."""
        return self._reading(lambda: self._words.words_from(start, limit))

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        return self._reading(lambda: self._all_ids({"match_all": {}}))

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        return self._writing.writer()

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        self._writing.rebuild(documents)

    def _reading(self, read: Callable[[], Found]) -> Found:
        """What is read; again where a rebuild has just taken away what was being read."""
        for _ in range(_TRIES):
            try:
                return read()
            except (NothingThereError, PartlyAnsweredError) as exc:
                failure = exc
        if isinstance(failure, NothingThereError):
            raise self._missing() from failure
        raise failure

    def _missing(self) -> IndexUnavailableError:
        others = self._cluster.ask("GET", f"/_alias/{self._names.all_versions}")
        if others:
            return IndexUnavailableError(
                f"the search index is of another version than this program: {_REBUILD}"
            )
        return IndexUnavailableError(f"there is no search index yet: {_REBUILD}")

    def _query(self, tree: Node, names: dict[Node, str] | None = None) -> dict[str, Any]:
        return Translation(self._words.expansions(prefixes_of(tree)), names).clause(tree)

    def _sorted(
        self, tree: Node, order: Order, offset: int, limit: int, counted: Search
    ) -> tuple[Any, list[int]]:
        """The first answer, and the ids of hits in an order that their scores have no part in."""
        search = {"query": self._query(tree), "sort": _SORTS[order], "_source": False}
        end = offset + limit
        window = {"from": offset, "size": limit} if end <= _WINDOW else {"from": 0, "size": _WINDOW}
        (answer,) = self._cluster.ask_all(
            self._names.documents, [search | window | counted | {"track_total_hits": True}]
        )
        if end <= _WINDOW:
            return answer, _ids(answer)
        if _total(answer) <= _WINDOW:
            return answer, _ids(answer)[offset:]
        return answer, self._paged(search, end)[offset:]

    def _ranked(
        self, tree: Node, _order: Order, offset: int, limit: int, counted: Search
    ) -> tuple[Any, list[int]]:
        """The first answer, and the ids of hits by their scores: ours up to a point, then the cluster's.

        It ends where the cluster's window does, which is where readers' lists end.
        """
        names = leaf_names(tree)
        terms = list(dict.fromkeys(terms_of(tree)))
        search = {"query": self._query(tree, names), "sort": _BY_SCORE}
        first = {"size": _RANKED, "track_total_hits": True, "_source": wanted_source(terms) or False}
        searches = [search | first | counted, *statistics_searches(terms)]
        begin, end = max(offset, _RANKED), min(offset + limit, _WINDOW)
        if begin < end:
            searches.append(search | {"from": begin, "size": end - begin, "_source": False})
        answer, *others = self._cluster.ask_all(self._names.documents, searches)
        behind = _ids(others.pop()) if begin < end else []
        scoring = Scoring(tree, names, read_statistics(terms, others), self._weights)
        hits = [(scoring.score(hit), int(hit["_id"])) for hit in answer["hits"]["hits"]]
        in_order = [article_id for _, article_id in sorted(hits, reverse=True)]
        return answer, in_order[offset : offset + limit] + behind

    def _all_ids(self, query: Search) -> list[int]:
        search = {"query": query, "sort": [{NUMBER: "asc"}], "_source": False}
        (answer,) = self._cluster.ask_all(
            self._names.documents, [search | {"size": _WINDOW, "track_total_hits": True}]
        )
        return _ids(answer) if _total(answer) <= _WINDOW else self._paged(search, _total(answer))

    def _paged(self, search: Search, end: int) -> list[int]:
        """The ids of the first ``end`` hits, page after page of the index as it was at the first."""
        path = f"/{self._names.documents}/_search/point_in_time"
        point = self._cluster.ask("POST", path, parameters={"keep_alive": "1m"})["pit_id"]
        try:
            ids: list[int] = []
            after: Search = {}
            while len(ids) < end:
                page = {"pit": {"id": point, "keep_alive": "1m"}, "size": min(_WINDOW, end - len(ids))}
                answer = self._cluster.ask("POST", "/_search", search | page | after)
                hits = answer["hits"]["hits"]
                if not hits:
                    break
                ids += _ids(answer)
                after = {"search_after": hits[-1]["sort"]}
            return ids
        finally:
            self._cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [point]})


def _aggregations(facets: Sequence[Facet], limit: int) -> dict[str, Any]:
    size = min(limit, _MOST_VALUES)
    return {
        facet.value: {
            "terms": {
                "field": f"{FACETS}.{facet.value}",
                "size": size,
                "shard_size": max(size, _VALUES_OF_SHARD),
            }
        }
        for facet in facets
    }


def _facets(answer: Any, facets: Sequence[Facet], limit: int) -> FacetCounts:
    """The counted values; the cluster gives the most frequent first, then by value."""
    return {
        facet: tuple(
            (one["key"], one["doc_count"]) for one in answer["aggregations"][facet.value]["buckets"][:limit]
        )
        for facet in facets
    }


def _total(answer: Any) -> int:
    return int(answer["hits"]["total"]["value"])


def _ids(answer: Any) -> list[int]:
    return [int(hit["_id"]) for hit in answer["hits"]["hits"]]
