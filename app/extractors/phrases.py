"""Noun phrases, read off the tags of one paragraph: where they begin and end, and what explains them."""

# ruff: noqa: PLR2004 - the numbers are lengths in tokens that no phrase of news exceeds, each where it is used

from __future__ import annotations

from typing import NamedTuple

from app.extractors.lexemes import STANDALONE
from app.extractors.lexicon import PARTICLES, SPEAKER_NOUNS, TITLE_WORDS, VERBS, VerbForm
from app.extractors.paragraphs import Paragraph

NOMINAL = "NK"
_CLAUSE_START = "SCQ:;-V."


class Phrase(NamedTuple):
    """A noun phrase as token numbers, both inclusive."""

    first: int
    last: int


def skip_modifiers_left(paragraph: Paragraph, at: int, low: int) -> int:
    """From ``at`` to the left over what may stand between a subject and its verb.

    That is adverbs, auxiliaries, "on Friday", brackets, a pair of dashes.
    """
    tags, tokens = paragraph.tags, paragraph.tokens
    while at >= low:
        tag = tags[at]
        if tag in "AX" or (tokens[at].low == "since" and at > low and tags[at - 1] == "X"):
            at -= 1
        elif tag == "T" or (tag == "D" and at > low and tags[at - 1] == "T"):
            at -= 1
            while at >= low and tags[at] in "TD" and tokens[at].low not in ("one", "others"):
                at -= 1
            if at >= low and tokens[at].low in ("on", "in", "at", "since", "by", "of"):
                at -= 1
        elif tag in ")-":
            opening = tags.rfind("(" if tag == ")" else "-", max(low, at - 30), at)
            if opening < 0:
                return at
            at = opening - 1
        else:
            return at
    return at


def phrase_ending(paragraph: Paragraph, last: int, low: int) -> Phrase | None:
    """The noun phrase whose last token is ``last``, its prepositional phrases included.

    "one source close to the UK government" is one phrase; "In Ohio Smith" is cut before its preposition.
    """
    tags = paragraph.tags
    if last < low:
        return None
    if tags[last] == "O":
        return Phrase(last, last)
    if tags[last] == "D" and paragraph.tokens[last].low in STANDALONE:
        return Phrase(last, last)
    if tags[last] not in NOMINAL:
        return None
    first = core_start(paragraph, last, low)
    while last - first < 24:
        extended = _before_preposition(paragraph, first, low)
        if extended is None:
            break
        first = extended
    return Phrase(_with_first_of_pair(paragraph, first, low), last)


