"""The few sentences of a text to show for a query."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from app.fulltext.analysis import terms
from app.fulltext.highlighted import Highlighted
from app.sentences import Sentence, sentence_at

Span = tuple[int, int]


def snippet(text: str, spans: Sequence[Span], max_characters: int = 320) -> Highlighted:
    """The sentences of ``text`` with the most matches, at most about ``max_characters`` long.

    ``spans`` are in order and apart. Without a match it is the beginning of the text. Only whole sentences
    are shown, unless one alone is too long: then it is cut at a word and says so by an ellipsis.
    """
    text = text.rstrip()
    first = len(text) - len(text.lstrip())
    start, end, following = _best(text, spans) or sentence_at(text, first)
    start = max(start, first)
    if end - start > max_characters:
        return _cut_sentence(text, spans, start, end, max_characters)
    if following is not None:
        second_end = sentence_at(text, following).end
        if second_end - start <= max_characters:
            end = second_end
    return Highlighted.cut(text, _within(spans, start, end), start, end)


def _best(text: str, spans: Sequence[Span]) -> Sentence | None:
    """The sentence with the best matches; of equal ones the first."""
    matched = [text[start:end] for start, end in spans]
    if not matched:
        return None
    highest = _score(matched)  # no sentence has a higher one
    best, score = None, (0, 0)
    sentence, first = sentence_at(text, spans[0][0]), 0
    for past, (start, _) in enumerate((*spans[1:], (len(text), 0)), start=1):
        if start >= sentence.end:
            found = _score(matched[first:past])
            if found > score:
                best, score = sentence, found
            if score == highest or past == len(spans):
                break
            sentence, first = sentence_at(text, start, sentence), past
    return best


def _score(matched: Sequence[str]) -> tuple[int, int]:
    """Different terms first, then the letters they cover: a phrase counts more than its words apart."""
    found = frozenset[str]().union(*map(_terms, set(matched)))
    return len(found), max(map(len, matched))


@lru_cache(maxsize=2000)
def _terms(matched: str) -> frozenset[str]:
    return frozenset(term.text for term in terms(matched))


def _cut_sentence(text: str, spans: Sequence[Span], start: int, end: int, max_characters: int) -> Highlighted:
    inside = _within(spans, start, end)
    first = inside[0][0] if inside else start
    left = max(start, min(first - max_characters // 3, end - max_characters))
    left = left if left == start else text.find(" ", left, first) + 1 or left
    right = min(end, left + max_characters)
    right = right if right == end else max(text.rfind(" ", left, right), left + 1)
    shown = Highlighted.cut(text, _within(spans, left, right), left, right)
    parts = (
        ([("… ", False)] if left > start else [])
        + list(shown.parts)
        + ([(" …", False)] if right < end else [])
    )
    return Highlighted(tuple(parts))


def _within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The spans between two offsets."""
    low, high = bisect_left(spans, (start, 0)), bisect_left(spans, (end, 0))
    return [span for span in spans[low:high] if span[1] <= end]
