"""What editors correct, on pages and in a shell: put down with its reason, applied, and to be undone."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.dates import DateBasis, PartialDate
from app.errors import CorrectionError, IndexLockedError, NotFoundError
from app.indexing import update_index
from app.naming import name_words
from app.quoting import decided_speakers, new_person, relink
from app.relating import StoredArticle, relate_article
from app.store import corrections, models, people, quotes
from app.store.changes import note_change
from app.store.corrections import By, DecidedSpeaker, Kind
from app.store.database import write_session
from app.store.withdrawals import is_withdrawn, require_present, require_present_quote
from app.storing import apply_corrections, derive

_LONGEST = 1_000  # characters of a title or a name
_TRIES, _WAIT_SECONDS = 10, 0.2


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of a correction: its entry in the log, and whether the indexes know of it already.

    They do unless another process was writing them; that one, or the next that does, tells them.
    """

    correction_id: int
    is_indexed: bool


def attribute_to_person(
    archive: Archive, quote_id: int, name: str, by: By, *, is_new: bool = False
) -> Corrected:
    """Give a quotation to one person, by slug or name; with ``is_new`` to one the archive does not have.

    Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        person = _add_person(work.session, name) if is_new else _person_meant(work.session, name)
        work.decide_on_quote(quote_id, [DecidedSpeaker("person", person.slug, None)], other=person)
    return work.result


def attribute_to_unnamed(archive: Archive, quote_id: int, words: str, by: By) -> Corrected:
    """Give a quotation to somebody without a name, whom ``words`` describe ("one diplomat").

    Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        work.decide_on_quote(quote_id, [DecidedSpeaker("unnamed", None, _line(words, "description"))])
    return work.result


def attribute_to_nobody(archive: Archive, quote_id: int, by: By) -> Corrected:
    """Say that a text does not settle who speaks. Raises NotFoundError, WithdrawnError, CorrectionError."""
    with _correcting(archive, by) as work:
        work.decide_on_quote(quote_id, [])
    return work.result


def confirm_quote(archive: Archive, quote_id: int, by: By) -> Corrected:
    """Say that a quotation and its speakers are right: they stay, whatever is found when it is read anew.

    Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        work.confirm(quote_id)
    return work.result


def correct_date(archive: Archive, article_id: int, date: str | None, by: By) -> Corrected:
    """Set when an article was published (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``); None: undated.

    Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    try:
        value = PartialDate.parse(date).iso() if date else None
    except ValueError as exc:
        raise CorrectionError(
            f"“{date}” is no date: give YYYY-MM-DD, or YYYY-MM or YYYY where no more is known"
        ) from exc
    with _correcting(archive, by) as work:
        work.decide_on_article(article_id, Kind.DATE, value)
    return work.result


def correct_title(archive: Archive, article_id: int, title: str | None, by: By) -> Corrected:
    """Set an article's title; None: it has none. Raises NotFoundError, WithdrawnError, CorrectionError."""
    with _correcting(archive, by) as work:
        work.decide_on_article(article_id, Kind.TITLE, _line(title, "title") if title else None)
    return work.result


def correct_outlet(archive: Archive, article_id: int, outlet: str | None, by: By) -> Corrected:
    """Set who published an article; None: not stated.

    Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        work.decide_on_article(article_id, Kind.OUTLET, _line(outlet, "outlet") if outlet else None)
    return work.result


def withdraw_article(archive: Archive, article_id: int, by: By) -> Corrected:
    """Take an article out of the archive, with everything that follows from it; its address says why.

    Its bytes are kept. Raises NotFoundError, WithdrawnError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        article = work.article(article_id)
        work.add(Kind.WITHDRAWAL, article_id=article_id, before=None, after=True)
        derive(archive, work.session, article)
    return work.result


def restore_article(archive: Archive, article_id: int, by: By) -> Corrected:
    """Undo that an article was withdrawn. Raises NotFoundError and CorrectionError."""
    with Session(archive.engine) as session:
        found = corrections.corrections_of_article(session, article_id)
    entry = next((one for one in found if one.kind is Kind.WITHDRAWAL), None)
    if entry is None:
        raise CorrectionError(f"article {article_id} is not withdrawn")
    return undo(archive, entry.id, by)


