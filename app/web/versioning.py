"""The versions of an article, each with what changed since the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.store.versions import Version
from app.wording import Change, Stretch, compare_words

_NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A statement of the source that changed."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its stretches; ``has_changes`` is false where all of them are the same."""

    stretches: tuple[Stretch, ...]

    @property
    def has_changes(self) -> bool:
        """Whether anything was taken or added here."""
        return any(stretch.change is not Change.SAME for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Step:
    """A version, and what changed with it; the first version changed nothing."""

    version: Version
    fields: tuple[FieldChange, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


def steps_of(versions: Sequence[Version]) -> list[Step]:
    """The versions, newest first, with what changed since the one before."""
    steps = [Step(versions[0])]
    for before, now in pairwise(versions):
        steps.append(Step(now, tuple(_fields(before, now)), tuple(_paragraphs(before.text, now.text))))
    return steps[::-1]


def _fields(before: Version, now: Version) -> Iterator[FieldChange]:
    for name in ("title", "outlet", "author", "published", "licence"):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield FieldChange(name.capitalize(), old or _NOT_STATED, new or _NOT_STATED)


def _paragraphs(before: str, now: str) -> Iterator[Paragraph]:
    """The stretches by paragraph; a line end ends one, whichever text has it."""
    current: list[Stretch] = []
    for stretch in compare_words(before, now):
        for line in stretch.text.splitlines(keepends=True):
            text = line.rstrip("\n")
            if text:
                current.append(Stretch(stretch.change, text))
            if line.endswith("\n") and current:
                yield Paragraph(tuple(current))
                current = []
    if current:
        yield Paragraph(tuple(current))
