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
# Of so many documents one is looked at to learn below which rank none of the others can be among the best.
_SAMPLED = 16


def ranks(view: SegmentView, matches: Matches, order: Order) -> Array:
    """A 32-bit number for each match, none below 0: the greater the better.

    A score counts with the seven digits of a 32-bit number, whose bits are in the order of their values.
    """
    columns, ids = view.segment.columns, matches.ids
    if order is Order.RELEVANCE:
        if matches.scores is None:
            return np.zeros(len(ids), np.int32)
        return np.maximum(matches.scores, 0).astype(np.float32).view(np.int32)
    if order is Order.NEWEST:
        return columns.last_days.take(ids)
    days = columns.first_days.take(ids)
    return np.where(days > 0, _NO_DAY - days, 0)


def best(
    found: Sequence[tuple[SegmentView, Matches]], order: Order, offset: int, limit: int
) -> tuple[int, ...]:
    """The article ids of the best matches from ``offset`` on; of equal ones the greatest id first."""
    end = offset + limit
    if not limit or offset >= sum(len(matches.ids) for _, matches in found):
        return ()
    all_ranks = [ranks(view, matches, order) for view, matches in found]
    least = _least(all_ranks, end)
    parts: list[Array] = [np.empty(0, np.int64)]
    for (view, matches), ranked in zip(found, all_ranks, strict=True):
        chosen = np.flatnonzero(ranked >= least) if least else slice(None)
        article_ids = view.segment.columns.article_ids[matches.ids[chosen]]
        parts.append((ranked[chosen].astype(np.int64) << _ID_BITS) + article_ids)
    keys = np.concatenate(parts)
    keys = keys[keys >= _least([keys], end)]  # many have the same rank where a prefix is asked for
    in_order = np.sort(keys)[::-1][offset:end]
    return tuple((in_order & ((1 << _ID_BITS) - 1)).tolist())


def _least(all_ranks: Sequence[Array], end: int) -> int:
    """A rank that the ``end`` best matches reach, and few others do; 0 if there is none."""
    sample = np.concatenate([ranked[::_SAMPLED] for ranked in all_ranks])
    if len(sample) <= end:
        return 0
    return int(np.partition(sample, len(sample) - end)[len(sample) - end])


def count_facet(
    snapshot: Snapshot, found: Sequence[tuple[SegmentView, Matches]], facet: Facet, limit: int
) -> tuple[tuple[str, int], ...]:
    """The values of a facet with how many of the found documents have them; the most frequent first."""
    names, places = snapshot.facet_values(facet)
    totals = np.zeros(len(names), np.int64)
    for view, matches in found:
        totals[view.facet_numbers[facet]] += view.facet(facet).counts(matches.ids)
    shown = np.flatnonzero(totals)
    # The count above, and below it how far the name is from the end of the alphabet.
    keys = (totals[shown] << _ID_BITS) + (len(names) - places[shown])
    if len(keys) > limit:
        keys = np.partition(keys, len(keys) - limit)[len(keys) - limit :]
    keys = np.sort(keys)[::-1]
    counts = (keys >> _ID_BITS).tolist()
    chosen = (len(names) - (keys & ((1 << _ID_BITS) - 1))).tolist()
    return tuple((names[place], count) for place, count in zip(chosen, counts, strict=True))