def _with_first_of_pair(paragraph: Paragraph, first: int, low: int) -> int:
    """Start of "both the EU and the UK" for the phrase "the UK" at ``first``: co-speakers of one clause."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if (
        tags[first] != "D"
        or first - 2 < low
        or tokens[first - 1].low != "and"
        or tags[first - 2] not in NOMINAL
    ):
        return first
    start = core_start(paragraph, first - 2, low)
    if tokens[start].low == "both":
        return start
    speaks = tokens[first - 2].is_capital or (tokens[first - 2].noun in SPEAKER_NOUNS and tags[start] == "D")
    if speaks and begins_clause(paragraph, start, low):
        return start
    return first


def core_start(paragraph: Paragraph, last: int, low: int) -> int:
    """Start of the words "the two former ministers" that end at ``last``."""
    tags, tokens = paragraph.tags, paragraph.tokens
    at = last
    while at > low and last - at < 16:
        before = tags[at - 1]
        joins = before in NOMINAL or (
            before == "P"
            and tokens[at - 1].low in PARTICLES
            and at - 1 > low
            and tags[at - 2] == "K"
            and tokens[at].is_capital
        )
        if before == "Q" and at - 2 >= low and tags[at - 2] == "D" and tags[at] == "N":
            return at - 2  # the “Avatar” star
        if before == "D":
            at -= 1
            while at > low and tags[at - 1] == "D":
                at -= 1
            return at
        if before == "C" and at - 1 > low and tokens[at - 1].low == "and" and tokens[at].is_capital:
            if tags[at - 2] != "K":
                return at
        elif (
            before == "C"
            and at - 1 > low
            and tokens[at - 1].low in ("and", "&")
            and _joins_adjectives(paragraph, at, last, low)
        ):
            pass
        elif not joins and not (before == "T" and at - 1 > low and tags[at - 2] in "DT"):
            return at
        at -= 1
    while at < last and tags[at] == "T":
        at += 1
    return at


def _joins_adjectives(paragraph: Paragraph, at: int, last: int, low: int) -> bool:
    """Whether "and" joins two modifiers of one head ("the foreign and development policy director")."""
    tags = paragraph.tags
    return at < last and tags[at] == "N" and tags[at - 2] == "N" and at - 3 >= low and tags[at - 3] in "DN"


def _before_preposition(paragraph: Paragraph, first: int, low: int) -> int | None:
    """Start of the phrase that the one beginning at ``first`` is attached to by a preposition, if any."""
    tags, tokens = paragraph.tags, paragraph.tokens
    at = first - 1
    if at <= low or tags[at] != "P":
        return None
    if (
        tags[at - 1] in "Fp"
        and _is_participle(tokens[at - 1].low)
        and at - 2 >= low
        and tags[at - 2] in NOMINAL
    ):
        at -= 1  # a reduced relative clause: "a person briefed on the talks"
    if at - 1 >= low and tags[at - 1] in NOMINAL:
        return core_start(paragraph, at - 1, low)
    if at - 1 >= low and tags[at - 1] == "D" and tokens[at - 1].low in STANDALONE:
        return at - 1
    return None


def named_in_apposition(paragraph: Paragraph, phrase: Phrase) -> Phrase:
    """For "the defence minister, Jane Doe, said" the name, as the better mention."""
    tags, tokens = paragraph.tags, paragraph.tokens
    first = phrase.last + 2
    if tags[first - 1 : first + 2] != ",KK":
        return phrase
    head = phrase.first
    while head < phrase.last and tags[head + 1] in "DNK":
        head += 1
    if tokens[head].noun not in SPEAKER_NOUNS or (tokens[head].is_capital and tags[phrase.first] != "D"):
        return phrase
    last = first
    while last + 1 < len(tags) and (tags[last + 1] == "K" or tokens[last + 1].low in PARTICLES):
        last += 1
    closes = last + 1 >= len(tags) or tags[last + 1] in ",.(Q"
    return Phrase(first, last) if closes and last - first <= 4 else phrase


def _is_participle(low: str) -> bool:
    verb = VERBS.get(low)
    return low.endswith("ed") if verb is None else verb.form is VerbForm.PAST


def begins_clause(paragraph: Paragraph, first: int, low: int) -> bool:
    """Whether a phrase at ``first`` stands where a clause can begin, introductory phrases aside."""
    tags = paragraph.tags
    while first > low and tags[first - 1] in "AT":
        first -= 1
    if first <= low or tags[first - 1] in _CLAUSE_START:
        return True
    if tags[first - 1] != ",":
        return False
    segment = max(max(tags.rfind(mark, low, first - 1) for mark in ",C;:Q") + 1, low)
    return _is_introductory(tags[segment : first - 1]) and (
        segment <= low or begins_clause(paragraph, segment, low)
    )


def _is_introductory(segment: str) -> bool:
    """Whether the tags between two commas are an adverb, a prepositional phrase or a side clause."""
    core = segment.lstrip("ATC")
    if core[:1] == "S":
        return any(tag in "VvFXpGgi" for tag in core)
    return core == "" or core[0] in "PGgip"


def phrase_starting(paragraph: Paragraph, first: int, high: int) -> Phrase | None:
    """The noun phrase whose first token is ``first``, before token ``high``."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if tags[first] == "O":
        return Phrase(first, first)
    at = first
    while at < high and tags[at] == "D":
        at += 1
    start = at
    while at < high and (
        tags[at] in NOMINAL
        or (
            tokens[at].low in PARTICLES
            and at + 1 < high
            and at > start
            and tags[at - 1] == "K"
            and tokens[at + 1].is_capital
        )
    ):
        at += 1
    if at == start:
        return Phrase(first, first) if tags[first] == "D" and tokens[first].low in STANDALONE else None
    while at + 1 < high and at - first < 24:
        follows = tags[at]
        if (
            follows == "P"
            and tags[at + 1] in "DNK"
            and (
                tokens[at].low in ("of", "for") or tokens[at - 1].low in SPEAKER_NOUNS | {"close", "familiar"}
            )
        ) or (follows == "C" and tags[at + 1] == "K" and tags[at - 1] == "K" and tokens[at].low == "and"):
            joined = _core_end(paragraph, at + 1, high)
        else:
            break
        if joined is None:
            break
        at = joined + 1
    return Phrase(first, at - 1)


