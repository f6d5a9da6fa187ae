"""The quotations of one article: found, given to people, stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.archive import Archive
from app.authority.linking import ArticleNames, Link, Mention, link_speaker
from app.authority.names import slugify, sort_name
from app.authority.offices import Holding
from app.authority.register import PersonRecord
from app.dates import PartialDate
from app.extractors.quotation import Quotation, Rejection, Speaker, SpeakerKind
from app.folding import fold
from app.store import models, people, quotes


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article being read for its quotations; ``day`` is when it was published."""

    archive: Archive
    article_id: int
    text: str
    names: ArticleNames
    day: PartialDate | None
    known: dict[str, models.Person | None]


@dataclass(frozen=True, slots=True)
class FoundQuotations:
    """What an extractor found in an article, as it is stored."""

    quotations: list[quotes.NewQuote]
    rejections: list[models.Rejection]


def store_quotations(
    archive: Archive, session: Session, article_id: int, text: str, day: PartialDate | None
) -> list[quotes.QuoteChange]:
    """Make the quotations of ``text``, published on ``day``, those of the article; what that changed."""
    found = find_quotations(archive, session, article_id, text, day, {})
    quotes.replace_rejections(session, article_id, found.rejections)
    return quotes.replace_quotes(session, article_id, found.quotations)


def find_quotations(
    archive: Archive,
    session: Session,
    article_id: int,
    text: str,
    day: PartialDate | None,
    known: dict[str, models.Person | None],
) -> FoundQuotations:
    """The quotations of ``text``, given to people, who are made where a text first names them.

    ``known`` are people that were looked up before, by slug; those looked up now are added.
    """
    found = archive.extractor.extract(text)
    speakers = (speaker for quotation in found.quotations for speaker in quotation.speakers)
    names = ArticleNames.of(speaker.name for speaker in speakers if speaker.name)
    reading = _Reading(archive, article_id, text, names, day, known)
    return FoundQuotations(
        [_new_quote(session, reading, quotation) for quotation in found.quotations],
        [_rejection(reading, one) for one in found.rejections],
    )


def _new_quote(session: Session, reading: _Reading, quotation: Quotation) -> quotes.NewQuote:
    cue = quotation.cue
    row = models.Quote(
        article_id=reading.article_id,
        number=0,
        kind=quotation.kind,
        rule=quotation.rule,
        confidence=quotation.confidence,
        cue_start=cue.start if cue else None,
        cue_end=cue.end if cue else None,
        is_announced=quotation.is_announced,
        in_headline=quotation.in_headline,
        extractor=reading.archive.extractor.name,
        extractor_version=reading.archive.extractor.version,
    )
    segments = (quotes.Segment(span.start, span.end, span.of(reading.text)) for span in quotation.segments)
    speakers = (_new_speaker(session, reading, speaker) for speaker in quotation.speakers)
    return quotes.NewQuote(row, tuple(segments), tuple(speakers))


def _new_speaker(session: Session, reading: _Reading, speaker: Speaker) -> models.QuoteSpeaker:
    text = reading.text
    link = _link(reading, speaker)
    person = _person(session, reading, link)
    return models.QuoteSpeaker(
        quote_id=0,
        position=0,
        start=speaker.span.start,
        end=speaker.span.end,
        printed=speaker.span.of(text),
        kind=speaker.kind,
        name=speaker.name,
        role=speaker.role.of(text) if speaker.role else None,
        affiliation=speaker.affiliation.of(text) if speaker.affiliation else None,
        person_id=person.id if person else None,
        office_then=_office_then(link.record, reading.day) if link.record else None,
        linked_by=link.rule,
        link_reason=link.reason,
    )


def _rejection(reading: _Reading, rejection: Rejection) -> models.Rejection:
    span = rejection.span
    return models.Rejection(
        article_id=reading.article_id,
        start=span.start,
        end=span.end,
        text=span.of(reading.text),
        reason=rejection.reason,
    )


def _link(reading: _Reading, speaker: Speaker) -> Link:
    mention = Mention(
        printed=speaker.span.of(reading.text),
        name=speaker.name,
        is_person=speaker.kind is SpeakerKind.PERSON,
        role=speaker.role.of(reading.text) if speaker.role else None,
    )
    return link_speaker(mention, reading.names, reading.day, reading.archive.people)


def _person(session: Session, reading: _Reading, link: Link) -> models.Person | None:
    """The person a link leads to; one that the register does not know is made from the text."""
    slug = link.record.slug if link.record else slugify(link.new_name) if link.new_name else None
    if slug is None:
        return None
    if slug not in reading.known:
        reading.known[slug] = people.find_person(session, slug)
    person = reading.known[slug]
    if person is None and link.record is None and link.new_name is not None:
        forms = ((link.new_name, fold(link.new_name)),)
        entry = people.PersonEntry(slug, link.new_name, sort_name(link.new_name), None, "text", forms, (), ())
        person = reading.known[slug] = people.save_person(session, entry)
    return person


def _office_then(record: PersonRecord, day: PartialDate | None) -> str | None:
    """The office to show with a quotation of ``day``, with what is known of its time if that is not all."""
    if day is None:
        return None
    for office, holding in record.offices_on(day):
        if holding is Holding.CERTAIN:
            return office.title
        if office.start and office.start <= day:
            return f"{office.title} (since {office.start.text()})"
        if office.seen_on:
            return f"{office.title} (seen in it on {office.seen_on.text()})"
    return None
