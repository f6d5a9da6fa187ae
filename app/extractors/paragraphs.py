"""One paragraph: its tokens, their tags, and where its sentences begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.extractors.marks import Marked
from app.extractors.tags import tag_tokens
from app.extractors.tokens import Token, tokenise

_MARKED = re.compile("Q")
_MAY_END = re.compile("[.Q]")


class Paragraph:
    """The tokens of one paragraph, its tags as a string, and where each sentence begins and ends."""

    __slots__ = ("bounds", "end", "is_headline", "sentence_of", "start", "tags", "token_of", "tokens")

    def __init__(
        self, text: str, start: int, end: int, quotes: Sequence[tuple[int, Marked]], *, headline: bool = False
    ) -> None:
        self.start, self.end = start, end
        self.is_headline = headline
        self.tokens = tokenise(text, start, end, quotes)
        self.tags = tag_tokens(self.tokens, is_headline=headline)
        at_marks = [match.start() for match in _MARKED.finditer(self.tags)] if quotes else []
        self.token_of = {self.tokens[at].quote: at for at in at_marks}
        marked = dict(quotes)
        closing = {index: _last_sign(text, marked[index]) for index in self.token_of}
        self.sentence_of, self.bounds = _sentences(self.tokens, self.tags, closing)

    def sentence(self, token: int) -> tuple[int, int]:
        """First token and end (exclusive) of the sentence that holds ``token``."""
        return self.bounds[self.sentence_of[token]]

    def token_at(self, start: int) -> int:
        """Number of the first token that begins at offset ``start`` or after it."""
        return bisect_left(self.tokens, start, key=lambda token: token.start)


def _last_sign(text: str, marked: Marked) -> str:
    at = marked.span.end - 1
    floor = max(marked.span.start, at - 6)
    while at > floor and text[at] in "’'”\")] ":
        at -= 1
    return text[at]


def _sentences(
    tokens: list[Token], tags: str, closing: dict[int, str]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Sentence number of each token, and first token and end of each sentence."""
    starts = [0] if tokens else []
    for match in _MAY_END.finditer(tags, 0, len(tokens) - 1):
        index = match.start()
        following = tokens[index + 1]
        if match[0] == ".":
            ends = following.is_capital or following.tag in "Q(" or following.word[:1].isdigit()
        else:
            ends = _quote_ends_sentence(tokens, tags, index, closing[tokens[index].quote])
        if ends:
            starts.append(index + 1)
    bounds = list(zip(starts, [*starts[1:], len(tokens)], strict=True))
    sentence_of: list[int] = []
    for number, (first, end) in enumerate(bounds):
        sentence_of += [number] * (end - first)
    return sentence_of, bounds


def _quote_ends_sentence(tokens: list[Token], tags: str, index: int, sign: str) -> bool:
    if sign not in ".?!…":
        return False
    following = tokens[index + 1]
    if following.tag == "Q":
        return True
    if not following.is_capital:
        return False
    return not _attribution_follows(tokens, tags, index + 1, strict=sign in ".…")


def _attribution_follows(tokens: list[Token], tags: str, first: int, *, strict: bool) -> bool:
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
