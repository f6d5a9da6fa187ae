"""The vocabulary of an index on a cluster: each word with the number of documents that have it.

An index of its own, since no cluster is asked quickly for the most frequent words that begin so. The writer
keeps the numbers; a writer that is killed between two steps may leave a number too great until the next
rebuild, never a word out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from app.folding import fold
from app.fulltext.cluster.connection import Cluster, as_lines
from app.fulltext.cluster.mapping import DOCUMENTS, EXACT, FOLDED
from app.fulltext.cluster.query import Expansions
from app.fulltext.evaluation import MAX_EXPANSIONS, expanded
from app.fulltext.tree import Prefix
from app.fulltext.vocabulary import Vocabulary, Word, likeliest, merged, slips_forgiven, vocabulary_arrays

_FREQUENT_FIRST = [{DOCUMENTS: "desc"}, {EXACT: "asc"}]
_FORMS = 10  # of one folded word, in capitals and with diacritics: so many are read for each that is wanted
_MOST_ALIKE = 1000
_BATCH = 2000
_SECONDS = 60


class ClusterWords:
    """The words of the index under an alias, or of one that is being built."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def expansions(self, prefixes: Iterable[Prefix]) -> Expansions:
        """The terms that prefixes stand for."""
        wanted = list(dict.fromkeys(prefixes))
        if not wanted:
            return {}
        answers = self._cluster.ask_all(
            self._index, [_beginning(prefix.start, MAX_EXPANSIONS) for prefix in wanted]
        )
        return {
            prefix: expanded(_read(answer), prefix.zone)
            for prefix, answer in zip(wanted, answers, strict=True)
        }

    def words_from(self, start: str, limit: int) -> tuple[str, ...]:
        """Words that begin so, folded, the most frequent first."""
        (answer,) = self._cluster.ask_all(self._index, [_beginning(fold(start), _FORMS * limit)])
        return merged(_read(answer), limit)

    def suggest(self, word: str, limit: int) -> tuple[str, ...]:
        """Words that ``word`` may be a slip for, folded, the likeliest first.

        The cluster finds those that come into question; how many slips they are is counted as everywhere.
        """
        folded = fold(word)
        if not slips_forgiven(folded):
            return ()
        fuzzy = {"value": folded, "fuzziness": slips_forgiven(folded), "max_expansions": _MOST_ALIKE}
        search = {"size": _MOST_ALIKE, "query": {"fuzzy": {FOLDED: fuzzy}}, "sort": _FREQUENT_FIRST}
        (answer,) = self._cluster.ask_all(self._index, [search])
        known = Vocabulary(vocabulary_arrays([(one.exact, one.documents) for one in _read(answer)]))
        return likeliest(known.like(folded), folded, limit)

    def changes(self, more: Mapping[str, int]) -> Iterator[str]:
        """What to send so that so many more documents have each word; fewer, where the number is below 0.

        Only one writer may do so at a time.
        """
        waiting = iter(more)
        while batch := list(islice(waiting, _BATCH)):
            known = self._counts(batch)
            for word in batch:
                count = known.get(word, 0) + more[word]
                target = {"_index": self._index, "_id": word}
                if count > 0:
                    yield as_lines([{"index": target}, {FOLDED: fold(word), EXACT: word, DOCUMENTS: count}])
                elif word in known:
                    yield as_lines([{"delete": target}])

    def _counts(self, words: list[str]) -> dict[str, int]:
        found = self._cluster.ask("POST", f"/{self._index}/_mget", {"ids": words}, seconds=_SECONDS)
        return {one["_id"]: one["_source"][DOCUMENTS] for one in found["docs"] if one["found"]}


def _beginning(start: str, limit: int) -> dict[str, Any]:
    return {"size": limit, "query": {"prefix": {FOLDED: start}}, "sort": _FREQUENT_FIRST}


def _read(answer: Any) -> list[Word]:
    sources = [hit["_source"] for hit in answer["hits"]["hits"]]
    return [Word(one[FOLDED], one[EXACT], one[DOCUMENTS]) for one in sources]
