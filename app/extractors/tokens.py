"""Words of a paragraph as tokens, each marked stretch being one token."""

# ruff: noqa: PLR2004 - the numbers are letters of a word, each where it is used

from __future__ import annotations

import re
from collections.abc import Sequence

from app.extractors.marks import Marked

_WORD = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Prof|Rev|Hon|Rt|St|Jr|Sr|No|Inc|Corp|Co|Ltd"
    r"|vs|etc|Cllr|Brig|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Pa|Va|Md|Calif|Fla|Mass|Conn|Mich|Wis|Ill|Vt)"
    r"\.(?=[\s,)])"
    r"|(?:[^\W\d_]\.){2,}(?:-[^\W_]+)*|[A-Z]\.(?=[ \xa0][A-Z])"
    r"|\d+(?:[.,:]\d+)+[^\W_]*|[^\W_]+(?:[’'\-&/][^\W_]+)*[’']?"
    r"|\.\.\.|--|[^\s\w]|_"
)
_CONTRACTION = re.compile(r"(he|she|they|it|i|we|who|you|that|there|what)'(?:s|d|ll|ve|re|m)$")
_MARKS = frozenset("“”\"„«»‘’'`‚‹›")


class Token:
    """One word, punctuation mark or marked stretch; ``low`` is the word folded for looking up."""

    __slots__ = ("end", "is_capital", "low", "quote", "start", "tag", "word")

    def __init__(self, start: int, end: int, word: str, quote: int = -1) -> None:
        self.start, self.end, self.word, self.quote = start, end, word, quote
        self.is_capital = word[:1].isupper()
        low = word.lower()
        if not word.isalnum():
            low = _folded(low)
        self.low = low
        self.tag = "Q" if quote >= 0 else "?"

    @property
    def is_possessive(self) -> bool:
        """Whether it ends in 's or a plural's bare apostrophe."""
        return self.tag in "NK" and self.low.endswith(("'s", "'"))

    @property
    def noun(self) -> str:
        """The folded word without its possessive ending."""
        return self.low.removesuffix("'s").removesuffix("'")


def _folded(low: str) -> str:
    """A word with its full stop, its curly apostrophe or the verb in "he's" taken away."""
    if len(low) > 2 and low[-1] == ".":
        low = low[:-1]
    if "’" not in low and "'" not in low:
        return low
    low = low.replace("’", "'")
    contraction = _CONTRACTION.match(low)
    return contraction[1] if contraction else low


def tokenise(text: str, start: int, end: int, quotes: Sequence[tuple[int, Marked]]) -> list[Token]:
    """The tokens between two offsets; ``quotes`` are the marked stretches there, with their numbers."""
    tokens: list[Token] = []
    at = start
    for index, marked in quotes:
        tokens += [
            Token(m.start(), m.end(), m[0])
            for m in _WORD.finditer(text, at, marked.span.start)
            if m[0] not in _MARKS
        ]
        tokens.append(Token(marked.span.start, marked.span.end, "", index))
        at = marked.span.end
        if text[at : at + 1] in _MARKS:
            at += 1
    tokens += [Token(m.start(), m.end(), m[0]) for m in _WORD.finditer(text, at, end) if m[0] not in _MARKS]
    return tokens
