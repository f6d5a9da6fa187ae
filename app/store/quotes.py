"""Quotations: listed by article and by person, read one by one, replaced when a text is read anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select

from app.display import DisplayMode
from app.errors import NotFoundError
from app.store.articles import PUBLISHED, ArticleCard, Published, published_of, read_cards
from app.store.bulk import Inserts
from app.store.corrections import checked_on
from app.store.models import (
    Article,
    Person,
    Programme,
    Quote,
    QuoteProgramme,
    QuoteSegment,
    QuoteSpeaker,
    Rejection,
    utc_now,
)
from app.store.withdrawals import require_present_quote

SEGMENT_GAP = " […] "
NO_SPEAKER = "The text does not say clearly who spoke these words."

# Of an article that is shown by its metadata only, no words are shown, wherever quotations are listed.
_WITHHELD = select(Article.id).where(Article.display == DisplayMode.METADATA)
SHOWN = and_(col(Quote.removed_at).is_(None), col(Quote.article_id).not_in(_WITHHELD))
MARKED = col(Quote.kind) != "indirect"
_NEWEST_ARTICLES = (col(Article.published).desc().nulls_last(), col(Article.id).desc())  # as an index has it


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
class SpeakerRecord:
    """A speaker of a quotation.

    ``office_then`` is the office the linked person held on the article's date, by the register; ``role``
    is how the article itself describes the speaker; ``affiliation`` is for whom a spokesperson speaks.
    """

    start: int
    end: int
    printed: str
    kind: str
    name: str | None
    role: str | None
    affiliation: str | None
    person: PersonRef | None
    office_then: str | None
    linked_by: str
    link_reason: str

    @property
    def label(self) -> str:
        """The speaker as pages name them: the person, else the words of the article."""
        return self.person.name if self.person is not None else self.name or self.printed

    @property
    def office(self) -> str | None:
        """What to say of the speaker beside the name: the office then, else the article's description."""
        return self.office_then or self.role


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A quotation with everything a page says about it; no speakers: the text does not settle who speaks.

    Offsets are those of the article's text; the cue's are None where the text has none. ``checked_on`` is
    when an editor settled or confirmed its speakers.
    """

    id: int
    number: int
    kind: str
    article: ArticleCard
    segments: tuple[Segment, ...]
    speakers: tuple[SpeakerRecord, ...]
    cue_span: tuple[int, int] | None
    rule: str
    confidence: float
    is_announced: bool
    in_headline: bool
    extractor: str
    is_removed: bool
    checked_on: date | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the words stand in quotation marks; else they are the reporter's rendering."""
        return self.kind != "indirect"

    @property
    def path(self) -> str:
        """The address of the quotation's own page."""
        return f"/quotes/{self.id}"

    @property
    def anchor_path(self) -> str:
        """The address of its place in the article."""
        return f"{self.article.path}#q{self.number}"

    @property
    def words(self) -> str:
        """What was said, to the letter; where the attribution stands in between, an ellipsis."""
        return SEGMENT_GAP.join(segment.text for segment in self.segments)

    @property
    def person_slugs(self) -> set[str]:
        """The linked people among the speakers."""
        return {speaker.person.slug for speaker in self.speakers if speaker.person is not None}

    @property
    def label(self) -> str:
        """The speakers as pages name them."""
        return " and ".join(speaker.label for speaker in self.speakers) or "Speaker not found"

    @property
    def person(self) -> PersonRef | None:
        """The linked person, where there is one speaker."""
        return self.speakers[0].person if len(self.speakers) == 1 else None


def speaker_sides(record: QuoteRecord) -> set[str]:
    """The sides that a quotation counts for: "uk", "eu", "other"; "unnamed" where no person is linked."""
    return {
        "unnamed" if speaker.person is None else speaker.person.side or "other" for speaker in record.speakers
    }


def quotes_of_ids(session: Session, ids: Sequence[int]) -> dict[int, QuoteRecord]:
    """These quotations by id; those that an article does not have any more are left out."""
    return {record.id: record for record in _select_records(session, [col(Quote.id).in_(ids), SHOWN])}


