"""The postings of many terms in rows of numbers, so that NumPy works on all of them at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from app.fulltext.arrays import Array

NUMBER, WEIGHT = np.dtype("<u4"), np.dtype("<f4")
# Of each run, so much is in memory when many are read side by side.
TERMS_AT_ONCE = 5_000
POSTINGS_AT_ONCE = 50_000


class TermRows(NamedTuple):
    """The postings of many terms of a field, term after term, each kind of number in a row of its own."""

    terms: Sequence[bytes]
    bounds: Array  # of the documents of each term in their rows: where they begin, and at last the end
    places: Array  # the same of its positions
    ids: Array
    weights: Array
    counts: Array
    positions: Array  # none in a field without positions

    @classmethod
    def joined(cls, parts: Sequence[TermRows]) -> TermRows:
        """The terms of all parts; the documents of a term in one part come before those in the next."""
        if len(parts) == 1:
            return parts[0]
        terms = sorted(set[bytes]().union(*(part.terms for part in parts)))
        numbers = {term: number for number, term in enumerate(terms)}
        # As small as they can be: numbers of 16 bits are sorted without comparing them.
        kind = np.min_scalar_type(len(terms))
        owners = np.array([numbers[term] for part in parts for term in part.terms], kind)
        of_documents, of_places = (
            np.repeat(owners, np.concatenate([np.diff(bounds) for bounds in of_parts]))
            for of_parts in ([part.bounds for part in parts], [part.places for part in parts])
        )
        by_term, by_place = (np.argsort(of_each, kind="stable") for of_each in (of_documents, of_places))
        return cls(
            terms,
            _bounds_of(of_documents, len(terms)),
            _bounds_of(of_places, len(terms)),
            np.concatenate([part.ids for part in parts])[by_term],
            np.concatenate([part.weights for part in parts])[by_term],
            np.concatenate([part.counts for part in parts])[by_term],
            np.concatenate([part.positions for part in parts])[by_place],
        )

    def renumbered(self, new: Array) -> TermRows:
        """With ``new`` numbers for the documents' own, in the same order; those below 0 are left out."""
        ids = new[self.ids]
        is_kept = ids >= 0
        if is_kept.all():
            return self._replace(ids=ids.astype(NUMBER))
        kept = np.concatenate([[0], np.cumsum(is_kept)])[self.bounds]
        are_places_kept = np.repeat(is_kept, self.counts) if len(self.positions) else np.zeros(0, bool)
        kept_places = np.concatenate([[0], np.cumsum(are_places_kept)])[self.places]
        has_some = np.diff(kept) > 0
        return TermRows(
            [term for term, is_there in zip(self.terms, has_some.tolist(), strict=True) if is_there],
            np.append(kept[:-1][has_some], kept[-1]),
            np.append(kept_places[:-1][has_some], kept_places[-1]),
            ids[is_kept].astype(NUMBER),
            self.weights[is_kept],
            self.counts[is_kept],
            self.positions[are_places_kept],
        )

    def between(self, first: int, past: int) -> TermRows:
        """The terms from one number up to another."""
        bounds, places = self.bounds[first : past + 1], self.places[first : past + 1]
        documents, positions = slice(bounds[0], bounds[-1]), slice(places[0], places[-1])
        return TermRows(
            self.terms[first:past],
            bounds - bounds[0],
            places - places[0],
            self.ids[documents],
            self.weights[documents],
            self.counts[documents],
            self.positions[positions],
        )

    def parts(self, terms: int, postings: int) -> Iterator[TermRows]:
        """All terms, part by part: no more than so many, and no more postings if it is more than a term."""
        first = 0
        while first < len(self.terms):
            most = int(np.searchsorted(self.bounds, self.bounds[first] + postings, side="right")) - 1
            past = min(max(most, first + 1), first + terms, len(self.terms))
            yield self.between(first, past)
            first = past


def _bounds_of(owners: Array, count: int) -> Array:
    result: Array = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))])
    return result


NamedRows = tuple[str, TermRows]
"""Terms of a field, which is named."""


def merged(runs: Sequence[Iterator[NamedRows]]) -> Iterator[NamedRows]:
    """Runs that each have fields and terms in order, as one that has; documents in the order of the runs."""
    heads = {number: head for number, run in enumerate(runs) if (head := next(run, None))}
    while heads:
        name = min(name for name, _ in heads.values())
        here = [number for number in sorted(heads) if heads[number][0] == name]
        # Up to the first of their last terms there is no more to come.
        last = min(heads[number][1].terms[-1] for number in here)
        taken = []
        for number in here:
            _, rows = heads[number]
            past = bisect_right(rows.terms, last)
            if past:
                taken.append(rows.between(0, past))
            if past < len(rows.terms):
                heads[number] = name, rows.between(past, len(rows.terms))
            elif head := next(runs[number], None):
                heads[number] = head
            else:
                del heads[number]
        yield name, TermRows.joined(taken)
