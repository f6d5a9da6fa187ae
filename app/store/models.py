"""The tables. They stand in one room so that features never import each other's tables in a circle.

Constraint names follow one convention, so that a migration can name what it changes.
Partial dates are ISO 8601 text of 4, 7 or 10 characters ("2025", "2025-03", "2025-03-17"): their
text order is their time order. Offsets count code points of ``Article.text``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Ids and references count to 64 bits; SQLite has its row ids, which do, for columns of INTEGER only.
_ID = BigInteger().with_variant(Integer(), "sqlite")


def utc_now() -> datetime:
    """The present, with its zone."""
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """A stored moment with its zone: SQLite keeps none, and all its times are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Source(SQLModel, table=True):
    """The bytes an article came from, kept for ever, and where they lay.

    ``url`` and what follows are what a web server said when they were fetched, where that is known.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    sha256: str = Field(unique=True)
    location: str = Field(index=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # zlib
    byte_count: int
    url: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    importer: str
    importer_version: str
    retrieved_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=True))


class Outlet(SQLModel, table=True):
    """Who published an article, as the article says it; ``display`` holds for its articles (app/display)."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    slug: str = Field(unique=True)
    name: str
    display: str | None = None


class Article(SQLModel, table=True):
    """One report: cleaned text, and what its source states about it; None where it states nothing.

    ``key`` is what makes an article the same one when it comes again: its own URL if stated,
    else its source's location and its place there. ``place`` leads to the article within its source.
    ``is_summary`` says that the source gives a summary only. ``stated`` keeps the columns as the source has
    them where an editor's correction holds instead.
    """

    # They cover what is counted by outlet, and who states what, so that no article is read for it.
    __table_args__ = (
        Index("ix_article_outlet_id_published", "outlet_id", "published"),
        Index("ix_article_language_licence", "language", "licence"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    key: str = Field(unique=True)
    source_id: int = Field(foreign_key="source.id", index=True, sa_type=_ID)
    place: str = "0"
    is_summary: bool = False
    slug: str
    title: str | None = None
    opening: str  # the first words, for lists and for articles without a title
    word_count: int
    outlet_id: int | None = Field(default=None, foreign_key="outlet.id", sa_type=_ID)
    author: str | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    # Settled from the three: set by an editor, stated by the source, the outlet's.
    display: str = Field(default="full", index=True)
    display_set: str | None = None
    display_stated: str | None = None
    attribution: str | None = None  # "According to Rokna, citing The Guardian", as printed
    based_on: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    published: str | None = Field(default=None, index=True)
    date_basis: str | None = Field(default=None, index=True)
    date_evidence: str | None = None
    stated: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    added_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=True))
    changed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    text: str  # the last column: SQLite reads through a long one to those behind it


class ArticleVersion(SQLModel, table=True):
    """What an article was, and what it came from, before its source changed; never altered by ingest."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", sa_type=_ID)
    number: int
    source_id: int = Field(foreign_key="source.id", index=True, sa_type=_ID)
    taken_in_at: datetime = Field(sa_type=DateTime(timezone=True))
    place: str
    is_summary: bool
    title: str | None = None
    text: str
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    attribution: str | None = None
    based_on: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    published: str | None = None
    date_basis: str | None = None
    date_evidence: str | None = None


class Removal(SQLModel, table=True):
    """A stretch that a cleaning rule took out of the raw text; offsets count the raw text's code points.

    ``replacement`` is what stands in its place, where letters decoded wrongly were put right.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)
    rule: str
    start: int
    end: int
    text: str
    replacement: str = ""


