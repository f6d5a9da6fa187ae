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
from app.extractors.quotation import Quotation, Speaker, SpeakerKind
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


def store_quotations(
    archive: Archive, session: Session, article_id: int, text: str, day: PartialDate | None
) -> None:
    """Make the quotations of ``text``, published on ``day``, those of the article."""
    found = archive.extractor.extract(text)
    names = ArticleNames.of(q.speaker.name for q in found if q.speaker and q.speaker.name)
    reading = _Reading(archive, article_id, text, names, day)
    new = [_new_quote(session, reading, quotation) for quotation in found]
    quotes.replace_quotes(session, article_id, new)


def _new_quote(session: Session, reading: _Reading, quotation: Quotation) -> quotes.NewQuote:
    text, speaker, cue = reading.text, quotation.speaker, quotation.cue
    link = _link(reading, speaker)
    person = _person(session, link)
    row = models.Quote(
        article_id=reading.article_id,
        number=0,
        kind=quotation.kind,
        rule=quotation.rule,
        confidence=quotation.confidence,
        cue_start=cue.start if cue else None,
        cue_end=cue.end if cue else None,
        speaker_start=speaker.span.start if speaker else None,
        speaker_end=speaker.span.end if speaker else None,
        speaker_printed=speaker.span.of(text) if speaker else None,
        speaker_name=speaker.name if speaker else None,
        speaker_kind=speaker.kind if speaker else None,
        speaker_role=speaker.role.of(text) if speaker and speaker.role else None,
        person_id=person.id if person else None,
        office_then=_office_then(link.record, reading.day) if link.record else None,
        linked_by=link.rule,
        link_reason=link.reason,
        extractor=reading.archive.extractor.name,
        extractor_version=reading.archive.extractor.version,
    )
    segments = tuple(quotes.Segment(span.start, span.end, span.of(text)) for span in quotation.segments)
    return quotes.NewQuote(row, segments)


def _link(reading: _Reading, speaker: Speaker | None) -> Link:
    if speaker is None:
        return Link(None, None, "no-speaker", "The text does not say clearly who spoke these words.")
    mention = Mention(
        printed=speaker.span.of(reading.text),
        name=speaker.name,
        is_person=speaker.kind is SpeakerKind.PERSON,
        role=speaker.role.of(reading.text) if speaker.role else None,
    )
    return link_speaker(mention, reading.names, reading.day, reading.archive.people)


def _person(session: Session, link: Link) -> models.Person | None:
    """The person a link leads to; one that the register does not know is made from the text."""
    if link.record is not None:
        return people.find_person(session, link.record.slug)
    if link.new_name is None:
        return None
    slug = slugify(link.new_name)
    known = people.find_person(session, slug)
    if known is not None:
        return known
    forms = ((link.new_name, fold(link.new_name)),)
    entry = people.PersonEntry(slug, link.new_name, sort_name(link.new_name), None, "text", forms, (), ())
    return people.save_person(session, entry)


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