def merge_people(archive: Archive, name: str, into: str, by: By) -> Corrected:
    """Let one person, by slug or name, count as another; the address of the first leads to the second.

    Raises NotFoundError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        session = work.session
        one, other = _person_meant(session, name), _person_meant(session, into)
        if one.id == other.id:
            raise CorrectionError(f"{one.name} and {other.name} are one person already")
        if one.origin == "register" and other.origin != "register":
            raise CorrectionError(
                f"{one.name} is in the register of people and {other.name} is not: merge the other way round"
            )
        values = ({"person": person.slug, "name": person.name} for person in (one, other))
        before, after = values
        work.add(Kind.MERGER, person_id=one.id, other_person_id=other.id, before=before, after=after)
        work.move_people()
    return work.result


def split_person(
    archive: Archive,
    name: str,
    other: str,
    by: By,
    *,
    quote_ids: Collection[int] = (),
    article_ids: Collection[int] = (),
    is_new: bool = True,
) -> Corrected:
    """Give some of a person's quotations, or all in some articles, to another who was taken for them.

    The other is new to the archive, or with ``is_new`` false by slug or name one that it has. Raises
    NotFoundError and CorrectionError.
    """
    with _correcting(archive, by) as work:
        session = work.session
        one = _person_meant(session, name)
        assert one.id is not None
        own = quotes.ids_of_person(session, one.id)
        chosen = {*quote_ids, *quotes.ids_of_person(session, one.id, article_ids)}
        if foreign := sorted(chosen - set(own)):
            raise CorrectionError(f"quotation {foreign[0]} is not one of {one.name}")
        if not chosen:
            raise CorrectionError(f"name the quotations or articles that are not of {one.name}")
        parted = _add_person(session, other) if is_new else _person_meant(session, other)
        work.add(
            Kind.SPLIT,
            person_id=one.id,
            other_person_id=parted.id,
            before={"person": one.slug, "name": one.name},
            after={"person": parted.slug, "name": parted.name, "quotations": sorted(chosen)},
        )
        work.read_anew(sorted(chosen))
        work.move_people()
    return work.result


def undo(archive: Archive, correction_id: int, by: By) -> Corrected:
    """Take a correction back: what held before it holds again. Raises NotFoundError and CorrectionError."""
    with _correcting(archive, by) as work:
        work.undo(correction_id)
    return work.result


@dataclass
class _Work:
    """A correction being made, in one transaction."""

    archive: Archive
    session: Session
    by: By
    correction_id: int = 0
    is_indexed: bool = False

    @property
    def result(self) -> Corrected:
        """What came of it."""
        return Corrected(self.correction_id, self.is_indexed)

    def add(self, kind: Kind, **values: Any) -> None:
        """Put down the correction."""
        self.correction_id = corrections.add(self.session, kind, self.by, **values)

    def article(self, article_id: int) -> models.Article:
        """An article that is not withdrawn. Raises NotFoundError and WithdrawnError."""
        require_present(self.session, article_id)
        article = self.session.get(models.Article, article_id)
        if article is None:
            raise NotFoundError("article", str(article_id))
        return article

    def decide_on_article(self, article_id: int, kind: Kind, value: str | None) -> None:
        """Put down the title, date or outlet of an article, and let it hold."""
        article = self.article(article_id)
        before = _value_of(self.session, article, kind)
        is_settled = kind is not Kind.DATE or article.date_basis == DateBasis.CORRECTED
        if before == value and is_settled:  # an inferred date may be right, and then it is settled
            raise CorrectionError(f"the {kind} of article {article_id} is that already")
        self.add(kind, article_id=article_id, before=before, after=value)
        self.apply_to(article, kind)

    def apply_to(self, article: models.Article, kind: Kind) -> None:
        """Let hold for an article what is decided; what follows from it is derived anew."""
        if kind is not Kind.WITHDRAWAL:
            apply_corrections(self.session, article)
        if kind is Kind.TITLE or (kind is not Kind.WITHDRAWAL and self.is_withdrawn(article)):
            note_change(self.session, article.id or 0)
        else:
            derive(self.archive, self.session, article)

    def is_withdrawn(self, article: models.Article) -> bool:
        """Whether nothing follows from the article."""
        return is_withdrawn(self.session, article.id or 0)

    def confirm(self, quote_id: int) -> None:
        """Put down that a quotation's present speakers are right."""
        quote = self.quote(quote_id)
        speakers = [one.as_json() for one in decided_speakers(quote.speakers)]
        self.add(
            Kind.CONFIRMATION, article_id=quote.article.id, quote_id=quote_id, before=None, after=speakers
        )
        self.read_anew([quote_id])

    def decide_on_quote(
        self, quote_id: int, speakers: Sequence[DecidedSpeaker], other: models.Person | None = None
    ) -> None:
        """Put down who speaks in a quotation, and let it hold."""
        quote = self.quote(quote_id)
        before = [one.as_json() for one in decided_speakers(quote.speakers)]
        after = [one.as_json() for one in speakers]
        if before == after and quote.checked_on:
            raise CorrectionError(f"quotation {quote_id} is attributed so already")
        self.add(
            Kind.ATTRIBUTION,
            article_id=quote.article.id,
            quote_id=quote_id,
            other_person_id=other.id if other else None,
            before=before,
            after=after,
        )
        self.read_anew([quote_id])

    def quote(self, quote_id: int) -> quotes.QuoteRecord:
        """A quotation that its article has. Raises NotFoundError, WithdrawnError and CorrectionError."""
        require_present_quote(self.session, quote_id)
        quote = quotes.read_quote(self.session, quote_id)
        if quote.is_removed:
            raise CorrectionError(f"quotation {quote_id} is no longer in the text of its article")
        return quote

    def read_anew(self, quote_ids: Collection[int]) -> None:
        """Find the quotations of these quotations' articles anew, following what is decided."""
        of_quotes = {self.session.get_one(models.Quote, one).article_id for one in quote_ids}
        for article_id in sorted(of_quotes):
            derive(self.archive, self.session, self.session.get_one(models.Article, article_id))

    def move_people(self) -> None:
        """Let everybody count as whom mergers say, and the articles that quote them follow."""
        changed = people.settle_mergers(self.session, corrections.moves_of_people(self.session))
        for article_id in sorted(relink(self.archive, self.session, changed)):
            article = self.session.get_one(models.Article, article_id)
            if not self.is_withdrawn(article):
                relate_article(self.session, _as_stored(self.archive, self.session, article))
            note_change(self.session, article_id)

    def undo(self, correction_id: int) -> None:
        """Put down that a correction holds no more, and let hold what held before it."""
        row, undoing = corrections.add_undoing(self.session, correction_id, self.by)
        assert undoing.id is not None
        self.correction_id = undoing.id
        kind = Kind(row.kind)
        if row.quote_id is not None:
            self.read_anew([row.quote_id])
        elif row.article_id is not None:
            article = self.session.get_one(models.Article, row.article_id)
            self.apply_to(article, kind)
            if kind is not Kind.WITHDRAWAL:
                undoing.after = _value_of(self.session, article, kind)
        elif kind is Kind.SPLIT:
            self.read_anew(row.after["quotations"])
        self.move_people()


