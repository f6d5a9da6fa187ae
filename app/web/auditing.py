"""How an article was read, as stretches of its text: what was taken out, what each quotation rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.store.models import Removal
from app.store.quotes import QuoteRecord

_CONTEXT_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Marking:
    """A stretch of a text with what it is: "words", "cue", "speaker", a removal's rule, or "" for neither."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotation with the text around it, its words, its reporting word and its speakers marked."""

    record: QuoteRecord
    parts: tuple[Marking, ...]


def raw_parts(raw: str, removals: Sequence[Removal]) -> tuple[Marking, ...]:
    """The raw text of an article, whole, with what cleaning took from it marked by its rule."""
    roles = (f"{r.rule}: {r.replacement}" if r.replacement else r.rule for r in removals)
    stretches = [(r.start, r.end, role) for r, role in zip(removals, roles, strict=True)]
    return tuple(_cut(raw, 0, len(raw), stretches))


def evidence_of(text: str, record: QuoteRecord) -> Evidence:
    """What a quotation rests on: the text from its first sign to its last, with a little on either side."""
    stretches = [(segment.start, segment.end, "words") for segment in record.segments]
    stretches += [(speaker.start, speaker.end, "speaker") for speaker in record.speakers]
    if record.cue_span is not None:
        stretches.append((*record.cue_span, "cue"))
    first, last = min(start for start, _, _ in stretches), max(end for _, end, _ in stretches)
    start = (
        text.find(" ", max(0, first - _CONTEXT_CHARACTERS), first) + 1 if first > _CONTEXT_CHARACTERS else 0
    )
    right = min(len(text), last + _CONTEXT_CHARACTERS)
    end = right if right == len(text) else max(text.rfind(" ", last, right), last)
    return Evidence(record, tuple(_cut(text, start, end, stretches)))


def _cut(text: str, start: int, end: int, stretches: Sequence[tuple[int, int, str]]) -> Iterator[Marking]:
    """``text[start:end]`` cut at the stretches; of two that overlap the one that begins first is whole."""
    at = start
    for stretch_start, stretch_end, role in sorted(stretches):
        stretch_start = max(stretch_start, at)  # noqa: PLW2901  (the rest of an overlapped stretch)
        if stretch_start >= stretch_end:
            continue
        if at < stretch_start:
            yield Marking(text[at:stretch_start])
        yield Marking(text[stretch_start:stretch_end], role)
        at = stretch_end
    if at < end:
        yield Marking(text[at:end])
