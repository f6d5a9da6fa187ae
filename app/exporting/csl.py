"""CSL-JSON, the input of citation processors: Zotero, pandoc, citeproc."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from app.exporting.references import ARCHIVE_NAME, Reference, reference_of
from app.exporting.rows import Citable


def write_csl(rows: Iterable[Citable]) -> Iterator[bytes]:
    """An array with an item a row, of the type article-newspaper."""
    yield b"["
    for number, row in enumerate(rows):
        item = json.dumps(csl_item(reference_of(row)), ensure_ascii=False)
        yield (",\n" if number else "\n").encode() + item.encode()
    yield b"\n]\n"


def csl_item(reference: Reference) -> dict[str, Any]:
    """One item. A date that was worked out is marked ``circa``; an unknown one is left out."""
    item = {
        "id": reference.key,
        "type": "article-newspaper",
        "title": reference.title,
        "container-title": reference.outlet,
        "author": [{"literal": reference.author}] if reference.author else None,
        "issued": _issued(reference),
        "language": reference.language,
        "archive": ARCHIVE_NAME,
        "archive_location": reference.place,
        "URL": reference.address,
        "note": " ".join(reference.notes) or None,
    }
    return {name: value for name, value in item.items() if value}


def _issued(reference: Reference) -> dict[str, Any] | None:
    if reference.date is None:
        return None
    parts = [part for part in (reference.date.year, reference.date.month, reference.date.day) if part]
    return {"date-parts": [parts], **({"circa": True} if reference.is_date_inferred else {})}
