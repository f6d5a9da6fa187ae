"""One paragraph: its tokens, their tags, and where its sentences begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.extractors.lexemes import Lexeme
from app.extractors.marks import Marked
from app.extractors.quotation import Span
from app.extractors.tags import tag_tokens
from app.extractors.tokens import tokenise

_MAY_END = re.compile("[.Q]")


class Paragraph:
    """One paragraph taken apart: its tokens, their tags as a string, its sentences.

    ``tokens``, ``starts``, ``ends``, ``tags`` and ``sentence_of`` have an item for each token; ``bounds`` has
    first token and end of each sentence; ``stretches`` leads from tokens to marked stretches, and
    ``token_of`` back.
    """

    __slots__ = (
        "bounds",
        "end",
        "ends",
        "is_headline",
        "sentence_of",
        "start",
        "starts",
        "stretches",
        "tags",
        "token_of",
        "tokens",
    )

    def __init__(
        self, text: str, start: int, end: int, quotes: Sequence[tuple[int, Marked]], *, headline: bool = False
    ) -> None:
        self.start, self.end = start, end
        self.is_headline = headline
        self.tokens, self.starts, self.ends, self.stretches = tokenise(text, start, end, quotes)
        self.tags = tag_tokens(self.tokens, is_headline=headline)
        self.token_of = {index: at for at, index in self.stretches.items()}
        marked = dict(quotes)
        closing = {at: _last_sign(text, marked[index]) for at, index in self.stretches.items()}
        self.sentence_of, self.bounds = _sentences(self.tokens, self.tags, closing)

    def sentence(self, token: int) -> tuple[int, int]:
        """First token and end (exclusive) of the sentence that holds ``token``."""
        return self.bounds[self.sentence_of[token]]

    def token_at(self, start: int) -> int:
        """Number of the first token that begins at offset ``start`` or after it."""
        return bisect_left(self.starts, start)

    def span(self, first: int, last: int) -> Span:
        """The stretch of the text from token ``first`` to token ``last``, inclusive."""
        return Span(self.starts[first], self.ends[last])

    def is_possessive(self, token: int) -> bool:
        """Whether a noun or name ends in 's or a plural's bare apostrophe."""
        return self.tokens[token].has_apostrophe and self.tags[token] in "NK"


def _last_sign(text: str, marked: Marked) -> str:
    at = marked.span.end - 1
    floor = max(marked.span.start, at - 6)
    while at > floor and text[at] in "’'”\")] ":
        at -= 1
    return text[at]


def _sentences(
    tokens: list[Lexeme], tags: str, closing: dict[int, str]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Sentence number of each token, and first token and end of each sentence."""
    starts = [0] if tokens else []
    for match in _MAY_END.finditer(tags, 0, len(tokens) - 1):
        index = match.start()
        following = tokens[index + 1]
        if match[0] == ".":
            ends = following.is_capital or tags[index + 1] in "Q(" or following.word[:1].isdigit()
        else:
            ends = _quote_ends_sentence(tokens, tags, index, closing[index])
        if ends:
            starts.append(index + 1)
    bounds = list(zip(starts, [*starts[1:], len(tokens)], strict=True))
    sentence_of: list[int] = []
    for number, (first, end) in enumerate(bounds):
        sentence_of += [number] * (end - first)
    return sentence_of, bounds


def _quote_ends_sentence(tokens: list[Lexeme], tags: str, index: int, sign: str) -> bool:
    if sign not in ".?!…":
        return False
    if tags[index + 1] == "Q":
        return True
    if not tokens[index + 1].is_capital:
        return False
    return not _attribution_follows(tokens, tags, index + 1, strict=sign in ".…")


def _attribution_follows(tokens: list[Lexeme], tags: str, first: int, *, strict: bool) -> bool:
    """Whether the tokens from ``first`` read like "Smith said." and so belong to the quotation before.

    After a full stop (``strict``) the clause must be short and the verb end it; after "?" or "!" a verb of
    speech anywhere in the clause will do.
    """
    for at in range(first, min(first + (8 if strict else 24), len(tokens))):
        tag = tags[at]
        if tag in "Q;:.":
            return False
        if tag == "V" and at > first:
            if not strict:
                return tags[at + 1 : at + 3] not in (",Q", ":Q") and tags[at + 1 : at + 2] != "Q"
            return at + 1 >= len(tokens) or tags[at + 1] in ".,TPS" or tokens[at + 1].low == "to"
    return False
