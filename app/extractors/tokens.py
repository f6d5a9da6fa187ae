"""Words of a paragraph as tokens, each marked stretch being one token."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.extractors.lexemes import LONGEST_REMEMBERED, lexeme, read_lexeme
from app.extractors.marks import Marked

_MARKS = "“”\"„«»‘’'`‚‹›"
_WORD = re.compile(
    # Blanks are passed over first, then most words and signs come: the rest is not tried on them.
    r"(?=\S)(?:[A-Za-z][a-z]*(?=[ ,])|[,.](?=\s)"
    r"|(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Prof|Rev|Hon|Rt|St|Jr|Sr|No|Inc|Corp|Co|Ltd"
    r"|vs|etc|Cllr|Brig|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Pa|Va|Md|Calif|Fla|Mass|Conn|Mich|Wis|Ill|Vt)"
    r"\.(?=[\s,)])"
    r"|(?:[^\W\d_]\.){2,}(?:-[^\W_]+)*|[A-Z]\.(?=[ \xa0][A-Z])"
    r"|\d+(?:[.,:]\d+)+[^\W_]*|[^\W_]+(?:[’'\-&/][^\W_]+)*[’']?"
    rf"|\.\.\.|--|[^\s\w{_MARKS}]|_)"
)


class Token:
    """One word, punctuation mark or marked stretch; ``low`` is the word folded for looking up."""

    __slots__ = ("end", "is_capital", "low", "quote", "start", "tag", "word")

    def __init__(self, start: int, end: int, word: str, quote: int = -1) -> None:
        self.start = start
        self.end = end
        self.word = word
        self.quote = quote
        self.low, self.is_capital, self.tag = (
            lexeme(word) if len(word) < LONGEST_REMEMBERED else read_lexeme(word)
        )

    @property
    def is_possessive(self) -> bool:
        """Whether it ends in 's or a plural's bare apostrophe."""
        return self.tag in "NK" and self.low.endswith(("'s", "'"))

    @property
    def noun(self) -> str:
        """The folded word without its possessive ending."""
        return self.low.removesuffix("'s").removesuffix("'")


def tokenise(text: str, start: int, end: int, quotes: Sequence[tuple[int, Marked]]) -> list[Token]:
    """The tokens between two offsets; ``quotes`` are the marked stretches there, with their numbers."""
    tokens: list[Token] = []
    at = start
    for index, marked in quotes:
        tokens += _words(text, at, marked.span.start)
        tokens.append(Token(marked.span.start, marked.span.end, "", index))
        at = marked.span.end
        if text[at : at + 1] in _MARKS:
            at += 1
    tokens += _words(text, at, end)
    return tokens


def _words(text: str, start: int, end: int) -> list[Token]:
    return [Token(match.start(), match.end(), match[0]) for match in _WORD.finditer(text, start, end)]
