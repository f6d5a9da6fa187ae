"""A person as Popolo has it (popoloproject.com), the form that civic data on politicians comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.exporting.rows import OfficeRow, PersonRow


def popolo_person(
    person: PersonRow,
    offices: Sequence[OfficeRow],
    identifiers: Sequence[dict[str, str]],
    other_names: Sequence[str],
) -> dict[str, Any]:
    """A Popolo Person with identifiers, other names and memberships; what is not known is left out.

    ``identifiers`` have ``scheme`` and ``identifier``. Of offices without dates a note says on which day a
    source shows them.
    """
    told = {
        "id": person.slug,
        "name": person.name,
        "sort_name": person.sort_name,
        "other_names": [{"name": name} for name in other_names if name != person.name],
        "identifiers": list(identifiers),
        "links": [{"url": person.permalink, "note": "Page in the EU–UK Defence Archive"}],
        "memberships": [_membership(person.slug, office) for office in offices],
    }
    return {name: value for name, value in told.items() if value}


def _membership(person_id: str, office: OfficeRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "person_id": person_id,
        "label": office.title,
        "role": office.role,
        "organization": {"name": office.organisation} if office.organisation else None,
        "start_date": office.start,
        "end_date": office.end,
        "note": f"In office on {office.seen_on}" if office.seen_on and not office.start else None,
        "sources": [_source(office.source)] if office.source else None,
    }
    return {name: value for name, value in told.items() if value}


def _source(source: str) -> dict[str, str]:
    return {"url" if source.startswith(("http://", "https://")) else "note": source}
