"""The search index that answers: Whoosh's postings decoded once into NumPy arrays and evaluated there.

Threads share one snapshot of the index, in which nothing changes. When the index on disk has changed, the
first search that sees it makes a new snapshot of the new segments and those it has open already.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from app.deadline import check_deadline
from app.folding import fold
from app.fulltext.evaluation import Evaluation, Matches
from app.fulltext.index_folder import OPEN_TRIES, IndexFolder, State
from app.fulltext.ranking import best, count_facet
from app.fulltext.search_index import Facet, IndexDocument, IndexWriter, Order, SearchPage, Weights
from app.fulltext.segments import FacetNames, Memory, Segment, SegmentView, Snapshot
from app.fulltext.tree import Node
from app.fulltext.vocabulary import Word, likeliest, merged
from app.fulltext.whoosh_files import IndexFilesError, open_segments

_MEMORY_BYTES = 64_000_000


class ArrayIndex:
    """A ``SearchIndex`` in a folder of its own."""

    def __init__(self, folder: Path, weights: Weights | None = None) -> None:
        self._folder = IndexFolder(folder)
        self._weights = weights or Weights()
        self._memory = Memory(_MEMORY_BYTES)
        self._turn = threading.Lock()
        self._held: tuple[State, Snapshot] | None = None

    def exists(self) -> bool:
        """Whether there is an index of this program's version."""
        return self._folder.exists()

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
        snapshot = self._snapshot()
        found = _matches(snapshot, tree)
        return SearchPage(
            article_ids=best(found, order, offset, limit),
            total=sum(len(matches.ids) for _, matches in found),
            facets={facet: count_facet(snapshot, found, facet, facet_limit) for facet in facets},
        )

    def count(self, tree: Node) -> int:
        """How many hits ``tree`` has."""
        return sum(len(matches.ids) for _, matches in _matches(self._snapshot(), tree))

    def hit_ids(self, tree: Node) -> Sequence[int]:
        """The article ids of all hits of ``tree``, ascending."""
        found = _matches(self._snapshot(), tree)
        ids = [view.segment.columns.article_ids[matches.ids] for view, matches in found]
        return [int(number) for number in np.sort(np.concatenate([np.empty(0, np.int64), *ids]))]

    def suggest(self, word: str, limit: int = 5) -> tuple[str, ...]:
        """Words of the index that ``word`` may be a slip for, folded, the likeliest first; not itself."""
        folded = fold(word)
        near: list[tuple[int, Word]] = []
        for view in self._snapshot().views:
            check_deadline()
            near += view.segment.vocabulary.like(folded)
        return likeliest(near, folded, limit)

    def words_from(self, start: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the index that begin so, folded, the most frequent first."""
        folded = fold(start)
        views = self._snapshot().views
        return merged(
            (word for view in views for word in view.segment.vocabulary.starting_with(folded, 4 * limit)),
            limit,
        )

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        ids: list[int] = []
        for view in self._snapshot().views:
            column = view.segment.columns.article_ids
            ids += (column if view.live is None else column[view.live]).tolist()
        return sorted(ids)

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        return self._folder.writer()

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        self._folder.rebuild(documents)

    def _snapshot(self) -> Snapshot:
        """The present snapshot.

        A writer takes away old files only after it has put down what the new ones are. So if nothing new
        is there once all files are open, none was missing; otherwise the new ones are opened.
        """
        state = self._folder.state()
        held = self._held
        if held is not None and held[0] == state:
            return held[1]
        failure: IndexFilesError | None = None
        with self._turn:
            for _ in range(OPEN_TRIES):
                state = self._folder.state()
                if self._held is not None and self._held[0] == state:
                    return self._held[1]
                try:
                    snapshot = self._open(state)
                except IndexFilesError as exc:
                    failure = exc
                    if self._folder.state() == state:
                        break
                else:
                    if self._folder.state() == state:
                        self._held = (state, snapshot)
                        self._memory.forget_all_but({view.segment.files.key for view in snapshot.views})
        raise self._folder.unreadable() from failure

    def _open(self, state: State) -> Snapshot:
        """A snapshot of the present commit; segments of the last one are taken over with what was read."""
        before = self._held[1] if self._held is not None and self._held[0][0] == state[0] else None
        known = {view.segment.files.key: view.segment for view in before.views} if before else {}
        names = before.facet_names if before else FacetNames()
        files = {key: segment.files for key, segment in known.items()}
        views = []
        for opened, deleted in open_segments(self._folder.path / state[0], files):
            segment = known.get(opened.key) or Segment(opened, self._memory)
            numbers = {
                facet: names.numbers_of(facet, column.names)
                for facet, column in segment.columns.facets.items()
            }
            views.append(SegmentView(segment, deleted, numbers))
        return Snapshot(views, names, self._weights)


def _matches(snapshot: Snapshot, tree: Node) -> list[tuple[SegmentView, Matches]]:
    """The hits of each segment, deleted articles left out."""
    evaluation = Evaluation(snapshot)
    found = []
    for view in snapshot.views:
        matches = evaluation.matches(view.segment, tree)
        if view.live is not None:
            is_live = view.live[matches.ids]
            scores = None if matches.scores is None else matches.scores[is_live]
            matches = Matches(matches.ids[is_live], scores)
        found.append((view, matches))
    return found
