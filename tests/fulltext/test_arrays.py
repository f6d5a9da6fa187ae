"""Sets of sorted numbers are met as Python's own sets are, however long they are."""

from __future__ import annotations

import numpy as np
import pytest

from app.fulltext.arrays import Numbering, Postings, common, in_all

_SIZE = 400_000


def drawn(share: float, seed: int) -> np.ndarray:
    """So great a share of the numbers, ascending."""
    return np.flatnonzero(np.random.default_rng(seed).random(_SIZE) < share).astype(np.int32)


@pytest.mark.parametrize("shares", [(0.7, 0.9), (0.9, 0.001), (0.5, 0.0), (0.0, 0.0), (0.4, 1.0)])
def test_common_values_are_those_of_both(shares: tuple[float, float]) -> None:
    """Long lists are merged a stretch at a time, a short one is looked up."""
    one, other = drawn(shares[0], 1), drawn(shares[1], 2)
    expected = sorted(set(one.tolist()) & set(other.tolist()))
    assert common(one, other).tolist() == common(other, one).tolist() == expected


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.9), (0.9, 0.001, 0.5), (0.2, 0.0), (0.3,), ()])
def test_what_all_lists_have_stands_where_it_is_said_to(shares: tuple[float, ...]) -> None:
    lists = [drawn(share, seed) for seed, share in enumerate(shares)]
    ids, places = in_all(lists, _SIZE)
    assert ids.tolist() == sorted(set(range(_SIZE)).intersection(*(one.tolist() for one in lists)))
    for one, at in zip(lists, places, strict=True):
        assert (one if at is None else one[at]).tolist() == ids.tolist()


@pytest.mark.parametrize("unit", [1, 40_000], ids=["32 bits", "64 bits"])
def test_places_are_numbered_apart_and_lead_back(unit: int) -> None:
    """An article without a word has room, too; a segment with too many places for 32 bits gets 64."""
    lengths = np.array([700, 0, 1, 256, 129, 100_000]) * unit
    numbering = Numbering.of(lengths)
    found = Postings(np.array([0, 3, 5]), np.array([2, 1, 1]), np.array([0, 699, 255, 99_999]) * unit)
    places = numbering.places(found)
    assert places.dtype == (np.int32 if unit == 1 else np.int64)
    assert numbering.owners_of(places).tolist() == [0, 0, 3, 5]
    assert numbering.documents_of(places).tolist() == [0, 3, 5]
    assert (np.diff(numbering.starts) >= lengths[:-1] + 128).all()