def published_of_quotes(session: Session, ids: Sequence[int]) -> dict[int, Published]:
    """When the articles of these quotations were published, by the quotation's id."""
    query = select_columns(col(Quote.id), *PUBLISHED).join(Article).where(col(Quote.id).in_(ids))
    return {row.id: published_of(row) for row in session.execute(query)}


def quotes_of_articles(
    session: Session, ids: Sequence[int], cards: Mapping[int, ArticleCard] | None = None
) -> dict[int, list[QuoteRecord]]:
    """The quotations of each of these articles, in the order of its text; ``cards`` if they are read."""
    found: dict[int, list[QuoteRecord]] = {}
    for record in _select_records(session, [col(Quote.article_id).in_(ids), SHOWN], cards=cards):
        found.setdefault(record.article.id, []).append(record)
    for records in found.values():
        records.sort(key=lambda record: (record.segments[0].start, record.number))
    return found


def read_quotes(session: Session, ids: Sequence[int]) -> list[QuoteRecord]:
    """Those of these quotations that may be shown, newest first, those of undated articles last."""
    return _select_records(session, [col(Quote.id).in_(ids), SHOWN])


def quotes_on_programme(
    session: Session, slug: str, *, person: str | None = None, offset: int, limit: int
) -> list[QuoteRecord]:
    """Quotations that name a programme, in their words or their paragraph; newest first, undated last."""
    return _select_records(session, _on_programme(slug, person), offset=offset, limit=limit)


def count_quotes_on_programme(session: Session, slug: str, person: str | None = None) -> int:
    """How many quotations name a programme, of one person or of all."""
    return session.exec(select(func.count()).select_from(Quote).where(*_on_programme(slug, person))).one()


def ids_naming_in_words(session: Session, slug: str, quote_ids: Sequence[int]) -> set[int]:
    """Those of the quotations whose own words name the programme."""
    query = select(QuoteProgramme.quote_id).join(Programme)
    query = query.where(Programme.slug == slug, col(QuoteProgramme.in_words))
    return set(session.exec(query.where(col(QuoteProgramme.quote_id).in_(quote_ids))))


def ids_of_articles(session: Session, ids: Collection[int]) -> Sequence[int]:
    """Every quotation that these articles have or had."""
    return session.exec(select(col(Quote.id)).where(col(Quote.article_id).in_(ids))).all()  # type: ignore[return-value]


def spans_of_articles(session: Session, ids: Collection[int]) -> dict[int, dict[int, list[tuple[int, int]]]]:
    """Where the stretches of the quotations of each of these articles stand, in order, by quotation."""
    query = (
        select(Quote.article_id, QuoteSegment)
        .join(QuoteSegment)
        .where(col(Quote.article_id).in_(ids), col(Quote.removed_at).is_(None))
        .order_by(col(QuoteSegment.quote_id), col(QuoteSegment.position))
    )
    found: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for article_id, segment in session.exec(query):
        of_article = found.setdefault(article_id, {})
        of_article.setdefault(segment.quote_id, []).append((segment.start, segment.end))
    return found


def latest_quotes(session: Session, limit: int) -> list[QuoteRecord]:
    """The newest direct quotations of linked people, at most one an article."""
    linked = select(QuoteSpeaker.quote_id).where(
        QuoteSpeaker.quote_id == Quote.id, col(QuoteSpeaker.person_id).is_not(None)
    )
    said = and_(SHOWN, col(Quote.kind) == "direct", linked.correlate(Quote).exists())
    quoting = select(Quote.id).where(Quote.article_id == Article.id, said).correlate(Article)
    newest = select(Article.id).where(quoting.exists()).order_by(*_NEWEST_ARTICLES).limit(limit)
    first = select(func.min(Quote.id)).where(said, col(Quote.article_id).in_(newest))
    return _select_records(session, [col(Quote.id).in_(first.group_by(col(Quote.article_id)))])


def read_quote(session: Session, quote_id: int) -> QuoteRecord:
    """One quotation, whether or not the article still has it.

    Raises NotFoundError, for withheld ones too, and WithdrawnError for one of a withdrawn article.
    """
    require_present_quote(session, quote_id)
    records = _select_records(session, [Quote.id == quote_id, col(Quote.article_id).not_in(_WITHHELD)])
    if not records:
        raise NotFoundError("quotation", str(quote_id))
    return records[0]


