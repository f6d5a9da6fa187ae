"""JSON and JSON Lines, written row by row; the API's responses have rows of the same form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from app.exporting.rows import ROW_KINDS, OfficeRow, Row


def write_json(head: Mapping[str, Any], name: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """One object: what ``head`` says, then the rows as the array ``name``."""
    opening = json.dumps({**head, name: []}, ensure_ascii=False)
    yield opening.removesuffix("]}").encode("utf-8", "replace") + b"\n"
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"") + as_json(row)
    yield b"\n]}\n"


def write_json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """A row a line."""
    for row in rows:
        yield as_json(row) + b"\n"


def as_json(row: Row) -> bytes:
    """A row as one line of JSON."""
    return _ADAPTERS[type(row)].dump_json(row)


def as_data(row: Row | OfficeRow) -> dict[str, Any]:
    """A row as JSON's own values."""
    data: dict[str, Any] = _ADAPTERS[type(row)].dump_python(row, mode="json")
    return data


_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (*ROW_KINDS, OfficeRow)}
