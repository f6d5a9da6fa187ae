"""Quotations: listed by article and by person, read one by one, replaced when a text is read anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, delete, select

from app.errors import NotFoundError
from app.store.articles import ArticleCard, read_cards
from app.store.models import Article, Person, Quote, QuoteSegment, utc_now


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as a quotation or a list names them."""

    slug: str
    name: str
    side: str | None

    @property
    def path(self) -> str:
        """The address of the person's page."""
        return f"/people/{self.slug}"


@dataclass(frozen=True, slots=True)
class Segment:
    """One unbroken stretch: the article's ``text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A quotation with everything a page says about it.

    ``office_then`` is the office the linked person held on the article's date, by the register;
    ``speaker_role`` is how the article itself describes the speaker. Offsets are those of the
    article's text; the cue's and the mention's are None where the text has none.
    """

    id: int
    number: int
    kind: str
    article: ArticleCard
    segments: tuple[Segment, ...]
    person: PersonRef | None
    office_then: str | None
    speaker_printed: str | None
    speaker_name: str | None
    speaker_kind: str | None
    speaker_role: str | None
    speaker_span: tuple[int, int] | None
    cue_span: tuple[int, int] | None
    rule: str
    confidence: float
    linked_by: str
    link_reason: str
    extractor: str
    is_removed: bool

    @property
    def path(self) -> str:
        """The address of the quotation's own page."""
        return f"/quotes/{self.id}"

    @property
    def anchor_path(self) -> str:
        """The address of its place in the article."""
        return f"{self.article.path}#q{self.number}"

    @property
    def label(self) -> str:
        """The speaker as pages name them: the person, else the words of the article."""
        if self.person is not None:
            return self.person.name
        return self.speaker_name or self.speaker_printed or "Speaker not found"


def quotes_of_articles(session: Session, ids: Sequence[int]) -> dict[int, list[QuoteRecord]]:
    """The quotations of each of these articles, in the order of its text."""
    found: dict[int, list[QuoteRecord]] = {}
    for record in _select_records(session, [col(Quote.article_id).in_(ids), col(Quote.removed_at).is_(None)]):
        found.setdefault(record.article.id, []).append(record)
    for records in found.values():
        records.sort(key=lambda record: record.segments[0].start)
    return found


def quotes_of_person(session: Session, person_id: int, *, offset: int, limit: int) -> list[QuoteRecord]:
    """A person's quotations, newest first, those of undated articles last."""
    return _select_records(
        session, [Quote.person_id == person_id, col(Quote.removed_at).is_(None)], offset=offset, limit=limit
    )


def latest_quotes(session: Session, limit: int) -> list[QuoteRecord]:
    """The newest direct quotations of named people, at most one an article."""
    newest = (
        select(func.min(Quote.id))
        .where(col(Quote.removed_at).is_(None), col(Quote.person_id).is_not(None), Quote.kind == "direct")
        .group_by(col(Quote.article_id))
    )
    return _select_records(session, [col(Quote.id).in_(newest)], limit=limit)


def read_quote(session: Session, quote_id: int) -> QuoteRecord:
    """One quotation, whether or not the article still has it. Raises NotFoundError."""
    records = _select_records(session, [Quote.id == quote_id])
    if not records:
        raise NotFoundError("quotation", str(quote_id))
    return records[0]


def count_quotes(session: Session, person_id: int | None = None) -> int:
    """How many quotations the archive holds, of one person or of all."""
    query = select(func.count()).select_from(Quote).where(col(Quote.removed_at).is_(None))
    if person_id is not None:
        query = query.where(Quote.person_id == person_id)
    return session.exec(query).one()


def quotes_by_month(session: Session, person_id: int | None = None) -> dict[str | None, dict[str, int]]:
    """How many quotations of linked people each month has, by the people's side: {"eu": {"2025-03": 4}}.

    Articles whose date is not known to the month are left out; so is everybody else than ``person_id``,
    if it is given.
    """
    month = func.substr(Article.published, 1, 7)
    query = (
        select(Person.side, month, func.count(col(Quote.id)))
        .select_from(Quote)
        .join(Article)
        .join(Person)
        .where(col(Quote.removed_at).is_(None), func.length(month) == 7)  # noqa: PLR2004  ("2025-03")
        .group_by(col(Person.side), month)
        .order_by(month)
    )
    if person_id is not None:
        query = query.where(Quote.person_id == person_id)
    found: dict[str | None, dict[str, int]] = {}
    for side, when, count in session.exec(query):
        found.setdefault(side, {})[when] = count
    return found


