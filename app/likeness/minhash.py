"""How much two texts have in common, from small sketches of their sequences of words.

MinHash (Broder 1997) over sequences of three words, with bands (Leskovec, Rajaraman and Ullman, *Mining of
Massive Datasets*, 3.4) by which alike texts are found without comparing all with all. Written in NumPy: the
library datasketch would bring SciPy with it for an index in memory, and ours lies in the database.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.folding import fold

_WORD = re.compile(r"\w+")
_SEQUENCE = 3  # words
_MINIMA = 200  # a standard error of at most 3.5 % for the share in common
_BANDS, _ROWS = 25, 4  # texts with 60 % in common are found with 97 %, with 75 % always
_FEWEST = 30  # sequences: of a shorter text a few words in common are much
_NEAR_SHARE = 0.7  # of the shorter text's sequences
_AT_ONCE = 64  # sequences: their hashes stay in the processor's cache

_random = np.random.default_rng(20250317)  # any fixed seed: signatures must never change
_FACTORS = _random.integers(1, 2**63, _MINIMA, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SUMMANDS = _random.integers(0, 2**63, _MINIMA, dtype=np.uint64)
_BASES = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_MIX = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class Signature:
    """A sketch of a text: how many different sequences of words it has, and the minima of their hashes."""

    count: int
    minima: npt.NDArray[np.uint32]

    @property
    def is_comparable(self) -> bool:
        """Whether the text is long enough for its likeness to others to mean something."""
        return self.count >= _FEWEST

    def as_bytes(self) -> bytes:
        """The minima as they are stored."""
        return self.minima.astype("<u4").tobytes()

    @classmethod
    def read(cls, count: int, stored: bytes) -> Signature:
        """A signature as it was stored."""
        return cls(count, np.frombuffer(stored, dtype="<u4"))

    def bands(self) -> tuple[int, ...]:
        """Hashes of its parts; two near-duplicates share at least one, nearly always."""
        if not self.is_comparable:
            return ()
        parts = self.minima[: _BANDS * _ROWS].astype(np.uint64).reshape(_BANDS, _ROWS)
        mixed = np.arange(1, _BANDS + 1, dtype=np.uint64)
        for row in range(_ROWS):
            mixed = (mixed ^ parts[:, row]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        return tuple(int(value >> np.uint64(1)) for value in mixed)


def sequences_of(text: str) -> npt.NDArray[np.uint64]:
    """A hash of each different sequence of three words of a text, in order; case and accents put aside."""
    words = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in _WORD.findall(fold(text))]
    if len(words) < _SEQUENCE:
        return np.zeros(0, dtype=np.uint64)
    hashes = np.array(words, dtype=np.uint64)
    size = len(hashes) - _SEQUENCE + 1
    mixed = np.zeros(size, dtype=np.uint64)
    for offset, base in enumerate(_BASES):
        mixed = (mixed ^ hashes[offset : offset + size]) * base
        mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed)


def signature_of(text: str) -> Signature:
    """The sketch of a text; the same for the same words, whatever stands between them."""
    sequences = sequences_of(text)
    minima = np.full(_MINIMA, np.iinfo(np.uint64).max, dtype=np.uint64)
    for at in range(0, len(sequences), _AT_ONCE):
        hashed = sequences[at : at + _AT_ONCE, None] * _FACTORS
        hashed += _SUMMANDS
        np.minimum(minima, hashed.min(axis=0), out=minima)
    # The upper halves of the least hashes are the least upper halves.
    return Signature(len(sequences), (minima >> np.uint64(32)).astype(np.uint32))


def near_duplicates(one: Signature, others: list[Signature]) -> list[bool]:
    """Which of ``others`` are near-duplicates: seven tenths of the shorter text stand in the longer too.

    Of texts too short to compare, and of those that share no band, none is. Measured on the sketches, so
    near the limit it may be missed or met by some hundredths; the same pair always gets the same answer.
    """
    if not one.is_comparable or not others:
        return [False] * len(others)
    table = np.stack([other.minima for other in others])
    counts = np.array([other.count for other in others], dtype=np.float64)
    alike = (table == one.minima).mean(axis=1)  # an estimate of the Jaccard index
    common = alike / (1 + alike) * (counts + one.count)
    shares = common / np.maximum(np.minimum(counts, one.count), 1)
    part = (table == one.minima)[:, : _BANDS * _ROWS].reshape(len(others), _BANDS, _ROWS)
    near = (shares >= _NEAR_SHARE) & part.all(axis=2).any(axis=1) & (counts >= _FEWEST)
    return [bool(is_near) for is_near in near]


def share_in_common(one: str, other: str) -> float:
    """The exact share of the shorter text's sequences of words that the other has too; 0 for none at all.

    >>> share_in_common("The talks broke down in the night", "The talks broke down in the morning, says he")
    0.8
    """
    ones, others = sequences_of(one), sequences_of(other)
    shorter = min(len(ones), len(others))
    return len(np.intersect1d(ones, others)) / shorter if shorter else 0.0
