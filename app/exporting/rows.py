"""What an export tells: one row an article, a quotation, a person or a programme.

Every format and the API write these rows; the descriptions of their fields are the documentation of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from app.dates import DateBasis as BasisOfDate
from app.dates import Precision

Published = Annotated[
    str | None,
    Field(
        description="Date of publication, ISO 8601 and no longer than what is known: 2025, 2025-03 or "
        "2025-03-17. Empty: not known.",
        examples=["2025-03-11"],
    ),
]
DatePrecision = Annotated[
    Precision | None, Field(description="How exactly the date is known: day, month or year.")
]
DateBasis = Annotated[
    BasisOfDate | Literal["undated"],
    Field(
        description="stated: the source says it; metadata: a page’s own data does; url: its address does; "
        "inferred: worked out from the text; corrected: an editor of this archive settled it; "
        "undated: none of these."
    ),
]
DateEvidence = Annotated[
    str | None, Field(description="What the date rests on, where it was worked out from the text.")
]
Permalink = Annotated[str, Field(description="Address of its page in this archive; it stays.")]
PublisherAddress = Annotated[
    str | None, Field(description="Address the article was published at, where its source states one.")
]
MatchingCount = Annotated[
    int | None, Field(description="In the answer to a search: how many of these match it.")
]
OutletName = Annotated[str | None, Field(description="Who published it, as the source says.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article: what its source states and what the archive knows of it. Its text is on its page."""

    id: Annotated[int, Field(description="Number of the article in this archive; it stays.", examples=[10])]
    title: Annotated[str, Field(description="Its title, or its first words after “Untitled:”.")]
    is_untitled: Annotated[bool, Field(description="Whether the source has no title.")]
    outlet: OutletName
    author: Annotated[str | None, Field(description="The author as printed.")]
    published: Published
    date_precision: DatePrecision
    date_basis: DateBasis
    date_evidence: DateEvidence
    language: Annotated[str | None, Field(description="BCP 47 tag, where the source states one.")]
    licence: Annotated[str | None, Field(description="The licence as the source states it.")]
    is_summary: Annotated[bool, Field(description="Whether the source gives a summary only.")]
    display: Annotated[
        str, Field(description="How much of its text may be shown: full, excerpt or metadata.")
    ]
    word_count: Annotated[int, Field(description="Words of the cleaned text.")]
    quotation_count: Annotated[int, Field(description="Quotations in quotation marks.")]
    programmes: Annotated[
        tuple[str, ...], Field(description="Programmes it names, by their slug, in the order of the text.")
    ]
    url: PublisherAddress
    permalink: Permalink
    source_sha256: Annotated[str, Field(description="SHA-256 of the file that the article came in.")]
    retrieved_on: Annotated[date, Field(description="Day on which that file came into the archive (UTC).")]
    changed_at: Annotated[datetime, Field(description="When this entry was last changed (UTC).")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerRow:
    """A speaker of a quotation."""

    name: Annotated[str, Field(description="The person, or the words of the article where none is linked.")]
    printed: Annotated[str, Field(description="What the article calls the speaker here, to the letter.")]
    person: Annotated[
        str | None, Field(description="Slug of the linked person; empty: nobody is linked, see the reason.")
    ]
    side: Annotated[str | None, Field(description="uk, eu or other; empty: not known.")]
    office_then: Annotated[
        str | None, Field(description="Office on the date of the article, by the register of people.")
    ]
    role: Annotated[str | None, Field(description="How the article describes the speaker.")]
    affiliation: Annotated[str | None, Field(description="For whom a spokesperson speaks.")]
    link_reason: Annotated[str, Field(description="Why this person, or why nobody.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationRow:
    """A quotation with its speakers, its context and its article."""

    id: Annotated[int, Field(description="Number of the quotation in this archive; it stays.", examples=[1])]
    words: Annotated[str, Field(description="The words to the letter; […] where the article interrupts.")]
    speakers: Annotated[
        tuple[SpeakerRow, ...], Field(description="Who said it; empty where the text does not settle it.")
    ]
    kind: Annotated[
        str,
        Field(
            description="direct: a sentence of its own in marks; mixed: marked words in a sentence of the "
            "article; fragment: a few; indirect: the article’s rendering without marks."
        ),
    ]
    is_announced: Annotated[bool, Field(description="Whether the words were announced, not yet said.")]
    in_headline: Annotated[bool, Field(description="Whether they stand in the headline.")]
    is_removed: Annotated[
        bool, Field(description="Whether the article’s present text no longer has these words.")
    ]
    published: Published
    date_precision: DatePrecision
    date_basis: DateBasis
    date_evidence: DateEvidence
    outlet: OutletName
    article_title: Annotated[str, Field(description="Title of the article.")]
    article_id: Annotated[int, Field(description="Number of the article.")]
    number: Annotated[int, Field(description="Number of the quotation within the article.")]
    sentence_before: Annotated[str | None, Field(description="The sentence before.")]
    sentence: Annotated[
        str | None,
        Field(description="The whole sentence or sentences it stands in, where the article may be shown."),
    ]
    sentence_after: Annotated[str | None, Field(description="The sentence after.")]
    cue: Annotated[str | None, Field(description="The reporting word: said, warned, …")]
    rule: Annotated[str, Field(description="The rule that found the speaker.")]
    confidence: Annotated[
        float, Field(description="Share of right speakers that the rule was measured to give.")
    ]
    checked_on: Annotated[
        date | None,
        Field(description="When an editor last settled its speakers; empty: not checked by hand."),
    ] = None
    extractor: Annotated[str, Field(description="Program and version that found it.")]
    author: Annotated[str | None, Field(description="Author of the article as printed.")]
    url: PublisherAddress
    permalink: Permalink
    in_article: Annotated[str, Field(description="Address of its place in the article on this site.")]
    words_sha256: Annotated[str, Field(description="SHA-256 of the words in UTF-8.")]
    changed_at: Annotated[datetime, Field(description="When the article’s entry was last changed (UTC).")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """An office that a person held, as the register of people gives it; dates as exact as they are known."""

    title: Annotated[str, Field(description="The office with its body.")]
    role: Annotated[str, Field(description="The office without its body.")]
    organisation: Annotated[str | None, Field(description="The body.")]
    start: Annotated[str | None, Field(description="ISO 8601; empty: not known.")]
    end: Annotated[str | None, Field(description="ISO 8601; empty: not known, or still in office.")]
    seen_on: Annotated[str | None, Field(description="A day on which a source shows them in it.")]
    source: Annotated[str | None, Field(description="Where that is from.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody who is quoted."""

    slug: Annotated[str, Field(description="Name of the person in addresses; it stays.")]
    name: Annotated[str, Field(description="The name in full.")]
    sort_name: Annotated[str, Field(description="The name as an index has it.")]
    side: Annotated[str | None, Field(description="uk, eu or other; empty: not known.")]
    role: Annotated[
        str | None, Field(description="The latest office known, else how an article describes them.")
    ]
    quotation_count: Annotated[int, Field(description="Quotations in quotation marks.")]
    matching_count: MatchingCount = None
    permalink: Permalink


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """A programme, fund, agreement or format of the register of programmes."""

    slug: Annotated[str, Field(description="Name of the programme in addresses and in programme: queries.")]
    name: Annotated[str, Field(description="The name in full.")]
    acronym: Annotated[str | None, Field(description="Its acronym, if it has one.")]
    description: Annotated[str, Field(description="What it is.")]
    article_count: Annotated[int, Field(description="Articles that name it.")]
    matching_count: MatchingCount = None
    permalink: Permalink


Row: TypeAlias = ArticleRow | QuotationRow | PersonRow | ProgrammeRow
ROW_KINDS: tuple[type[Row], ...] = (ArticleRow, QuotationRow, PersonRow, ProgrammeRow)
Citable: TypeAlias = ArticleRow | QuotationRow
"""Rows that a reference manager can take."""
