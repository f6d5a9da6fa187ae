"""The few sentences of a text to show for a query."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.fulltext.analysis import terms
from app.fulltext.highlighted import Highlighted

SENTENCE = re.compile(r"[^\s][^\n]*?(?:[.!?][”’\"')]*(?=\s)|(?=\n)|\Z)")


def snippet(text: str, spans: Sequence[tuple[int, int]], max_characters: int = 320) -> Highlighted:
    """The sentences of ``text`` with the most matches, at most about ``max_characters`` long.

    Without a match it is the beginning of the text. Only whole sentences are shown, unless one alone is
    too long: then it is cut at a word and says so by an ellipsis.
    """
    sentences = [match.span() for match in SENTENCE.finditer(text)]
    if not sentences:
        return Highlighted(())
    scores = [_score(text, spans, start, end) for start, end in sentences]
    best = max(range(len(sentences)), key=lambda i: (scores[i], -i))
    start, end = sentences[best]
    if end - start > max_characters:
        return _cut_sentence(text, spans, start, end, max_characters)
    following = sentences[best + 1 :]
    if following and following[0][1] - start <= max_characters and "\n" not in text[end : following[0][0]]:
        end = following[0][1]
    return Highlighted.cut(text, _within(spans, start, end), start, end)


def _score(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Different terms first, then the letters they cover: a phrase counts more than its words apart."""
    inside = _within(spans, start, end)
    found = {term.text for s, e in inside for term in terms(text[s:e])}
    return len(found), max((e - s for s, e in inside), default=0)


def _cut_sentence(
    text: str, spans: Sequence[tuple[int, int]], start: int, end: int, max_characters: int
) -> Highlighted:
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


def _within(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [span for span in spans if start <= span[0] and span[1] <= end]