def count_quotes(session: Session, *, with_indirect: bool = False) -> int:
    """How many quotations the archive holds."""
    conditions = [SHOWN] if with_indirect else [SHOWN, MARKED]
    return session.exec(select(func.count()).select_from(Quote).where(*conditions)).one()


def quote_ids_before(session: Session, before: int | None, limit: int) -> Sequence[int]:
    """The ids of quotations below ``before``, or of all, the highest first; removed ones are left out."""
    query = select(Quote.id).where(SHOWN).order_by(col(Quote.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(Quote.id) < before)
    return [quote_id for quote_id in session.exec(query) if quote_id is not None]


def replace_rejections(session: Session, article_id: int, rejections: Iterable[Rejection]) -> None:
    """Put down which marked stretches of the article's present text are nobody's quotation."""
    session.exec(delete(Rejection).where(col(Rejection.article_id) == article_id))
    session.add_all(rejections)


def rejections_of(session: Session, article_id: int) -> Sequence[Rejection]:
    """The marked stretches of an article that are nobody's quotation, in order."""
    query = select(Rejection).where(Rejection.article_id == article_id)
    return session.exec(query.order_by(col(Rejection.start))).all()


@dataclass(frozen=True, slots=True)
class NewQuote:
    """A quotation to be stored; replace_quotes gives its rows their number and their quotation's id."""

    row: Quote
    segments: tuple[Segment, ...]
    speakers: tuple[QuoteSpeaker, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What makes it the same quotation when a text is read anew."""
        return tuple(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class QuoteChange:
    """What became of one quotation; ``before`` and ``now`` are its speakers, None where there is none."""

    article_id: int
    number: int
    words: str
    before: str | None
    now: str | None


Settle = Callable[[int, NewQuote], tuple[QuoteSpeaker, ...]]
"""Says who speaks in the quotation with this id, where somebody decided it; else whom was found to speak."""


def as_found(_quote_id: int, new: NewQuote) -> tuple[QuoteSpeaker, ...]:
    """Nobody decided anything."""
    return new.speakers


def replace_quotes(
    session: Session, article_id: int, found: Iterable[NewQuote], settle: Settle = as_found
) -> list[QuoteChange]:
    """Make ``found`` the quotations of an article; those that are not what they were.

    A quotation whose words the article had before keeps its id and number, so that links to it go on
    meaning the same words; one that is gone is marked removed and never reused.
    """
    known = session.exec(
        select(Quote).where(Quote.article_id == article_id).order_by(col(Quote.number))
    ).all()
    waiting = {quote.id: quote for quote in known}
    words = {quote.id: _words_of(session, quote) for quote in known}
    number = max((quote.number for quote in known), default=0)
    changes = []
    for new in found:
        same = next((quote for key, quote in waiting.items() if words[key] == new.words), None)
        before = _speakers_told(session, same) if same is not None else None
        if same is None:
            number += 1
            new.row.number = number
            same = new.row
        else:
            del waiting[same.id]
            same.sqlmodel_update(new.row.model_dump(exclude={"id", "article_id", "number"}))
        session.add(same)
        session.flush()
        assert same.id is not None
        now = _write_parts(session, same.id, new.segments, settle(same.id, new))
        if before != now:
            changes.append(QuoteChange(article_id, same.number, SEGMENT_GAP.join(new.words), before, now))
    for gone in waiting.values():
        if gone.removed_at is None:
            before = _speakers_told(session, gone)
            changes.append(
                QuoteChange(article_id, gone.number, SEGMENT_GAP.join(words[gone.id]), before, None)
            )
            gone.removed_at = utc_now()
            session.add(gone)
    return changes


def add_new_quotes(rows: Inserts, found: Iterable[NewQuote]) -> None:
    """Add the quotations of a new article to the rows to be put down."""
    for number, new in enumerate(found, start=1):
        quote_id = rows.new_id(Quote)
        new.row.id, new.row.number = quote_id, number
        rows.add_object(new.row)
        for position, segment in enumerate(new.segments):
            rows.add(QuoteSegment, {"quote_id": quote_id, "position": position, **asdict(segment)})
        for position, speaker in enumerate(new.speakers):
            speaker.quote_id, speaker.position = quote_id, position
            rows.add_object(speaker)


def _write_parts(
    session: Session, quote_id: int, segments: Iterable[Segment], speakers: Sequence[QuoteSpeaker]
) -> str:
    """Put down a quotation's segments and speakers in the place of older ones; its speakers as told."""
    session.exec(delete(QuoteSegment).where(col(QuoteSegment.quote_id) == quote_id))
    session.exec(delete(QuoteSpeaker).where(col(QuoteSpeaker.quote_id) == quote_id))
    session.add_all(
        QuoteSegment(quote_id=quote_id, position=i, start=s.start, end=s.end, text=s.text)
        for i, s in enumerate(segments)
    )
    for position, speaker in enumerate(speakers):
        speaker.quote_id, speaker.position = quote_id, position
        session.add(speaker)
    return _told(speakers)


def stored_quotes(session: Session, article_id: int, ids: Collection[int]) -> Iterator[NewQuote]:
    """Those of these quotations that are an article's, as they would be stored once more."""
    query = select(Quote).where(Quote.article_id == article_id, col(Quote.id).in_(ids))
    for quote in session.exec(query.order_by(col(Quote.number))).all():
        assert quote.id is not None
        speakers = session.exec(
            select(QuoteSpeaker).where(QuoteSpeaker.quote_id == quote.id).order_by(col(QuoteSpeaker.position))
        ).all()
        yield NewQuote(
            Quote(**quote.model_dump(exclude={"id", "removed_at"})),
            _segments_of(session, [quote.id])[quote.id],
            tuple(QuoteSpeaker(**speaker.model_dump()) for speaker in speakers),
        )


def speakers_found(session: Session, person_ids: Iterable[int]) -> list[tuple[QuoteSpeaker, int, str | None]]:
    """The speakers who were found to be one of these people, whoever they count as after mergers.

    Each with the article's id and date; those of removed quotations too.
    """
    query = (
        select(QuoteSpeaker, Article.id, Article.published)
        .join(Quote, col(Quote.id) == QuoteSpeaker.quote_id)
        .join(Article, col(Article.id) == Quote.article_id)
        .where(col(QuoteSpeaker.found_person_id).in_(list(person_ids)))
    )
    return [(row, article_id, day) for row, article_id, day in session.exec(query) if article_id is not None]


def ids_of_person(session: Session, person_id: int, article_ids: Iterable[int] | None = None) -> list[int]:
    """The quotations that a person has, in all articles or in these; removed ones are left out."""
    query = (
        select(col(Quote.id))
        .join(QuoteSpeaker)
        .where(QuoteSpeaker.person_id == person_id, col(Quote.removed_at).is_(None))
    )
    if article_ids is not None:
        query = query.where(col(Quote.article_id).in_(list(article_ids)))
    return [key for key in session.exec(query.distinct().order_by(col(Quote.id))) if key is not None]


def _speakers_told(session: Session, quote: Quote) -> str | None:
    if quote.removed_at is not None:
        return None
    query = select(QuoteSpeaker).where(QuoteSpeaker.quote_id == quote.id)
    return _told(session.exec(query.order_by(col(QuoteSpeaker.position))).all())


def _told(speakers: Iterable[QuoteSpeaker]) -> str:
    return " and ".join(speaker.name or speaker.printed for speaker in speakers) or "nobody"


def _words_of(session: Session, quote: Quote) -> tuple[str, ...]:
    query = select(QuoteSegment.text).where(QuoteSegment.quote_id == quote.id)
    return tuple(session.exec(query.order_by(col(QuoteSegment.position))))


def _on_programme(slug: str, person: str | None) -> list[ColumnElement[bool] | bool]:
    named = select(QuoteProgramme.quote_id).join(Programme).where(Programme.slug == slug)
    conditions: list[ColumnElement[bool] | bool] = [SHOWN, MARKED, col(Quote.id).in_(named)]
    if person is not None:
        spoken = select(QuoteSpeaker.quote_id).join(Person).where(Person.slug == person)
        conditions.append(col(Quote.id).in_(spoken))
    return conditions


def _select_records(
    session: Session,
    conditions: Sequence[Any],
    *,
    offset: int = 0,
    limit: int | None = None,
    cards: Mapping[int, ArticleCard] | None = None,
) -> list[QuoteRecord]:
    query = _RECORDS.where(*conditions).offset(offset).limit(limit)
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    segments, speakers, checked = (
        _segments_of(session, ids),
        _speakers_of(session, ids),
        checked_on(session, ids),
    )
    if cards is None:
        cards = read_cards(session, sorted({row.article_id for row in rows}))
    return [
        _record(row, segments[row.id], speakers.get(row.id, ()), cards[row.article_id], checked.get(row.id))
        for row in rows
    ]


_RECORD: tuple[Any, ...] = (
    Quote.id,
    Quote.article_id,
    Quote.number,
    Quote.kind,
    Quote.rule,
    Quote.confidence,
    Quote.cue_start,
    Quote.cue_end,
    Quote.is_announced,
    Quote.in_headline,
    Quote.extractor,
    Quote.extractor_version,
    Quote.removed_at,
)
_RECORDS = select_columns(*_RECORD).join_from(Quote, Article).order_by(*_NEWEST_ARTICLES, col(Quote.number))
# Made once, and plain rows: lists of quotations are most of what is read.
_SEGMENTS = (
    select_columns(
        col(QuoteSegment.quote_id), col(QuoteSegment.start), col(QuoteSegment.end), col(QuoteSegment.text)
    )
    .where(col(QuoteSegment.quote_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(QuoteSegment.quote_id), col(QuoteSegment.position))
)
_SPEAKER: tuple[Any, ...] = (
    QuoteSpeaker.quote_id,
    QuoteSpeaker.start,
    QuoteSpeaker.end,
    QuoteSpeaker.printed,
    QuoteSpeaker.kind,
    QuoteSpeaker.name,
    QuoteSpeaker.role,
    QuoteSpeaker.affiliation,
    QuoteSpeaker.office_then,
    QuoteSpeaker.linked_by,
    QuoteSpeaker.link_reason,
    col(Person.slug).label("person_slug"),
    col(Person.name).label("person_name"),
    col(Person.side).label("person_side"),
)
_SPEAKERS = (
    select_columns(*_SPEAKER)
    .join_from(QuoteSpeaker, Person, isouter=True)
    .where(col(QuoteSpeaker.quote_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(QuoteSpeaker.quote_id), col(QuoteSpeaker.position))
)


def _segments_of(session: Session, quote_ids: Sequence[int]) -> dict[int, tuple[Segment, ...]]:
    return {
        quote_id: tuple(Segment(row.start, row.end, row.text) for row in rows)
        for quote_id, rows in groupby(
            session.execute(_SEGMENTS, {"ids": quote_ids}), key=lambda row: row.quote_id
        )
    }


def _speakers_of(session: Session, quote_ids: Sequence[int]) -> dict[int, tuple[SpeakerRecord, ...]]:
    return {
        quote_id: tuple(map(_speaker, rows))
        for quote_id, rows in groupby(
            session.execute(_SPEAKERS, {"ids": quote_ids}), key=lambda row: row.quote_id
        )
    }


def _speaker(row: Row[Any]) -> SpeakerRecord:
    person = PersonRef(row.person_slug, row.person_name, row.person_side) if row.person_slug else None
    return SpeakerRecord(
        start=row.start,
        end=row.end,
        printed=row.printed,
        kind=row.kind,
        name=row.name,
        role=row.role,
        affiliation=row.affiliation,
        person=person,
        office_then=row.office_then,
        linked_by=row.linked_by,
        link_reason=row.link_reason,
    )


def _record(
    quote: Row[Any],
    segments: tuple[Segment, ...],
    speakers: tuple[SpeakerRecord, ...],
    article: ArticleCard,
    checked: date | None,
) -> QuoteRecord:
    cue = None if quote.cue_start is None or quote.cue_end is None else (quote.cue_start, quote.cue_end)
    return QuoteRecord(
        id=quote.id,
        number=quote.number,
        kind=quote.kind,
        article=article,
        segments=segments,
        speakers=speakers,
        cue_span=cue,
        rule=quote.rule,
        confidence=quote.confidence,
        is_announced=quote.is_announced,
        in_headline=quote.in_headline,
        extractor=f"{quote.extractor} {quote.extractor_version}",
        is_removed=quote.removed_at is not None,
        checked_on=checked,
    )
