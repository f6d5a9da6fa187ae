"""Where sentences and paragraphs begin: one rule for the index, nearness, dates, programmes and snippets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TITLES_OF_PEOPLE = "Mr Mrs Ms Dr Prof Lt Col Gen Capt Sgt Adm St No Rt Hon [A-Z]".split()
# A sentence ends at a mark that no small letter follows, a paragraph at the end of its line. The first
# character is one set, so that the search for it is the regular expression engine's fastest.
_BREAK = re.compile(
    r"[\n.!?…](?:(?<=\n)\n*|(?<!\n)"
    + "".join(rf"(?<!\b{title}.)" for title in _TITLES_OF_PEOPLE)
    + r"[”’\"')\]]*()[^\S\n]+(?=[“‘\"'(\[«„]*[^\W_a-zß-öø-ÿ]))"
)


class Break(NamedTuple):
    """Where a sentence ends and the next begins; ``is_paragraph``: so do paragraphs."""

    end: int
    start: int
    is_paragraph: bool


def breaks(text: str) -> Iterator[Break]:
    r"""The breaks of a text in order; its first sentence begins at 0.

    >>> text = "Dr. No met J. Doe. “All” is 1.5 well.\nNext"
    >>> [text[one.start :][:4] for one in breaks(text)]
    ['“All', 'Next']
    """
    for match in _BREAK.finditer(text):
        end = match.end(1)
        yield Break(match.start(), match.end(), True) if end < 0 else Break(end, match.end(), False)  # noqa: FBT003


class Sentence(NamedTuple):
    """Where a sentence begins and ends, and where the next one of its paragraph begins, if there is one."""

    start: int
    end: int
    next_start: int | None


_NEAR = 400  # letters; most sentences begin within so many


def sentence_at(text: str, at: int, before: Sentence | None = None) -> Sentence:
    r"""The sentence that an offset lies in, found by looking around it, not through the whole text.

    ``before`` is a sentence that ends before the offset, if one is known: nothing is looked at twice.

    >>> text = "Talks began. They ended.\nNext"
    >>> sentence_at(text, 14), sentence_at(text, 2)
    (Sentence(start=13, end=24, next_start=None), Sentence(start=0, end=12, next_start=13))
    """
    start = _start_before(text, at, before)
    following = _BREAK.search(text, at)
    if following is None:
        return Sentence(start, len(text), None)
    end = following.end(1)
    return Sentence(start, following.start(), None) if end < 0 else Sentence(start, end, following.end())


def _start_before(text: str, at: int, before: Sentence | None) -> int:
    floor = 0
    if before is not None:
        floor = before.end if before.next_start is None else before.next_start
    near = _NEAR
    while True:
        low = max(floor, at - near)
        starts = [match.end() for match in _BREAK.finditer(text, low, at + 1) if match.end() <= at]
        if starts or low == floor:
            return starts[-1] if starts else floor
        near *= 4
