"""The subjects of verbs, read off the tags of one paragraph.

A shallow grammar: it knows apposition, relative clauses, introductory phrases and coordination, which is
what stands between a speaker and the reporting verb in news. All functions look at most ``REACH`` tokens
to either side, so that one endless sentence costs no more than many short ones.
"""

# ruff: noqa: PLR2004 - the numbers are distances in tokens within one clause, each where it is used

from __future__ import annotations

from app.extractors.lexicon import ROLE_NOUNS, SPEAKER_NOUNS
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import (
    NOMINAL,
    Phrase,
    begins_clause,
    core_start,
    last_of_phrase,
    named_in_apposition,
    phrase_ending,
    phrase_starting,
    skip_modifiers_left,
)

REACH = 70
_FINITE = "VvF"


def subject_before(paragraph: Paragraph, verb: int, low: int, depth: int = 0) -> Phrase | None:
    """The subject of the finite verb at ``verb`` when it stands to its left, not before token ``low``."""
    tags, tokens = paragraph.tags, paragraph.tokens
    low = max(low, verb - REACH)
    at = skip_modifiers_left(paragraph, verb - 1, low)
    if at < low or depth > 3:
        return None
    tag = tags[at]
    if tag == "W" or (tag == "S" and tokens[at].low == "that" and at > low and tags[at - 1] in NOMINAL):
        return _antecedent(paragraph, at, low)
    if tag == ",":
        return _before_parenthesis(paragraph, at, low)
    if tag == "C" or tokens[at].low == "to":
        return shared_subject(paragraph, at, low, depth)
    phrase = phrase_ending(paragraph, at, low)
    return phrase and _governing_phrase(paragraph, _with_first_conjunct(paragraph, phrase, low), low)


def _with_first_conjunct(paragraph: Paragraph, phrase: Phrase, low: int) -> Phrase:
    """The whole of "the former minister and current chair", for its second half."""
    tags, tokens = paragraph.tags, paragraph.tokens
    first = phrase.first
    if first - 2 < low or tokens[first - 1].low != "and" or tags[first] not in "NK" or tags[first - 2] == "K":
        return phrase
    left = phrase_ending(paragraph, first - 2, low)
    if left is None:
        return phrase
    if begins_clause(paragraph, left.first, low):
        return Phrase(left.first, phrase.last)
    if tokens[left.last].noun in ROLE_NOUNS and left.first - 2 >= low and tags[left.first - 1] == ",":
        named = phrase_ending(paragraph, left.first - 2, low)  # "Smith, president and head of Seaforth said"
        return named if named is not None and tokens[named.last].is_capital else phrase
    return phrase


def _governing_phrase(paragraph: Paragraph, phrase: Phrase, low: int) -> Phrase | None:
    """``phrase`` itself, unless it ends a relative clause or an introductory phrase of the true subject."""
    tags = paragraph.tags
    before = phrase.first - 1
    if before < low or tags[phrase.first] == "O":
        return phrase
    if tags[before] == "P" and (before == low or tags[before - 1] in "CSQ,:;.-"):
        return _after_introduction(paragraph, phrase, low)
    if tags[before] in "PFvpNMX":
        relative = _relative_left_of(paragraph, before, low)
        if relative is not None:
            return _antecedent(paragraph, relative, low)
    if tags[before] in "Fp" and before > low and tags[before - 1] in NOMINAL:
        return phrase_ending(paragraph, before - 1, low)
    if tags[phrase.last + 1 : phrase.last + 2] == "-":
        return _named_before_apposition(paragraph, phrase, low)
    return phrase


def _named_before_apposition(paragraph: Paragraph, phrase: Phrase, low: int) -> Phrase:
    """The name that the role explains in "Smith, the chief executive -- as he then was -- said"."""
    tags, tokens = paragraph.tags, paragraph.tokens
    before = phrase.first - 1
    while before > low and tags[before] in "AT":
        before -= 1
    if before <= low or tags[before] != "," or (tokens[phrase.last].is_capital and tags[phrase.first] != "D"):
        return phrase
    if tags[phrase.first] not in "DN" or begins_clause(paragraph, phrase.first, low):
        return phrase
    named = phrase_ending(paragraph, before - 1, low)
    if named is None or not tokens[named.last].is_capital:
        return phrase
    return Phrase(core_start(paragraph, named.last, named.first), named.last)


