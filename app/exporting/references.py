"""What a reference manager is told of a row; nothing that the source does not state.

A quotation is cited as words in its article: the reference is the article's, with the quotation's own
address, and the words with their speaker as a note.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.dates import PartialDate
from app.exporting.plain_values import one_line
from app.exporting.rows import ArticleRow, Citable

ARCHIVE_NAME = "EU–UK Defence Archive"


@dataclass(frozen=True, slots=True)
class Reference:
    """A newspaper article with its place in the archive; every text is one line.

    ``key`` is unique among all references of the archive. ``notes`` say what the other fields cannot:
    quoted words, a date that was worked out, where the article was published.
    """

    key: str
    title: str
    outlet: str | None
    author: str | None
    date: PartialDate | None
    is_date_inferred: bool
    language: str | None
    licence: str | None
    address: str
    place: str
    notes: tuple[str, ...]


def reference_of(row: Citable) -> Reference:
    """The reference of an article or of a quotation."""
    is_article = isinstance(row, ArticleRow)
    return Reference(
        key=f"euukda-article-{row.id}" if is_article else f"euukda-quotation-{row.id}",
        title=one_line(row.title if isinstance(row, ArticleRow) else row.article_title),
        outlet=one_line(row.outlet) if row.outlet else None,
        author=one_line(row.author) if row.author else None,
        date=PartialDate.parse(row.published) if row.published else None,
        is_date_inferred=row.date_basis == "inferred",
        language=row.language if isinstance(row, ArticleRow) else None,
        licence=one_line(row.licence) if isinstance(row, ArticleRow) and row.licence else None,
        address=row.permalink,
        place=f"{'article' if is_article else 'quotation'} {row.id}",
        notes=tuple(one_line(note) for note in _notes(row)),
    )


def _notes(row: Citable) -> list[str]:
    notes = []
    if not isinstance(row, ArticleRow):
        words = row.words if row.kind == "indirect" else f"“{row.words}”"
        said = "; ".join(_with_office(s.name, s.office_then or s.role) for s in row.speakers)
        notes.append(f"{words} ({said or 'speaker not found'})")
    if row.date_basis == "inferred":
        notes.append(f"Date inferred from the text: {row.date_evidence or 'no evidence stored'}")
    if row.date_basis == "undated":
        notes.append("Undated: the source states no date and none can be inferred from the text.")
    if row.url:
        notes.append(f"Published at {row.url}")
    return notes


def _with_office(name: str, office: str | None) -> str:
    return f"{name}, {office}" if office else name
