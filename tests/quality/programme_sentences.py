"""Measures programme tagging on the sentences beside this file; run as a program it prints the figures.

``python tests/quality/programme_sentences.py`` prints both halves and, of the open one, what went wrong. The
held-out half is not looked at while the rules are worked on.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.authority.programme_register import ProgrammeRegister
from app.authority.programmes import tag_programmes
from app.resources import resource_folder

HALVES = ("open", "held-out")
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


@dataclass(frozen=True, slots=True)
class Score:
    """How many mentions were right, wrongly told, and missed; ``errors`` says which."""

    right: int
    wrong: int
    missed: int
    errors: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of the told mentions that are right."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of the true mentions that are told."""
        return self.right / (self.right + self.missed)


def read_sentences(half: str) -> list[Sentence]:
    """The sentences of one half."""
    lines = (Path(__file__).parent / f"programmes.{half}.txt").read_text("utf-8").splitlines()
    return [_sentence(line) for line in lines if line and not line.startswith("#")]


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


def main() -> None:
    """Print the figures."""
    register = ProgrammeRegister.load(resource_folder("seeds") / "programmes.json")
    for half in HALVES:
        sentences = read_sentences(half)
        score = measure(sentences, register)
        sys.stdout.write(
            f"{half}: {len(sentences)} sentences, {score.right + score.missed} mentions, "
            f"precision {score.precision:.1%}, recall {score.recall:.1%}\n"
        )
        if half == "open":
            sys.stdout.writelines(f"  {error}\n" for error in score.errors)


if __name__ == "__main__":
    main()
