"""Named rules that take from a raw text what is no part of the report, and say what they took."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removal:
    """A stretch that ``rule`` took; offsets are code points of the raw text."""

    rule: str
    start: int
    end: int
    text: str


# Buttons of web pages that text copied from them drags along, as a last line of its own.
_BUTTONS = ("Send Comments", "Send Comment", "Post Comment", "Share this article", "Print this page")

# One pass, so that no two removals overlap; a group's name, "_" read as a space, is the rule's.
_RULES = re.compile(
    rf"""
      (?P<image_without_text> ^[ \t]*!\[[^\]\n]{{0,200}}\]\([^)\n]{{0,500}}\)[ \t]*(?:\r?\n|\Z) )
    | (?P<page_button> \n?^[ \t]*(?:{"|".join(_BUTTONS).replace(" ", "[ ]")})(?=\s*\Z) )
    | (?P<carriage_return> \r(?=\n) )
    | (?P<control_character> [\x00-\x08\x0b\x0c\x0e-\x1f\x7f] )
    """,
    re.VERBOSE | re.MULTILINE,
)


def clean(raw: str, taken: Sequence[Removal] = ()) -> tuple[str, tuple[Removal, ...]]:
    r"""The text of the report in ``raw`` and every stretch that was taken from it, in order and apart.

    ``taken`` is what an importer took from the top by itself (a metadata block, a title line).

    >>> clean("The pact.\n![]()\nSend Comments")[0]
    'The pact.'
    """
    start = taken[-1].end if taken else 0
    found = [_removal(match) for match in _RULES.finditer(raw, start)]
    removals = [*taken, *found]
    pieces = _pieces(raw, removals)
    edges = [*_blank(pieces, first=True), *_blank(pieces, first=False)]
    removals = sorted({*removals, *edges}, key=lambda removal: removal.start)
    return "".join(text for _, text in _pieces(raw, removals)), tuple(removals)


def raw_offset(removals: Sequence[Removal], offset: int) -> int:
    r"""Where the character at ``offset`` of the cleaned text stands in the raw text.

    >>> raw_offset([Removal("title line", 0, 6, "Title\n")], 3)
    9
    """
    for removal in removals:
        if removal.start > offset:
            break
        offset += removal.end - removal.start
    return offset


def _removal(match: re.Match[str]) -> Removal:
    assert match.lastgroup is not None
    return Removal(match.lastgroup.replace("_", " "), match.start(), match.end(), match.group())


def _pieces(raw: str, removals: Sequence[Removal]) -> list[tuple[int, str]]:
    """What is left of ``raw`` between the removals, with its offsets."""
    starts = [0, *(removal.end for removal in removals)]
    ends = [*(removal.start for removal in removals), len(raw)]
    return [(start, raw[start:end]) for start, end in zip(starts, ends, strict=True) if start < end]


def _blank(pieces: Sequence[tuple[int, str]], *, first: bool) -> Iterator[Removal]:
    """The white space before the first, or after the last, printing character."""
    for start, text in pieces if first else reversed(pieces):
        kept = text.lstrip() if first else text.rstrip()
        at = start if first else start + len(kept)
        blank = text[: len(text) - len(kept)] if first else text[len(kept) :]
        if blank:
            yield Removal("blank edge", at, at + len(blank), blank)
        if kept:
            return
