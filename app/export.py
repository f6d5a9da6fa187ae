"""Giving out what the archive knows: the rows of a search, a person, an article or a quotation, as shown.

What is given out is settled when an export is made, so that a wrong address fails before the first byte;
the rows are read while they are written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.sentences import Sentences
from app.errors import NotFoundError
from app.exporting.bibtex import write_bibtex
from app.exporting.csl import write_csl
from app.exporting.formats import Format
from app.exporting.json_text import as_data, write_json, write_json_lines
from app.exporting.ris import write_ris
from app.exporting.rows import ArticleRow, Citable, PersonRow, QuotationRow, Row, SpeakerRow
from app.exporting.spreadsheet import write_csv
from app.store import articles, people, programmes, quotes
from app.store.article_facts import ArticleFacts, facts_of_articles
from app.store.articles import ArticleCard, Published
from app.store.people import PersonCard
from app.store.quotes import QuoteRecord, SpeakerRecord
from app.surroundings import surroundings_of

MOST_ROWS = 10_000
_BATCH = 200


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


def export_article(archive: Archive, site: str, article_id: int) -> Export:
    """An article: as a table its quotations, for citing the article itself. Raises NotFoundError.

    ``site`` is the address that paths of this archive are put behind, without a slash at its end.
    """
    with Session(archive.engine) as session:
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
    with Session(archive.engine) as session:
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
    with Session(archive.engine) as session:
        rows = [person_row(site, card) for card in people.list_people(session)]
    return Export(
        name="people",
        title="People",
        kind=PersonRow,
        rows=lambda: islice(rows, MOST_ROWS),
        rows_name="people",
        total=len(rows),
    )


def article_rows(archive: Archive, site: str, ids: Sequence[int]) -> Iterator[ArticleRow]:
    """The articles with these ids, in this order; those that are gone since are left out."""
    with Session(archive.engine) as session:
        for at in range(0, len(ids), _BATCH):
            yield from articles_of(session, site, ids[at : at + _BATCH])


def quotation_rows(archive: Archive, site: str, ids: Sequence[int]) -> Iterator[QuotationRow]:
    """The quotations with these ids, in this order; those that are gone since are left out."""
    with Session(archive.engine) as session:
        for at in range(0, len(ids), _BATCH):
            batch = ids[at : at + _BATCH]
            found = quotes.quotes_of_ids(session, batch)
            yield from quotations_of(session, site, [found[one] for one in batch if one in found])
            session.expunge_all()


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


def person_row(site: str, card: PersonCard) -> PersonRow:
    """The row of a person."""
    return PersonRow(
        slug=card.ref.slug,
        name=card.ref.name,
        sort_name=card.sort_name,
        side=card.ref.side,
        role=card.role,
        quotation_count=card.quote_count,
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
    before = sentence = after = ""
    cue = None
    if not record.is_removed:  # the offsets of a removed one are those of an older text
        around = surroundings_of(sentences, record.segments[0].start, record.segments[-1].end)
        before, sentence, after = around.before, around.sentence, around.after
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
        sentence_before=before or None,
        sentence=sentence or record.words,
        sentence_after=after or None,
        cue=cue,
        rule=record.rule,
        confidence=record.confidence,
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


_CITED: Mapping[str, Callable[[Iterable[Citable]], Iterator[bytes]]] = {
    "ris": write_ris,
    "bib": write_bibtex,
    "csl": write_csl,
}
