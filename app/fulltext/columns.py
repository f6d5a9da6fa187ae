"""What is asked of an article by its number in a segment: kept beside the segment, mapped into memory.

A file of named arrays with the name of the segment, so that Whoosh takes it away with the segment. It is made
from the segment alone, before anybody sees the segment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.fulltext.arrays import Array, Numbering
from app.fulltext.document_facts import LABELS_OF_FACETS, period
from app.fulltext.search_index import Facet, told_days
from app.fulltext.tree import Label, Zone
from app.fulltext.vocabulary import vocabulary_arrays
from app.fulltext.whoosh_files import BREAKS, END, LABELS, NUMBERS, PARAGRAPH, SENTENCE, SegmentFiles

_SUFFIX = ".columns"
_ALIGNED = 64
_ROOM_SHARE = 8


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a facet by document, as codes; ``names`` are the values that the codes stand for.

    ``codes`` has a row of the same width for each document, filled up with the number that is one too great
    for a code: rows are looked up at once, and a few columns have nearly all values. What a row has no room
    for is in ``more_codes``, with its document in ``more_documents``, in the order of the documents.
    """

    codes: Array
    more_documents: Array
    more_codes: Array
    names: Sequence[str]

    def counts(self, ids: Array) -> Array:
        """How many of these documents have each value."""
        size = len(self.names)
        found = np.bincount(np.take(self.codes, ids, axis=0).ravel(), minlength=size + 1)[:size]
        if len(self.more_codes):
            marked = np.zeros(len(self.codes), bool)
            marked[ids] = True
            found += np.bincount(self.more_codes[marked[self.more_documents]], minlength=size)
        result: Array = found
        return result


class Told(NamedTuple):
    """Stretches of days that documents tell of, in no order: whose each is, its first day and its last."""

    documents: Array
    firsts: Array
    lasts: Array


class Columns:
    """The arrays of one segment, read-only and read from disk as they are touched."""

    def __init__(self, arrays: Mapping[str, Array], names: Mapping[str, Sequence[str]]) -> None:
        self.article_ids = arrays["number"]
        self.first_days, self.last_days, self.added_days = (arrays[n] for n in ("first", "last", "added"))
        self.numbering = Numbering(arrays["places.starts"], arrays["places.owners"])
        self.sentences, self.paragraphs = arrays["sentences"], arrays["paragraphs"]
        self.lengths = {zone: arrays[f"length.{zone}"] for zone in Zone}
        self.told = Told(*(arrays[f"told.{name}"] for name in Told._fields))
        self.words = {name: array for name, array in arrays.items() if name.startswith("words.")}
        count = len(self.article_ids)
        self.facets = {
            facet: FacetColumn(
                # A segment without documents, as when the only article was withdrawn, has a shape too.
                codes=arrays[f"{facet}.codes"].reshape(count, -1 if count else 1),
                more_documents=arrays[f"{facet}.more_documents"],
                more_codes=arrays[f"{facet}.more_codes"],
                names=names[facet],
            )
            for facet in Facet
        }


def write_columns(segment: SegmentFiles) -> None:
    """Make the columns of a segment and keep them beside it."""
    arrays, names = _make(segment)
    path = segment.folder / f"{segment.key}{_SUFFIX}"
    new = path.with_suffix(".new")
    _write(new, arrays, names)
    new.replace(path)


def read_columns(segment: SegmentFiles) -> Columns:
    """The columns of a segment; made anew in memory where their file is missing."""
    try:
        return Columns(*_read(segment.folder / f"{segment.key}{_SUFFIX}"))
    except FileNotFoundError:
        return Columns(*_make(segment))


def _make(segment: SegmentFiles) -> tuple[dict[str, Array], dict[str, list[str]]]:
    arrays = {name: segment.numbers(name).astype(np.int32) for name in NUMBERS}
    arrays |= {f"length.{zone}": segment.length_codes(zone) for zone in Zone}
    numbering = Numbering.of(segment.places(BREAKS, END).positions)  # every document has one
    arrays |= {"places.starts": numbering.starts, "places.owners": numbering.owners}
    arrays["sentences"] = numbering.places(segment.places(BREAKS, SENTENCE))
    arrays["paragraphs"] = numbering.places(segment.places(BREAKS, PARAGRAPH))
    words, labels = list[tuple[str, int]](), list[str]()
    for field, term, count in segment.term_counts():
        if field == Zone.EXACT:
            words.append((term.decode(), count))
        elif field == LABELS:
            labels.append(term.decode())
    arrays |= vocabulary_arrays(words)
    told = _told(_labelled(segment, Label.TOLD, labels))
    arrays |= {f"told.{name}": array for name, array in told._asdict().items()}
    names: dict[str, list[str]] = {}
    for facet, label in LABELS_OF_FACETS.items():
        _add_facet(arrays, names, facet, _labelled(segment, label, labels), segment.count)
    for facet in (Facet.YEAR, Facet.MONTH):
        dated = _dated(facet, arrays["first"], arrays["last"])
        _add_facet(arrays, names, facet, dated, segment.count)
    return arrays, names


