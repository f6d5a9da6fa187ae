"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|\w+(?:[’'-]\w+)*|[^\w\s]")
# Longer stretches are told as replaced whole. Difflib needs cubic time for words that stand there again and
# again; it is spared that by its rule that words which are a hundredth of all begin no match.
_MOST_WORDS = 2_000
_MOST_PARAGRAPHS = 2_000


class Change(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    TAKEN = "taken"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stand in both texts, only in the older or only in the newer one."""

    change: Change
    text: str


def compare_words(before: str, now: str) -> tuple[Stretch, ...]:
    """Both texts as one run of stretches: those not added make ``before``, those not taken ``now``.

    Paragraphs are compared first, and words inside those that changed.

    >>> [(one.change.value, one.text) for one in compare_words("We need more time.", "We need no time.")]
    [('same', 'We need '), ('taken', 'more'), ('added', 'no'), ('same', ' time.')]
    """
    return tuple(_joined(_compare(before.splitlines(keepends=True), now.splitlines(keepends=True))))


def _compare(before: Sequence[str], now: Sequence[str]) -> Iterator[Stretch]:
    for tag, start, end, now_start, now_end in _steps(before, now, _MOST_PARAGRAPHS):
        old, new = "".join(before[start:end]), "".join(now[now_start:now_end])
        if tag == "equal":
            yield Stretch(Change.SAME, old)
        elif tag == "replace":
            yield from _compare_paragraph(_WORD.findall(old), _WORD.findall(new))
        else:
            yield Stretch(Change.TAKEN if old else Change.ADDED, old or new)


def _compare_paragraph(before: Sequence[str], now: Sequence[str]) -> Iterator[Stretch]:
    for tag, start, end, now_start, now_end in _steps(before, now, _MOST_WORDS):
        old, new = "".join(before[start:end]), "".join(now[now_start:now_end])
        if tag == "equal":
            yield Stretch(Change.SAME, old)
            continue
        yield Stretch(Change.TAKEN, old)
        yield Stretch(Change.ADDED, new)


def _steps(before: Sequence[str], now: Sequence[str], most: int) -> list[tuple[str, int, int, int, int]]:
    if max(len(before), len(now)) > most:
        return [("equal" if before == now else "replace", 0, len(before), 0, len(now))]
    return list(SequenceMatcher(None, before, now).get_opcodes())


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Stretches that follow each other with the same change made one; empty ones left out."""
    last: Stretch | None = None
    for stretch in stretches:
        if not stretch.text:
            continue
        if last is not None and last.change is stretch.change:
            last = Stretch(last.change, last.text + stretch.text)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last
