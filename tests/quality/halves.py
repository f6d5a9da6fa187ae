"""Sentences in two halves, and how what the archive finds in them is scored and printed.

The held-out half is not looked at while the rules are worked on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

HALVES = ("open", "held-out")

_Sentence = TypeVar("_Sentence")


@dataclass(frozen=True, slots=True)
class Score:
    """How many findings are right, wrong, and missed; ``errors`` says which."""

    right: int
    wrong: int
    missed: int
    errors: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of the findings that are right."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that is found."""
        return self.right / (self.right + self.missed)


def read_lines(subject: str, half: str) -> list[str]:
    """The lines of one half of the sentences on a subject, notes left out."""
    lines = (Path(__file__).parent / f"{subject}.{half}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def print_scores(
    read_sentences: Callable[[str], Sequence[_Sentence]], measure: Callable[[Sequence[_Sentence]], Score]
) -> None:
    """Print the figures of each half and, of the open one, what went wrong."""
    for half in HALVES:
        sentences = read_sentences(half)
        score = measure(sentences)
        sys.stdout.write(
            f"{half}: {len(sentences)} sentences, {score.right + score.missed} to be found, "
            f"precision {score.precision:.1%}, recall {score.recall:.1%}\n"
        )
        if half == "open":
            sys.stdout.writelines(f"  {error}\n" for error in score.errors)
