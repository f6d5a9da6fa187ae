"""Where a text matches a query, and the few sentences of it to show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.fulltext.analysis import terms
from app.fulltext.highlighted import Highlighted
from app.fulltext.query import And, Node, Not, Or, Tagged, Words

_SENTENCE = re.compile(r"[^\s][^\n]*?(?:[.!?][”’\"')]*(?=\s)|(?=\n)|\Z)")
_GAP = re.compile(r"[\s-]+")


def matches(text: str, tree: Node) -> list[tuple[int, int]]:
    """The stretches of ``text`` that the query's words match, in order and apart.

    A phrase matches only as a whole; what the query leaves out matches nothing; neighbours that both
    match are one stretch. Programme tags have no words: whoever stored them knows their places.
    """
    wanted = [words.terms for words in _positive_words(tree)]
    if not wanted:
        return []
    words: list[tuple[frozenset[str], int, int]] = []
    for term in terms(text):
        if words and words[-1][1] == term.start:
            words[-1] = (words[-1][0] | {term.text}, term.start, term.end)
        else:
            words.append((frozenset({term.text}), term.start, term.end))
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for sequence in wanted:
        by_first.setdefault(sequence[0], []).append(sequence)
    spans = []
    for i, (at, start, _) in enumerate(words):
        for sequence in (sequence for term in at for sequence in by_first.get(term, ())):
            here = words[i : i + len(sequence)]
            if len(here) == len(sequence) and all(
                term in word[0] for term, word in zip(sequence, here, strict=True)
            ):
                spans.append((start, here[-1][2]))
    return merge(text, spans)


def merge(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, with those joined that overlap or have nothing but space between them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _GAP.fullmatch(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet(text: str, spans: Sequence[tuple[int, int]], max_characters: int = 320) -> Highlighted:
    """The sentences of ``text`` with the most matches, at most about ``max_characters`` long.

    Without a match it is the beginning of the text. Only whole sentences are shown, unless one alone is
    too long: then it is cut at a word and says so by an ellipsis.
    """
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
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


def _positive_words(tree: Node) -> Iterator[Words]:
    match tree:
        case Words():
            yield tree
        case And(children) | Or(children):
            for child in children:
                yield from _positive_words(child)
        case Not() | Tagged():
            return
