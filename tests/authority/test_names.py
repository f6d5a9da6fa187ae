"""Names are compared without case, diacritics and titles, and taken apart as a reader would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authority.names import (
    is_name_like,
    name_tokens,
    parse_name,
    same_name,
    slugify,
    sort_name,
    surname,
)
from app.folding import fold

any_text = st.text(st.characters() | st.sampled_from("ŁłØøĐđßẞÆæıİŠščŐő'’-– .,"))


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("Šefčovič", "sefcovic"),
        ("Szłapka", "szlapka"),
        ("Władysław Kosiniak-Kamysz", "wladyslaw kosiniak-kamysz"),
        ("Séjourné", "sejourne"),
        ("Düpont", "dupont"),
        ("Mureșan", "muresan"),
        ("Mureşan", "muresan"),
        ("Ødegård", "odegard"),
        ("Đoković", "dokovic"),
        ("Weiß", "weiss"),
        ("Æthelstan", "aethelstan"),
        ("Yıldız", "yildiz"),
        ("S\u030cefc\u030covic\u030c", "sefcovic"),
    ],
)
def test_folding_takes_off_case_and_diacritics(printed: str, folded: str) -> None:
    """A name is found by the letters of an English keyboard."""
    assert fold(printed) == folded


@given(any_text)
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding is idempotent on any text."""
    assert fold(fold(text)) == fold(text)


@given(any_text)
def test_a_slug_has_only_small_letters_digits_and_hyphens(text: str) -> None:
    """Any text gives a usable part of an address, the same each time."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slugify(text))
    assert slugify(text) == slugify(text)
    assert len(slugify(text)) <= 80


def test_names_in_other_scripts_get_slugs_of_their_own() -> None:
    """A name without Latin letters still has an address, and another name another one."""
    assert slugify("Володимир") != slugify("Наталія")


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Sir Keir Starmer", "Keir Starmer"),
        ("The Rt Hon. Dame Emily Thornberry MP", "Emily Thornberry"),
        ("Admiral Sir Tony Radakin", "Tony Radakin"),
        ("Air Chief Marshal Sir Rich Knighton", "Rich Knighton"),
        ("British Prime Minister Keir Starmer", "Keir Starmer"),
        ("Bart Groothuis (Renew)", "Bart Groothuis"),
        ("WEBER, Manfred", "Manfred WEBER"),
        ("von der Leyen, Ursula", "Ursula von der Leyen"),
        ("Stella Creasy, Labour MP", "Stella Creasy"),
        ("Starmer’s", "Starmer"),
        ("Prof. Dr Jane Doe, OBE", "Jane Doe"),
        ("Lord Ricketts", "Ricketts"),
        ("Sir", "Sir"),
        ("", ""),
    ],
)
def test_titles_and_what_follows_a_name_are_taken_off(printed: str, name: str) -> None:
    """The name itself is left, in the order forename, surname."""
    assert parse_name(printed).text == name


@pytest.mark.parametrize(
    ("name", "last", "sorts_as"),
    [
        ("Keir Starmer", "Starmer", "Starmer, Keir"),
        ("Ursula von der Leyen", "von der Leyen", "Leyen, Ursula von der"),
        ("Bart De Wever", "De Wever", "De Wever, Bart"),
        ("Nick Thomas-Symonds", "Thomas-Symonds", "Thomas-Symonds, Nick"),
        ("Davor Ivo Stier", "Stier", "Stier, Davor Ivo"),
        ("Al Carns", "Carns", "Carns, Al"),
        ("Ahmed al-Sharaa", "al-Sharaa", "al-Sharaa, Ahmed"),
        ("Lord Robertson of Port Ellen", "Robertson", "Robertson"),
        ("Zelenskyy", "Zelenskyy", "Zelenskyy"),
    ],
)
def test_the_surname_keeps_its_particles(name: str, last: str, sorts_as: str) -> None:
    """Particles belong to the surname; small ones go behind when a list is sorted."""
    assert (surname(name), sort_name(name)) == (last, sorts_as)


@pytest.mark.parametrize(
    ("printed", "is_full"),
    [
        ("Catriona Mace", True),
        ("JD Vance", True),
        ("J. D. Vance", True),
        ("K. Starmer", False),
        ("Starmer", False),
        ("von der Leyen", False),
        ("Sir Keir", False),
        ("Baroness Smith", False),
    ],
)
def test_a_full_name_has_a_forename_and_a_surname(printed: str, is_full: bool) -> None:  # noqa: FBT001
    """A single initial is no forename, a particle no name of its own."""
    assert parse_name(printed).is_full is is_full


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Šefčovič, Maroš", "Maros Sefcovic", True),
        ("Tarr Zoltán", "Zoltan Tarr", True),
        ("Donald J. Trump", "Donald Trump", True),
        ("K. Starmer", "Keir Starmer", True),
        ("J.D. Vance", "JD Vance", True),
        ("Nick Thomas Symonds", "Nick Thomas-Symonds", True),
        ("Radosław Sikorski", "Anne Sikorska", False),
        ("Jane Smith", "John Smith", False),
        ("Starmer", "Keir Starmer", False),
        ("", "", False),
    ],
)
def test_two_forms_of_one_name_are_the_same_and_two_names_are_not(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    """Order, initials and diacritics make no difference; another forename does."""
    assert same_name(one, other) is same


def test_parts_of_double_names_are_tokens_of_their_own() -> None:
    """A double name is found with a hyphen and without."""
    assert name_tokens(["Thomas-Symonds"]) == name_tokens(["Thomas", "Symonds"])


@pytest.mark.parametrize(
    "printed",
    [
        "European Commission",
        "one source",
        "a spokesperson",
        "the prime minister",
        "EU diplomats",
        "He",
        "F-35 Lightning",
        "",
    ],
)
def test_descriptions_and_bodies_are_no_names(printed: str) -> None:
    """What names a body, an office or a crowd is never taken for a person."""
    assert not is_name_like(parse_name(printed))


@given(any_text)
def test_any_text_can_be_taken_apart(text: str) -> None:
    """No text whatever makes the reading of names fail."""
    parsed = parse_name(text)
    assert isinstance(sort_name(text), str)
    assert set(parsed.surname) <= set(parsed.words)
    assert same_name(text, text) is bool(parsed.tokens)
