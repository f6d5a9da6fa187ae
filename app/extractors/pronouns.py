"""Whom "he", "she", "they" or "it" beside a quotation means.

The walk goes back sentence by sentence. In each sentence the person who was quoted there comes first, then
the subject of its verb of speech, then its subject, then somebody it names for the first time. Where nobody
fits, or a choice between people of the right sex would be left, the answer is None. (The one person of that
sex named anywhere nearby was tried as well: right half the time, so it is left out.)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

from app.extractors.article import Article
from app.extractors.lexicon import UNNAMED_NOUNS
from app.extractors.names import sex_of_given_name
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.quotation import Span, SpeakerKind
from app.extractors.reporting import speech_of_sentence, speeches_of_sentence
from app.extractors.speakers import Source, read_source
from app.extractors.subjects import REACH, clause_subject

_SENTENCES_BACK = 7
_PARAGRAPHS_BACK = 4
_MENTIONS = 30
_SINGULAR = frozenset(("a", "an", "one", "another"))
_SEX = {"he": "m", "she": "f"}


def with_meaning(
    article: Article, number: int, token: int, source: Source, spoken: Mapping[int, Source]
) -> Source:
    """``source``, a pronoun at ``token`` of paragraph ``number``, with the name of whom it means."""
    meant = resolve(article, number, token, source.pronoun, spoken)
    if meant is None:
        return source
    way = "pronoun-mention" if meant.way == "mention" else "pronoun"
    described = meant.span if meant.name is None and not meant.pronoun else None
    return source._replace(
        kind=meant.kind, name=meant.name, person=meant.person, way=way, described=described
    )


def resolve(
    article: Article, number: int, token: int, pronoun: str, spoken: Mapping[int, Source]
) -> Source | None:
    """The speaker meant by the pronoun at ``token`` of paragraph ``number``; its span is of no meaning.

    ``spoken`` holds the speakers found so far, by number of the marked stretch.
    """
    sex = _SEX.get(pronoun)
    if sex is None:
        return _resolve_plural(article, number, token, spoken) if pronoun in ("they", "it") else None
    left = _SENTENCES_BACK
    for back in range(_PARAGRAPHS_BACK + 1):
        if number - back < 0 or left <= 0:
            break
        paragraph = article.paragraph(number - back)
        high = token if back == 0 else len(paragraph.tokens)
        while high > 0 and left > 0:
            low = paragraph.bounds[paragraph.sentence_of[high - 1]][0]
            is_next = back == 0 and left >= _SENTENCES_BACK - 1
            sentence = _Sentence(article, paragraph, low, high, sex, is_next)
            found = _salient(sentence, spoken, is_own=back == 0 and high == token)
            if found is not None:
                return found
            high, left = low, left - 1
    return None


class _Sentence(NamedTuple):
    """Tokens ``low`` up to ``high`` of a paragraph, searched for a person of one sex."""

    article: Article
    paragraph: Paragraph
    low: int
    high: int
    sex: str
    is_next: bool


def _salient(sentence: _Sentence, spoken: Mapping[int, Source], *, is_own: bool) -> Source | None:
    """The most prominent person of a sentence, ``is_own`` if it is that of the pronoun."""
    found = _quoted(sentence, spoken) or _subject(sentence)
    article, paragraph, low, high, sex, _ = sentence
    start, end = paragraph.starts[low], paragraph.ends[high - 1]
    if is_own and found is not None and _sex_of(found) is None:
        return _only_mention(article, start, end, sex) or found
    return found or _only_mention(article, start, end, sex, introduced=True)


def _quoted(sentence: _Sentence, spoken: Mapping[int, Source]) -> Source | None:
    """The last person quoted in these tokens."""
    low, high = sentence.low, sentence.high
    for at in range(high - 1, max(low - 1, high - REACH), -1):
        source = spoken.get(sentence.paragraph.stretches.get(at, -1))
        if source is not None and (
            fits(source, sentence.sex) or _is_somebody_unnamed(sentence.article, source)
        ):
            return source
    return None


def _subject(sentence: _Sentence) -> Source | None:
    """The person who is the subject of a verb of speech in these tokens, or their first subject."""
    article, paragraph, low, high, sex, _ = sentence
    for phrase, _ in speeches_of_sentence(paragraph, low, high):
        unnamed = read_source(article, paragraph, phrase)
        if unnamed is not None and _is_somebody_unnamed(article, unnamed):
            return unnamed
        source = _person(article, paragraph, phrase, sex)
        if source is not None and (fits(source, sex) or _is_surname(source)):
            return source
    first = clause_subject(paragraph, low, min(high, low + REACH))
    source = _person(article, paragraph, first, sex) if first else None
    if source is None or source.person is None or not fits(source, sex):
        return None
    is_person = source.person.sex or source.person.is_certain or article.roles.span_of(source.person)
    return source if is_person or sentence.is_next else None


def _is_somebody_unnamed(article: Article, source: Source) -> bool:
    """Whether one unnamed person speaks: "he" after "a senior official said" is that official."""
    if source.kind is not SpeakerKind.UNNAMED or source.pronoun:
        return False
    first, *others = source.span.of(article.text).lower().split()[:8]
    return first in _SINGULAR and any(word in UNNAMED_NOUNS and word[-1] != "s" for word in others)


def _is_surname(source: Source) -> bool:
    """Whether a lone capitalised word that speaks looks like somebody's surname, no plural or compound."""
    return source.way == "unknown" and not re.search(r"s$|-[a-z]|^..$", source.name or "")


