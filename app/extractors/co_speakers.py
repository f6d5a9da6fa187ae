"""Several who speak together: "Doe and Roe", "the minister and her envoy", "France, Italy and Spain"."""

# ruff: noqa: PLR2004 - the numbers are distances in tokens within one list, each where it is used

from __future__ import annotations

from app.extractors.lexicon import COUNTRIES, PARTICLES, SPEAKER_NOUNS
from app.extractors.names import Names
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase, begins_clause

_MOST = 6
_REACH = 40


def conjuncts(names: Names, paragraph: Paragraph, phrase: Phrase) -> list[Phrase]:
    """The parts of a phrase that speak together, in order; the phrase alone if it is no such list."""
    tokens, tags = paragraph.tokens, paragraph.tags
    first, last = phrase
    if tokens[first].low == "both":
        first += 1
    joint = next((at for at in range(first + 1, last) if tokens[at].low == "and"), None)
    if joint is None:
        return _listed_right(names, paragraph, phrase)
    joins_names = tags[joint - 1] == "K" and tags[joint + 1] in "KD"
    joins_roles = tags[joint + 1] == "D" and tokens[joint - 1].noun in SPEAKER_NOUNS and tags[first] == "D"
    if not joins_names and not joins_roles:
        return [phrase]
    pair = [Phrase(first, joint - 1), Phrase(joint + 1, last)]
    return [*_listed_left(names, paragraph, first), *pair]


def _listed_left(names: Names, paragraph: Paragraph, first: int) -> list[Phrase]:
    """The names before ", Doe and Roe" at the head of a clause."""
    found: list[Phrase] = []
    while first > 1 and paragraph.tags[first - 1] == "," and len(found) < _MOST:
        start = first - 1
        while start > 0 and _is_of_name(paragraph, start - 1):
            start -= 1
        name = Phrase(start, first - 2)
        if start > first - 2 or not _is_known(names, paragraph, name):
            return []
        found.insert(0, name)
        first = start
    low = max(paragraph.sentence(first)[0], first - _REACH)
    return found if found and begins_clause(paragraph, first, low) else []


def _listed_right(names: Names, paragraph: Paragraph, phrase: Phrase) -> list[Phrase]:
    """A name and those after it in "said Doe, Roe and Poe": known names up to "and" and one more."""
    tags, tokens = paragraph.tags, paragraph.tokens
    found, at, is_last = [phrase], phrase.last + 1, False
    while at + 1 < len(tags) and tags[at] in ",C" and len(found) < _MOST and not is_last:
        at += tags[at] == ","
        if tokens[at].low == "and":
            is_last, at = True, at + 1
        end = at
        while end < len(tags) and _is_of_name(paragraph, end):
            end += 1
        name = Phrase(at, end - 1)
        if end == at or not _is_known(names, paragraph, name):
            return [phrase]
        found.append(name)
        at = end
    is_subject = at < len(tags) and tags[at] in "VvFX"
    return found if is_last and len(found) > 2 and not is_subject else [phrase]


def _is_of_name(paragraph: Paragraph, at: int) -> bool:
    return paragraph.tags[at] == "K" or paragraph.tokens[at].low in PARTICLES


def _is_known(names: Names, paragraph: Paragraph, name: Phrase) -> bool:
    words = [token.noun for token in paragraph.tokens[name.first : name.last + 1]]
    return words[-1] in COUNTRIES or names.find(words) is not None
