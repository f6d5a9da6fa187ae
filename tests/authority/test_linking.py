"""A speaker becomes a person where that is certain, and stays open with a reason where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authority.linking import ArticleNames, Link, Mention, link_speaker
from app.authority.offices import Office
from app.authority.register import PersonRecord, Register
from app.dates import PartialDate

MARCH = PartialDate.parse("2025-03-17")
NOBODY = ArticleNames()


def outcome(link: Link) -> str | None:
    """The slug of a register person, or the name of a new one, or None."""
    return link.record.slug if link.record else link.new_name


@pytest.mark.parametrize(
    ("printed", "name", "found"),
    [
        ("Maasikas", "Matti Maasikas", "matti-maasikas"),
        ("He", "Matti Maasikas", "matti-maasikas"),
        ("UK Minister for EU Relations Nick Thomas-Symonds", "Nick Thomas-Symonds", "nick-thomas-symonds"),
        ("Catriona Mace, the foreign and development policy director", "Catriona Mace", "Catriona Mace"),
        ("He", "David Lammy", "david-lammy"),
        ("Prime Minister Keir Starmer", "Keir Starmer", "keir-starmer"),
        ("High Representative Kaja Kallas", "Kaja Kallas", "kaja-kallas"),
        ("Šefčovič", "Maroš Šefčovič", "maros-sefcovic"),
        ("Valdis Dombrovskis", "Valdis Dombrovskis", "valdis-dombrovskis"),
        ("Stella Creasy, Labour MP and chair of a movement", "Stella Creasy", "stella-creasy"),
        ("Rachel Reeves", "Rachel Reeves", "rachel-reeves"),
        ("Peter Kyle", "Peter Kyle", "peter-kyle"),
        ("Marco Rubio", "Marco Rubio", "marco-rubio"),
        ("Tony Radakin", "Tony Radakin", "tony-radakin"),
        ("Ursula von der Leyen", "Ursula von der Leyen", "ursula-von-der-leyen"),
        ("Donald Trump", "Donald Trump", "donald-trump"),
        ("Szłapka", "Adam Szlapka", "adam-szlapka"),
    ],
)
def test_a_full_name_finds_its_person(people: Register, printed: str, name: str, found: str) -> None:
    """Everybody whom the two first articles name is found, and whom no register has is new."""
    assert outcome(link_speaker(Mention(printed, name, is_person=True), NOBODY, MARCH, people)) == found


@pytest.mark.parametrize(
    ("printed", "article", "found"),
    [
        ("Starmer", ["Keir Starmer"], "keir-starmer"),
        ("Starmer", ["Sir Keir Starmer", "Keir Starmer"], "keir-starmer"),
        ("Mace", ["Catriona Mace", "Keir Starmer"], "Catriona Mace"),
        ("von der Leyen", ["Ursula von der Leyen"], "ursula-von-der-leyen"),
        ("Sefcovic", ["Maroš Šefčovič"], "maros-sefcovic"),
        ("Dame Emily", ["Dame Emily Thornberry"], "emily-thornberry"),
        ("K. Starmer", ["Keir Starmer"], "keir-starmer"),
        ("Reeves", ["Ellie Reeves"], "Ellie Reeves"),
        ("Reeves", ["Ellie Reeves", "Rachel Reeves"], None),
        ("Smith", ["Jane Smith", "John Smith"], None),
        ("Baroness Smith", ["Jane Smith"], None),
        ("Sikorska", ["Radosław Sikorski"], None),
    ],
)
def test_a_surname_means_the_one_person_the_article_names_in_full(
    people: Register, printed: str, article: list[str], found: str | None
) -> None:
    """One bearer of the surname in the article settles it; two, or another spelling, do not."""
    link = link_speaker(Mention(printed, printed, is_person=True), ArticleNames.of(article), MARCH, people)
    assert outcome(link) == found


@pytest.mark.parametrize(
    ("printed", "name", "day", "found"),
    [
        ("Prime Minister Starmer", "Starmer", "2025-03-17", "keir-starmer"),
        ("Prime Minister Starmer", None, "2025-03-17", "keir-starmer"),
        ("Prime Minister Starmer", "Starmer", "2024-07", "keir-starmer"),
        ("Prime Minister Starmer", "Starmer", "2023-03-17", None),
        ("Prime Minister Starmer", "Starmer", None, None),
        ("French President Starmer", "Starmer", "2025-03-17", None),
        ("Starmer", "Starmer", "2025-03-17", None),
        ("Mr Starmer", "Mr Starmer", "2025-03-17", None),
        ("Foreign Secretary Lammy", "Lammy", "2025-03-17", "david-lammy"),
        ("Foreign Secretary Lammy", "Lammy", "2026-01-30", None),
        ("President Costa", "Costa", "2025-03-11", "antonio-costa"),
        ("Costa", "Costa", "2025-03-11", None),
        ("Commissioner Kubilius", "Kubilius", "2025-03-11", "andrius-kubilius"),
        ("EU trade commissioner Šefčovič", "Šefčovič", "2026", "maros-sefcovic"),
        ("Chancellor Reeves", "Reeves", "2025-03-17", "rachel-reeves"),
        ("US Secretary of State Rubio", "Rubio", "2026-02-04", "marco-rubio"),
        ("Nato chief Rutte", "Rutte", "2025-06", "mark-rutte"),
        ("Nato chief Stoltenberg", "Stoltenberg", "2025-06", None),
        ("Sir Keir", "Sir Keir", None, "keir-starmer"),
        ("President von der Leyen", "von der Leyen", None, "ursula-von-der-leyen"),
        ("Von der Leyen", "Von der Leyen", None, "ursula-von-der-leyen"),
        ("Thomas-Symonds", "Thomas-Symonds", None, "nick-thomas-symonds"),
        ("Lord Ricketts", "Lord Ricketts", None, "peter-ricketts"),
        ("Lord Robertson", "Lord Robertson", None, None),
        ("Baroness Smith", "Baroness Smith", None, None),
        ("Smith", "Smith", None, None),
    ],
)
def test_without_a_full_name_only_what_is_certain_is_linked(
    people: Register, printed: str, name: str | None, day: str | None, found: str | None
) -> None:
    """A surname needs an office that its bearer may hold on that date, or a form nobody else has."""
    on = None if day is None else PartialDate.parse(day)
    assert outcome(link_speaker(Mention(printed, name, is_person=True), NOBODY, on, people)) == found


@pytest.mark.parametrize(
    ("article", "found"),
    [
        (["Ellie Reeves"], None),
        (["Ellie Reeves", "Rachel Reeves"], "rachel-reeves"),
        (["Rachel Reeves"], "rachel-reeves"),
        (["Ellie Reeves", "Jane Reeves"], None),
    ],
)
def test_an_office_and_a_full_name_that_disagree_settle_nothing(
    people: Register, article: list[str], found: str | None
) -> None:
    """The office picks one of those the article names, and is never given to somebody else."""
    mention = Mention("Chancellor Reeves", "Reeves", is_person=True)
    assert outcome(link_speaker(mention, ArticleNames.of(article), MARCH, people)) == found


def test_a_role_given_elsewhere_in_the_article_counts_as_an_office(people: Register) -> None:
    """The description of a person settles a bare surname as a title before it does."""
    mention = Mention("Kubilius", "Kubilius", is_person=True, role="the EU’s defence commissioner")
    assert outcome(link_speaker(mention, NOBODY, MARCH, people)) == "andrius-kubilius"


@pytest.mark.parametrize(
    "printed", ["one source close to the government", "the European Commission", "diplomats"]
)
def test_what_is_no_person_is_never_linked(people: Register, printed: str) -> None:
    """Unnamed sources, bodies and documents have no page of a person, whatever they look like."""
    assert outcome(link_speaker(Mention(printed, printed, is_person=False), NOBODY, MARCH, people)) is None
    assert (
        outcome(link_speaker(Mention("Keir Starmer", "Keir Starmer", is_person=False), NOBODY, MARCH, people))
        is None
    )


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("He", None),
        ("the prime minister", None),
        ("a spokesperson", "EU Commission spokesperson"),
        ("Downing Street", "Downing Street"),
        ("Catriona Mace", None),  # beside a quotation, but not given as a name by the extractor
        ("", None),
    ],
)
def test_no_person_is_made_from_what_is_no_full_name(
    people: Register, printed: str, name: str | None
) -> None:
    """Pronouns, roles and bodies make no new person."""
    assert outcome(link_speaker(Mention(printed, name, is_person=True), NOBODY, MARCH, people)) is None


@pytest.mark.parametrize(
    ("name", "new_name"),
    [
        ("Catriona Mace", "Catriona Mace"),
        ("Dame Jane Doe MP", "Jane Doe"),
        ("Baroness Smith of Basildon", "Baroness Smith of Basildon"),
        ("Commissioner Ana Pérez", "Ana Pérez"),
        ("Keith Starmer", "Keith Starmer"),
    ],
)
def test_a_full_name_that_nobody_has_is_a_new_person(people: Register, name: str, new_name: str) -> None:
    """The new person is named without titles, a peer with a place as printed."""
    link = link_speaker(Mention(name, name, is_person=True), NOBODY, MARCH, people)
    assert (link.record, link.new_name, link.rule) == (None, new_name, "new-full-name")


def made(slug: str, *offices: Office) -> PersonRecord:
    return PersonRecord(slug, "Jane Doe", "Doe, Jane", "uk", ("Jane Doe",), offices, ())


def test_two_people_of_one_name_are_told_apart_by_office_and_date_or_not_at_all() -> None:
    """The office decides where one of them alone may hold it on that day; else the case stays open."""
    minister = Office("Minister of Health", "Department", PartialDate(2024), PartialDate(2025))
    professor = Office("Chair of Physics", "University", PartialDate(2020))
    register = Register((made("jane-doe", minister), made("jane-doe-2", professor)))

    def link(printed: str, year: int) -> Link:
        return link_speaker(Mention(printed, "Jane Doe", is_person=True), NOBODY, PartialDate(year), register)

    assert outcome(link("Health minister Jane Doe", 2024)) == "jane-doe"
    assert outcome(link("Health minister Jane Doe", 2026)) is None
    assert outcome(link("Jane Doe", 2024)) is None
    assert link("Jane Doe", 2024).reason == "The register has 2 people whom “Jane Doe” can name."


def test_every_outcome_has_a_reason_that_is_a_sentence(people: Register) -> None:
    """A reader is told why, linked or not."""
    for printed in [
        "Keir Starmer",
        "Starmer",
        "He",
        "Sir Keir",
        "Catriona Mace",
        "Smith",
        "Prime Minister Costa",
    ]:
        link = link_speaker(Mention(printed, printed, is_person=True), NOBODY, None, people)
        assert link.reason.endswith(".")
        assert link.reason.lstrip("“")[0].isupper()


def test_a_link_is_never_both_known_and_new(people: Register) -> None:
    """A register person and a new name exclude each other."""
    with pytest.raises(ValueError, match="not both"):
        Link(people.persons[0], "Jane Doe", "rule", "reason")


def test_the_articles_names_are_full_names_each_once() -> None:
    """Titles make no second name; surnames, sources and bodies are none."""
    given_names = [
        "Sir Keir Starmer",
        "Keir Starmer",
        "Starmer",
        "a source",
        "European Commission",
        "Lord Hill of Oareford",
    ]
    assert ArticleNames.of(given_names).names == ("Sir Keir Starmer", "Lord Hill of Oareford")


words = st.sampled_from(
    [
        "Sir",
        "Keir",
        "Starmer",
        "Prime",
        "Minister",
        "von",
        "der",
        "Leyen",
        "Smith",
        "of",
        "MP",
        ",",
        "(",
        "the",
    ]
)
names = st.lists(words, max_size=6).map(" ".join) | st.text(max_size=40)


@given(printed=names, name=st.none() | names, article=st.lists(names, max_size=4))
def test_any_mention_gets_an_answer(printed: str, name: str | None, article: list[str]) -> None:
    """Linking fails on nothing, and gives a name or a person only to a person."""
    register = Register((PersonRecord("keir-starmer", "Keir Starmer", "", "uk", ("Keir Starmer",), (), ()),))
    link = link_speaker(Mention(printed, name, is_person=True), ArticleNames.of(article), MARCH, register)
    assert link.reason
    assert link.new_name is None or len(link.new_name.split()) > 1


def test_an_empty_register_makes_new_people_only(tmp_path: Path) -> None:
    """A register may be empty; full names still become people from the text."""
    path = tmp_path / "people.json"
    path.write_text('{"persons": []}', encoding="utf-8")
    register = Register.load(path)
    assert (
        outcome(link_speaker(Mention("x", "Keir Starmer", is_person=True), NOBODY, MARCH, register))
        == "Keir Starmer"
    )
