"""The register of people is read whole or not at all, and answers by slug, form and surname."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from app.authority.names import slugify
from app.authority.offices import Holding
from app.authority.register import Register
from app.dates import PartialDate
from app.errors import RegisterError
from app.folding import fold
from app.resources import resource_folder

PERSON: dict[str, Any] = {
    "id": "jane-doe",
    "name": "Jane Doe",
    "sort_name": "Doe, Jane",
    "side": "uk",
    "memberships": [{"role": "Minister", "organization": "mod", "start_date": "2024", "end_date": None}],
}


def write(folder: Path, *persons: dict[str, Any]) -> Path:
    path = folder / "people.json"
    path.write_text(json.dumps({"organizations": {"mod": "Ministry"}, "persons": persons}), encoding="utf-8")
    return path


def changed(**fields: object) -> dict[str, Any]:
    return {**PERSON, **fields}


def membership(**fields: object) -> dict[str, Any]:
    return changed(memberships=[{**PERSON["memberships"][0], **fields}])


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (changed(name=None), "persons 1 (jane-doe) has no 'name'"),
        (changed(name=7), "'name' is 7"),
        (changed(side="left"), "side is 'left'"),
        (changed(other_names="Jenny"), "'other_names' is no list"),
        (changed(memberships=["Minister"]), "memberships 1 is no object"),
        (membership(start_date="5 July 2024"), "not a date"),
        (membership(start_date="2024-13"), "start_date"),
        (membership(end_date="2023"), "before it starts"),
        (membership(organization="fcdo"), "has no 'fcdo'"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, person: dict[str, Any], reason: str
) -> None:
    """Whoever edits the register learns which entry to mend."""
    with pytest.raises(RegisterError) as caught:
        Register.load(write(tmp_path, person))
    assert reason in str(caught.value)
    assert caught.value.path == tmp_path / "people.json"


def test_two_persons_cannot_share_an_id(tmp_path: Path) -> None:
    """An address means one person."""
    with pytest.raises(RegisterError, match="same id"):
        Register.load(write(tmp_path, PERSON, PERSON))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, content: bytes) -> None:
    """A broken file gives an error that names it."""
    path = tmp_path / "people.json"
    path.write_bytes(content)
    with pytest.raises(RegisterError, match=r"people\.json"):
        Register.load(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The reason of the system stands in the message."""
    with pytest.raises(RegisterError, match="cannot be read"):
        Register.load(tmp_path / "people.json")


def test_nobody_can_change_a_register(tmp_path: Path) -> None:
    """A register handed around stays what it was."""
    register = Register.load(write(tmp_path, PERSON))
    with pytest.raises(FrozenInstanceError):
        register.persons = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("form", "slug"),
    [
        ("Maroš Šefčovič", "maros-sefcovic"),
        ("maros sefcovic", "maros-sefcovic"),
        ("Sefcovic, Maros", "maros-sefcovic"),
        ("Sir Keir Starmer", "keir-starmer"),
        ("Sir Keir", "keir-starmer"),
        ("Admiral Sir Tony Radakin", "tony-radakin"),
        ("Thomas Symonds", "nick-thomas-symonds"),
        ("Nick Thomas Symonds", "nick-thomas-symonds"),
        ("Lord Ricketts", "peter-ricketts"),
        ("Volodymyr Zelensky", "volodymyr-zelenskyy"),
        ("Radek Sikorski", "radoslaw-sikorski"),
        ("Ursula Von Der Leyen", "ursula-von-der-leyen"),
        ("Siegfried Muresan", "siegfried-muresan"),
    ],
)
def test_a_person_is_found_by_every_form(people: Register, form: str, slug: str) -> None:
    """Titles, diacritics, hyphens and order do not hide a person."""
    assert [person.slug for person in people.by_form(form)] == [slug]


@pytest.mark.parametrize(
    "form", ["Keir", "Starmer", "Sir", "", "Lord Robertson", "Baroness Smith", "EU foreign policy chief"]
)
def test_what_is_no_full_form_finds_nobody(people: Register, form: str) -> None:
    """A forename, a bare surname, a shared title or a role is no form."""
    assert people.by_form(form) == ()


@pytest.mark.parametrize(
    ("surname", "slugs"),
    [
        ("von der Leyen", ["ursula-von-der-leyen"]),
        ("Leyen", ["ursula-von-der-leyen"]),
        ("Zelensky", ["volodymyr-zelenskyy"]),
        ("Fontelles", ["josep-borrell"]),
        ("SZLAPKA", ["adam-szlapka"]),
        ("Sikorska", []),
        ("Keir", []),
        ("", []),
    ],
)
def test_a_surname_finds_all_who_bear_it(people: Register, surname: str, slugs: list[str]) -> None:
    """Each spelling of the surname counts, and no other name does."""
    assert [person.slug for person in people.by_surname(surname)] == slugs


def test_the_shipped_register_is_consistent(people: Register) -> None:
    """Slugs follow from names, lists are in order, and each office seen has its source."""
    assert len(people) == 81
    for person in people:
        assert person.slug == slugify(person.name)
        for office in person.offices:
            assert office.source or office.seen_on is None
    sorted_as = [fold(person.sort_name) for person in people]
    assert sorted_as == sorted(sorted_as)


def test_the_shipped_register_names_whom_to_credit() -> None:
    """Identifiers under CC BY 4.0 carry their attribution."""
    meta = json.loads((resource_folder("seeds") / "people.json").read_text(encoding="utf-8"))["meta"]
    assert "mySociety politician_data 0.16.0, CC BY 4.0" in " ".join(meta["attribution"])


@pytest.mark.parametrize(
    ("slug", "day", "title", "held"),
    [
        (
            "david-lammy",
            "2025-03-17",
            "Secretary of State for Foreign, Commonwealth and Development Affairs",
            Holding.CERTAIN,
        ),
        ("keir-starmer", "2025-03-17", "Prime Minister, Government of the United Kingdom", Holding.POSSIBLE),
        ("ursula-von-der-leyen", "2025-03-11", "President, European Commission", Holding.CERTAIN),
        ("lena-dupont", "2025-03-12", "Member of the European Parliament (PPE)", Holding.CERTAIN),
        ("adam-szlapka", "2025-03-11", "President-in-Office of the Council", Holding.CERTAIN),
        ("kaja-kallas", "2023-05", "Prime Minister of Estonia", Holding.CERTAIN),
        ("yvette-cooper", "2025-03-17", "Home Secretary", Holding.CERTAIN),
    ],
)
def test_a_page_can_say_which_office_was_held_on_a_day(
    people: Register, slug: str, day: str, title: str, held: Holding
) -> None:
    """The first of the offices on that day, with how sure it is."""
    person = people.get(slug)
    assert person is not None
    office, holding = person.offices_on(PartialDate.parse(day))[0]
    assert (office.title, holding) == (title, held)


def test_only_facts_that_are_sure_are_shipped(people: Register) -> None:
    """People and offices that the reference is less sure of stay out."""
    assert people.get("catriona-mace") is None
    maasikas, radakin = people.get("matti-maasikas"), people.get("tony-radakin")
    assert maasikas is not None
    assert radakin is not None
    assert (maasikas.offices, radakin.offices) == ((), ())
