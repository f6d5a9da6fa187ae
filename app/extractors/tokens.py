"""Words of a paragraph as tokens, each marked stretch being one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.extractors.lexemes import MARKED, Lexeme, lexemes
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


class Tokens(NamedTuple):
    """The words of a paragraph in order, with the offsets where each begins and ends (exclusive).

    ``stretches`` has the marked stretches among them: number of the token → number of the stretch.
    """

    lexemes: list[Lexeme]
    starts: list[int]
    ends: list[int]
    stretches: dict[int, int]


def tokenise(text: str, start: int, end: int, quotes: Sequence[tuple[int, Marked]]) -> Tokens:
    """The tokens between two offsets; ``quotes`` are the marked stretches there, with their numbers."""
    tokens = Tokens([], [], [], {})
    at = start
    for index, marked in quotes:
        _add_words(tokens, text, at, marked.span.start)
        tokens.stretches[len(tokens.lexemes)] = index
        tokens.lexemes.append(MARKED)
        tokens.starts.append(marked.span.start)
        tokens.ends.append(marked.span.end)
        at = marked.span.end
        if text[at : at + 1] in _MARKS:
            at += 1
    _add_words(tokens, text, at, end)
    return tokens


def _add_words(tokens: Tokens, text: str, start: int, end: int) -> None:
    spans = [match.span() for match in _WORD.finditer(text, start, end)]
    tokens.lexemes.extend(lexemes([text[first:last] for first, last in spans]))
    tokens.starts.extend([first for first, _ in spans])
    tokens.ends.extend([last for _, last in spans])
