"""Readings with the speaker to the left of a marked stretch."""

# ruff: noqa: PLR2004 - the numbers are distances in tokens within one sentence, each where it is used

from __future__ import annotations

from collections.abc import Iterator

from app.extractors.candidates import Candidate, Quote
from app.extractors.lexicon import ACTION_VERBS, SPEAKER_NOUNS, SPEECH_NOUNS
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.reporting import can_speak, cue_subject, is_impersonal
from app.extractors.subjects import REACH, clause_subject, subject_after

POSSESSIVES = {"his": "he", "her": "she", "their": "they"}
# Verbs that introduce words only when they stand right before them.
_ONLY_NEAR = frozenset(
    ("read", "reads", "reported", "continue", "continues", "continued", "reflect", "reflects", "reflected")
)
_MESSAGES = frozenset(
    "advice answer lesson letter message note plea reply statement verdict warning word".split()
)


def readings_before(paragraph: Paragraph, quote: Quote) -> Iterator[Candidate]:
    """Readings with the speaker to the left of the stretch."""
    low, token = max(quote.low, quote.token - REACH), quote.token
    tags = paragraph.tags
    if token <= low:
        return
    if tags[token - 1] == ":":
        yield from _colon(paragraph, token - 1, low)
        return
    if paragraph.is_headline:
        yield from _headline_colon(paragraph, token, low)
    yield from _according_before(paragraph, token, low)
    yield from _verb_before(paragraph, quote, low)
    yield from _noun_cue(paragraph, token, low)
    yield from _participle_before_subject(paragraph, quote, low)


def _colon(paragraph: Paragraph, colon: int, low: int) -> Iterator[Candidate]:
    tags = paragraph.tags
    for wanted, score in (("VG", 94), ("vgF", 92)):
        for at in range(colon - 1, low - 1, -1):
            if tags[at] == "Q" and wanted != "VG":
                break
            if tags[at] in wanted:
                phrase = cue_subject(paragraph, at, low, colon)
                if phrase:
                    yield Candidate("verb-colon", phrase, at, score)
                    return
    phrase = clause_subject(paragraph, low, colon)
    if phrase:
        yield Candidate("name-colon", _sender(paragraph, phrase, colon) or phrase, colon, 88)


def _sender(paragraph: Paragraph, phrase: Phrase, colon: int) -> Phrase | None:
    """The name in "A message from Jane Doe:"."""
    tokens, first = paragraph.tokens, colon
    while first > phrase.first and paragraph.tags[first - 1] == "K":
        first -= 1
    head = first - 2
    is_message = head >= phrase.first and tokens[first - 1].low == "from" and tokens[head].noun in _MESSAGES
    return Phrase(first, colon - 1) if is_message and first < colon else None


def _headline_colon(paragraph: Paragraph, token: int, low: int) -> Iterator[Candidate]:
    """Readings as "Smith: fleet is ‘too small’": in a headline all after the colon is the speaker's."""
    colon = paragraph.tags.find(":", low, min(token, low + 8))
    if colon > low and all(tag in "KND" for tag in paragraph.tags[low:colon]):
        yield Candidate("headline-colon", Phrase(low, colon - 1), colon, 64)


def _according_before(paragraph: Paragraph, token: int, low: int) -> Iterator[Candidate]:
    """Readings as "according to Smith, it is “…”" and "in the words of Smith, “…”"."""
    tokens = paragraph.tokens
    for at in range(low, token - 1):
        if (tokens[at].low, tokens[at + 1].low) in (("according", "to"), ("words", "of")):
            phrase = subject_after(paragraph, at + 1, token)
            if phrase:
                yield Candidate("according-to", phrase, at, 74)
                return