def _labelled(segment: SegmentFiles, label: Label, terms: Sequence[str]) -> dict[str, Array]:
    """The documents that carry each value of a label; ``terms`` are those of all labels."""
    start = f"{label.value}:"
    return {
        term.removeprefix(start): segment.documents(LABELS, term).ids
        for term in terms
        if term.startswith(start)
    }


def _told(documents_by_days: Mapping[str, Array]) -> Told:
    rows = [np.empty((0, 3), np.int32)]
    for days, documents in documents_by_days.items():
        first, last = told_days(days)
        span = [first.toordinal(), last.toordinal()]
        rows.append(np.column_stack([documents, np.tile(span, (len(documents), 1))]))
    return Told(*np.concatenate(rows).astype(np.int32).T)


def _dated(facet: Facet, first_days: Array, last_days: Array) -> dict[str, Array]:
    """The documents of each year or month."""
    pairs, codes = np.unique(np.stack([first_days, last_days]), axis=1, return_inverse=True)
    by_name: dict[str, list[Array]] = {}
    for code, (first, last) in enumerate(pairs.T.tolist()):
        by_name.setdefault(period(facet, first, last), []).append(np.flatnonzero(codes == code))
    return {name: np.sort(np.concatenate(parts)) for name, parts in by_name.items()}


def _add_facet(
    arrays: dict[str, Array],
    names: dict[str, list[str]],
    facet: Facet,
    documents_by_name: Mapping[str, Array],
    count: int,
) -> None:
    names[facet] = list(documents_by_name)
    parts = list(documents_by_name.values())
    documents = np.concatenate([np.empty(0, np.int64), *parts])
    codes = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    order = np.argsort(documents, kind="stable")
    documents, codes = documents[order], codes[order]
    places = np.arange(len(documents)) - np.searchsorted(
        documents, documents
    )  # of a value among its document's
    width = _width(places, count)
    rows = np.full((count, width), len(parts), np.int32)
    has_room = places < width
    rows[documents[has_room], places[has_room]] = codes[has_room]
    arrays[f"{facet}.codes"] = rows.ravel()
    arrays[f"{facet}.more_documents"] = documents[~has_room].astype(np.int32)
    arrays[f"{facet}.more_codes"] = codes[~has_room].astype(np.int32)


def _width(places: Array, count: int) -> int:
    """How many values each document has room for: as many as one in eight has."""
    having = np.bincount(places, minlength=1)
    return max(1, int((having * _ROOM_SHARE > count).sum()))


def _write(path: Path, arrays: Mapping[str, Array], names: Mapping[str, list[str]]) -> None:
    """First line: what is where, in JSON; then the arrays, each at a multiple of 64 bytes."""
    layout: dict[str, Any] = {}
    at = 0
    for name, array in arrays.items():
        layout[name] = (array.dtype.str, len(array), at)
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"arrays": layout, "names": names}).encode()
    head += b" " * (-(len(head) + 1) % _ALIGNED) + b"\n"
    with path.open("wb") as file:
        file.write(head)
        for array in arrays.values():
            data = array.tobytes()
            file.write(data + bytes(-len(data) % _ALIGNED))


def _read(path: Path) -> tuple[dict[str, Array], dict[str, list[str]]]:
    with path.open("rb") as file:
        head = file.readline()
    content = json.loads(head)
    mapped = np.memmap(path, np.uint8, "r")
    plain = mapped.view(np.ndarray)  # slices of a memmap are slow objects
    arrays = {}
    for name, (kind, length, start) in content["arrays"].items():
        at = len(head) + start
        arrays[name] = plain[at : at + length * np.dtype(kind).itemsize].view(kind)
    return arrays, content["names"]
