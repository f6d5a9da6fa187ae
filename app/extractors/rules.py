"""The extractor that works by rules of grammar: the stretches of an article put together as quotations."""

# ruff: noqa: PLR2004 - the numbers are lengths in words, each where it is used

from __future__ import annotations

from app.extractors.article import Article
from app.extractors.attribution import Attribution, attribute
from app.extractors.lexicon import read_words
from app.extractors.quotation import Quotation, QuotationKind, Span, Speaker, SpeakerKind
from app.extractors.speakers import Source
from app.extractors.unnamed import UnnamedSpeakers

_CONFIDENCE = {key: float(value) for key, value in (pair.split("=") for pair in read_words("confidence"))}
_UNMEASURED = 0.5
_RESUMED_WITHIN = 20


class RuleExtractor:
    """A ``QuoteExtractor`` without a model: closed word lists, frames of reporting verbs, one pass."""

    name = "rules"
    version = "1"

    def extract(self, text: str) -> tuple[Quotation, ...]:
        """All quotations of ``text`` in order of their first segment.

        >>> [q.speaker.name for q in RuleExtractor().extract('“We must act,” Jane Doe said.')]
        ['Jane Doe']
        """
        article = Article(text)
        if not article.marked:
            return ()
        unnamed = UnnamedSpeakers(text)
        quotations: list[Quotation] = []
        last: Attribution | None = None
        for marked, attribution in zip(article.marked, attribute(article), strict=True):
            if attribution is None:
                last = None
                continue
            if last is not None and _continues(article, last, attribution):
                quotations[-1] = _with_segment(quotations[-1], marked.span)
            else:
                quotations.append(_quotation(article, unnamed, marked.span, attribution))
            last = attribution
        return tuple(quotations)


def _quotation(article: Article, unnamed: UnnamedSpeakers, span: Span, attribution: Attribution) -> Quotation:
    source = attribution.source
    rule = f"{attribution.rule}/{source.way if source else 'nobody'}"
    kind = _kind(article, attribution)
    return Quotation(
        segments=(span,),
        kind=kind,
        speaker=_speaker(article, unnamed, source) if source else None,
        cue=attribution.cue,
        rule=rule,
        confidence=_confidence(attribution.rule, rule, kind),
    )


def _confidence(rule: str, full_rule: str, kind: QuotationKind) -> float:
    """The measured share of right speakers, of the narrowest group that was large enough to measure."""
    for key in (f"{full_rule}/{kind}", full_rule, rule):
        if key in _CONFIDENCE:
            return _CONFIDENCE[key]
    return _UNMEASURED


def _speaker(article: Article, unnamed: UnnamedSpeakers, source: Source) -> Speaker:
    role = article.roles.span_of(source.person) if source.person else None
    if source.kind is SpeakerKind.UNNAMED:
        role = unnamed.introduction_of(source.span)
    name = source.name if source.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION) else None
    return Speaker(source.span, source.kind, name, role)


def _with_segment(quotation: Quotation, span: Span) -> Quotation:
    return Quotation(
        (*quotation.segments, span),
        quotation.kind,
        quotation.speaker,
        quotation.cue,
        quotation.rule,
        quotation.confidence,
    )


def _continues(article: Article, last: Attribution, attribution: Attribution) -> bool:
    """Whether a stretch is the rest of the quotation before.

    It is when it resumes after its attribution, or in a new paragraph after one that was left open.
    """
    if (
        _kind(article, attribution) is QuotationKind.FRAGMENT
        or _kind(article, last) is QuotationKind.FRAGMENT
    ):
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
    return article.paragraph(attribution.paragraph).tokens[attribution.quote.token].quote


def _adjoins(article: Article, last: Attribution, attribution: Attribution) -> bool:
    """Whether no sentence of its own stands between two stretches."""
    paragraph = article.paragraph(attribution.paragraph)
    sentences = paragraph.sentence_of
    return sentences[attribution.quote.token] - sentences[last.quote.token] <= 1


def _kind(article: Article, attribution: Attribution) -> QuotationKind:
    """Direct if the stretch stands as a sentence of its own, fragment if it is part of the reporter's."""
    quote = attribution.quote
    if quote.token == quote.low:
        return QuotationKind.DIRECT if quote.is_capital or quote.sign in ",?!" else QuotationKind.FRAGMENT
    tags = article.paragraph(attribution.paragraph).tags
    before = tags[quote.token - 1]
    if before in ",:":
        resumes = before == ":" or "Q" in tags[max(quote.low, quote.token - _RESUMED_WITHIN) : quote.token]
        is_direct = quote.is_capital or (resumes and quote.words > 3)
        return QuotationKind.DIRECT if is_direct else QuotationKind.FRAGMENT
    return QuotationKind.DIRECT if quote.is_capital and before in "VG" else QuotationKind.FRAGMENT
