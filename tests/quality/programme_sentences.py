"""Measures programme tagging on the sentences beside this file.

``python -m tests.quality.programme_sentences`` prints the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.authority.programme_register import ProgrammeRegister
from app.authority.programmes import tag_programmes
from app.resources import resource_folder
from tests.quality.halves import Score, print_scores, read_lines

_MARKED = re.compile(r"\{([a-z0-9-]+):([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Named:
    """A programme and where a sentence names it."""

    slug: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the programmes that it names, as a person read it."""

    text: str
    named: tuple[Named, ...]


def read_sentences(half: str) -> list[Sentence]:
    """The sentences of one half."""
    return [_sentence(line) for line in read_lines("programmes", half)]


def measure(sentences: Iterable[Sentence], register: ProgrammeRegister) -> Score:
    """Tag each sentence by itself. A mention is right where it overlaps a true one of the same programme."""
    right = wrong = missed = 0
    errors = []
    for sentence in sentences:
        told = tag_programmes(sentence.text, register)
        found = [Named(one.slug, one.start, one.end) for one in told]
        false = [one for one in found if not _has(sentence.named, one)]
        lost = [one for one in sentence.named if not _has(found, one)]
        right += len(sentence.named) - len(lost)
        wrong += len(false)
        missed += len(lost)
        errors += [f"wrong {one.slug}: {sentence.text}" for one in false]
        errors += [f"missed {one.slug}: {sentence.text}" for one in lost]
    return Score(right, wrong, missed, tuple(errors))


def _sentence(line: str) -> Sentence:
    text, at, named = "", 0, []
    for match in _MARKED.finditer(line):
        text += line[at : match.start()]
        named.append(Named(match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Sentence(text + line[at:], tuple(named))


def _has(those: Sequence[Named], one: Named) -> bool:
    return any(one.slug == other.slug and one.start < other.end and other.start < one.end for other in those)


if __name__ == "__main__":
    the_register = ProgrammeRegister.load(resource_folder("seeds") / "programmes.json")
    print_scores(read_sentences, lambda sentences: measure(sentences, the_register))