def _after_introduction(paragraph: Paragraph, phrase: Phrase, low: int) -> Phrase | None:
    """The subject at the end of "In a statement the minister": the last words without a preposition.

    Where the preposition has all the words ("is in favour and in a statement said") it is further left.
    """
    first = core_start(paragraph, phrase.last, phrase.first)
    if first > phrase.first or paragraph.tokens[phrase.last].is_capital:
        return Phrase(first, phrase.last)
    return shared_subject(paragraph, phrase.first - 1, low)


def _relative_left_of(paragraph: Paragraph, at: int, low: int) -> int | None:
    """The relative pronoun of the clause that runs up to ``at``, if one stands close by."""
    tags = paragraph.tags
    for index in range(at, max(low, at - 14), -1):
        if tags[index] == "W":
            return index
        if tags[index] == "V" and tags[index - 1] in "WXA":
            continue  # "who advised on the plan": the verb of the relative clause itself
        if tags[index] in ",QV;:.SC":
            return None
    return None


def _antecedent(paragraph: Paragraph, relative: int, low: int) -> Phrase | None:
    """The noun phrase that "who", "which" or "that" at ``relative`` refers to."""
    at = relative - 1
    if at >= low and paragraph.tags[at] == "P" and at > low:
        at -= 1
    if at >= low and paragraph.tags[at] == ",":
        at -= 1
    if at >= low and paragraph.tags[at] == ")":
        at = skip_modifiers_left(paragraph, at, low)
    phrase = phrase_ending(paragraph, at, low)
    if phrase is None and at >= low and paragraph.tags[at] == ",":
        return _before_parenthesis(paragraph, at, low)
    if phrase is None:
        return None
    return _named_before_apposition(paragraph, _nearest_name(paragraph, phrase), low)


def _nearest_name(paragraph: Paragraph, phrase: Phrase) -> Phrase:
    """What "who" refers to in "a reply from Jane Doe, who": Jane Doe; "a spokesman for Jane Doe" is whole."""
    tokens, tags = paragraph.tokens, paragraph.tags
    first = core_start(paragraph, phrase.last, phrase.first)
    if first == phrase.first or not tokens[phrase.last].is_capital:
        return phrase
    head = phrase.first
    while head < first and tags[head + 1] in "DNK":
        head += 1
    return phrase if tokens[head].noun in SPEAKER_NOUNS else Phrase(first, phrase.last)


def _before_parenthesis(paragraph: Paragraph, comma: int, low: int) -> Phrase | None:
    """The subject before an apposition, relative clause or aside that closes with the comma at ``comma``.

    Of the noun phrases that end before a comma, the subject is the one that begins its clause.
    """
    tags = paragraph.tags
    nearest: Phrase | None = None
    at = comma
    while at >= low:
        end = at - 1
        if end >= low and tags[end] == ")":
            end = skip_modifiers_left(paragraph, end, low)
        phrase = phrase_ending(paragraph, end, low)
        if phrase is not None:
            after_and = phrase.first > low and tags[phrase.first - 1] == "C"
            opens = max(tags.rfind(mark, low, at) for mark in ",;:Q") + 1
            ends_apposition = (after_and and tags[phrase.first] == "N") or (
                at == comma
                and phrase.first > low
                and (tags[phrase.first - 1] in "CSW" or tags[opens : opens + 1] == "W")
            )
            if not ends_apposition and begins_clause(paragraph, phrase.first, low):
                return named_in_apposition(paragraph, phrase)
            if nearest is None and at != comma:
                nearest = phrase
        previous = max(tags.rfind(mark, low, at) for mark in ",;:Q")
        if previous < 0 or tags[previous] != ",":
            break
        at = previous
    clause = clause_subject(paragraph, low, comma)
    return clause or nearest


