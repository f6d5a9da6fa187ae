"""Cues: the frames in which a reporting word gives marked words to a speaker.

Each frame that fits a marked stretch yields a ``Candidate``; ``best`` ranks them. Frames are those of the
literature on quotation attribution (speaker-verb before or after, inversion, "according to", colon); the
nearest governing verb wins, so that "Smith said Jones called it “a mess”" gives the words to Jones.
"""

from __future__ import annotations

from app.extractors.candidates import Candidate, Quote
from app.extractors.cues_after import readings_after
from app.extractors.cues_before import readings_before
from app.extractors.paragraphs import Paragraph


def best(paragraph: Paragraph, quote: Quote) -> Candidate | None:
    """The surest reading of the words around ``quote``, or None; of equal ones that to its right."""
    candidates = [*readings_after(paragraph, quote), *readings_before(paragraph, quote)]
    return max(candidates, key=lambda candidate: candidate.score, default=None)