@dataclass(frozen=True, slots=True)
class NewQuote:
    """A quotation to be stored, its segments beside it; the row's number is given by replace_quotes."""

    row: Quote
    segments: tuple[Segment, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What makes it the same quotation when a text is read anew."""
        return tuple(segment.text for segment in self.segments)


def replace_quotes(session: Session, article_id: int, found: Iterable[NewQuote]) -> None:
    """Make ``found`` the quotations of an article.

    A quotation whose words the article had before keeps its id and number, so that links to it go on
    meaning the same words; one that is gone is marked removed and never reused.
    """
    known = session.exec(
        select(Quote).where(Quote.article_id == article_id).order_by(col(Quote.number))
    ).all()
    waiting = {quote.id: quote for quote in known}
    words = {quote.id: _words_of(session, quote) for quote in known}
    number = max((quote.number for quote in known), default=0)
    for new in found:
        same = next((quote for key, quote in waiting.items() if words[key] == new.words), None)
        if same is None:
            number += 1
            new.row.number = number
            session.add(new.row)
            session.flush()
            same = new.row
        else:
            del waiting[same.id]
            same.sqlmodel_update(new.row.model_dump(exclude={"id", "article_id", "number"}))
            session.add(same)
            session.exec(delete(QuoteSegment).where(col(QuoteSegment.quote_id) == same.id))
        assert same.id is not None
        session.add_all(
            QuoteSegment(quote_id=same.id, position=i, start=s.start, end=s.end, text=s.text)
            for i, s in enumerate(new.segments)
        )
    for gone in waiting.values():
        gone.removed_at = gone.removed_at or utc_now()
        session.add(gone)


def _words_of(session: Session, quote: Quote) -> tuple[str, ...]:
    query = select(QuoteSegment.text).where(QuoteSegment.quote_id == quote.id)
    return tuple(session.exec(query.order_by(col(QuoteSegment.position))))


def _select_records(
    session: Session, conditions: Sequence[ColumnElement[bool] | bool], *, offset: int = 0, limit: int = -1
) -> list[QuoteRecord]:
    query = (
        select(Quote, Person)
        .join(Article)
        .join(Person, isouter=True)
        .where(*conditions)
        .order_by(
            case((col(Article.published).is_(None), 1), else_=0),
            col(Article.published).desc(),
            col(Article.id).desc(),
            col(Quote.number),
        )
        .offset(offset)
        .limit(limit)
    )
    rows = session.exec(query).all()
    segments = _segments_of(session, [quote.id for quote, _ in rows])
    cards = read_cards(session, sorted({quote.article_id for quote, _ in rows}))
    return [_record(quote, person, segments[quote.id], cards[quote.article_id]) for quote, person in rows]


def _segments_of(session: Session, quote_ids: Sequence[int | None]) -> dict[int | None, tuple[Segment, ...]]:
    query = (
        select(QuoteSegment)
        .where(col(QuoteSegment.quote_id).in_(quote_ids))
        .order_by(col(QuoteSegment.quote_id), col(QuoteSegment.position))
    )
    return {
        quote_id: tuple(Segment(row.start, row.end, row.text) for row in rows)
        for quote_id, rows in groupby(session.exec(query), key=lambda row: row.quote_id)
    }


def _record(
    quote: Quote, person: Person | None, segments: tuple[Segment, ...], article: ArticleCard
) -> QuoteRecord:
    assert quote.id is not None
    return QuoteRecord(
        id=quote.id,
        number=quote.number,
        kind=quote.kind,
        article=article,
        segments=segments,
        person=PersonRef(person.slug, person.name, person.side) if person else None,
        office_then=quote.office_then,
        speaker_printed=quote.speaker_printed,
        speaker_name=quote.speaker_name,
        speaker_kind=quote.speaker_kind,
        speaker_role=quote.speaker_role,
        speaker_span=_span(quote.speaker_start, quote.speaker_end),
        cue_span=_span(quote.cue_start, quote.cue_end),
        rule=quote.rule,
        confidence=quote.confidence,
        linked_by=quote.linked_by,
        link_reason=quote.link_reason,
        extractor=f"{quote.extractor} {quote.extractor_version}",
        is_removed=quote.removed_at is not None,
    )


def _span(start: int | None, end: int | None) -> tuple[int, int] | None:
    return None if start is None or end is None else (start, end)
