"""For whom a spokesperson speaks: "the ministry" of "a spokesman for the ministry", kept apart."""

from __future__ import annotations

import re

from app.extractors.quotation import Span

_SPOKESPERSON = re.compile(
    r"\b(?:spokes(?:man|woman|person|men|women|people|persons)|press (?:secretary|officer|chief))\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"[ \xa0](?:for|of|at|from)[ \xa0]")
_END = re.compile(r"[,;:(\n]|[ \xa0](?:who|which|that|and (?:an?|the) )")
_WORD = re.compile(r"\S+")
_ARTICLES = frozenset(("a", "an", "the", "one", "another", "his", "her", "its", "their", "and", "as"))
_RANKS = frozenset(
    (
        "official",
        "chief",
        "deputy",
        "senior",
        "lead",
        "former",
        "then",
        "main",
        "top",
        "national",
        "long-time",
    )
)


def affiliation_in(text: str, span: Span, name: str | None = None) -> Span | None:
    """The stretch of ``span`` that says for whom a spokesperson speaks; ``name`` is the spokesperson's own.

    >>> text = "The prime minister's official spokesman"
    >>> affiliation_in(text, Span(0, len(text))).of(text)
    'The prime minister'
    """
    match = _SPOKESPERSON.search(text, span.start, span.end)
    if match is None:
        return None
    link = _FOR.match(text, match.end(), span.end)
    if link is not None:
        return _after(text, link.end(), span.end, name)
    return _before(text, span.start, match.start())


def _after(text: str, start: int, end: int, name: str | None) -> Span | None:
    stop = _END.search(text, start, end)
    end = stop.start() if stop else end
    named = text.find(name, start, end) if name else -1
    if named > start:
        end = named
    words = text[start:end].rstrip(" \xa0")
    return Span(start, start + len(words)) if words else None


def _before(text: str, start: int, end: int) -> Span | None:
    words = list(_WORD.finditer(text, start, end))
    while words and words[-1][0].lower() in _RANKS:
        words.pop()
    if not words:
        return None
    last = words[-1]
    bare = last[0].removesuffix("'s").removesuffix("’s").rstrip("'’")
    is_possessive = bare != last[0]
    first = next((w for w in words if is_possessive or w[0].lower() not in _ARTICLES | _RANKS), None)
    if first is None or not bare or (first is last and bare.lower() in _ARTICLES):
        return None
    return Span(first.start(), last.start() + len(bare))