def _core_end(paragraph: Paragraph, at: int, high: int) -> int | None:
    tags = paragraph.tags
    while at < high and tags[at] == "D":
        at += 1
    start = at
    while at < high and tags[at] in NOMINAL:
        at += 1
    return at - 1 if at > start else None


def last_of_phrase(paragraph: Paragraph, first: int, high: int) -> int | None:
    """Last token of the noun phrase at ``first``: names end it, role nouns run on over "of" and "for"."""
    tags, tokens = paragraph.tags, paragraph.tokens
    end = _run_end(paragraph, first, high)
    if end is None:
        return None
    while end + 2 < high:
        link = tokens[end + 1]
        head = tokens[end]
        ends_in_name = head.is_capital and head.low not in TITLE_WORDS
        if tags[end + 1] == "P" and not (ends_in_name and tags[first] == "K" and first != end):
            is_role = head.noun in SPEAKER_NOUNS or head.noun in TITLE_WORDS
            joins = (
                is_role
                or (link.low in ("of", "to") and head.low in ("close", "one", "some", "many", "familiar"))
                or head.low in ("close", "familiar")
                or (link.low == "of" and not head.is_capital)
            )
            if not joins:
                return end
        elif link.low == "and" and (
            (tags[end] == "K" and tags[end + 2] == "K") or _joins_speaker(paragraph, first, end, high)
        ):
            pass
        elif (
            tags[end + 1] == "F"
            and not (head.is_capital and tags[first] != "D")
            and tags[end + 2] == "P"
            and tags[end + 3 : end + 4] in "DNK"
        ):
            following = _run_end(paragraph, end + 3, high)  # "a person briefed on the talks"
            if following is None:
                return end
            end = following
            continue
        else:
            return end
        following = _run_end(paragraph, end + 2, high)
        if following is None:
            return end
        end = following
    return end


def _joins_speaker(paragraph: Paragraph, first: int, end: int, high: int) -> bool:
    """Whether "and" after ``end`` adds a speaker ("Doe and her envoy"), no clause ("and the envoy left")."""
    tags, tokens = paragraph.tags, paragraph.tokens
    if tags[end + 2] != "D" or not (
        tags[end] == "K" or (tags[first] == "D" and tokens[end].noun in SPEAKER_NOUNS)
    ):
        return False
    last = _run_end(paragraph, end + 2, high)
    if last is None or (last + 1 < len(tags) and tags[last + 1] in "VvFXA"):
        return False
    return any(tokens[at].noun in SPEAKER_NOUNS for at in range(end + 2, last + 1))


def _run_end(paragraph: Paragraph, at: int, high: int) -> int | None:
    tags, tokens = paragraph.tags, paragraph.tokens
    while at < high and (tags[at] == "D" or (tags[at] in "AT" and at > 0 and tags[at - 1] == "D")):
        at += 1
    if at < high and tags[at] not in NOMINAL:
        return at - 1 if at > 0 and tags[at - 1] == "D" and tokens[at - 1].low in STANDALONE else None
    start = at
    while at < high and (
        tags[at] in NOMINAL
        or (
            tokens[at].low in PARTICLES
            and at > start
            and at + 1 < high
            and tokens[at + 1].is_capital
            and tokens[at - 1].is_capital
            and tokens[at - 1].low not in TITLE_WORDS
        )
    ):
        at += 1
    return at - 1 if at > start else None
