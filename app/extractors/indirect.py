"""Indirect speech: the clause in which a reporter renders what somebody said, without marks.

The frames are those of marked words: a verb of speech with a clause after it ("Doe said that …"), the clause
before its attribution ("…, Doe said", "…, said Doe", "…, according to Doe"), "According to Doe, …". The
outermost source of a sentence has the clause. A clause with marked words in it is left to them.
"""

# ruff: noqa: PLR2004 - the numbers are distances in tokens within one sentence, each where it is used

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.extractors.article import Article
from app.extractors.clauses import ADDRESSED, LEMMAS, TAKES_CLAUSE, Clauses
from app.extractors.lexicon import VERBS
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.quotation import Span
from app.extractors.reporting import can_speak, cue_subject, is_impersonal
from app.extractors.subjects import clause_subject, subject_after

_LONGEST = 160  # tokens of a sentence that are read
_SPEECH_TAG = re.compile("[VG]")
_PREPOSITION = re.compile("P")
# A short capitalised word before the full stop may be an abbreviation ("Sen."): no end for certain.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9%)]{3})[.!?][”’\"')]*[ \xa0]+(?=[A-Z])")
_CUES = frozenset(word for word, verb in VERBS.items() if verb.tag == "V")
_PRINTED_CUES = frozenset(word + sign for word in _CUES for sign in ("", ",", "."))
_PRINTED_TAKING_CLAUSE = frozenset(word + sign for word in TAKES_CLAUSE for sign in ("", ",", "."))
_UNSAID = frozenset("not never would could should might may can cannot must hardly".split())
_LEADS_TO_SPEECH = frozenset("on continued rushed sought expected due set continues went".split())
_CLOSING = 16
_AFTER_ATTRIBUTION = ".,TP-"


class Statement(NamedTuple):
    """One clause of indirect speech: the rule that found it, the words read, speaker, cue's token, clause."""

    rule: str
    paragraph: Paragraph
    phrase: Phrase
    cue: int
    span: Span


def statements(article: Article, number: int) -> Iterator[Statement]:
    """The clauses of indirect speech in one paragraph, in order, none within another."""
    start, end = article.lines[number]
    text = article.text[start:end]
    if article.quotes_in[number] or number == 0:
        paragraph = article.paragraph(number)
        if not paragraph.is_headline:
            yield from _in_sentences(paragraph)
        return
    for first, last in _cued_parts(text):
        yield from _in_sentences(Paragraph(article.text, start + first, start + last, ()))


def _has_cue(text: str) -> bool:
    words = text.split()
    if "ccording to" in text or not _PRINTED_TAKING_CLAUSE.isdisjoint(words):
        return True
    return "that" in words and not _PRINTED_CUES.isdisjoint(words)


def _cued_parts(text: str) -> Iterator[tuple[int, int]]:
    """The sentences that have a cue: the others need not be read."""
    first = 0
    for match in _SENTENCE_END.finditer(text):
        if _has_cue(text[first : match.end()]):
            yield first, match.end()
        first = match.end()
    if first < len(text) and _has_cue(text[first:]):
        yield first, len(text)


def _in_sentences(paragraph: Paragraph) -> Iterator[Statement]:
    for low, end in paragraph.bounds:
        yield from _Sentence(paragraph, low, min(end, low + _LONGEST)).statements()


class _Found(NamedTuple):
    """A clause, tokens ``first`` to ``last``, with the subject of its cue."""

    rule: str
    phrase: Phrase
    first: int
    last: int


