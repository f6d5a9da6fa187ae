"""Giving out what the archive knows: the rows of a search, a person, an article or a quotation, as shown.

What is given out is settled when an export is made, so that a wrong address fails before the first byte;
the rows are read while they are written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, cast
from urllib.parse import urlencode

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.authority.sentences import Sentences
from app.deadline import check_deadline
from app.display import DisplayMode
from app.errors import NotFoundError
from app.exporting.bibtex import write_bibtex
from app.exporting.csl import write_csl
from app.exporting.evidence import MANIFEST, write_pack, write_sentences
from app.exporting.formats import FORMATS, Format
from app.exporting.json_text import as_data, write_json, write_json_lines
from app.exporting.plain_values import one_line
from app.exporting.popolo import popolo_person
from app.exporting.references import ARCHIVE_NAME
from app.exporting.ris import write_ris
from app.exporting.rows import (
    ArticleRow,
    Citable,
    OfficeRow,
    PersonRow,
    ProgrammeRow,
    QuotationRow,
    Row,
    SpeakerRow,
)
from app.exporting.spreadsheet import meanings, write_csv
from app.person_quotes import quotes_of_person
from app.results import ResultKind, SearchRequest
from app.search import MAX_ROWS, row_keys, search
from app.store import articles, people, programmes, quotes
from app.store.article_facts import ArticleFacts, facts_of_articles
from app.store.articles import ArticleCard, Published
from app.store.people import PersonCard
from app.store.programmes import ProgrammeCard
from app.store.quotes import QuoteRecord, SpeakerRecord
from app.store.withdrawals import require_present
from app.surroundings import Surroundings, surroundings_of

MOST_ROWS = MAX_ROWS
FEED_ROWS = 100
_BATCH = 200
_NAME_CHARACTERS = 60
Key = int | str
_KINDS: Mapping[ResultKind, type[Row]] = {
    ResultKind.ARTICLES: ArticleRow,
    ResultKind.QUOTATIONS: QuotationRow,
    ResultKind.PEOPLE: PersonRow,
    ResultKind.PROGRAMMES: ProgrammeRow,
}


@dataclass(frozen=True, slots=True)
class Export:
    """Rows that are about to be written. ``name`` is a file name without its ending.

    ``head`` is what a JSON document says before the rows, which are its array ``rows_name``. ``cited`` are
    the rows of a reference manager's formats; ``is_cited_whole`` says that they are one, the article that
    ``rows`` are of. ``total`` is how many rows there would be without the bound of MOST_ROWS.
    """

    name: str
    title: str
    kind: type[Row]
    rows: Callable[[], Iterator[Row]]
    rows_name: str
    total: int
    cited: Callable[[], Iterator[Citable]] | None = None
    head: Mapping[str, Any] = field(default_factory=dict)
    is_cited_whole: bool = False

    @property
    def count(self) -> int:
        """How many rows are written."""
        return min(self.total, MOST_ROWS)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are written."""
        return self.total > MOST_ROWS


def export_search(archive: Archive, site: str, request: SearchRequest) -> Export:
    """All rows of a search, from the first on, in the order of its pages. Raises IndexUnavailableError.

    ``site`` is the address that paths of this archive are put behind, without a slash at its end.
    """
    request = replace(request, offset=0, limit=0)
    results = search(archive, request)
    keys = row_keys(archive, request)

    def read() -> Iterator[Row]:
        return rows_of(archive, site, results.kind, keys)

    is_citable = results.kind in (ResultKind.ARTICLES, ResultKind.QUOTATIONS)
    typed = slugify(request.typed)[:_NAME_CHARACTERS].strip("-")
    return Export(
        name="-".join(part for part in ("search", typed, results.kind.value) if part),
        title=f"{results.kind.value.capitalize()} for {request.typed.strip() or 'a filtered search'}",
        kind=_KINDS[results.kind],
        rows=read,
        rows_name=results.kind.value,
        total=results.total,
        cited=cast("Callable[[], Iterator[Citable]]", read) if is_citable else None,
        head={
            "query": request.typed,
            "filters": [{"facet": one.facet.value, "value": one.value} for one in request.filters],
            "read_as": results.reading,
            "notes": list(results.notes),
            "order": results.order.value,
        },
    )


