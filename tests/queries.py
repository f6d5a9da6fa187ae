"""Queries as readers might type them, by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator

_ATOMS = (
    "defence europe loans grants pact security partnership ukraine commission london parliament industry "
    "SAFE PESCO kallas starmer kubilius negotiat* joint* €150bn F-35 U.K. "
    "speaker:leyen speaker:starmer mentions:trump programme:safe side:uk side:eu kind:direct has:quotes "
    "title:pact quote:interest exact:Safe date:2025-03 date:2025 is:undated outlet:briefing "
    "role:commissioner lang:en nothingofthekind"
).split()
_PHRASES = ('"joint procurement"', '"security and defence"', '"member states"~2', "defence w/s europe")


def random_queries(rng: random.Random, count: int) -> Iterator[str]:
    """So many queries; the same ones for the same state of ``rng``."""
    for _ in range(count):
        yield _query(rng, depth=0)


def _query(rng: random.Random, depth: int) -> str:
    parts = [_part(rng, depth) for _ in range(rng.randint(1, 3))]
    return " ".join(
        part for pair in zip(parts, _joins(rng, len(parts)), strict=True) for part in pair
    ).strip()


def _joins(rng: random.Random, count: int) -> list[str]:
    return [rng.choice(["", "", "OR", "AND"]) for _ in range(count - 1)] + [""]


def _part(rng: random.Random, depth: int) -> str:
    sign = rng.choice(["", "", "", "", "-"])
    if depth == 0 and rng.random() < 0.2:
        return f"{sign}({_query(rng, depth=1)})"
    return sign + rng.choice([*_ATOMS, *_PHRASES])
