"""Searching seldom for unused objects: within a block, and everything as before after it."""

from __future__ import annotations

import gc

import pytest

from app.collecting import collecting_seldom


def test_all_is_as_before_after_the_block_however_it_ends() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with collecting_seldom():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > frozen
    with pytest.raises(KeyError), collecting_seldom():
        raise KeyError
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_what_is_made_and_unused_in_the_block_is_found() -> None:
    gc.collect()
    with collecting_seldom():
        ring: list[object] = []
        ring.append(ring)
        del ring
        assert gc.collect() >= 1