class _Sentence(Clauses):
    """One sentence, read for clauses of indirect speech."""

    __slots__ = ()

    def statements(self) -> Iterator[Statement]:
        cues = self._cues()
        closing = self._closing(cues)
        if closing is not None:
            yield closing
            return
        free = self.low
        for at in cues:
            if at < free:
                continue
            found = self._found(at, free)
            if found is not None:
                yield self._statement(found, at)
                free = max(at, found.last) + 1

    def _cues(self) -> list[int]:
        """The tokens that can be cues, in order."""
        tags, tokens = self.paragraph.tags, self.paragraph.tokens
        cues = [match.start() for match in _SPEECH_TAG.finditer(tags, self.low, self.high)]
        accordings = [
            match.start() - 1
            for match in _PREPOSITION.finditer(tags, self.low + 1, self.high)
            if tokens[match.start()].low == "to" and tokens[match.start() - 1].low == "according"
        ]
        return sorted(cues + accordings) if accordings else cues

    def _found(self, cue: int, free: int) -> _Found | None:
        is_verb = self.paragraph.tags[cue] in "VG"
        return self._by_verb(cue, free) if is_verb else self._according(cue, free)

    def _statement(self, found: _Found, cue: int) -> Statement:
        span = self.paragraph.span(found.first, found.last)
        return Statement(found.rule, self.paragraph, found.phrase, cue, span)

    def _closing(self, cues: list[int]) -> Statement | None:
        """The attribution that ends the sentence and has it all: "…, Doe said.", "…, according to Doe."."""
        tags = self.paragraph.tags
        cue = next((at for at in reversed(cues) if tags[at] != "G"), -1)
        if (
            cue < max(self.low + 3, self.high - _CLOSING)
            or "," not in tags[self.low : cue]
            or (tags[cue] == "V" and tags[cue - 1] != "," and self.tag_at(cue + 1) not in _AFTER_ATTRIBUTION)
            or any(tag in "Q;:" for tag in tags[cue : self.high])
        ):
            return None
        found = self._found(cue, self.low)
        return self._statement(found, cue) if found is not None and found.last < cue else None

    def _by_verb(self, cue: int, free: int) -> _Found | None:
        paragraph = self.paragraph
        if self._is_unsaid(cue) or (paragraph.tags[cue] == "G" and self.tag_at(cue - 1) not in ",PCSA-"):
            return None
        if paragraph.tags[cue] == "V" and cue > free and paragraph.tags[cue - 1] == ",":
            inverted = self._inverted(cue, free)
            if inverted is not None:
                return inverted
        rule, first = self.complement(cue)
        if not rule and self.tag_at(cue + 1) not in _AFTER_ATTRIBUTION:
            return None  # before its subject is looked for, which costs most
        phrase = cue_subject(paragraph, cue, self.low, self.high)
        if phrase is None or phrase.first > cue or not self._speaks(phrase, cue):
            return None
        found = None
        if rule:
            end = self.clause_end(first, is_subordinate=self._is_subordinate(phrase))
            found = self._clause(rule, phrase, first, end)
        return found or self._around_cue(cue, phrase, free)

    def _is_unsaid(self, cue: int) -> bool:
        """Whether the verb is denied, only possible, or an infinitive that hangs on no act of speech."""
        tokens = self.paragraph.tokens
        for at in range(cue - 1, max(self.low, cue - 4) - 1, -1):
            low, tag = tokens[at].low, self.tag_at(at)
            if low in _UNSAID or low.endswith("n't"):
                return True
            if low == "to":
                return self.low_at(at - 1) not in _LEADS_TO_SPEECH
            if tag not in "AX":
                return False
        return False

    def _speaks(self, phrase: Phrase, cue: int) -> bool:
        is_saying = LEMMAS.get(self.low_at(cue)) == "say"
        if is_impersonal(self.paragraph, phrase) or not (is_saying or can_speak(self.paragraph, phrase)):
            return False
        return not self._is_anyone(phrase, cue)

    def _is_anyone(self, phrase: Phrase, cue: int) -> bool:
        first = self.paragraph.tokens[phrase.first]
        return first.low in ("anyone", "whoever", "nobody", "no", "none", "neither", "what", "few") or (
            self.tag_at(phrase.first) == "D"
            and phrase.first == phrase.last
            and "W" in self.paragraph.tags[phrase.last : cue]
        )

    def _is_subordinate(self, phrase: Phrase) -> bool:
        """Whether the act of speech opens its sentence as a side clause."""
        return (
            any(
                self.tag_at(at) == "S" and self.low_at(at) != "that"
                for at in range(max(self.low, phrase.first - 4), phrase.first)
            )
            and phrase.first - self.low <= 5
        )

    def _clause(self, rule: str, phrase: Phrase, first: int, last: int) -> _Found | None:
        """The clause if it is one: two words or more, none of them marked."""
        if last <= first or "Q" in self.paragraph.tags[first : last + 1]:
            return None
        return _Found(rule, phrase, first, last)

    def _inverted(self, cue: int, free: int) -> _Found | None:
        """Readings as "…, said Doe": the clause before, the subject closing its sentence or clause."""
        phrase = subject_after(self.paragraph, cue, self.high)
        if (
            phrase is None
            or self.tag_at(phrase.last + 1) not in ".,TPW;"
            or LEMMAS.get(self.low_at(cue)) in ADDRESSED
        ):
            return None
        return self._clause_before("indirect-inverted", phrase, free, cue - 2)

    def _clause_before(self, rule: str, phrase: Phrase, free: int, last: int) -> _Found | None:
        first = free
        while first < last and self.paragraph.tags[first] in "C,.-AT":
            first += 1
        subject = clause_subject(self.paragraph, first, last)
        if subject is None and self.tag_at(first) in "DNKO":
            subject = Phrase(first, first)  # "Its first yard": an adverb in the phrase
        if subject is None or not self.is_main(subject, last):
            return None
        return self._clause(rule, phrase, first, last)

    def _around_cue(self, cue: int, phrase: Phrase, free: int) -> _Found | None:
        """Readings as "…, Doe said." and "…, Doe said, …": of two parts the longer one."""
        tags = self.paragraph.tags
        comma = phrase.first - 1
        has_as = comma > free and self.low_at(comma) == "as"
        comma -= has_as
        if self.tag_at(cue + 1) not in _AFTER_ATTRIBUTION or tags[cue] != "V":
            return None
        if "TD" in tags[cue + 1 : cue + 4]:
            return None  # "as Doe stressed on Friday her wish": the wish is what she stressed
        before = None
        if comma > free and tags[comma] == ",":
            before = self._clause_before("indirect-before", phrase, free, comma - 1)
        if self.tag_at(cue + 1) != "," or self.tag_at(cue + 2) in "GgiPSWCQ":
            return before
        if "Q" in tags[self.low : cue]:
            return before
        last = self.clause_end(cue + 2)
        after = self._clause("indirect-parenthesis", phrase, cue + 2, last)
        if before is None:
            is_framed = comma < self.low or tags[comma] in ",." or has_as
            return after if is_framed and last - cue > 4 else None
        return (
            after if after is not None and after.last - after.first > before.last - before.first else before
        )

    def _according(self, at: int, free: int) -> _Found | None:
        paragraph, tags = self.paragraph, self.paragraph.tags
        phrase = subject_after(paragraph, at + 1, self.high)
        if phrase is None:
            return None
        last = at - 1
        while last >= free and tags[last] in ",-":
            last -= 1
        first = free
        while first <= last and tags[first] in "C,.-":
            first += 1
        if last - first >= 2:
            return self._clause("indirect-according", phrase, first, last)
        comma = tags.find(",", phrase.last, self.high)
        if comma >= 0 and self.low_at(comma + 1) in ("citing", "quoting"):
            comma = tags.find(",", comma + 1, self.high)  # "according to Doe, citing the Daily, …"
        if comma < 0:
            return None
        return self._clause("indirect-according", phrase, comma + 1, self.clause_end(comma + 1))
