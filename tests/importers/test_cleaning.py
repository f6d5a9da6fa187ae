"""Removal rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.cleaning import TextTooLongError, clean, raw_offset

PIECES = st.sampled_from(
    [
        "Pact. ",
        "\n",
        "\r\n",
        "![]()\n",
        "![a](b)\n",
        "\nSend Comments",
        "\x00",
        " ",
        "Ž",
        "Å½alimas",
        "â€œ",
        "ÏÂ\x95",
        "Ã¢â‚¬â„¢",
    ]
)
MESSY = st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join))


@given(MESSY)
def test_what_is_left_and_what_was_taken_make_the_whole(raw: str) -> None:
    """Removals are in order and apart; the raw text is the cleaned one with them put back."""
    text, removals = clean(raw)
    assert all(one.end <= other.start for one, other in pairwise(removals))
    assert all(raw[removal.start : removal.end] == removal.text for removal in removals)
    replaced = {removal.start: removal.replacement for removal in removals if removal.replacement}
    taken = sum(len(removal.text) - len(removal.replacement) for removal in removals)
    assert len(text) + taken == len(raw)
    for at, character in enumerate(text):
        origin = raw_offset(removals, at)
        assert character in replaced[origin] if origin in replaced else character == raw[origin]


@given(MESSY)
def test_cleaning_twice_takes_nothing_more_from_a_text_without_buttons(raw: str) -> None:
    """The rules find all they mean to find at once; only a second button line may come to light."""
    text, _ = clean(raw.replace("Send Comments", "").replace("![", ""))
    assert clean(text)[0] == text


@pytest.mark.parametrize(
    ("raw", "text", "rules"),
    [
        ("One.\n![]()\nTwo.", "One.\nTwo.", ["image without text"]),
        ("One.\n![a chart](https://example.org/c.png)\nTwo.", "One.\nTwo.", ["image without text"]),
        ("One.\nSend Comments", "One.", ["page button"]),
        ("One.\nSend Comments\n \n", "One.", ["page button", "blank edge"]),
        ("One.\r\nTwo.", "One.\nTwo.", ["carriage return"]),
        ("O\x07ne.", "One.", ["control character"]),
        ("\n\n One. \n", "One.", ["blank edge", "blank edge"]),
        ("Å½alimas said â€œyesâ€\x9d.", "Žalimas said “yes”.", ["double encoding"] * 3),
        ("“Müller” of the „ß“", "“Müller” of the „ß“", []),
        ("Readers may Send Comments by post.", "Readers may Send Comments by post.", []),
        ("Markdown has ![]() for images.", "Markdown has ![]() for images.", []),
    ],
)
def test_each_rule_takes_what_it_names_and_no_more(raw: str, text: str, rules: list[str]) -> None:
    cleaned, removals = clean(raw)
    assert (cleaned, [removal.rule for removal in removals]) == (text, rules)


def test_a_text_longer_than_any_report_is_refused_before_anything_is_looked_for() -> None:
    with pytest.raises(TextTooLongError, match="300,001 characters"):
        clean("\x01" * 300_001)
