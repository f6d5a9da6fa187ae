"""Whether two quotations are the same words, and marks by which those that may be are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b

from app.likeness.words import words_of

_RUN = 3  # words that are hashed together
_WINDOW = 3  # runs of which one is kept
_SURELY_FOUND = _RUN + _WINDOW - 1  # words in a row that fingerprints never miss
_FEWEST = 4  # words: shorter phrases are said again and again
_SHARE = 0.75  # of the shorter one's words
_MOST_RUNS = 3  # in which the shorter one's words stand in the longer


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a quotation as they are compared, and who said them: slugs of all its linked speakers."""

    speakers: frozenset[str]
    words: tuple[str, ...]

    @classmethod
    def of(cls, speakers: frozenset[str], segments: Sequence[str]) -> Wording:
        """The words of all stretches; case, diacritics, punctuation and marks of omission are put aside."""
        return cls(speakers, tuple(word.key for text in segments for word in words_of(text)))


def wording_key(wording: Wording) -> int:
    """A hash that two wordings share if they are the same words of the same people."""
    told = "|".join((*sorted(wording.speakers), "", *wording.words)).encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big") >> 1


def fingerprints(wording: Wording) -> frozenset[int]:
    """Hashes that two wordings of the same speakers share wherever they share enough words in a row.

    Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of each three runs of three words the smallest
    hash is kept, so five words in a row are enough. Nothing is kept of a quotation too short or without
    linked speakers, and nothing is shared by quotations of different speakers.
    """
    if not wording.speakers or len(wording.words) < _FEWEST:
        return frozenset()
    key = blake2b("|".join(sorted(wording.speakers)).encode(), digest_size=16).digest()
    runs = [
        int.from_bytes(blake2b(" ".join(run).encode(), digest_size=8, key=key).digest(), "big") >> 1
        for run in _runs(wording.words)
    ]
    return frozenset(min(runs[at : at + _WINDOW]) for at in range(max(1, len(runs) - _WINDOW + 1)))


def are_same_words(one: Wording, other: Wording) -> bool:
    """Whether two quotations are printings of the same words of the same speakers.

    They are if no word differs, or if three quarters of the shorter one stand in the other, in order, in at
    most three runs of which one has five words or more. Quotations without a linked speaker are never the
    same: nothing but the words would hold them together.
    """
    if not one.speakers or one.speakers != other.speakers:
        return False
    if one.words == other.words:
        return len(one.words) >= _FEWEST
    # The matcher may find other blocks the other way round; which quotation came first must not matter.
    first, second = sorted((one.words, other.words), key=lambda words: (len(words), words))
    if (Counter(first) & Counter(second)).total() < _SHARE * len(first):
        return False  # quickly said, and so it mostly is of those that share a stock phrase
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    longest = sorted((block.size for block in blocks), reverse=True)[:_MOST_RUNS]
    return longest[0] >= _SURELY_FOUND and sum(longest) >= _SHARE * len(first)


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for at in range(len(words) - _RUN + 1):
        yield words[at : at + _RUN]
