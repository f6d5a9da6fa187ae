"""An office was held for certain, possibly or not, and a printed title fits it or not."""

from __future__ import annotations

import pytest

from app.authority.offices import Holding, Office, office_fits
from app.dates import PartialDate


def day(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)


@pytest.mark.parametrize(
    ("start", "end", "seen_on", "asked", "held"),
    [
        ("2024-07-05", "2025-09-05", None, "2025-03-17", Holding.CERTAIN),
        ("2024-07-05", "2025-09-05", None, "2024-07-05", Holding.CERTAIN),
        ("2024-07-05", "2025-09-05", None, "2025-09-05", Holding.CERTAIN),
        ("2024-07-05", "2025-09-05", None, "2025-09-06", Holding.NO),
        ("2024-07-05", "2025-09-05", None, "2024-07-04", Holding.NO),
        ("2024-07-05", "2025-09-05", None, "2025-03", Holding.CERTAIN),
        ("2024-07-05", "2025-09-05", None, "2025", Holding.POSSIBLE),
        ("2024-07-05", "2025-09-05", None, "2026", Holding.NO),
        ("2024-07-05", None, None, "2025-03-17", Holding.POSSIBLE),  # nobody wrote down the end
        ("2024-07-05", None, None, "2024-07-04", Holding.NO),
        ("2024-07", "2025-09", None, "2024-07-15", Holding.POSSIBLE),
        ("2024-07", "2025-09", None, "2024-08-01", Holding.CERTAIN),
        (None, "2025-09-05", None, "2025-01-01", Holding.POSSIBLE),
        (None, None, "2025-03-11", "2025-03-11", Holding.CERTAIN),
        (None, None, "2025-03-11", "2025-03-12", Holding.POSSIBLE),
        ("2024-12-01", None, "2025-03-11", "2025-02-01", Holding.CERTAIN),
        ("2024-12-01", None, "2025-03-11", "2025-03-12", Holding.POSSIBLE),
        (None, None, None, "2025", Holding.POSSIBLE),
    ],
)
def test_an_office_is_held_certainly_possibly_or_not(
    start: str | None, end: str | None, seen_on: str | None, asked: str, held: Holding
) -> None:
    """Certain only between two dates on which it was held for sure; no only outside its time."""
    office = Office("Minister", "Ministry", day(start), day(end), seen_on=day(seen_on))
    assert office.held_on(PartialDate.parse(asked)) is held


def test_an_office_cannot_end_before_it_starts() -> None:
    """A slip in the register is told, not stored."""
    with pytest.raises(ValueError, match="before it starts"):
        Office("Minister", "Ministry", day("2025"), day("2024"))


FOREIGN = Office("Secretary of State for Foreign, Commonwealth and Development Affairs", "FCDO")
PRIME = Office("Prime Minister", "Government of the United Kingdom")
FRENCH = Office("President", "Government of France")
US_STATE = Office("Secretary of State", "Government of the United States")


@pytest.mark.parametrize(
    ("words", "office", "side", "fits"),
    [
        ("Prime Minister", PRIME, "uk", True),
        ("British Prime Minister", PRIME, "uk", True),
        ("the UK’s prime minister", PRIME, "uk", True),
        ("French Prime Minister", PRIME, "uk", False),
        ("former Prime Minister", PRIME, "uk", False),
        ("Foreign Secretary", FOREIGN, "uk", True),
        ("Defence Secretary", FOREIGN, "uk", False),
        ("French President", FRENCH, "other", True),
        ("President", FRENCH, "other", True),
        ("US Secretary of State", US_STATE, "other", True),
        ("Secretary of Defense", Office("Secretary of State for Defence", "MoD"), "uk", True),
        ("British", PRIME, "uk", False),
        ("Mr", PRIME, "uk", False),
        ("", PRIME, "uk", False),
    ],
)
def test_a_title_fits_an_office_when_each_of_its_words_does(
    words: str,
    office: Office,
    side: str,
    fits: bool,  # noqa: FBT001
) -> None:
    """A word that the office does not know ("French", "former") speaks against it."""
    assert office_fits(words.split(), office, side) is fits
