"""Patterns that find written forms in a text: one alternation for a whole register, linear in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from app.folding import fold

# A hyphen glues a word to its neighbour: "Smith-Jones" has neither a Smith nor a Jones in it.
_LEFT = r"(?<![\w'’])(?<!\w[-‐‑])"
_RIGHT = r"(?!\w|[-‐‑]\w)"


def compile_forms(
    sources: Iterable[tuple[str, str]], *, left: str = _LEFT, right: str = _RIGHT
) -> re.Pattern[str]:
    """One pattern from pairs of a form's first characters and its pattern, longer forms first.

    Group 1 is the form. It matches without consuming, so that a form inside another is found as well.
    The forms stand under their first characters, and no form is a group of its own: so the engine
    passes over most of them by one look at the next character (ten times as fast as without).
    """
    by_first: dict[str, list[str]] = {}
    for firsts, source in sources:
        by_first.setdefault(firsts, []).append(source)
    if not by_first:
        return re.compile(r"(?!)")
    branches = "|".join(f"(?=[{re.escape(firsts)}])(?:{'|'.join(same)})" for firsts, same in by_first.items())
    every_first = re.escape("".join(by_first))
    return re.compile(f"(?=[{every_first}]){left}(?=({branches}){right})")


def name_pattern(form: str) -> tuple[str, str]:
    """First characters and pattern of a person's name: with its diacritics or without.

    A small first letter (of a particle) may be large at the start of a sentence.

    >>> firsts, pattern = name_pattern("von der Šefčovič")
    >>> firsts, bool(re.fullmatch(pattern, "Von der Sefčovic"))
    ('vV', True)
    """
    starts = dict.fromkeys((form[0], form[0].upper() if form[0].islower() else form[0]))
    firsts = "".join(dict.fromkeys("".join(start + _plain(start)[0] for start in starts)))
    head = "|".join(letter_pattern(start) for start in starts)
    return firsts, f"(?:{head})" + "".join(letter_pattern(char) for char in form[1:])


def letter_pattern(char: str) -> str:
    """A pattern for one character of a form, however it is encoded: "č" also as "c" and a mark, or "c"."""
    if char.isspace():
        return r"\s{1,3}"
    if char in "'’":
        return "['’]"
    if char in "-–":
        return "[-‐‑–]"
    plain = _plain(char)
    if char.isascii() or not char.isalpha() or plain == char:
        return re.escape(char)
    apart = unicodedata.normalize("NFD", char)
    ways = dict.fromkeys((apart, char, plain))  # the longest way first
    return f"(?:{'|'.join(re.escape(way) for way in ways)})"


def _plain(char: str) -> str:
    """A letter without its mark, large if it was: "Š" gives "S", "ß" gives "ss"."""
    return fold(char).capitalize() if char.isupper() else fold(char)