def _person(article: Article, paragraph: Paragraph, phrase: Phrase, sex: str) -> Source | None:
    """The named person in a phrase, or the one whose name opens it before a verb that was not known."""
    source = read_source(article, paragraph, phrase, sex)
    if source is not None and source.person is None and paragraph.tags[phrase.first] == "K":
        last = phrase.first
        while last < phrase.last and paragraph.tags[last + 1] == "K":
            last += 1
        if last < phrase.last and not paragraph.is_possessive(last):
            source = read_source(article, paragraph, Phrase(phrase.first, last), sex)
    return source if source is not None and (source.person is not None or source.way == "unknown") else None


def fits(source: Source, sex: str) -> bool:
    """Whether a named person can be of this sex: known to be, or a full name not known to be of the other."""
    if source.kind is not SpeakerKind.PERSON or source.name is None:
        return False
    known = _sex_of(source)
    if known is None:
        return " " in source.name or (source.person is not None and source.person.is_certain)
    return known == sex


def _sex_of(source: Source) -> str | None:
    if source.person is not None:
        return source.person.sex
    return sex_of_given_name(source.name.split()[0]) if source.name else None


def _only_mention(
    article: Article, start: int, end: int, sex: str, *, introduced: bool = False
) -> Source | None:
    """The one person of this sex named by the reporter between two offsets; two are a conflict.

    With ``introduced`` only people whom the article names there for the first time.
    """
    mentions = article.names.mentions
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    people = {}
    for mention in mentions[first : first + _MENTIONS]:
        person = mention.person
        if mention.start >= end:
            break
        is_new = start <= person.first_at < end
        if person.sex == sex and not mention.in_quote and (is_new or not introduced):
            people[id(person)] = person
    if len(people) != 1:
        return None
    person = next(iter(people.values()))
    if " " not in person.name:
        return None  # a first name alone may be a town
    return Source(Span(start, end), SpeakerKind.PERSON, "mention", person.name, person)


def _resolve_plural(article: Article, number: int, token: int, spoken: Mapping[int, Source]) -> Source | None:
    """What "they" or "it" stands for: the last speaker or subject that is no single person."""
    paragraph, high = article.paragraph(number), token
    low = paragraph.bounds[paragraph.sentence_of[token]][0]
    own = clause_subject(paragraph, max(low, token - REACH), token)
    source = read_source(article, paragraph, own) if own else None
    if source is not None and not source.pronoun and _is_body(source):
        return source  # "the union decried what it called …"
    if low == 0 and number > 0:
        paragraph = article.paragraph(number - 1)
        high = len(paragraph.tokens)
    else:
        high = low
    if high == 0:
        return None
    low = paragraph.bounds[paragraph.sentence_of[high - 1]][0]
    for at in range(high - 1, max(low - 1, high - REACH), -1):
        source = spoken.get(paragraph.stretches.get(at, -1))
        if source is not None and _is_body(source):
            return source
    speech = speech_of_sentence(paragraph, low, high)
    phrase = speech[0] if speech else clause_subject(paragraph, low, min(high, low + REACH))
    source = read_source(article, paragraph, phrase) if phrase else None
    return source if source is not None and _is_body(source) else None


def _is_body(source: Source) -> bool:
    """Whether more or less than one person: an organisation, a document, co-speakers, unnamed people."""
    return source.kind is not SpeakerKind.PERSON or source.way == "shared"
