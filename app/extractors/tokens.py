"""Words of a paragraph as tokens, each marked stretch being one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.extractors.lexemes import MARKED, Lexeme, lexeme
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
_LONGEST_REMEMBERED = 30


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
    """Add the tokens between two offsets; most of what stands between two blanks is known from before."""
    known, starts, ends, _ = tokens
    words = text[start:end].split(" ")
    at = start
    for word in words[:-1]:
        after = at + len(word)
        found = _before_blank(word) if len(word) < _LONGEST_REMEMBERED else None
        if isinstance(found, Lexeme):
            known.append(found)
            starts.append(at)
            ends.append(after)
        elif found is None:
            _add_read(tokens, text, at, after, min(end, after + 2))
        else:
            for one, first, last in found:
                known.append(one)
                starts.append(at + first)
                ends.append(at + last)
        at = after + 1
    _add_read(tokens, text, at, end, end)


@lru_cache(maxsize=16384)
def _before_blank(word: str) -> Lexeme | tuple[tuple[Lexeme, int, int], ...] | None:
    """What stands between two blanks: one token, or several with their places there.

    None if the word after it decides too: "J. Doe", "to the U. Then".
    """
    if word[-1:] == "." and "A" <= word[-2:-1] <= "Z":
        return None
    spans = [match.span() for match in _WORD.finditer(word + " ")]
    if spans == [(0, len(word))]:
        return lexeme(word)
    return tuple((lexeme(word[first:last]), first, last) for first, last in spans)


def _add_read(tokens: Tokens, text: str, start: int, end: int, seen: int) -> None:
    """Add the tokens that begin between two offsets, the text up to ``seen`` being looked at."""
    for match in _WORD.finditer(text, start, seen):
        first, last = match.span()
        if first >= end:
            break
        tokens.lexemes.append(lexeme(text[first:last]))
        tokens.starts.append(first)
        tokens.ends.append(last)
