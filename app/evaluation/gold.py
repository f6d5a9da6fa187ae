"""Annotated articles: one a line of JSON, offsets in code points.

``{id, text, regions, quotes: [{start, end, kind, speaker: {start, end, text} | null, speaker_name, cue,
quoted: [{start, end, title_like?}], speaker_alts?, structure?: […]}]}``: the form in which PolNeAR (Newell,
Margolin, Ruths, LREC 2018) is kept for this purpose. ``regions`` are the stretches between quotation marks,
``quoted`` those of them that belong to the quotation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import GoldError

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """One annotated quotation.

    ``quoted`` are its stretches between marks, those that look like titles of works in ``titles`` as
    well. ``name`` is the speaker's resolved name; None where the annotators could not tell.
    ``structures`` are the annotators' words for how it is built, or else the sort of its speaker's mention.
    """

    span: Stretch
    kind: str
    quoted: tuple[Stretch, ...]
    titles: frozenset[Stretch]
    speaker: Stretch | None
    speaker_text: str
    name: str | None
    other_names: tuple[str, ...]
    cue: str
    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One annotated article."""

    id: str
    text: str
    regions: tuple[Stretch, ...]
    quotes: tuple[GoldQuote, ...]


def read_gold(path: Path) -> Iterator[GoldArticle]:
    """The articles of a file. Raises GoldError with the number of a line that is not of this form."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise GoldError(path, f"it cannot be read ({exc})") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _article(json.loads(line))
        except (ValueError, KeyError, TypeError) as exc:
            raise GoldError(path, f"line {number} is no annotated article ({exc!r})") from exc


def _article(entry: dict[str, Any]) -> GoldArticle:
    quotes = tuple(_quote(quote) for quote in entry["quotes"])
    regions = entry.get("regions") or [stretch for quote in quotes for stretch in quote.quoted]
    return GoldArticle(entry["id"], entry["text"], tuple((r[0], r[1]) for r in regions), quotes)


def _quote(entry: dict[str, Any]) -> GoldQuote:
    speaker = entry["speaker"]
    quoted = entry.get("quoted", [] if entry["kind"] == "indirect" else [entry])
    return GoldQuote(
        span=(entry["start"], entry["end"]),
        kind=entry["kind"],
        quoted=tuple((part["start"], part["end"]) for part in quoted),
        titles=frozenset((part["start"], part["end"]) for part in quoted if part.get("title_like")),
        speaker=(speaker["start"], speaker["end"]) if speaker else None,
        speaker_text=speaker["text"] if speaker else "",
        name=entry.get("speaker_name"),
        other_names=tuple(entry.get("speaker_alts", ())),
        cue=entry["cue"]["text"] if entry.get("cue") else "",
        structures=tuple(entry.get("structure") or [entry.get("speaker_how") or "none"]),
    )
