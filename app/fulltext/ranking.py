"""The best of all matches, and how many of them have each value of a facet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.fulltext.arrays import Array
from app.fulltext.evaluation import Matches
from app.fulltext.search_index import Facet, Order
from app.fulltext.segments import SegmentView, Snapshot

_ID_BITS = 32
_NO_DAY = 1 << 30
# A result with fewer documents is counted document by document, a larger one by marking them all.
_FEW = 16


def rank_keys(view: SegmentView, matches: Matches, order: Order) -> Array:
    """A number for each match, the greater the better: what it is ordered by, then the article's id.

    A score counts with the seven digits of a 32-bit number, whose bits are in the order of their values.
    """
    columns, ids = view.segment.columns, matches.ids
    if order is Order.RELEVANCE:
        if matches.scores is None:
            rank = np.zeros(len(ids), np.int64)
        else:
            rank = np.maximum(matches.scores, 0).astype(np.float32).view(np.int32).astype(np.int64)
    elif order is Order.NEWEST:
        rank = columns.last_days[ids].astype(np.int64)
    else:
        days = columns.first_days[ids].astype(np.int64)
        rank = np.where(days > 0, _NO_DAY - days, 0)
    return (rank << _ID_BITS) + columns.article_ids[ids]


def best(keys: Array, offset: int, limit: int) -> tuple[int, ...]:
    """The article ids of the greatest keys from ``offset`` on."""
    end = offset + limit
    if offset >= min(end, len(keys)):
        return ()
    if end < len(keys):
        keys = keys[np.argpartition(keys, len(keys) - end)[len(keys) - end :]]
    chosen = np.sort(keys)[::-1][offset:end]
    return tuple((chosen & ((1 << _ID_BITS) - 1)).tolist())


def count_facet(
    snapshot: Snapshot, found: Sequence[tuple[SegmentView, Array]], facet: Facet, limit: int
) -> tuple[tuple[str, int], ...]:
    """The values of a facet with how many of the found documents have them; the most frequent first."""
    names = snapshot.facet_names.names[facet]
    totals = np.zeros(len(names), np.int64)
    for view, ids in found:
        numbers = view.facet_numbers[facet]
        totals[numbers] += np.bincount(_codes(view, facet, ids), minlength=len(numbers))
    shown = np.flatnonzero(totals)
    if len(shown) > limit:
        # Those that tie with the last one shown stay in, so that names decide among them.
        least = np.partition(totals[shown], len(shown) - limit)[len(shown) - limit]
        shown = shown[totals[shown] >= least]
    counts = [(names[number], int(totals[number])) for number in shown.tolist()]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:limit])


def _codes(view: SegmentView, facet: Facet, ids: Array) -> Array:
    """The values of these documents, one after another."""
    column = view.facet(facet)
    if len(column.documents) > _FEW * len(ids):
        starts = column.starts[ids]
        lengths = column.starts[ids + 1] - starts
        before = np.cumsum(lengths) - lengths
        few: Array = column.codes[np.repeat(starts - before, lengths) + np.arange(lengths.sum())]
        return few
    marked = np.zeros(view.segment.count, bool)
    marked[ids] = True
    result: Array = column.codes[marked[column.documents]]
    return result
