"""RIS, which every reference manager reads, by rispy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import rispy

from app.dates import PartialDate
from app.exporting.references import ARCHIVE_NAME, Reference, reference_of
from app.exporting.rows import Citable


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """rispy's writer without the "1." that it puts before each record: the format has no place for it."""

    def set_header(self, count: int) -> str:  # noqa: ARG002  (rispy's name)
        return ""


def write_ris(rows: Iterable[Citable]) -> Iterator[bytes]:
    """A record a row, of the type NEWS: Zotero makes a newspaper article of it."""
    writer = _Writer()
    for row in rows:
        yield (writer.formats([_record(reference_of(row))]) + "\n").encode()


def _record(reference: Reference) -> dict[str, Any]:
    """The record; the order of its keys is the order of the lines."""
    record = {
        "type_of_reference": "NEWS",
        "id": reference.key,
        "authors": [reference.author] if reference.author else None,
        "title": reference.title,
        "secondary_title": reference.outlet,
        "year": f"{reference.date.year:04}" if reference.date else None,
        "date": _date(reference.date) if reference.date else None,
        "language": reference.language,
        "notes": list(reference.notes) or None,
        "name_of_database": ARCHIVE_NAME,
        "accession_number": reference.place,
        "urls": [reference.address],
    }
    return {key: value for key, value in record.items() if value}


def _date(date: PartialDate) -> str:
    """A date as RIS has it, YYYY/MM/DD/, with the parts that are not known left empty.

    >>> _date(PartialDate(2025, 3))
    '2025/03//'
    """
    month, day = (f"{part:02}" if part else "" for part in (date.month, date.day))
    return f"{date.year:04}/{month}/{day}/"
