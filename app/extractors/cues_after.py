"""Readings with the speaker to the right of a marked stretch."""

# ruff: noqa: PLR2004 - the numbers are distances in tokens within one sentence, each where it is used

from __future__ import annotations

from collections.abc import Iterator

from app.extractors.candidates import Candidate, Quote
from app.extractors.lexicon import PARTICLES
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.reporting import cue_subject
from app.extractors.subjects import REACH, subject_after, subject_before

_NEW_CLAUSE = frozenset(("and", "but", "while", "though", "although", "whereas", "yet"))


def readings_after(paragraph: Paragraph, quote: Quote) -> Iterator[Candidate]:
    """Readings with the speaker to the right of the stretch."""
    signed = signature(paragraph, quote.token)
    if signed:
        yield Candidate("signature", signed, quote.token + 1, 95)
    at, high = quote.token + 1, min(quote.high, quote.token + REACH)
    fits = quote.ends_open
    if at < high and paragraph.tags[at] in ",-":
        fits, at = True, at + 1
    if at >= high or paragraph.tags[at] == "Q":
        return
    tags, tokens = paragraph.tags, paragraph.tokens
    if (
        tags[at] == "V"
        and (fits or quote.sign == "." or quote.is_capital)
        and tokens[at].low not in ("told", "tells")
    ):
        phrase = subject_after(paragraph, at, high)
        if phrase:
            yield Candidate("verb-speaker", phrase, at, 90)
            return
    if tags[at] in "Fv" and fits and quote.sign == "," and quote.is_capital and quote.token == quote.low:
        phrase = subject_after(paragraph, at, high)
        if phrase:
            yield Candidate("act-speaker", phrase, at, 70)
    yield from _agent_after(paragraph, quote, at, high)
    yield from _speaker_verb_after(paragraph, quote, at, high, fits=fits)


def signature(paragraph: Paragraph, quote: int) -> Phrase | None:
    """The name after a dash that follows a stretch and ends the line or stands before the next stretch."""
    tags, tokens = paragraph.tags, paragraph.tokens
    at = quote + 1
    if tags[at : at + 2] != "-K":
        return None
    end = at + 1
    while end + 1 < len(tags) and (tags[end + 1] == "K" or tokens[end + 1].low in PARTICLES):
        end += 1
    closes = (
        end + 1 >= len(tags)
        or tags[end + 1] in "Q.("
        or (tags[end + 1] == "," and not any(tag in "VvF" for tag in tags[end + 1 : end + 12]))
    )
    return Phrase(at + 1, end) if closes and end - at <= 5 else None


def _agent_after(paragraph: Paragraph, quote: Quote, at: int, high: int) -> Iterator[Candidate]:
    tokens, tags = paragraph.tokens, paragraph.tags
    if tokens[at].low == "per" or (
        tokens[at].low == "according" and at + 1 < high and tokens[at + 1].low == "to"
    ):
        phrase = subject_after(paragraph, at + (tokens[at].low == "according"), high)
        if phrase:
            yield Candidate("according-to", phrase, at, 82)
    if tokens[at].low == "by" and any(
        tag == "p" for tag in tags[max(quote.low, quote.token - 12) : quote.token]
    ):
        phrase = subject_after(paragraph, at, high)
        if phrase:
            yield Candidate("by-agent", phrase, at, 83)


def _speaker_verb_after(
    paragraph: Paragraph, quote: Quote, first: int, high: int, *, fits: bool
) -> Iterator[Candidate]:
    """Readings as "…," Smith said: the first verb of speech after the stretch, its subject to its left."""
    tags, tokens = paragraph.tags, paragraph.tokens
    new_clause = _opens_clause(paragraph, first)
    limit = min(high, first + 36)
    for at in range(first, limit):
        tag = tags[at]
        if tag in "Q;:":
            break
        if tag == "V" and at > first:
            phrase = cue_subject(paragraph, at, first, high)
            if phrase and not _is_verbal(paragraph, phrase):
                if fits or not any(tag in "SW" for tag in tags[first : phrase.first]):
                    yield Candidate(
                        "speaker-verb", phrase, at, _score_after(paragraph, first, phrase, at, fits=fits)
                    )
                return
            if not fits:
                return
        if tokens[at].low == "according" and at > first and at + 1 < high and tokens[at + 1].low == "to":
            phrase = subject_after(paragraph, at + 1, high)
            if phrase:
                yield Candidate("according-to", phrase, at, 60)
                return
    if fits and not new_clause and tags[first] in "KODN":
        yield from _act_after(paragraph, quote, first, min(high, first + 16))


def _opens_clause(paragraph: Paragraph, at: int) -> bool:
    """Whether "and", "but", "while" begin a clause of their own after the marks."""
    return paragraph.tokens[at].low in _NEW_CLAUSE


def _score_after(paragraph: Paragraph, first: int, phrase: Phrase, verb: int, *, fits: bool) -> int:
    """How sure a speaker and verb to the right are; "…, Smith has said." closes its sentence."""
    tags = paragraph.tags
    if _opens_clause(paragraph, first):
        return 30
    is_inverted = phrase.first > verb and tags[verb - 1] == ","
    ends = verb + 1 >= len(tags) or tags[verb + 1] in ".TP"
    closes = is_inverted or (tags[phrase.first - 1] == "," and ends)
    if ends and fits and phrase.first == first and tags[first - 2 : first - 1] == ":":
        return 95  # "The letter says: “…,” the union wrote.": what follows the marks outdoes the colon
    score = 86 if fits else 66 if closes else 52
    return score - 8 if verb - first > 14 else score


def _act_after(paragraph: Paragraph, quote: Quote, first: int, high: int) -> Iterator[Candidate]:
    """Readings as "…," Smith smiled: any verb right after the subject, where the stretch ends openly."""
    tags = paragraph.tags
    for at in range(first + 1, high):
        if tags[at] in "Q;:":
            return
        if tags[at] in "vF":
            phrase = subject_before(paragraph, at, first)
            if phrase and phrase.first == first and quote.sign in ",?!" and tags[phrase.last] in "KO":
                yield Candidate("speaker-act", phrase, at, 45)
            return


def _is_verbal(paragraph: Paragraph, phrase: Phrase) -> bool:
    return paragraph.tags[phrase.first] in "VvFGgi"
