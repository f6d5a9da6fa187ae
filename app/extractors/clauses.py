"""Where a clause that a verb of speech governs begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

from app.extractors.lexicon import inflect, read_words, word_set
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase, last_of_phrase

_CUT = frozenset("but which who while though although even compared despite whereas".split())
_ASKING = frozenset(("whether", "if", "how", "why", "what", "who", "when", "where"))
_THAT_WITHIN = 12
_SUBJECT = 24
_ASIDE = 30
_NO_ASIDES = frozenset(("to", "of", "about", "as", "like", "than"))
LEMMAS = {
    form: inflect(entry)[0]
    for name in ("reporting_verbs", "speech_verbs")
    for entry in read_words(name)
    for form in inflect(entry)
}
_BARE = word_set("clause_verbs")
_OBJECTS = word_set("object_verbs")
_INFINITIVES = word_set("infinitive_verbs")
ADDRESSED = word_set("addressed_verbs")
TAKES_CLAUSE = frozenset(
    form for form, lemma in LEMMAS.items() if lemma in _BARE | _OBJECTS | _INFINITIVES | ADDRESSED
)


@dataclass(slots=True)
class Clauses:
    """The tokens ``low`` up to ``high`` of a paragraph: one sentence."""

    paragraph: Paragraph
    low: int
    high: int

    def low_at(self, at: int) -> str:
        """The word at a token, folded; "" after the end."""
        return self.paragraph.tokens[at].low if at < self.high else ""

    def tag_at(self, at: int) -> str:
        """The tag of a token; "." after the end."""
        return self.paragraph.tags[at] if at < self.high else "."

    def complement(self, cue: int) -> tuple[str, int]:
        """How the clause after the verb begins, and where; "" if none does."""
        lemma = LEMMAS.get(self.low_at(cue), "")
        at = self._skip_asides(cue + 1)
        if lemma in ADDRESSED:
            at = self._skip_addressee(at)
        that = self._that(at, is_far=at > cue + 1)
        if that:
            return "indirect-that", that
        if self.low_at(at) in _ASKING and lemma in ("ask", "say"):
            return "indirect-question", at
        if self.low_at(at) == "to":
            is_rendered = lemma in _INFINITIVES or (lemma in ADDRESSED and at > cue + 1)
            return ("indirect-infinitive", at + (lemma in _INFINITIVES)) if is_rendered else ("", 0)
        if self.tag_at(at) not in "DNKO" and self.low_at(at) != "there":
            return "", 0
        if lemma in _BARE | ADDRESSED and self._has_verb(at, is_near=lemma != "say"):
            return "indirect-clause", at
        return ("indirect-object", at) if lemma in _OBJECTS and at == cue + 1 else ("", 0)

    def _skip_asides(self, at: int) -> int:
        while True:
            if self.low_at(at) == "there":
                return at
            if self.tag_at(at) in "AT":
                at += 1
            elif self.tag_at(at) in "PD" and self.tag_at(at + 1) == "T":
                at += 2
            elif (
                self.tag_at(at) == "P" and self.low_at(at) not in _NO_ASIDES and self.tag_at(at + 1) in "DNK"
            ):
                end = last_of_phrase(self.paragraph, at + 1, self.high)
                if end is None:
                    return at
                at = end + 1
            else:
                return at

    def _skip_addressee(self, at: int) -> int:
        if self.tag_at(at) in "MO" and self.tag_at(at + 1) != "M":
            return self._skip_asides(at + 1)
        if self.tag_at(at) not in "DNK":
            return at
        end = last_of_phrase(self.paragraph, at, self.high)
        return at if end is None else self._skip_asides(end + 1)

    def _that(self, at: int, *, is_far: bool) -> int:
        """The "that" at ``at``, or after an addressee or "in a statement"; 0 if there is none."""
        for index in range(at, min(at + (_THAT_WITHIN if is_far else 1), self.high)):
            if self.low_at(index) in ("that", "whether") and self.tag_at(index) in "SDW":
                return index if index == at or self.tag_at(index) == "S" else 0
            if self.tag_at(index) in "VvFXQ,;:.GgiCWS":
                return 0
        return 0

    def _has_verb(self, first: int, *, is_near: bool) -> bool:
        """Whether a finite verb follows the noun phrase at ``first``, or an apposition if not ``is_near``."""
        for at in range(first, min(first + _SUBJECT, self.high)):
            if self.tag_at(at) in "VvFX":
                return True
            if self.tag_at(at) in "Q;:" or (is_near and self.tag_at(at) in ",W-"):
                return False
        return False

    def clause_end(self, first: int, *, is_subordinate: bool = False) -> int:
        """Last token of the clause at ``first``: of the sentence, or before what the reporter adds.

        ``is_subordinate`` if the act of speech stands in a side clause ("While Doe said …, Roe left").
        """
        tags = self.paragraph.tags
        at = first
        while at < self.high:
            tag = tags[at]
            if tag in ";:" or (at > first + 3 and self._ends_clause(at)):
                break
            if is_subordinate and tag == "," and self.tag_at(at + 1) in "OKD":
                break
            at += 1
        return self._trimmed(first, at - 1)

    def _trimmed(self, first: int, last: int) -> int:
        while last > first and self.paragraph.tags[last] in ",.;:-":
            last -= 1
        return last

    def _ends_clause(self, at: int) -> bool:
        tag = self.tag_at(at)
        if tag == ",":
            following = self.low_at(at + 1)
            if following in _CUT or self.tag_at(at + 1) in "GgV":
                return True
            return following in ("and", "or") and (self.tag_at(at + 2) == "S" or self._speech_follows(at + 2))
        if tag == "-":
            return self._is_spaced(at) and not self._resumes_after_dash(at)
        return tag == "C" and self._speech_follows(at + 1)

    def _is_spaced(self, at: int) -> bool:
        """Whether a dash stands between words, not within one ("a 5.1-point rise")."""
        paragraph = self.paragraph
        return paragraph.tokens[at].word != "-" or paragraph.starts[at] > paragraph.ends[at - 1]

    def _resumes_after_dash(self, at: int) -> bool:
        """Whether a dash opens an aside within the clause: another one closes it and words go on."""
        close = self.paragraph.tags.find("-", at + 1, min(at + _ASIDE, self.high))
        return close > 0 and self.tag_at(close + 1) not in ".,;"

    def _speech_follows(self, first: int) -> bool:
        """Whether the clause that a coordinator opens is another act of speech."""
        for at in range(first, min(first + _SUBJECT, self.high)):
            if self.tag_at(at) in "VvF":
                return self.tag_at(at) == "V" and self.low_at(at - 1) != "to"
            if self.tag_at(at) in "Q;:,W":
                return False
        return False

    def is_main(self, subject: Phrase, last: int) -> bool:
        """Whether the subject has a finite verb before ``last`` that is not in a relative clause."""
        tags = self.paragraph.tags
        at = subject.last + 1
        if tags[at : at + 1] == "," or tags[at : at + 1] == "W":
            close = tags.find(",", at + 1, last)
            at = close + 1 if close > 0 else last
        return any(tag in "VvFX" for tag in tags[at:last])