def _verb_before(paragraph: Paragraph, quote: Quote, low: int) -> Iterator[Candidate]:
    """The nearest verb of speech that governs the stretch, and any reporting verb nearer than it."""
    tags, tokens = paragraph.tags, paragraph.tokens
    token = quote.token
    weak_seen = False
    for at in range(token - 1, low - 1, -1):
        tag = tags[at]
        gap = token - at
        if tag in "VG":
            if gap > 3 and tokens[at].low in _ONLY_NEAR:
                continue
            phrase = cue_subject(paragraph, at, low, token)
            if phrase and tag == "V" and gap <= 2 and tokens[phrase.first].low == "i":
                yield Candidate("speech-verb", phrase, at, 83)  # the author, whom the text need not name
                return
            if phrase and not is_impersonal(paragraph, phrase):
                aside = _is_anyone(paragraph, at, phrase) or tokens[phrase.first].low == "it"
                yield Candidate(
                    "speech-verb", phrase, at, 60 if aside else 85 if gap <= 2 else 83 if gap <= 9 else 68
                )
                if not aside:
                    return
        elif tag in "vg" and not weak_seen:
            phrase = cue_subject(paragraph, at, low, token)
            if phrase and not is_impersonal(paragraph, phrase) and can_speak(paragraph, phrase):
                weak_seen = True
                yield Candidate("reporting-verb", phrase, at, _reporting_score(paragraph, quote, at, phrase))


def _reporting_score(paragraph: Paragraph, quote: Quote, verb: int, phrase: Phrase) -> int:
    """How sure a reporting verb is: it outdoes a verb of speech further left when it is near and finite."""
    gap = quote.token - verb
    tags, tokens = paragraph.tags, paragraph.tokens
    is_relative = "W" in tags[phrase.last + 1 : verb] and tokens[phrase.last].is_capital
    if tokens[verb].low in ACTION_VERBS and not is_relative:
        return 58 if gap <= 5 else 46
    is_infinitive = tokens[verb - 1].low == "to"
    is_speaker = tags[phrase.last] in "KOD" or tokens[phrase.last].noun in SPEAKER_NOUNS
    near = gap <= 7 and tags[verb] == "v" and is_speaker and not is_infinitive
    is_whole = quote.is_capital and quote.words > 5 and paragraph.tags[quote.token - 1] == ","
    return 84 if near and not is_whole else 62 if gap <= 5 else 48


def _is_anyone(paragraph: Paragraph, verb: int, phrase: Phrase) -> bool:
    """Whether the verb stands in a relative clause about somebody indefinite ("anyone who says …")."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if tokens[phrase.last].is_capital:
        return False
    return (
        phrase.last + 1 < verb
        and tags[phrase.last + 1] == "W"
        and tokens[phrase.first].low not in ("the", "who")
    )


def _participle_before_subject(paragraph: Paragraph, quote: Quote, low: int) -> Iterator[Candidate]:
    """Readings as "After calling it “a mess,” Smith left": the subject follows the marks."""
    tags = paragraph.tags
    at = low + 1 if tags[low] in "PS" else low
    if tags[at] in "Gg" and not any(tag in "VvF" for tag in tags[at : quote.token]):
        phrase = clause_subject(paragraph, quote.token + 1, min(quote.high, quote.token + REACH))
        if phrase and paragraph.tags[phrase.first] in "KOD":
            yield Candidate("participle-first", phrase, at, 65)


def _noun_cue(paragraph: Paragraph, token: int, low: int) -> Iterator[Candidate]:
    """Readings as "Smith's claim that “…”": the possessor of a noun of speech shortly before the stretch."""
    tags, tokens = paragraph.tags, paragraph.tokens
    for at in range(token - 1, max(low, token - 12), -1):
        leads_on = tokens[at + 1].low == "that" or all(
            tags[between] == "D" or tokens[between].low in ("to", "of", "for", "about")
            for between in range(at + 1, token)
        )
        if not (leads_on and tokens[at].low in SPEECH_NOUNS and tags[at] == "N"):
            continue
        if tokens[at - 1].low in POSSESSIVES:
            yield Candidate("noun-cue", Phrase(at - 1, at - 1), at, 64)
            return
        if paragraph.is_possessive(at - 1):
            first = at - 1
            while first > low and tags[first - 1] in "NKD":
                first -= 1
            if tokens[at - 1].is_capital or tokens[at - 1].noun in SPEAKER_NOUNS:
                yield Candidate("noun-cue", Phrase(first, at - 1), at, 72)
            return
