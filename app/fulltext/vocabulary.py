"""The words of a segment in the order of their folded forms: for prefixes, and for slips of spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.folding import fold
from app.fulltext.arrays import Array

_LETTERS = {chr(ord("a") + i): 1 << i for i in range(26)} | {str(digit): 1 << 26 for digit in range(10)}
_OTHER = 1 << 27
_LONGEST = 32  # letters of a word that is compared
_SHORT, _LONG = 4, 8  # up to so many letters no slip or one is forgiven, from so many on two


class Word(NamedTuple):
    """A word as it stands, its folded form, and in how many documents it is."""

    folded: str
    exact: str
    documents: int


def vocabulary_arrays(terms: Sequence[tuple[str, int]]) -> dict[str, Array]:
    """The arrays that a Vocabulary reads, of the exact words with their numbers of documents."""
    words = sorted(Word(fold(exact), exact, count) for exact, count in terms)
    folded = [word.folded.encode() for word in words]
    exact = [word.exact.encode() for word in words]
    return {
        "words.folded": np.frombuffer(b"".join(folded), np.uint8),
        "words.folded_ends": np.cumsum([len(word) for word in folded], dtype=np.uint32),
        "words.exact": np.frombuffer(b"".join(exact), np.uint8),
        "words.exact_ends": np.cumsum([len(word) for word in exact], dtype=np.uint32),
        "words.counts": np.array([word.documents for word in words], np.uint32),
        "words.letters": np.array([_letters(word.folded) for word in words], np.uint32),
    }


def _letters(word: str) -> int:
    """Which letters a word has, a bit each."""
    found = 0
    for letter in word:
        found |= _LETTERS.get(letter, _OTHER)
    return found


class Vocabulary:
    """The words of one segment."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._folded, self._folded_ends = arrays["words.folded"], arrays["words.folded_ends"]
        self._exact, self._exact_ends = arrays["words.exact"], arrays["words.exact_ends"]
        self._counts, self._letters = arrays["words.counts"], arrays["words.letters"]

    def __len__(self) -> int:
        return len(self._counts)

    def starting_with(self, start: str, limit: int) -> list[Word]:
        """The most frequent words whose folded form begins so, at most ``limit``."""
        low = self._place(start.encode())
        high = self._place(start.encode() + b"\xff")
        counts = self._counts[low:high]
        if len(counts) > limit:
            chosen = np.sort(np.argpartition(-counts.astype(np.int64), limit - 1)[:limit])
        else:
            chosen = np.arange(len(counts))
        return [self._word(low + int(i)) for i in chosen]

    def like(self, word: str) -> list[tuple[int, Word]]:
        """The words that few slips of the pen lead to from ``word`` (folded), with how many slips."""
        most = slips_forgiven(word)
        if not most or len(word) > _LONGEST:
            return []
        rows = np.flatnonzero(self._may_be_like(word, most))
        if not len(rows):
            return []
        slips = _slips(word, self._matrix(rows))
        near = slips <= most
        return [(int(n), self._word(int(row))) for row, n in zip(rows[near], slips[near], strict=True)]

    def _may_be_like(self, word: str, most: int) -> Array:
        """Words of nearly the same length with nearly the same letters: a slip changes two at the most."""
        ends = self._folded_ends.astype(np.int64)
        lengths = np.diff(ends, prepend=0)
        close = np.abs(lengths - len(word.encode())) <= most
        differing = np.bitwise_count(self._letters ^ np.uint32(_letters(word)))
        result: Array = close & (differing <= 2 * most)
        return result

    def _matrix(self, rows: Array) -> Array:
        """The bytes of these words, a row each, zeros after the end."""
        ends = self._folded_ends[rows].astype(np.int64)
        starts = np.where(rows > 0, self._folded_ends[rows - 1], 0).astype(np.int64)
        width = int((ends - starts).max())
        at = starts[:, None] + np.arange(width)
        inside = at < ends[:, None]
        return np.where(inside, self._folded[np.minimum(at, len(self._folded) - 1)], 0)

    def _place(self, key: bytes) -> int:
        """How many words come before ``key``."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(self._folded, self._folded_ends, middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def _word(self, row: int) -> Word:
        folded = self._bytes(self._folded, self._folded_ends, row).decode()
        exact = self._bytes(self._exact, self._exact_ends, row).decode()
        return Word(folded, exact, int(self._counts[row]))

    @staticmethod
    def _bytes(letters: Array, ends: Array, row: int) -> bytes:
        start = int(ends[row - 1]) if row else 0
        return letters[start : int(ends[row])].tobytes()


def slips_forgiven(word: str) -> int:
    """How many slips a word of this length may have and still be meant."""
    if len(word) < _SHORT:
        return 0
    return 2 if len(word) >= _LONG else 1


def _slips(word: str, rows: Array) -> Array:
    """The least number of letters put in, left out, changed or swapped (optimal string alignment).

    One column of the well-known table for all rows at once; ``rows`` are bytes, zero after the end.
    """
    letters = word.encode()
    lengths = (rows != 0).sum(axis=1)
    width = rows.shape[1]
    table = [np.broadcast_to(np.int8(j), len(rows)) for j in range(width + 1)]
    before: list[Array] = []
    for i, letter in enumerate(letters, start=1):
        new: list[Array] = [np.full(len(rows), i, np.int8)]
        for j in range(1, width + 1):
            is_other = (rows[:, j - 1] != letter).astype(np.int8)
            best = np.minimum(np.minimum(table[j] + 1, new[j - 1] + 1), table[j - 1] + is_other)
            if i > 1 and j > 1:
                swapped = (rows[:, j - 1] == letters[i - 2]) & (rows[:, j - 2] == letter)
                best = np.where(swapped, np.minimum(best, before[j - 2] + 1), best)
            new.append(best.astype(np.int8))
        before, table = table, new
    result: Array = np.stack(table)[lengths, np.arange(len(rows))]
    return result


def merged(words: Iterable[Word], limit: int) -> tuple[str, ...]:
    """The folded forms of words of several segments, the most frequent first."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word.folded] = counts.get(word.folded, 0) + word.documents
    return tuple(sorted(counts, key=lambda folded: (-counts[folded], folded))[:limit])


def likeliest(near: Iterable[tuple[int, Word]], folded: str, limit: int) -> tuple[str, ...]:
    """The folded forms of words of several segments, each with its slips from ``folded``, fewest slips first.

    Of as many slips the most frequent comes first; ``folded`` itself is left out.
    """
    slips: dict[str, int] = {}
    counts: dict[str, int] = {}
    for distance, word in near:
        slips[word.folded] = distance
        counts[word.folded] = counts.get(word.folded, 0) + word.documents
    slips.pop(folded, None)
    return tuple(sorted(slips, key=lambda form: (slips[form], -counts[form], form))[:limit])
