"""Named rules that take from a raw text what is no part of the report, and say what they took."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.importers.mending import mendings

# The longest reports of parliaments' committees are books of 300,000 characters; a text of a million would
# keep the steps behind this one busy for longer than an article may.
MOST_CHARACTERS = 300_000


class TextTooLongError(ValueError):
    """A text is longer than any report."""

    def __init__(self, length: int) -> None:
        self.reason = (
            f"its text has {length:,} characters, more than the {MOST_CHARACTERS:,} of the longest report"
        )
        self.advice = "split it into its parts"
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Removal:
    """A stretch that ``rule`` took; offsets are code points of the raw text.

    ``replacement`` is what stands in its place: letters that were decoded wrongly are put right.
    """

    rule: str
    start: int
    end: int
    text: str
    replacement: str = ""


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
    Raises TextTooLongError.

    >>> clean("The pact.\n![]()\nSend Comments")[0]
    'The pact.'
    """
    if len(raw) > MOST_CHARACTERS:
        raise TextTooLongError(len(raw))
    start = taken[-1].end if taken else 0
    found = [_removal(match) for match in _RULES.finditer(raw, start)]
    removals = sorted([*taken, *found, *_mended(raw, start, found)], key=lambda removal: removal.start)
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
        if offset < removal.start + len(removal.replacement):
            return removal.start
        offset += removal.end - removal.start - len(removal.replacement)
    return offset


def _removal(match: re.Match[str]) -> Removal:
    assert match.lastgroup is not None
    return Removal(match.lastgroup.replace("_", " "), match.start(), match.end(), match.group())


def _mended(raw: str, start: int, found: Sequence[Removal]) -> Iterator[Removal]:
    """Letters decoded wrongly with what they are, where no rule has taken them."""
    waiting = iter(found)
    taken = next(waiting, None)
    for mending in mendings(raw):
        while taken is not None and taken.end <= mending.start:
            taken = next(waiting, None)
        if mending.start >= start and (taken is None or mending.end <= taken.start):
            yield Removal(
                "double encoding", mending.start, mending.end, raw[mending.start : mending.end], mending.text
            )


def _pieces(raw: str, removals: Sequence[Removal]) -> list[tuple[int, str]]:
    """What is left of ``raw`` between the removals, and what replaces them, with its offsets."""
    pieces, at = [], 0
    for removal in removals:
        pieces += [(at, raw[at : removal.start]), (removal.start, removal.replacement)]
        at = removal.end
    pieces.append((at, raw[at:]))
    return [(start, text) for start, text in pieces if text]


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
