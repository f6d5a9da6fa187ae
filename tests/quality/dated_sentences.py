"""Measures how times in texts are read, on the sentences beside this file.

``python -m tests.quality.dated_sentences`` prints the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.dates import PartialDate
from app.extractors.marks import find_marked
from app.extractors.timing import DatedWords, When, dates_in
from tests.quality.halves import Score, print_scores, read_lines

_MARKED = re.compile(r"\{([^{}=]+)(?:=([^{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Told:
    """A time that a sentence tells, as a person read it; None where nobody could say."""

    start: int
    end: int
    when: When | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article of ``day`` with the times it tells."""

    text: str
    day: PartialDate | None
    told: tuple[Told, ...]


def read_sentences(half: str) -> list[Sentence]:
    """The sentences of one half."""
    return [_sentence(line) for line in read_lines("dates", half)]


def measure(sentences: Iterable[Sentence]) -> Score:
    """Read each sentence as an article of its own. Words that overlap and mean the same are the same."""
    right = wrong = missed = 0
    errors = []
    for sentence in sentences:
        found = [one for one in dates_in(sentence.text, sentence.day, _quoted(sentence.text)) if one.when]
        sure = [one for one in sentence.told if one.when]
        good = [one for one in found if any(_is_same(one, other) for other in sure)]
        lost = [one for one in sure if not any(_is_same(other, one) for other in found)]
        right += len(good)
        wrong += len(found) - len(good)
        missed += len(lost)
        errors += [f"wrong {one.when}: {sentence.text}" for one in found if one not in good]
        errors += [f"missed {one.when}: {sentence.text}" for one in lost]
    return Score(right, wrong, missed, tuple(errors))


def _is_same(found: DatedWords, told: Told) -> bool:
    return found.start < told.end and told.start < found.end and found.when == told.when


def _quoted(text: str) -> list[tuple[int, int]]:
    return [(one.span.start, one.span.end) for one in find_marked(text)]


def _sentence(line: str) -> Sentence:
    day, _, marked = line.partition(" | ")
    text, at, told = "", 0, []
    for match in _MARKED.finditer(marked):
        text += marked[at : match.start()]
        if match[2]:
            told.append(Told(len(text), len(text) + len(match[1]), _when(match[2])))
        text += match[1]
        at = match.end()
    return Sentence(text + marked[at:], None if day == "-" else PartialDate.parse(day), tuple(told))


def _when(written: str) -> When | None:
    if written == "?":
        return None
    first, _, last = written.partition("..")
    return When(PartialDate.parse(first), PartialDate.parse(last) if last else None)


if __name__ == "__main__":
    print_scores(read_sentences, measure)
