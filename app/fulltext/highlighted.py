"""Text with some of it marked, as data: a template draws the marks, nothing here is HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Highlighted:
    """A text in parts; ``(text, True)`` is a part that matched."""

    parts: tuple[tuple[str, bool], ...]

    @classmethod
    def cut(
        cls, text: str, spans: Sequence[tuple[int, int]], start: int = 0, end: int | None = None
    ) -> Highlighted:
        """``text[start:end]`` with ``spans`` of ``text`` marked; spans in order and apart.

        >>> Highlighted.cut("closer defence ties", [(7, 14)]).parts
        (('closer ', False), ('defence', True), (' ties', False))
        """
        end = len(text) if end is None else end
        parts: list[tuple[str, bool]] = []
        at = start
        for span_start, span_end in spans:
            if span_start < at or span_end > end:
                continue
            parts += [(text[at:span_start], False), (text[span_start:span_end], True)]
            at = span_end
        parts.append((text[at:end], False))
        return cls(tuple(part for part in parts if part[0]))

    @property
    def text(self) -> str:
        """The whole text without marks."""
        return "".join(text for text, _ in self.parts)
