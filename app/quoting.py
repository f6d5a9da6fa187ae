"""The quotations of one article: found, given to people, stored."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
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
from app.store import corrections, models, people, quotes
from app.store.corrections import DecidedSpeaker
from app.text_reading import TextReading


@dataclass(frozen=True, slots=True)
class _Article:
    """The article whose quotations are linked; ``day`` is when it was published."""

    archive: Archive
    article_id: int
    text: str
    names: ArticleNames
    day: PartialDate | None
    known: dict[str, models.Person | None]


@dataclass(frozen=True, slots=True)
class LinkedQuotations:
    """What an extractor found in an article, as it is stored."""

    quotations: list[quotes.NewQuote]
    rejections: list[models.Rejection]


def store_quotations(
    archive: Archive, session: Session, article_id: int, read: TextReading
) -> list[quotes.QuoteChange]:
    """Make the quotations found in a text those of the article; what that changed.

    What editors decided on a quotation holds over what is found.
    """
    article, found = _link(archive, session, article_id, read, {})
    quotes.replace_rejections(session, article_id, found.rejections)
    decided = corrections.decisions_on_quotes(session, article_id)
    new = found.quotations
    new += _still_there(session, article, decided, {one.words for one in new})

    def settle(quote_id: int, found: quotes.NewQuote) -> tuple[models.QuoteSpeaker, ...]:
        speakers = found.speakers
        for decision in decided.get(quote_id, ()):
            speakers = _decided(session, article, decision, speakers, found.segments[0].start)
        return speakers

    return quotes.replace_quotes(session, article_id, new, settle)


def link_quotations(
    archive: Archive,
    session: Session,
    article_id: int,
    read: TextReading,
    known: dict[str, models.Person | None],
) -> LinkedQuotations:
    """The quotations found in a text, given to people, who are made where a text first names them.

    ``known`` are people that were looked up before, by slug; those looked up now are added.
    """
    return _link(archive, session, article_id, read, known)[1]


def _link(
    archive: Archive,
    session: Session,
    article_id: int,
    read: TextReading,
    known: dict[str, models.Person | None],
) -> tuple[_Article, LinkedQuotations]:
    found = read.findings
    speakers = (speaker for quotation in found.quotations for speaker in quotation.speakers)
    names = ArticleNames.of(speaker.name for speaker in speakers if speaker.name)
    article = _Article(archive, article_id, read.text, names, read.day, known)
    return article, LinkedQuotations(
        [_new_quote(session, article, quotation) for quotation in found.quotations],
        [_rejection(article, one) for one in found.rejections],
    )


def _still_there(
    session: Session,
    article: _Article,
    decided: Mapping[int, Sequence[corrections.QuoteDecision]],
    found: Container[tuple[str, ...]],
) -> Iterator[quotes.NewQuote]:
    """Quotations that an editor settled and that are not found any more, if their words are still there.

    Somebody who read the text knows better than an extractor. They stay as they were found once.
    """
    settled = [one for one, made in decided.items() if any(not each.is_split for each in made)]
    for stored in quotes.stored_quotes(session, article.article_id, settled):
        is_same = all(article.text[part.start : part.end] == part.text for part in stored.segments)
        if is_same and stored.words not in found:
            yield stored


def decided_speakers(speakers: Iterable[quotes.SpeakerRecord]) -> list[DecidedSpeaker]:
    """Speakers of a stored quotation as a decision that changes nothing would name them."""
    return [
        DecidedSpeaker(
            kind=one.kind,
            person=one.person.slug if one.person else None,
            name=None if one.person else one.name or one.printed,
        )
        for one in speakers
    ]


def relink(archive: Archive, session: Session, person_ids: Iterable[int]) -> set[int]:
    """Give the quotations that were found to be these people's to whom they count as now; their articles."""
    touched = set()
    for speaker, article_id, published in quotes.speakers_found(session, person_ids):
        found = session.get_one(models.Person, speaker.found_person_id)
        _give_to(archive, session, speaker, found, PartialDate.parse(published) if published else None)
        session.add(speaker)
        touched.add(article_id)
    session.flush()
    return touched


def _give_to(
    archive: Archive,
    session: Session,
    speaker: models.QuoteSpeaker,
    found: models.Person,
    day: PartialDate | None,
) -> None:
    """Link a speaker with a person, or with whom that person is merged into, in the office held then."""
    person = people.present_person(session, found)
    record = archive.people.get(person.slug)
    speaker.found_person_id, speaker.person_id = found.id, person.id
    speaker.office_then = _office_then(record, day) if record else None


