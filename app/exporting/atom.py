"""Atom feeds (RFC 4287), so that a feed reader tells of what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from lxml import etree
from lxml.builder import ElementMaker

from app.dates import PartialDate, Precision
from app.exporting.plain_values import clean, one_line
from app.exporting.references import ARCHIVE_NAME
from app.exporting.rows import ArticleRow, Citable, QuotationRow

_NAMESPACE = "http://www.w3.org/2005/Atom"
_atom = ElementMaker(namespace=_NAMESPACE, nsmap={None: _NAMESPACE})
# An empty feed has to say when it was last changed, too; it has never been.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself. ``address`` is its own, ``page`` that of the page it follows."""

    title: str
    address: str
    page: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry of a feed says; ``id`` never changes, ``via`` is where it came from."""

    id: str
    title: str
    address: str
    updated: datetime
    summary: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    via: str | None = None


def write_atom(feed: Feed, rows: Sequence[Citable]) -> bytes:
    """The feed of articles or quotations, an entry a row, in the order given.

    ``updated`` is when the archive last changed an entry. An article's own date is ``published`` only where
    it is known to the day: Atom has no dates that are less exact, so the summary tells them.
    """
    return write_entries(feed, [_entry_of(row) for row in rows])


def write_entries(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The feed with these entries, in the order given."""
    root = _atom.feed(
        _atom.id(feed.address),
        _atom.title(one_line(feed.title)),
        *([_atom.subtitle(one_line(feed.subtitle))] if feed.subtitle else []),
        _atom.updated(_instant(max((entry.updated for entry in entries), default=_NEVER))),
        _atom.link(rel="self", type="application/atom+xml", href=feed.address),
        _atom.link(rel="alternate", type="text/html", href=feed.page),
        _atom.author(_atom.name(ARCHIVE_NAME)),
        _atom.generator(ARCHIVE_NAME),
        *(_element(entry) for entry in entries),
    )
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")  # type: ignore[no-any-return]


def _element(entry: Entry) -> etree._Element:
    parts = [
        _atom.id(entry.id),
        _atom.title(one_line(entry.title)),
        _atom.updated(_instant(entry.updated)),
        _atom.link(rel="alternate", type="text/html", href=entry.address),
        _atom.summary(one_line(entry.summary)),
    ]
    if entry.published is not None:
        parts.append(_atom.published(_instant(entry.published)))
    parts += [_atom.author(_atom.name(name)) for name in map(one_line, entry.authors) if name]
    if entry.via:
        parts.append(_atom.link(rel="via", href=clean(entry.via)))
    return _atom.entry(*parts)


def _entry_of(row: Citable) -> Entry:
    date = PartialDate.parse(row.published) if row.published else None
    is_to_the_day = date is not None and date.precision is Precision.DAY
    return Entry(
        id=_lasting_id(row),
        title=_title(row),
        address=row.permalink,
        updated=row.changed_at,
        summary=_summary(row),
        authors=tuple(_authors(row)),
        published=datetime.combine(date.first_day(), time(), UTC) if date and is_to_the_day else None,
        via=row.url,
    )


def _lasting_id(row: Citable) -> str:
    """An article's address without its title, which may be corrected: an entry must keep its id."""
    if isinstance(row, ArticleRow):
        return f"{row.permalink.rpartition('/')[0]}/{row.id}"
    return row.permalink


def _title(row: Citable) -> str:
    if isinstance(row, ArticleRow):
        return row.title
    return f"{_speakers(row)}: {_words(row)}"


def _summary(row: Citable) -> str:
    date = PartialDate.parse(row.published).text() if row.published else "undated"
    about = "; ".join((row.outlet or "outlet not stated", date))
    if row.date_basis == "inferred":
        about += " (inferred from the text)"
    if isinstance(row, ArticleRow):
        return f"{about}; {row.quotation_count} quotations"
    return f"{row.sentence or _words(row)} – {row.article_title}; {about}"


def _authors(row: Citable) -> Iterable[str]:
    """Whose words an entry has: a quotation's speakers, an article's author, else its outlet."""
    if isinstance(row, QuotationRow):
        return [speaker.name for speaker in row.speakers]
    return [row.author or row.outlet or ""]


def _speakers(row: QuotationRow) -> str:
    return " and ".join(speaker.name for speaker in row.speakers) or "Speaker not found"


def _words(row: QuotationRow) -> str:
    return row.words if row.kind == "indirect" else f"“{row.words}”"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