def export_person(archive: Archive, site: str, slug: str, request: SearchRequest) -> Export:
    """A person's quotations as ``request`` asks for them; as JSON, the person in the form of Popolo.

    Raises NotFoundError.
    """
    popolo = popolo_of(archive, site, slug)
    person = quotes_of_person(archive, request)
    keys = [(one, None) for one in person.ids]

    def read() -> Iterator[Row]:
        return rows_of(archive, site, ResultKind.QUOTATIONS, keys)

    return replace(
        export_search(archive, site, request),
        rows=read,
        cited=cast("Callable[[], Iterator[Citable]]", read),
        total=len(keys),
        name=f"person-{slug}",
        title=f"Quotations of {popolo['name']}",
        head={
            **popolo,
            "filters": [{"facet": one.facet.value, "value": one.value} for one in request.filters],
            "order": person.found.order.value,
        },
    )


def popolo_of(archive: Archive, site: str, slug: str) -> dict[str, Any]:
    """A person in the form of Popolo. Raises NotFoundError and MovedError."""
    with Session(archive.read_engine) as session:
        person = people.read_person(session, slug)
        identifiers = people.identifiers_of(session, slug)
    offices = [
        OfficeRow(
            title=one.title, role=one.role, organisation=one.organisation,
            start=one.start, end=one.end, seen_on=one.seen_on, source=one.source,
        )
        for one in person.offices
    ]  # fmt: skip
    return popolo_person(
        person_row(site, person.card), offices, identifiers, (*person.names_merged, *person.names_printed)
    )


def export_article(archive: Archive, site: str, article_id: int) -> Export:
    """An article: as a table its quotations, for citing the article itself.

    Raises NotFoundError and WithdrawnError.
    """
    with Session(archive.read_engine) as session:
        require_present(session, article_id)
        found = articles_of(session, site, [article_id])
        if not found:
            raise NotFoundError("article", str(article_id))
        row = found[0]
        records = quotes.quotes_of_articles(session, [article_id]).get(article_id, [])
        rows = quotations_of(session, site, records)
    return Export(
        name=f"article-{article_id}",
        title=row.title,
        kind=QuotationRow,
        rows=lambda: islice(rows, MOST_ROWS),
        rows_name="quotations",
        total=len(rows),
        cited=lambda: iter([row]),
        head={"article": as_data(row)},
        is_cited_whole=True,
    )


def export_quote(archive: Archive, site: str, quote_id: int) -> Export:
    """One quotation, whether or not its article still has it. Raises NotFoundError."""
    with Session(archive.read_engine) as session:
        rows = quotations_of(session, site, [quotes.read_quote(session, quote_id)])
    return Export(
        name=f"quotation-{quote_id}",
        title=f"Quotation {quote_id}",
        kind=QuotationRow,
        rows=lambda: iter(rows),
        rows_name="quotations",
        total=1,
        cited=lambda: iter(rows),
    )


def export_people(archive: Archive, site: str) -> Export:
    """Everybody who is quoted, as the list of people has them."""
    with Session(archive.read_engine) as session:
        rows = [person_row(site, card) for card in people.list_people(session)]
    return Export(
        name="people",
        title="People",
        kind=PersonRow,
        rows=lambda: islice(rows, MOST_ROWS),
        rows_name="people",
        total=len(rows),
    )


def rows_of(
    archive: Archive, site: str, kind: ResultKind, keys: Sequence[tuple[Key, int | None]]
) -> Iterator[Row]:
    """The rows with these keys, in this order, some at a time; those that are gone since are left out.

    Between two batches no connection is held: a reader who takes a file slowly keeps none from others, nor
    SQLite from folding its log into the database.
    """
    for at in range(0, len(keys), _BATCH):
        check_deadline()
        with Session(archive.read_engine) as session:
            rows = list(_READERS[kind](session, site, keys[at : at + _BATCH]))
        yield from rows


def citable_rows(archive: Archive, site: str, kind: ResultKind, ids: Sequence[int]) -> list[Citable]:
    """The articles or quotations with these ids, in this order."""
    rows = rows_of(archive, site, kind, [(one, None) for one in ids])
    return [row for row in rows if isinstance(row, ArticleRow | QuotationRow)]


def feed_rows(archive: Archive, site: str, request: SearchRequest) -> list[Citable]:
    """The first rows of a search for articles or quotations, as many as a feed has."""
    keys = row_keys(archive, replace(request, offset=0), limit=FEED_ROWS)
    return citable_rows(archive, site, request.kind, [int(key) for key, _ in keys])


def person_feed_rows(archive: Archive, site: str, request: SearchRequest) -> list[Citable]:
    """The first of a person's quotations, as many as a feed has."""
    ids = quotes_of_person(archive, request).ids[:FEED_ROWS]
    return citable_rows(archive, site, ResultKind.QUOTATIONS, ids)


def _read_articles(session: Session, site: str, keys: Sequence[tuple[Key, int | None]]) -> Iterable[Row]:
    return articles_of(session, site, [int(key) for key, _ in keys])


