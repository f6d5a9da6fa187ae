"""How much of an article may be shown: the one place that cuts texts for pages, feeds and exports."""

from __future__ import annotations

from enum import StrEnum

_EXCERPT_WORDS = 60


class DisplayMode(StrEnum):
    """How much of an article its licence, or the archive's editors, let readers see."""

    FULL = "full"
    EXCERPT = "excerpt"
    METADATA = "metadata"


def settle(*said: str | None) -> DisplayMode:
    """The mode that holds: the first of what was said of the article and its outlet, else full.

    >>> settle(None, "excerpt").value, settle().value
    ('excerpt', 'full')
    """
    return DisplayMode(next((mode for mode in said if mode), DisplayMode.FULL))


def shown_text(text: str, mode: DisplayMode) -> str:
    """What of an article's text may be shown: all, its first words, or nothing.

    >>> shown_text("Ministers met.", DisplayMode.EXCERPT), shown_text("Ministers met.", DisplayMode.METADATA)
    ('Ministers met.', '')
    """
    if mode is DisplayMode.FULL:
        return text
    if mode is DisplayMode.METADATA:
        return ""
    end = 0
    for _ in range(_EXCERPT_WORDS):
        while end < len(text) and text[end].isspace():
            end += 1
        while end < len(text) and not text[end].isspace():
            end += 1
    return text if end == len(text) else f"{text[:end]} […]"
