"""The people a text names are found where it names them, and nobody else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authority.mentions import persons_mentioned
from app.authority.register import PersonRecord, Register


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Keir Starmer spoke. Later Starmer left.", ["Keir Starmer", "Starmer"]),
        ("Sir Keir Starmer and Starmer’s party", ["Sir Keir Starmer", "Starmer"]),
        ("Starmer spoke before Keir Starmer was named.", ["Keir Starmer"]),
        ("Prime Minister Starmer spoke.", []),
        ("Von der Leyen met von der Leyen’s staff.", ["Von der Leyen", "von der Leyen"]),
        ("Nick Thomas-Symonds; Thomas Symonds", ["Nick Thomas-Symonds", "Thomas Symonds"]),
        ("Maros Sefcovic, or Šefčovič", ["Maros Sefcovic", "Šefčovič"]),
        ("Maros\u030c S\u030cefc\u030covic\u030c came.", ["Maros\u030c S\u030cefc\u030covic\u030c"]),
        ("Rachel Reeves spoke, Ellie Reeves listened, Reeves left.", ["Rachel Reeves"]),
        ("Rachel Reeves spoke. On Friday Reeves left.", ["Rachel Reeves", "Reeves"]),
        ("António Costa flew to Costa Rica; Costa slept.", ["António Costa", "Costa"]),
        ("Maria Eagle saw an eagle and an Eagle Systems stand.", ["Maria Eagle"]),
        (
            "Donald Tusk and Donald Trump: Tusk nodded at Trump.",
            ["Donald Tusk", "Donald Trump", "Tusk", "Trump"],
        ),
        ("John Healey-Jones and a MacHealey", []),
        ("keir starmer in small letters", []),
        ("Keir\nStarmer over a line's end", ["Keir\nStarmer"]),
        ("", []),
    ],
)
def test_full_names_and_the_surnames_after_them_are_found(
    people: Register, text: str, found: list[str]
) -> None:
    """A surname counts once its bearer is named, and as long as nobody else of that name appears."""
    assert [mention.form for mention in persons_mentioned(text, people)] == found


def test_a_name_that_two_people_share_counts_for_neither() -> None:
    """Where the register cannot tell two people apart, the text's people list stays silent."""
    twins = [PersonRecord(slug, "Jane Doe", "", "uk", ("Jane Doe",), (), ()) for slug in ("one", "two")]
    assert persons_mentioned("Jane Doe spoke. Doe left.", Register(tuple(twins))) == ()


pieces = st.sampled_from(
    [
        "Keir Starmer",
        "Starmer",
        "Sir Keir",
        "von der Leyen",
        "Šefčovič",
        "Maroš ",
        "Ellie",
        " ",
        "’s ",
        "-",
        ". ",
        "\n",
        "\u030c",
        "The",
    ]
)


@given(st.lists(pieces | st.text(max_size=5)).map("".join))
def test_offsets_are_true_on_any_text(text: str) -> None:
    """Each mention's form is what stands in the text, in order and apart."""
    mentions = persons_mentioned(text, register=_REGISTER)
    assert all(text[one.start : one.end] == one.form for one in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def _record(slug: str, *forms: str) -> PersonRecord:
    return PersonRecord(slug, forms[0], "", "uk", forms, (), ())


_REGISTER = Register(
    (
        _record("keir-starmer", "Keir Starmer", "Sir Keir"),
        _record("ursula-von-der-leyen", "Ursula von der Leyen"),
        _record("maros-sefcovic", "Maroš Šefčovič"),
    )
)