def _read_quotations(session: Session, site: str, keys: Sequence[tuple[Key, int | None]]) -> Iterable[Row]:
    ids = [int(key) for key, _ in keys]
    found = quotes.quotes_of_ids(session, ids)
    return quotations_of(session, site, [found[one] for one in ids if one in found])


def _read_people(session: Session, site: str, keys: Sequence[tuple[Key, int | None]]) -> Iterable[Row]:
    cards = {card.ref.slug: card for card in people.people_of_slugs(session, [str(key) for key, _ in keys])}
    return [person_row(site, cards[str(key)], count) for key, count in keys if key in cards]


def _read_programmes(session: Session, site: str, keys: Sequence[tuple[Key, int | None]]) -> Iterable[Row]:
    cards = {card.slug: card for card in programmes.list_programmes(session)}
    return [programme_row(site, cards[str(key)], count) for key, count in keys if key in cards]


_READERS: Mapping[ResultKind, Callable[[Session, str, Sequence[tuple[Key, int | None]]], Iterable[Row]]] = {
    ResultKind.ARTICLES: _read_articles,
    ResultKind.QUOTATIONS: _read_quotations,
    ResultKind.PEOPLE: _read_people,
    ResultKind.PROGRAMMES: _read_programmes,
}


def articles_of(session: Session, site: str, ids: Sequence[int]) -> list[ArticleRow]:
    """The rows of these articles, in this order; ids the archive does not have are left out."""
    cards = articles.read_cards(session, ids)
    facts = facts_of_articles(session, ids)
    named = programmes.programmes_of_articles(session, ids)
    return [
        _article_row(site, cards[one], facts[one], [card.slug for card in named.get(one, ())])
        for one in ids
        if one in cards
    ]


def quotations_of(session: Session, site: str, records: Sequence[QuoteRecord]) -> list[QuotationRow]:
    """The rows of these quotations, in this order."""
    ids = sorted({record.article.id for record in records})
    facts = facts_of_articles(session, ids)
    sentences = {one: Sentences(text) for one, text in articles.texts_of(session, ids).items()}
    return [
        _quotation_row(site, record, facts[record.article.id], sentences[record.article.id])
        for record in records
    ]


def programme_row(site: str, card: ProgrammeCard, matching_count: int | None = None) -> ProgrammeRow:
    """The row of a programme."""
    return ProgrammeRow(
        slug=card.slug,
        name=card.name,
        acronym=card.acronym,
        description=card.description,
        article_count=card.article_count,
        matching_count=matching_count,
        permalink=site + card.path,
    )


def person_row(site: str, card: PersonCard, matching_count: int | None = None) -> PersonRow:
    """The row of a person."""
    return PersonRow(
        slug=card.ref.slug,
        name=card.ref.name,
        sort_name=card.sort_name,
        side=card.ref.side,
        role=card.role,
        quotation_count=card.quote_count,
        matching_count=matching_count,
        permalink=site + card.ref.path,
    )


def _article_row(site: str, card: ArticleCard, facts: ArticleFacts, named: Sequence[str]) -> ArticleRow:
    return ArticleRow(
        id=card.id,
        title=card.title,
        is_untitled=card.is_untitled,
        outlet=card.outlet,
        author=facts.author,
        **_date_of(card.published),
        language=facts.language,
        licence=facts.licence,
        is_summary=facts.is_summary,
        display=card.display.value,
        word_count=card.word_count,
        quotation_count=card.quote_count,
        programmes=tuple(named),
        url=facts.url,
        permalink=site + card.path,
        source_sha256=facts.source_sha256,
        retrieved_on=facts.retrieved_at.date(),
        changed_at=facts.changed_at,
    )


def _quotation_row(site: str, record: QuoteRecord, facts: ArticleFacts, sentences: Sentences) -> QuotationRow:
    around, cue = Surroundings("", "", ""), None
    # The offsets of a removed one are those of an older text; of an excerpt no more is given than the words.
    if not record.is_removed and record.article.display is DisplayMode.FULL:
        around = surroundings_of(sentences, record.segments[0].start, record.segments[-1].end)
        cue = sentences.text[slice(*record.cue_span)] if record.cue_span else None
    return QuotationRow(
        id=record.id,
        words=record.words,
        speakers=tuple(_speaker_row(speaker) for speaker in record.speakers),
        kind=record.kind,
        is_announced=record.is_announced,
        in_headline=record.in_headline,
        is_removed=record.is_removed,
        **_date_of(record.article.published),
        outlet=record.article.outlet,
        article_title=record.article.title,
        article_id=record.article.id,
        number=record.number,
        sentence_before=around.before or None,
        sentence=around.sentence or None,
        sentence_after=around.after or None,
        cue=cue,
        rule=record.rule,
        confidence=record.confidence,
        checked_on=record.checked_on,
        extractor=record.extractor,
        author=facts.author,
        url=facts.url,
        permalink=site + record.path,
        in_article=site + record.anchor_path,
        words_sha256=hashlib.sha256(record.words.encode("utf-8", "replace")).hexdigest(),
        changed_at=facts.changed_at,
    )