@contextmanager
def _correcting(archive: Archive, by: By) -> Iterator[_Work]:
    """A correction: one transaction that commits at the end of the block; then the indexes are told."""
    with write_session(archive.engine) as session:
        work = _Work(archive, session, by)
        yield work
    work.is_indexed = _tell_indexes(archive)


def _tell_indexes(archive: Archive) -> bool:
    """Tell the indexes, waiting a little for another editor who does; whether they could be told."""
    for _ in range(_TRIES):
        try:
            update_index(archive, patience_seconds=0)
        except IndexLockedError:
            time.sleep(_WAIT_SECONDS)
        else:
            return True
    return False


def _value_of(session: Session, article: models.Article, kind: Kind) -> str | None:
    """What an article has of what can be decided on it."""
    match kind:
        case Kind.TITLE:
            return article.title
        case Kind.DATE:
            return article.published
        case _:
            outlet = session.get(models.Outlet, article.outlet_id) if article.outlet_id else None
            return outlet.name if outlet else None


def _as_stored(archive: Archive, session: Session, article: models.Article) -> StoredArticle:
    assert article.id is not None
    day = PartialDate.parse(article.published) if article.published else None
    outlet = _value_of(session, article, Kind.OUTLET)
    return StoredArticle(article.id, outlet, archive.reader.read(article.text, day))


def _person_meant(session: Session, name: str) -> models.Person:
    """The one person with this slug or name. Raises CorrectionError."""
    name = _line(name, "name")
    person = people.find_person(session, name)
    if person is not None:
        return person
    found = people.people_named(session, name_words(name))
    exact = [card for card in found if name_words(card.ref.name) == name_words(name)]
    meant = exact or found
    if len(meant) == 1:
        return people.person_at(session, meant[0].ref.slug)
    if not meant:
        unquoted = people.find_person(session, slugify(name))
        if unquoted is not None:
            return unquoted
        raise CorrectionError(f"the archive knows nobody called “{name}”: say that they are new to it")
    slugs = ", ".join(card.ref.slug for card in meant[:6])
    raise CorrectionError(f"“{name}” may be several people: give one of {slugs}")


def _add_person(session: Session, name: str) -> models.Person:
    """Somebody new, of whom the name is all that is known."""
    name = _line(name, "name")
    if not slugify(name) or not name_words(name):
        raise CorrectionError(f"“{name}” is no name")
    return people.add_person(session, new_person(name, "editor"))


def _line(text: str, what: str) -> str:
    """What was typed, as one line. Raises CorrectionError."""
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST or not line.isprintable():
        raise CorrectionError(f"the {what} must be one line of 1 to {_LONGEST} characters")
    return line
