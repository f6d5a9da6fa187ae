"""The extractor that works by rules of grammar: the stretches of an article put together as quotations."""

# ruff: noqa: PLR2004 - the numbers are lengths in words, each where it is used

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from app.extractors.affiliations import affiliation_in
from app.extractors.announced import is_announced
from app.extractors.article import Article
from app.extractors.attribution import MOST_READ, Attribution, attribute
from app.extractors.indirect import statements
from app.extractors.lexicon import read_words
from app.extractors.pronouns import with_meaning
from app.extractors.quotation import (
    Findings,
    Quotation,
    QuotationKind,
    Rejection,
    Span,
    Speaker,
    SpeakerKind,
)
from app.extractors.speakers import Source, read_source
from app.extractors.unnamed import UnnamedSpeakers

_CONFIDENCE = {key: float(value) for key, value in (pair.split("=") for pair in read_words("confidence"))}
_UNMEASURED = 0.5
_RESUMED_WITHIN = 20
_MIXED_WORDS = 5
_MOST_INDIRECT = 3000


class RuleExtractor:
    """A ``QuoteExtractor`` without a model: closed word lists, frames of reporting verbs, one pass."""

    name = "rules"
    version = "3"

    def extract(self, text: str) -> Findings:
        """All quotations and rejections of ``text``.

        >>> found = RuleExtractor().extract('“We must act,” Jane Doe said.')
        >>> [speaker.name for speaker in found.quotations[0].speakers]
        ['Jane Doe']
        """
        article = Article(text)
        unnamed = UnnamedSpeakers(text)
        quotations: list[Quotation] = []
        rejections: list[Rejection] = []
        last: Attribution | None = None
        attributions = attribute(article)
        for marked, attribution in zip(article.marked, attributions, strict=True):
            if isinstance(attribution, Rejection):
                rejections.append(attribution)
                last = None
                continue
            if last is not None and _continues(article, last, attribution):
                earlier = quotations[-1]
                quotations[-1] = replace(earlier, segments=(*earlier.segments, marked.span))
            else:
                quotations.append(_quotation(article, unnamed, marked.span, attribution))
            last = attribution
        quotations += _indirect_quotations(article, unnamed, attributions)
        quotations.sort(key=_first_span)
        return Findings(tuple(quotations), tuple(rejections))


def _first_span(quotation: Quotation) -> tuple[int, int]:
    return quotation.segments[0].start, quotation.segments[0].end


def _quotation(article: Article, unnamed: UnnamedSpeakers, span: Span, attribution: Attribution) -> Quotation:
    source, cue = attribution.source, attribution.cue
    rule = f"{attribution.rule}/{source.way if source else 'nobody'}"
    kind = _kind(article, attribution)
    return Quotation(
        segments=(span,),
        kind=kind,
        speakers=tuple(_speakers(article, unnamed, source)) if source else (),
        cue=cue,
        rule=rule,
        confidence=_confidence(attribution.rule, rule, kind),
        is_announced=cue is not None and _is_announced(article, cue),
        in_headline=article.paragraph(attribution.paragraph).is_headline,
    )


def _indirect_quotations(
    article: Article, unnamed: UnnamedSpeakers, attributions: list[Attribution | Rejection]
) -> Iterator[Quotation]:
    """The clauses that the reporter renders without marks; of a text that has thousands, the first."""
    spoken = {
        index: attribution.source
        for index, attribution in enumerate(attributions)
        if isinstance(attribution, Attribution) and attribution.source is not None
    }
    beyond = (n for n, quotes in enumerate(article.quotes_in) if quotes and quotes[0][0] >= MOST_READ)
    read = range(next(beyond, len(article.lines)))
    numbered = ((n, found) for n in read for found in statements(article, n))
    for number, (rule, paragraph, phrase, cue, span) in islice(numbered, _MOST_INDIRECT):
        source = read_source(article, paragraph, phrase)
        if source is None:
            continue
        if source.pronoun:
            token = article.paragraph(number).token_at(source.span.start)
            source = with_meaning(article, number, token, source, spoken)
        full_rule = f"{rule}/{source.way}"
        yield Quotation(
            segments=(span,),
            kind=QuotationKind.INDIRECT,
            speakers=tuple(_speakers(article, unnamed, source)),
            cue=paragraph.span(cue, cue),
            rule=full_rule,
            confidence=_confidence(rule, full_rule, QuotationKind.INDIRECT),
            is_announced=is_announced(paragraph, cue),
        )