def shared_subject(paragraph: Paragraph, at: int, low: int, depth: int = 0) -> Phrase | None:
    """The subject of a verb that shares it with an earlier one: "Smith rose and said", "chose to say"."""
    tags, tokens = paragraph.tags, paragraph.tokens
    for index in range(at - 1, low - 1, -1):
        tag = tags[index]
        if tag in "Q;:":
            break
        if (
            tag in _FINITE
            and tokens[index - 1].low != "to"
            and "W" not in tags[max(low, index - 2) : index]
            and not (
                index > low and tags[index - 1] in "NK" and tags[index] == "F" and tags[index + 1] in "PT"
            )
        ):
            subject = subject_before(paragraph, index, low, depth + 1)
            if subject is not None:
                return subject
    return clause_subject(paragraph, low, at)


def clause_subject(paragraph: Paragraph, low: int, high: int) -> Phrase | None:
    """The first noun phrase in the tokens from ``low`` up to ``high`` that is no introductory phrase."""
    tags = paragraph.tags
    at = _skip_dateline(paragraph, low, high)
    for _ in range(6):
        while at < high and tags[at] in "ACTX,.-:?":
            at += 1
        if at >= high:
            return None
        if tags[at] in "PSGgipW(M" or (tags[at] == "D" and at + 1 < high and tags[at + 1] == ","):
            comma = tags.find(")" if tags[at] == "(" else ",", at, high)
            if comma < 0:
                return None
            at = comma + 1
            continue
        phrase = phrase_starting(paragraph, at, high)
        if phrase is not None and _is_place_aside(paragraph, phrase, low, high):
            at = phrase.last + 2
            continue
        return phrase and named_in_apposition(paragraph, phrase)
    return None


def _is_place_aside(paragraph: Paragraph, phrase: Phrase, low: int, high: int) -> bool:
    """Whether a phrase is the rest of a place name, as in "Speaking in Salem, New Hampshire, Smith said"."""
    first, last = phrase
    tags = paragraph.tags
    is_name = tags[first : last + 1].strip("K") == ""
    return (
        is_name
        and first > low
        and tags[first - 1] == ","
        and last + 2 < high
        and (tags[last + 1] == "," and tags[last + 2] in "KOPTS")
    )


def _skip_dateline(paragraph: Paragraph, low: int, high: int) -> int:
    """Past "BRUSSELS (Agency) -" at the head of a paragraph."""
    tokens, tags = paragraph.tokens, paragraph.tags
    if low < high and tags[low] == "K":
        dash = tags.find("-", low, min(high, low + 12))
        capitals = len(tokens[low].word) > 2 and tokens[low].word.isupper()
        if dash >= 0 and (capitals or (low == 0 and tags[dash - 1] == ")")):
            return dash + 1
    return low


def subject_after(paragraph: Paragraph, verb: int, high: int) -> Phrase | None:
    """The subject of an inverted reporting verb ("said Smith", "according to one diplomat")."""
    tags, tokens = paragraph.tags, paragraph.tokens
    at = verb + 1
    while at < high and tags[at] == "A":
        at += 1
    if at >= high:
        return None
    if tags[at] == "O":
        alone = at + 1 >= high or tags[at + 1] in ".,;TPQ"
        return Phrase(at, at) if alone and tokens[at].low not in ("it", "you") else None
    if tags[at] not in "DNK" and not (tags[at] == "F" and tags[at + 1 : at + 2] in ("N", "K")):
        return None
    at += tags[at] == "F"
    end = last_of_phrase(paragraph, at, min(high, at + 30))
    if end is None:
        return None
    named = any(tokens[i].is_capital or tokens[i].noun in SPEAKER_NOUNS for i in range(at, end + 1))
    if tags[at] == "N" and not named:
        return None
    return named_in_apposition(paragraph, Phrase(at, end))