def _speaker_row(speaker: SpeakerRecord) -> SpeakerRow:
    return SpeakerRow(
        name=speaker.label,
        printed=speaker.printed,
        person=speaker.person.slug if speaker.person else None,
        side=speaker.person.side if speaker.person else None,
        office_then=speaker.office_then,
        role=speaker.role,
        affiliation=speaker.affiliation,
        link_reason=speaker.link_reason,
    )


def _date_of(published: Published) -> dict[str, Any]:
    """The four fields that every row says of a date."""
    return {
        "published": published.date.iso() if published.date else None,
        "date_precision": published.date.precision if published.date else None,
        "date_basis": published.basis if published.basis and published.date else "undated",
        "date_evidence": published.evidence if published.is_inferred else None,
    }


def write(export: Export, form: Format) -> Iterator[bytes]:
    """The bytes of an export; NotFoundError where it cannot be had in this format."""
    if form.is_citation:
        if export.cited is None:
            raise NotFoundError("reference", f"{export.name}.{form.ending}")
        return _CITED[form.ending](export.cited())
    if form.ending == "csv":
        return write_csv(export.kind, export.rows())
    if form.ending == "jsonl":
        return write_json_lines(export.rows())
    counts = {"total": export.total, "is_cut": export.is_cut}
    return write_json({**export.head, **counts}, export.rows_name, export.rows())


def as_bibtex(rows: Iterable[Citable]) -> str:
    """References for reading and copying."""
    return b"".join(write_bibtex(rows)).decode().strip()


_CITED: Mapping[str, Callable[[Iterable[Citable]], Iterator[bytes]]] = {
    "ris": write_ris,
    "bib": write_bibtex,
    "csl": write_csl,
}


def evidence_pack(archive: Archive, site: str, request: SearchRequest) -> Iterator[bytes]:
    """A search as a zip: its articles and its quotations as tables and references, and the quoted sentences.

    The same rows make the same bytes. Raises IndexUnavailableError before the first of them.
    """
    of_articles, of_quotations = (
        export_search(archive, site, replace(request, kind=kind))
        for kind in (ResultKind.ARTICLES, ResultKind.QUOTATIONS)
    )
    address = f"{site}/search?{urlencode({'q': request.typed})}"
    return write_pack(
        [
            ("README.txt", [_about_pack(address, of_articles, of_quotations).encode()]),
            ("articles.csv", write(of_articles, FORMATS["csv"])),
            ("articles.ris", write(of_articles, FORMATS["ris"])),
            ("quotations.csv", write(of_quotations, FORMATS["csv"])),
            ("quotations.ris", write(of_quotations, FORMATS["ris"])),
            ("quotations.txt", write_sentences(cast("Iterator[QuotationRow]", of_quotations.rows()))),
        ]
    )


def _about_pack(address: str, of_articles: Export, of_quotations: Export) -> str:
    head = of_articles.head
    filters = [f"{one['facet']}: {one['value']}" for one in head["filters"]]
    lines = [
        f"{ARCHIVE_NAME}: evidence pack of a search",
        "",
        f"Search: {one_line(head['query'])}",
        f"Read as: {one_line(head['read_as'])}",
        *(f"Only {one_line(one)}" for one in filters),
        *(one_line(note) for note in head["notes"]),
        f"Order: {head['order']}",
        f"Address: {address}",
        "",
        *(
            f"{export.count} of {export.total} {export.rows_name}"
            + (f": only the first {MOST_ROWS} are in this pack" if export.is_cut else "")
            for export in (of_articles, of_quotations)
        ),
        "",
        "quotations.txt has each quotation with the sentences around it, its address and its hash.",
        f"{MANIFEST} has the SHA-256 of every file; check it with: sha256sum --check {MANIFEST}",
        "The articles’ own files have the hashes of the column source_sha256.",
        "A quotation without a date in checked_on has not been checked by hand: read it in its article",
        "before you rely on it.",
    ]
    for name, kind in (("articles.csv", ArticleRow), ("quotations.csv", QuotationRow)):
        lines += [
            "",
            f"Columns of {name}:",
            *(f"  {column}: {meaning}" for column, meaning in meanings(kind)),
        ]
    return "\n".join(lines) + "\n"
