"""Which programmes a text names: by case and context, as the register's rules say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.authority.expansions import expansions_beside
from app.authority.programme_register import (
    Condition,
    FormMeaning,
    ProgrammeForm,
    ProgrammeRecord,
    ProgrammeRegister,
    one_spelling,
)
from app.authority.sentences import Sentences, begins_sentence
from app.authority.word_lists import read_words
from app.folding import fold

__all__ = ["ProgrammeMention", "ProgrammeRegister", "programme_for_query", "tag_programmes"]

_FOLLOW_A_NOUN = frozenset().union(
    *map(read_words, ("verbs-after-a-name", "words-after-a-noun", "small-words"))
)
_NEIGHBOURHOOD = 80  # characters: enough for the longest phrase of a rule, and what an acronym stands for
_SHARE_OF_NAME = 0.7  # of an acronym's words that are the programme's own: then its name is misremembered
_STEM = 4  # letters by which words are compared there
_NEXT_WORD = re.compile(r"[\s\-]{1,2}([^\W_][\w'’]*)")
# "The EDA urged": a verb, as nearly all words so formed are behind a name with "the".
_PAST_TENSE = re.compile(r"(?!limited|combined|unlimited|integrated)[a-z]{2,}ed")
_POSSESSIVE = re.compile(r"['’]s\b")
# Two words in capitals on either side: a headline, where "SAFE" may be the adjective.
_SHOUTED_BEFORE, _SHOUTED_AFTER = re.compile(r"(?:[A-Z’']{2,} ){2}\Z"), re.compile(r"(?: [A-Z’']{2,}\b){2}")
_ARTICLE_BEFORE = re.compile(r"\b[Tt]he\s{1,2}\Z")


@dataclass(frozen=True, slots=True)
class ProgrammeMention:
    """A place where a text names a programme: ``form == text[start:end]``, in code points."""

    slug: str
    start: int
    end: int
    form: str


class _Place(NamedTuple):
    """What a form's rules look at: its sentence, and its neighbourhood within that."""

    programme: ProgrammeRecord
    form: ProgrammeForm
    sentence: int
    before: str
    after: str


class _Candidate(NamedTuple):
    """A form found in a text."""

    start: int
    end: int
    place: _Place

    @property
    def slug(self) -> str:
        return self.place.programme.slug


class _Verdict(StrEnum):
    """What the rules say of a candidate."""

    COUNTS = "counts"
    IF_NAMED = "if named"
    NOT = "not"
    OTHERWISE = "otherwise"


def tag_programmes(text: str, register: ProgrammeRegister) -> tuple[ProgrammeMention, ...]:
    """The programmes that ``text`` names, in order, no two overlapping: of two the longer counts.

    Any text gives an answer, in time linear in its length.
    """
    sentences = Sentences(text)
    reading = _Reading(sentences)
    judged = [(found, reading.judge(found.place)) for found in _candidates(sentences, register)]
    # Of an acronym that the text itself explains otherwise nobody knows which of its places mean what.
    otherwise = {found.slug for found, verdict in judged if verdict is _Verdict.OTHERWISE}
    judged = [
        (found, verdict)
        for found, verdict in judged
        if not (found.slug in otherwise and _is_acronym(found.place))
    ]
    named = {found.slug for found, verdict in judged if verdict is _Verdict.COUNTS}
    accepted = [
        found
        for found, verdict in judged
        if verdict is _Verdict.COUNTS or (verdict is _Verdict.IF_NAMED and found.slug in named)
    ]
    return tuple(
        ProgrammeMention(found.slug, found.start, found.end, text[found.start : found.end])
        for found in _longest(accepted)
    )


def programme_for_query(words: str, register: ProgrammeRegister) -> str | None:
    """The slug of the programme that typed words name: its acronym in that case, or its full name in any.

    "SAFE" names the fund, "safe" and "Safe" do not; "security action for europe" does.
    """
    typed = one_spelling(words)
    places = (register.acronyms.get(typed), register.full_names.get(fold(typed)))
    found = min((place for place in places if place is not None), default=None)
    return None if found is None else register.programmes[found].slug


def _candidates(sentences: Sentences, register: ProgrammeRegister) -> list[_Candidate]:
    meanings: dict[str, FormMeaning | None] = {}  # a text repeats few forms often
    found = []
    for match in register.pattern.finditer(sentences.text):
        form = match[1]
        if form not in meanings:
            meanings[form] = register.meaning(form)
        if (meaning := meanings[form]) is not None:
            found.append(_candidate(sentences, match.start(1), match.end(1), meaning))
    return found


def _candidate(sentences: Sentences, start: int, end: int, meaning: FormMeaning) -> _Candidate:
    number = sentences.number_at(start)
    first, last = sentences.span(number)
    before = sentences.text[max(first, start - _NEIGHBOURHOOD) : start]
    after = sentences.text[end : min(last, end + _NEIGHBOURHOOD)]
    return _Candidate(start, end, _Place(*meaning, number, before, after))