def _decided(
    session: Session,
    article: _Article,
    decision: corrections.QuoteDecision,
    found: tuple[models.QuoteSpeaker, ...],
    at: int,
) -> tuple[models.QuoteSpeaker, ...]:
    """The speakers as they are once a decision is followed; as they are found where it says the same.

    A speaker whom the text does not name where ``at`` the quotation begins has no printed words.
    """
    if decision.is_split:
        parted = people.find_person(session, decision.instead_of or "")
        is_meant = [parted is not None and one.person_id == parted.id for one in found]
        return tuple(
            _decided_speaker(session, article, decision, decision.speakers[0], one, at) if meant else one
            for one, meant in zip(found, is_meant, strict=True)
        )
    if len(found) == len(decision.speakers) and all(
        _says_the_same(session, *pair) for pair in zip(decision.speakers, found, strict=True)
    ):
        for decided, speaker in zip(decision.speakers, found, strict=True):
            # It is the decision that links them now: undoing a merger that led to the same leaves it alone.
            if decided.person is not None and (person := people.row_of(session, decided.person)):
                speaker.found_person_id = person.id
        return found
    printed = found[0] if len(found) == len(decision.speakers) == 1 else None
    return tuple(_decided_speaker(session, article, decision, one, printed, at) for one in decision.speakers)


def _says_the_same(session: Session, decided: DecidedSpeaker, found: models.QuoteSpeaker) -> bool:
    if decided.person is not None:
        person = people.find_person(session, decided.person)
        return person is not None and person.id == found.person_id
    return found.person_id is None and decided.name == (found.name or found.printed)


def _decided_speaker(
    session: Session,
    article: _Article,
    decision: corrections.QuoteDecision,
    decided: DecidedSpeaker,
    printed: models.QuoteSpeaker | None,
    at: int,
) -> models.QuoteSpeaker:
    day = PartialDate(decision.made_on.year, decision.made_on.month, decision.made_on.day)
    row = models.QuoteSpeaker(
        quote_id=0,
        position=0,
        start=printed.start if printed else at,
        end=printed.end if printed else at,
        printed=printed.printed if printed else "",
        kind=decided.kind,
        name=decided.name,
        role=printed.role if printed and decision.instead_of else None,  # else it may be somebody else's
        linked_by="corrected",
        link_reason=f"An editor settled this on {day.text()}: {decision.reason}",
    )
    if decided.person is not None and (person := people.find_person(session, decided.person)) is not None:
        row.name = person.name
        _give_to(article.archive, session, row, people.row_of(session, decided.person) or person, article.day)
    return row


def _new_quote(session: Session, article: _Article, quotation: Quotation) -> quotes.NewQuote:
    cue = quotation.cue
    row = models.Quote(
        article_id=article.article_id,
        number=0,
        kind=quotation.kind,
        rule=quotation.rule,
        confidence=quotation.confidence,
        cue_start=cue.start if cue else None,
        cue_end=cue.end if cue else None,
        is_announced=quotation.is_announced,
        in_headline=quotation.in_headline,
        extractor=article.archive.extractor.name,
        extractor_version=article.archive.extractor.version,
    )
    segments = (quotes.Segment(span.start, span.end, span.of(article.text)) for span in quotation.segments)
    speakers = (_new_speaker(session, article, speaker) for speaker in quotation.speakers)
    return quotes.NewQuote(row, tuple(segments), tuple(speakers))


def _new_speaker(session: Session, article: _Article, speaker: Speaker) -> models.QuoteSpeaker:
    text = article.text
    link = _link_of(article, speaker)
    person = _person(session, article, link)
    row = models.QuoteSpeaker(
        quote_id=0,
        position=0,
        start=speaker.span.start,
        end=speaker.span.end,
        printed=speaker.span.of(text),
        kind=speaker.kind,
        name=speaker.name,
        role=speaker.role.of(text) if speaker.role else None,
        affiliation=speaker.affiliation.of(text) if speaker.affiliation else None,
        linked_by=link.rule,
        link_reason=link.reason,
    )
    if person is not None:
        _give_to(article.archive, session, row, person, article.day)
    return row


def _rejection(article: _Article, rejection: Rejection) -> models.Rejection:
    span = rejection.span
    return models.Rejection(
        article_id=article.article_id,
        start=span.start,
        end=span.end,
        text=span.of(article.text),
        reason=rejection.reason,
    )


def _link_of(article: _Article, speaker: Speaker) -> Link:
    mention = Mention(
        printed=speaker.span.of(article.text),
        name=speaker.name,
        is_person=speaker.kind is SpeakerKind.PERSON,
        role=speaker.role.of(article.text) if speaker.role else None,
    )
    return link_speaker(mention, article.names, article.day, article.archive.people)


def _person(session: Session, article: _Article, link: Link) -> models.Person | None:
    """The person a link leads to; one that the register does not know is made from the text."""
    slug = link.record.slug if link.record else slugify(link.new_name) if link.new_name else None
    if slug is None:
        return None
    if slug not in article.known:
        article.known[slug] = people.row_of(session, slug)
    person = article.known[slug]
    if person is None and link.record is None and link.new_name is not None:
        person = article.known[slug] = people.save_person(session, new_person(link.new_name, "text"))
    return person


def new_person(name: str, origin: str) -> people.PersonEntry:
    """Somebody of whom no more is known than the name, and where that is from: "text" or "editor"."""
    return people.PersonEntry(
        slugify(name), name, sort_name(name), None, origin, ((name, fold(name)),), (), ()
    )


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
