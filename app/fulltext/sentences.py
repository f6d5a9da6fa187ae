"""Where sentences and paragraphs begin: one rule for the index, for nearness in a text and for snippets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TITLES_OF_PEOPLE = "Mr Mrs Ms Dr Prof Lt Col Gen Capt Sgt Adm St No Rt Hon [A-Z]".split()
# A sentence ends at a mark that a capital or a digit follows, a paragraph at the end of its line. The first
# character is one set, so that the search for it is the regular expression engine's fastest.
_BREAK = re.compile(
    r"[\n.!?…](?:(?<=\n)\n*|(?<!\n)"
    + "".join(rf"(?<!\b{title}.)" for title in _TITLES_OF_PEOPLE)
    + r"[”’\"')\]]*()[^\S\n]+(?=[“‘\"'(\[]*[A-Z0-9À-ÖØ-ÞĀ-Ž]))"
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
