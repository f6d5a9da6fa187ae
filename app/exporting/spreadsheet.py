"""CSV for spreadsheets: UTF-8 with the mark that Excel needs, RFC 4180, and no cell that is a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from defusedcsv import csv
from pydantic import TypeAdapter

from app.exporting.plain_values import joined, one_line
from app.exporting.rows import Row, SpeakerRow

# Excel takes a file without it for the local 8-bit code page: “Šefčovič” would come out as rubbish.
# Python reads it as "utf-8-sig"; R and pandas pass over it.
_BYTE_ORDER_MARK = "\ufeff"
_NEGATIVE = re.compile(r"-[0-9,.]+")
# What a speaker is told by; each is a column, and several speakers share a cell.
_SPEAKER_COLUMNS = ("name", "printed", "person", "side", "office_then", "role", "affiliation", "link_reason")


def write_csv(kind: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """A table with a head, a line a row, each value on one line.

    A cell that a spreadsheet would take for a formula begins with an apostrophe (see defusedcsv). A
    quotation's speakers fill columns of their own, ``speaker_name`` and so on, "; " between two.
    """
    held = io.StringIO()
    writer = csv.writer(held)

    def line(cells: Iterable[str]) -> bytes:
        held.seek(0)
        held.truncate()
        writer.writerow([_kept_as_words(cell) for cell in cells])
        return held.getvalue().encode()

    yield _BYTE_ORDER_MARK.encode() + line(columns_of(kind))
    names = [field.name for field in fields(kind)]
    for row in rows:
        yield line(_cells(row, names))


def columns_of(kind: type[Row]) -> list[str]:
    """The head of the table for rows of this kind."""
    return [
        name
        for field in fields(kind)
        for name in (
            [f"speaker_{part}" for part in _SPEAKER_COLUMNS] if field.name == "speakers" else [field.name]
        )
    ]


def meanings(kind: type[Row]) -> Iterator[tuple[str, str]]:
    """What each column of a table means, in the order of the columns."""
    told = _described(kind)
    for field in fields(kind):
        if field.name == "speakers":
            of_speaker = _described(SpeakerRow)
            yield from ((f"speaker_{part}", of_speaker[part]) for part in _SPEAKER_COLUMNS)
        else:
            yield field.name, told[field.name]


def _described(kind: type) -> dict[str, str]:
    schema = TypeAdapter(kind).json_schema()
    return {name: told.get("description", "") for name, told in schema["properties"].items()}


def _cells(row: Row, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = getattr(row, name)
        if name == "speakers":
            yield from (_told(value, part) for part in _SPEAKER_COLUMNS)
        else:
            yield _cell(value)


def _told(speakers: tuple[SpeakerRow, ...], part: str) -> str:
    """One thing of all speakers; nothing where it is known of none."""
    values = [getattr(speaker, part) or "" for speaker in speakers]
    return one_line(joined(values)) if any(values) else ""


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return one_line(joined(value))
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat()
    return one_line(str(value))


def _kept_as_words(cell: str) -> str:
    """The cell; defusedcsv leaves what reads as a number below zero, but no row has one: it is words."""
    return f"'{cell}" if cell.startswith("-") and _NEGATIVE.fullmatch(cell) else cell
