"""Who is the subject of a reporting verb, and who speaks in a sentence without marked words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.extractors.lexemes import Lexeme
from app.extractors.lexicon import SPEAKER_NOUNS, VERBS, VerbForm
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase, phrase_ending
from app.extractors.subjects import REACH, clause_subject, shared_subject, subject_after, subject_before

# Endings of nouns for people who do something; what they miss is in the word lists.
_AGENT = re.compile(r"(?:ers|ors|ists?|ians?|ants|ates|men|man|women|woman|people)$")


def is_impersonal(paragraph: Paragraph, phrase: Phrase) -> bool:
    """Whether a phrase is a bare "I", "we", "that" …: nobody whom the article could name."""
    low = paragraph.tokens[phrase.first].low
    return phrase.first == phrase.last and low in ("i", "we", "you", "that", "there", "which")


def can_speak(paragraph: Paragraph, phrase: Phrase) -> bool:
    """Whether a phrase is a name, a pronoun or headed by a noun for speakers."""
    first, last = phrase
    tags = paragraph.tags[first : last + 1]
    return (
        "K" in tags
        or "O" in tags
        or tags == "D"
        or any(
            token.noun in SPEAKER_NOUNS or _AGENT.search(token.noun)
            for token in paragraph.tokens[first : last + 1]
        )
    )


def cue_subject(paragraph: Paragraph, verb: int, low: int, high: int) -> Phrase | None:
    """The subject of a reporting verb that stands before the words it governs."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if verb <= low:
        return subject_after(paragraph, verb, high) if tags[verb] == "V" else None
    before = tags[verb - 1]
    if tags[verb] in "Gg":
        return _participle_subject(paragraph, verb, low)
    if tokens[verb - 1].low == "to":
        return shared_subject(paragraph, verb - 1, low)
    if before == "," and tags[verb] == "V" and tokens[verb].low not in ("told", "tells"):
        inverted = subject_after(paragraph, verb, len(tags))
        if inverted and (inverted.last + 1 >= len(tags) or tags[inverted.last + 1] in ".,;"):
            return inverted
    return subject_before(paragraph, verb, low)


def _participle_subject(paragraph: Paragraph, verb: int, low: int) -> Phrase | None:
    """Who says it in "…, stating, “…”": the subject of the main clause; "with Smith calling it": Smith."""
    tags, tokens = paragraph.tags, paragraph.tokens
    own = _own_subject(paragraph, verb, low)
    if own is not None:
        return own
    if tags[verb - 1] == "C":
        earlier = max(tags.rfind(tag, max(low, verb - 16), verb - 1) for tag in "Gg")
        if earlier > low:
            return _participle_subject(paragraph, earlier, low)
    for at in range(verb - 1, low - 1, -1):
        if tags[at] == "V" and "W" not in tags[max(low, at - 2) : at]:
            phrase = subject_before(paragraph, at, low) or subject_after(paragraph, at, verb)
            if phrase:
                return phrase
    passive_as = tokens[verb - 1].low == "as" and "p" in tags[max(low, verb - 3) : verb]
    if passive_as:
        return subject_before(paragraph, tags.rfind("p", low, verb), low)
    return clause_subject(paragraph, low, verb)


def _own_subject(paragraph: Paragraph, verb: int, low: int) -> Phrase | None:
    """The subject that a participle has of its own: "with Smith calling it", "and Jones saying"."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if tags[verb - 1] != "K":
        return None
    first = verb - 1
    while first > low and tags[first - 1] == "K":
        first -= 1
    before = tokens[first - 1] if first > low else None
    if before is not None and (before.low in ("with", "showing", "quoted") or tags[first - 1] in "-C"):
        return Phrase(first, verb - 1)
    whole = phrase_ending(paragraph, verb - 1, low)
    if whole is not None and whole.first > low and tokens[whole.first - 1].low == "with":
        return whole
    return Phrase(first, verb - 1) if before is not None and before.low == "of" else None


def speech_of_sentence(paragraph: Paragraph, low: int, high: int) -> tuple[Phrase, int] | None:
    """Who speaks in a sentence without marked words: subject and token of its first verb of speech."""
    return next(speeches_of_sentence(paragraph, low, high), None)


def speeches_of_sentence(paragraph: Paragraph, low: int, high: int) -> Iterator[tuple[Phrase, int]]:
    """Subject and verb of each verb of speech in a sentence, then of each reporting verb; none denied."""
    tags, tokens = paragraph.tags, paragraph.tokens
    high = min(high, low + REACH)
    for wanted in ("V", "v"):
        for at in range(low, high):
            if (
                tags[at] in wanted
                and VERBS[tokens[at].low].form is not VerbForm.ING
                and not _is_denied(tokens, at, low)
            ):
                phrase = cue_subject(paragraph, at, low, high)
                if phrase and not is_impersonal(paragraph, phrase) and tokens[phrase.first].low != "it":
                    yield phrase, at


def _is_denied(tokens: list[Lexeme], verb: int, low: int) -> bool:
    return any(
        tokens[at].low == "not" or tokens[at].low.endswith("n't") for at in range(max(low, verb - 2), verb)
    )