def _longest(found: list[_Candidate]) -> list[_Candidate]:
    """Of overlapping ones the longest, of equally long ones the first; ``found`` is in order of start."""
    kept: list[_Candidate] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            if one.end - one.start > kept[-1].end - kept[-1].start:
                kept[-1] = one
        else:
            kept.append(one)
    return kept


class _Reading:
    """One text with what its sentences say for and against the candidates; each is asked once."""

    def __init__(self, sentences: Sentences) -> None:
        self.sentences = sentences
        # A text can repeat one place a hundred thousand times; equal places get equal verdicts.
        self._verdicts: dict[tuple[int, int, str, str], _Verdict] = {}
        self._found: dict[tuple[int, int], bool] = {}  # (pattern's id, sentence): it is in the sentence
        self._conditions: Mapping[Condition, Callable[[_Place], bool]] = {
            Condition.MID_SENTENCE: self._is_mid_sentence,
            Condition.NOT_SHOUTED: self._is_not_shouted,
            Condition.CONTEXT: self._has_context,
            Condition.ADJACENT: _has_adjacent,
            Condition.SUBJECT: self._is_subject,
            Condition.DEFINITE: _is_definite,
        }

    def judge(self, place: _Place) -> _Verdict:
        """Whether a form counts at this place, or would if the text names its programme elsewhere."""
        # The register keeps its forms and patterns while this text is read: their ids are theirs.
        key = (id(place.form), place.sentence, place.before, place.after)
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(place)
        return self._verdicts[key]

    def _judge(self, place: _Place) -> _Verdict:
        when = place.form.when
        if _is_explained_otherwise(place):
            return _Verdict.OTHERWISE
        if not _has_fitting_neighbours(place):
            return _Verdict.NOT
        if not when:
            return _Verdict.COUNTS
        if self._in_sentence(place.programme.words.not_context, place):
            return _Verdict.NOT
        if any(holds(place) for condition, holds in self._conditions.items() if condition in when):
            return _Verdict.COUNTS
        return _Verdict.IF_NAMED if Condition.NAMED in when else _Verdict.NOT

    def _is_mid_sentence(self, place: _Place) -> bool:
        return not begins_sentence(place.before, place.after) and not self.sentences.is_headline(
            place.sentence
        )

    def _is_not_shouted(self, place: _Place) -> bool:
        is_among_capitals = _SHOUTED_BEFORE.search(place.before) or _SHOUTED_AFTER.match(place.after)
        return is_among_capitals is None and not self.sentences.is_shouted(place.sentence)

    def _has_context(self, place: _Place) -> bool:
        return self._in_sentence(place.programme.words.context, place)

    def _is_subject(self, place: _Place) -> bool:
        if not self._has_context(place):
            return False
        return _POSSESSIVE.match(place.after) is not None or _next_word(place) in read_words(
            "verbs-after-a-name"
        )

    def _in_sentence(self, pattern: re.Pattern[str] | None, place: _Place) -> bool:
        if pattern is None:
            return False
        key = (id(pattern), place.sentence)
        if key not in self._found:
            span = self.sentences.span(place.sentence)
            self._found[key] = pattern.search(self.sentences.text, *span) is not None
        return self._found[key]


def _is_explained_otherwise(place: _Place) -> bool:
    """Whether the words beside an acronym say that it stands for something else than its programme."""
    if not _is_acronym(place):
        return False
    for words in expansions_beside(place.form.text, place.before, place.after):
        own = {word[:_STEM] for form in place.programme.forms for word in fold(form.text).split()}
        if sum(word[:_STEM] in own for word in words) < _SHARE_OF_NAME * len(words):
            return True
    return False


def _is_acronym(place: _Place) -> bool:
    return place.form.text.upper() == place.programme.acronym


def _has_fitting_neighbours(place: _Place) -> bool:
    words = place.programme.words
    if words.not_before and words.not_before.match(place.after):
        return False
    if words.not_after and words.not_after.search(place.before):
        return False
    return not (place.form.not_in_name and _is_in_name(place))


def _is_definite(place: _Place) -> bool:
    """The form stands as a noun behind "the": "the EDF had", "the E3, who"; not "the EDF chief executive".

    A title of several words is one whatever follows.
    """
    if _ARTICLE_BEFORE.search(place.before) is None:
        return False
    if " " in place.form.text:
        return True
    following = _next_word(place)
    return following is None or following in _FOLLOW_A_NOUN or _PAST_TENSE.fullmatch(following) is not None


def _next_word(place: _Place) -> str | None:
    """The word that follows, folded; None where punctuation or nothing does."""
    following = _NEXT_WORD.match(place.after)
    return fold(following[1]).replace("’", "'") if following else None


def _has_adjacent(place: _Place) -> bool:
    words = place.programme.words
    if words.adjacent_after and words.adjacent_after.match(place.after):
        return True
    return bool(words.adjacent_before and words.adjacent_before.search(place.before))


def _is_in_name(place: _Place) -> bool:
    following = _NEXT_WORD.match(place.after)
    if following is None or not following[1][0].isupper():
        return False
    context = place.programme.words.context
    return not (context and context.fullmatch(following[1]))