def _confidence(rule: str, full_rule: str, kind: QuotationKind) -> float:
    """The measured share of right speakers, of the narrowest group that was large enough to measure."""
    for key in (f"{full_rule}/{kind}", full_rule, rule):
        if key in _CONFIDENCE:
            return _CONFIDENCE[key]
    return _UNMEASURED


def _speakers(article: Article, unnamed: UnnamedSpeakers, source: Source) -> Iterator[Speaker]:
    """Whom a source stands for: each of several co-speakers, or the one."""
    for part in source.parts or (source,):
        yield _speaker(article, unnamed, part)


def _speaker(article: Article, unnamed: UnnamedSpeakers, source: Source) -> Speaker:
    role = article.roles.span_of(source.person) if source.person else source.described
    if source.kind is SpeakerKind.UNNAMED and role is None:
        role = unnamed.introduction_of(source.span)
    name = source.name if source.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION) else None
    affiliation = affiliation_in(article.text, source.span, name)
    if affiliation is None and role is not None:
        affiliation = affiliation_in(article.text, role)
    return Speaker(source.span, source.kind, name, role, affiliation)


def _is_announced(article: Article, cue: Span) -> bool:
    paragraph = article.paragraph(article.line_at(cue.start))
    return is_announced(paragraph, paragraph.token_at(cue.start))


def _continues(article: Article, last: Attribution, attribution: Attribution) -> bool:
    """Whether a stretch is the rest of the quotation before.

    It is when it resumes after its attribution, or in a new paragraph after one that was left open.
    """
    if not (_is_direct(article, attribution) and _is_direct(article, last)):
        return False
    if attribution.follows:
        return attribution.rule == "open-paragraph" or _adjoins(article, last, attribution)
    if not article.marked[_stretch(article, last)].is_closed and attribution.paragraph == last.paragraph + 1:
        return bool(
            attribution.source and last.source and attribution.source.name == last.source.name is not None
        )
    same = (
        attribution.source is not None
        and last.source is not None
        and attribution.source.span == last.source.span
    )
    return same and attribution.paragraph == last.paragraph


def _stretch(article: Article, attribution: Attribution) -> int:
    """Number of the marked stretch that an attribution is about."""
    return article.paragraph(attribution.paragraph).stretches[attribution.quote.token]


def _adjoins(article: Article, last: Attribution, attribution: Attribution) -> bool:
    """Whether no sentence of its own stands between two stretches."""
    paragraph = article.paragraph(attribution.paragraph)
    sentences = paragraph.sentence_of
    return sentences[attribution.quote.token] - sentences[last.quote.token] <= 1


def _kind(article: Article, attribution: Attribution) -> QuotationKind:
    """Direct if the stretch stands as a sentence of its own, else by its length within the reporter's."""
    if _is_direct(article, attribution):
        return QuotationKind.DIRECT
    return QuotationKind.MIXED if attribution.quote.words >= _MIXED_WORDS else QuotationKind.FRAGMENT


def _is_direct(article: Article, attribution: Attribution) -> bool:
    quote = attribution.quote
    if quote.token == quote.low:
        return quote.is_capital or quote.sign in ",?!"
    tags = article.paragraph(attribution.paragraph).tags
    before = tags[quote.token - 1]
    if before in ",:":
        resumes = before == ":" or "Q" in tags[max(quote.low, quote.token - _RESUMED_WITHIN) : quote.token]
        return quote.is_capital or (resumes and quote.words > 3)
    return quote.is_capital and before in "VG"
