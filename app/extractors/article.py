"""One article taken apart: its marked stretches, its paragraphs (read when asked for) and its people."""

from __future__ import annotations

from bisect import bisect_right

from app.extractors.marks import Marked, find_marked
from app.extractors.names import Names
from app.extractors.paragraphs import Paragraph
from app.extractors.roles import Roles

_HEADLINE_CHARACTERS = 160
_LONG_WORD = 4
_TITLE_WORDS = 4
_CAPITALS_FOR_EACH_LOWER = 6


class Article:
    """What the attribution rules ask about a text; pure, and linear in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marked: tuple[Marked, ...] = find_marked(text)
        self.lines: list[tuple[int, int]] = []
        self.quotes_in: list[list[tuple[int, Marked]]] = []
        self._paragraphs: dict[int, Paragraph] = {}
        self._split()
        has_headline = len(self.lines) > 1 and self._is_headline(*self.lines[0])
        self.names = Names(text, self.marked, self.lines[0][1] if has_headline else 0)
        self.roles = Roles(text, self.names)

    def _split(self) -> None:
        start = following = 0
        for line in self.text.split("\n"):
            end = start + len(line)
            quotes: list[tuple[int, Marked]] = []
            while following < len(self.marked) and self.marked[following].span.end <= end:
                quotes.append((following, self.marked[following]))
                following += 1
            if quotes or any(map(str.isalpha, line[:200])):
                self.lines.append((start, end))
                self.quotes_in.append(quotes)
            start = end + 1

    def line_at(self, offset: int) -> int:
        """Number of the paragraph that holds ``offset``."""
        return bisect_right(self.lines, offset, key=lambda line: line[0]) - 1

    def paragraph(self, number: int) -> Paragraph:
        """The tokens of the paragraph with this number, blank lines not counted."""
        known = self._paragraphs.get(number)
        if known is None:
            start, end = self.lines[number]
            known = Paragraph(
                self.text,
                start,
                end,
                self.quotes_in[number],
                headline=number == 0 and self._is_headline(start, end),
            )
            self._paragraphs[number] = known
        return known

    def _is_headline(self, start: int, end: int) -> bool:
        line = self.text[start:end].rstrip()
        if len(line) > _HEADLINE_CHARACTERS:
            return False
        return not line.endswith((".", ":", ";", ",")) or _is_in_title_case(line)


def _is_in_title_case(line: str) -> bool:
    """Whether nearly all long words begin with a capital, as in headlines that close with a full stop.

    >>> _is_in_title_case("Minister Calls Yard ‘Full’ After Second Strike.")
    True
    """
    long_words = [word for word in line.split() if len(word) >= _LONG_WORD]
    lower = sum(word.lstrip("“‘'\"")[:1].islower() for word in long_words)
    capitals = len(long_words) - lower
    return capitals >= _TITLE_WORDS and lower * _CAPITALS_FOR_EACH_LOWER <= capitals