class Person(SQLModel, table=True):
    """Somebody who can be quoted: from the register of people, first met in a text, or named by an editor.

    One who was merged into another keeps the row, and the address leads to the other; ``merged_into_id`` is
    whoever stands at the end of such mergers.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    slug: str = Field(unique=True)
    name: str
    sort_name: str = Field(index=True)
    side: str | None = None  # "uk", "eu", "other"; None: not known
    origin: str  # "register", "text" or "editor"
    identifiers: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    merged_into_id: int | None = Field(default=None, foreign_key="person.id", sa_type=_ID)


class NameForm(SQLModel, table=True):
    """A way a person's name is written; ``folded`` has no case and no diacritics."""

    __tablename__ = "name_form"
    __table_args__ = (UniqueConstraint("person_id", "form"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    person_id: int = Field(foreign_key="person.id", index=True, ondelete="CASCADE", sa_type=_ID)
    form: str
    folded: str = Field(index=True)


class Office(SQLModel, table=True):
    """A post a person held; ``seen_on`` is a date on which a source shows them in it."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    person_id: int = Field(foreign_key="person.id", index=True, ondelete="CASCADE", sa_type=_ID)
    position: int
    title: str  # the role, with its body where the role alone does not say whose it is
    role: str
    organisation: str | None = None
    start: str | None = None
    end: str | None = None
    seen_on: str | None = None
    source: str | None = None


class Quote(SQLModel, table=True):
    """Words that the article gives to one or more speakers, and why they were read so.

    ``number`` is its anchor in the article (#q3) and never given to other words. ``removed_at`` is set
    when the article's present text no longer has these words; the row stays, so that links keep meaning.
    """

    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", sa_type=_ID)
    number: int
    kind: str
    rule: str
    confidence: float
    cue_start: int | None = None
    cue_end: int | None = None
    is_announced: bool = False
    in_headline: bool = False
    extractor: str
    extractor_version: str
    removed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class QuoteSpeaker(SQLModel, table=True):
    """A speaker of a quotation: as printed, as the article names and describes them, and the person linked.

    ``linked_by`` is the rule that linked the person or left it open; ``link_reason`` says it to a reader.
    ``found_person_id`` is the person before mergers are followed, so that a merger can be undone. Where only
    an editor names a speaker, nothing is ``printed``.
    """

    __tablename__ = "quote_speaker"
    __table_args__ = (Index("ix_quote_speaker_person_id_quote_id", "person_id", "quote_id"),)

    quote_id: int = Field(foreign_key="quote.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    position: int = Field(primary_key=True)
    start: int
    end: int
    printed: str
    kind: str
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=_ID)
    found_person_id: int | None = Field(
        default=None, index=True, sa_type=_ID
    )  # a second reference makes joins ambiguous
    office_then: str | None = None  # the office the person held on the article's date, by the register
    linked_by: str
    link_reason: str


class Rejection(SQLModel, table=True):
    """A stretch between marks that is nobody's quotation, and why it was read so."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)
    start: int
    end: int
    text: str
    reason: str


class QuoteSegment(SQLModel, table=True):
    """One unbroken stretch of a quotation: ``Article.text[start:end] == text``, marks excluded."""

    __tablename__ = "quote_segment"

    quote_id: int = Field(foreign_key="quote.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    position: int = Field(primary_key=True)
    start: int
    end: int
    text: str


class Programme(SQLModel, table=True):
    """A programme, instrument, agreement or format of the register of programmes."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    slug: str = Field(unique=True)
    name: str
    acronym: str | None = None
    kind: str
    description: str


class Mention(SQLModel, table=True):
    """A place where an article names a programme."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)
    programme_id: int = Field(foreign_key="programme.id", index=True, sa_type=_ID)
    start: int
    end: int
    form: str


class QuoteProgramme(SQLModel, table=True):
    """A programme that a quotation names, in its words or in the paragraph it stands in; derived."""

    __tablename__ = "quote_programme"

    quote_id: int = Field(foreign_key="quote.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    programme_id: int = Field(foreign_key="programme.id", primary_key=True, index=True, sa_type=_ID)
    in_words: bool


class QuoteWording(SQLModel, table=True):
    """A hash of the words of a quotation and who said them, the same for each printing of them; derived."""

    __tablename__ = "quote_wording"
    __table_args__ = (Index("ix_quote_wording_wording_quote_id", "wording", "quote_id"),)

    quote_id: int = Field(foreign_key="quote.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    wording: int = Field(sa_type=BigInteger)


class WordingFingerprint(SQLModel, table=True):
    """A hash of a few words of a wording with who said them: what others much like it share; derived."""

    __tablename__ = "wording_fingerprint"
    __table_args__ = {"sqlite_with_rowid": False}

    value: int = Field(sa_type=BigInteger, primary_key=True)
    wording: int = Field(sa_type=BigInteger, primary_key=True)


class QuoteCluster(SQLModel, table=True):
    """A quotation whose words other quotations of the same person have too; derived.

    ``lead_id`` is the quotation that stands for all of them where they are shown as one, itself included.
    """

    __tablename__ = "quote_cluster"

    quote_id: int = Field(foreign_key="quote.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    lead_id: int = Field(foreign_key="quote.id", index=True, ondelete="CASCADE", sa_type=_ID)


class ArticleSignature(SQLModel, table=True):
    """A sketch of an article's sequences of words, by which its likeness to others is measured; derived."""

    __tablename__ = "article_signature"

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    shingle_count: int
    minima: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # 32-bit numbers, little-endian


class ArticleBand(SQLModel, table=True):
    """A part of a signature, hashed: articles that share one are compared; derived.

    Many small rows that are only ever looked up by ``value``: without row ids they take half the room.
    """

    __tablename__ = "article_band"
    __table_args__ = {"sqlite_with_rowid": False}

    value: int = Field(sa_type=BigInteger, primary_key=True)  # the band's number is hashed into it
    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)


class ArticleCluster(SQLModel, table=True):
    """An article with near-duplicates, theirs included; ``lead_id`` is the smallest id of all; derived."""

    __tablename__ = "article_cluster"

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    lead_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)


class Credit(SQLModel, table=True):
    """Whom an article names as the source of its news, and its words that say so; derived."""

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)
    position: int
    role: str  # "via" or "origin"
    name: str
    start: int
    end: int
    rule: str


class Event(SQLModel, table=True):
    """A time that an article's text tells, with the sentence it stands in; derived.

    ``day`` is a partial date, and ``until`` the last day where it is several; None where nobody can say,
    as in an undated article.
    """

    __table_args__ = (Index("ix_event_day_article_id", "day", "article_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE", sa_type=_ID)
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    day: str | None
    until: str | None = None
    basis: str
    rule: str


class EventProgramme(SQLModel, table=True):
    """A programme that the sentence of an event names; derived."""

    __tablename__ = "event_programme"

    event_id: int = Field(foreign_key="event.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    programme_id: int = Field(foreign_key="programme.id", primary_key=True, index=True, sa_type=_ID)


class EventPerson(SQLModel, table=True):
    """A person that the sentence of an event names; derived."""

    __tablename__ = "event_person"

    event_id: int = Field(foreign_key="event.id", primary_key=True, ondelete="CASCADE", sa_type=_ID)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True, sa_type=_ID)


class Correction(SQLModel, table=True):
    """What an editor decided and why; a row is never altered or deleted. Applied over what is derived.

    ``kind`` is what was decided (``app/store/corrections.py``), ``before`` and ``after`` are values of that
    kind. A quotation's row names its article too. A row that ``undoes_id`` another takes it out of force.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    kind: str = Field(index=True)
    article_id: int | None = Field(default=None, foreign_key="article.id", index=True, sa_type=_ID)
    quote_id: int | None = Field(default=None, foreign_key="quote.id", index=True, sa_type=_ID)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=_ID)
    other_person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=_ID)
    before: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    reason: str
    editor: str
    made_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=True))
    undoes_id: int | None = Field(default=None, foreign_key="correction.id", unique=True, sa_type=_ID)


class EditorSession(SQLModel, table=True):
    """An editor who is logged in; ``key`` hashes what the cookie holds, so that no row lets anybody in."""

    __tablename__ = "editor_session"

    key: str = Field(primary_key=True)
    editor: str
    began_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=True))


class IngestRun(SQLModel, table=True):
    """One call of ingest: when, what it was given and what came of each file."""

    __tablename__ = "ingest_run"

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    started_at: datetime = Field(default_factory=utc_now, sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    paths: list[str] = Field(sa_column=Column(JSON, nullable=False))
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class IndexChange(SQLModel, table=True):
    """An article that the search index has not seen in its present form."""

    __tablename__ = "index_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    article_id: int = Field(index=True, sa_type=_ID)
