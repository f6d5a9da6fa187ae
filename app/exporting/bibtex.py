"""BibTeX, by pybtex, which escapes what LaTeX would read as a command."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

from pybtex.database import BibliographyData, Entry
from pybtex.database.output.bibtex import Writer

from app.exporting.references import ARCHIVE_NAME, Reference, reference_of
from app.exporting.rows import Citable

# pybtex escapes & % # _ ~; these it takes for LaTeX that was meant.
_LATEX = re.compile(r"[\\{}$^]")
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\textdollar{}",
    "^": r"\textasciicircum{}",
}


def write_bibtex(rows: Iterable[Citable]) -> Iterator[bytes]:
    """An entry a row. BibTeX has no type for a newspaper's article: @article, as reference managers do."""
    writer = Writer(encoding="UTF-8")  # found once: pybtex's own to_string looks for it among all packages
    for row in rows:
        reference = reference_of(row)
        data = BibliographyData({reference.key: Entry("article", fields=list(_fields(reference)))})
        yield (writer.to_string(data) + "\n").encode()


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    if reference.author:
        yield "author", f"{{{_plain(reference.author)}}}"  # braces: one name, whatever words it has
    yield "title", f"{{{_plain(reference.title)}}}"  # braces: keep the capitals of SAFE
    if reference.outlet:
        yield "journal", _plain(reference.outlet)
    if reference.date:
        yield "year", f"{reference.date.year:04}"
        if reference.date.month:
            yield "month", calendar.month_abbr[reference.date.month].lower()
        if reference.date.day:
            yield "day", str(reference.date.day)
        yield "date", reference.date.iso()
    if reference.language:
        yield "language", _plain(reference.language)
    yield "url", reference.address
    yield "note", _plain(" ".join((*reference.notes, f"{ARCHIVE_NAME}, {reference.place}.")))


def _plain(text: str) -> str:
    return _LATEX.sub(lambda match: _ESCAPED[match[0]], text)
