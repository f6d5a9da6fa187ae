"""Python's search for unused objects that hold one another, made rarer where much is read and kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So many new objects bring on a search. An article makes thousands; with the 700 of Python one search ends
# where the next begins.
_OBJECTS = 20_000


def collect_seldom() -> None:
    """Search seldom, and never among the objects that are there by now: program and registers stay."""
    gc.freeze()
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """As ``collect_seldom`` within the block."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
