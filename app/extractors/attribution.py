"""Who says each marked stretch: the cue around it, else the thread of the paragraph, else nobody.

Stretches are read in order, because a quotation without a cue of its own belongs to the speaker before it
and a pronoun means somebody already quoted.
"""

# ruff: noqa: PLR2004 - the numbers are lengths of lines and of stretches in words, each where it is used

from __future__ import annotations

import re
from typing import NamedTuple

from app.extractors import cues
from app.extractors.article import Article
from app.extractors.candidates import Quote
from app.extractors.lexicon import ACTION_VERBS
from app.extractors.marks import Marked
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.pronouns import with_meaning
from app.extractors.quotation import Rejection, Span, SpeakerKind
from app.extractors.reporting import speech_of_sentence
from app.extractors.scare_quotes import reason_against
from app.extractors.speakers import Source, read_source
from app.extractors.subjects import REACH, clause_subject

_WORDS = re.compile(r"[^\W_]+(?:[’'\-.][^\W_]+)*")
_SCRIPT = re.compile(r"([A-Z][A-Z.’'\-]+(?: [A-Z][A-Z.’'\-]+){0,2}):\s")
_SIGNED_LINE = re.compile(r"\s*[-–—]{1,2}\s*[^\W\d_]")
_SHORT = 200  # the letters in which words are counted; with more blanks than ``_MANY``, the blanks instead
_MANY = 24
_IMPERSONAL = frozenset(("it", "you", "we", "i"))
_ADJACENT = 6
MOST_READ = 3000


class Attribution(NamedTuple):
    """Who says one marked stretch, by which rule; ``follows`` if it takes over the stretch before."""

    rule: str
    source: Source | None
    cue: Span | None
    quote: Quote
    paragraph: int
    follows: bool = False


def attribute(article: Article) -> list[Attribution | Rejection]:
    """For each marked stretch its attribution, or why the marks hold nobody's words.

    No article has more than a few hundred marked stretches. Of a text that has thousands only the first
    ``MOST_READ`` are read, so that a file of nothing but marks cannot hold up an ingest.
    """
    return _Reader(article).read()


class _Reader:
    """Goes through one article in order and remembers who has spoken."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.found: list[Attribution | Rejection] = [
            Rejection(marked.span, "beyond the marks that are read of one text") for marked in article.marked
        ]
        self.spoken: dict[int, Source] = {}
        self.last: Attribution | None = None
        self.open_paragraph = -2

    def read(self) -> list[Attribution | Rejection]:
        for number, quotes in enumerate(self.article.quotes_in):
            if quotes and quotes[-1][0] < MOST_READ:
                self._read_paragraph(number, quotes)
        return self.found

    def _read_paragraph(self, number: int, quotes: list[tuple[int, Marked]]) -> None:
        paragraph = self.article.paragraph(number)
        read = {
            index: _read_quote(self.article.text, paragraph, paragraph.token_of[index], marked)
            for index, marked in quotes
        }
        cued = {index: self._by_cue(number, paragraph, read[index], marked) for index, marked in quotes}
        ahead = next((a for a in cued.values() if a is not None), None)
        previous: Attribution | None = None
        for index, marked in quotes:
            attribution = cued[index] or self._by_thread(number, paragraph, read[index], previous, ahead)
            attribution = self._with_pronoun(attribution)
            reason = self._reason_against(paragraph, marked, attribution)
            if reason is not None:
                self.found[index] = Rejection(marked.span, reason)
                continue
            self.found[index] = previous = attribution
            if attribution.source is not None:
                self.spoken[index] = attribution.source
                if attribution.rule != "subject":
                    self.last = attribution
            self.open_paragraph = -2 if marked.is_closed else number

    def _reason_against(self, paragraph: Paragraph, marked: Marked, attribution: Attribution) -> str | None:
        if _is_nickname(paragraph, attribution.quote):
            return "nickname"
        return reason_against(
            self.article.text,
            marked,
            attribution.quote,
            attribution.rule,
            is_next_to_cue=_is_next_to_cue(self.article.text, marked, attribution),
            is_act=_is_act(self.article.text, attribution),
            is_headline=paragraph.is_headline,
        )

    def _by_cue(self, number: int, paragraph: Paragraph, quote: Quote, marked: Marked) -> Attribution | None:
        scripted = _SCRIPT.match(
            self.article.text, marked.span.start, min(marked.span.end, marked.span.start + 60)
        )
        if scripted:
            span = Span(marked.span.start, marked.span.start + len(scripted[1]))
            person = self.article.names.find([scripted[1].split()[-1].capitalize()])
            name = person.name if person else scripted[1]
            return Attribution(
                "script", Source(span, SpeakerKind.PERSON, "surname", name, person), None, quote, number
            )
        candidate = cues.best(paragraph, quote)
        source = read_source(self.article, paragraph, candidate.phrase) if candidate else None
        if candidate is None or source is None:
            return None
        cue = paragraph.span(candidate.cue, candidate.cue)
        return Attribution(candidate.rule, source, cue, quote, number)

    def _by_thread(
        self,
        number: int,
        paragraph: Paragraph,
        quote: Quote,
        previous: Attribution | None,
        ahead: Attribution | None,
    ) -> Attribution:
        """The attribution of a stretch that has no cue of its own."""
        begins_sentence = quote.token == quote.low
        if begins_sentence and quote.token > 0:
            found = self._sentence_before(number, paragraph, quote, has_previous=previous is not None)
            if found is not None:
                return found
        if previous is not None:
            return self._after_previous(number, paragraph, quote, previous)
        if begins_sentence:
            return self._at_paragraph_start(number, paragraph, quote, ahead)
        phrase = clause_subject(paragraph, max(quote.low, quote.token - REACH), quote.token)
        source = read_source(self.article, paragraph, phrase) if phrase else None
        if source is None or source.pronoun in _IMPERSONAL or not _is_somebody(source):
            return Attribution("no-cue", None, None, quote, number)
        return Attribution("subject", source, None, quote, number)

    def _after_previous(
        self, number: int, paragraph: Paragraph, quote: Quote, previous: Attribution
    ) -> Attribution:
        """After other marked words: the same speaker if it goes on with them, nobody if it stands alone."""
        sentences = paragraph.sentence_of
        if quote.token == quote.low:
            rule = "continued"
        elif sentences[quote.token] == sentences[previous.quote.token]:
            rule = "same-sentence"
        else:
            rule = "later-sentence"
        return Attribution(rule, previous.source, previous.cue, quote, number, follows=True)

    def _sentence_before(
        self, number: int, paragraph: Paragraph, quote: Quote, *, has_previous: bool
    ) -> Attribution | None:
        """The speaker of the sentence right before, if it has no marked words of its own."""
        low, high = paragraph.bounds[paragraph.sentence_of[quote.token] - 1] if quote.token else (0, 0)
        if any(
            isinstance(self.found[paragraph.stretches[at]], Attribution)
            for at in range(low, min(high, low + REACH))
            if paragraph.tags[at] == "Q"
        ):
            return None
        speech = speech_of_sentence(paragraph, low, high)
        if speech is not None:
            source = read_source(self.article, paragraph, speech[0])
            cue = paragraph.span(speech[1], speech[1])
            return Attribution("sentence-before", source, cue, quote, number)
        phrase = None if has_previous else clause_subject(paragraph, low, min(high, low + REACH))
        source = read_source(self.article, paragraph, phrase) if phrase else None
        if source is None or source.kind is not SpeakerKind.PERSON or source.pronoun in _IMPERSONAL:
            return None
        return Attribution("sentence-subject", source, None, quote, number)

    def _at_paragraph_start(
        self, number: int, paragraph: Paragraph, quote: Quote, ahead: Attribution | None
    ) -> Attribution:
        if self.open_paragraph == number - 1 and self.last is not None:
            return Attribution("open-paragraph", self.last.source, self.last.cue, quote, number, follows=True)
        if ahead is not None and ahead.rule in ("speaker-verb", "verb-speaker"):
            return Attribution("ahead", ahead.source, ahead.cue, quote, number)
        signed = self._signed_below(number, paragraph, quote)
        if signed is not None:
            return signed
        if number > 0:
            above = self._paragraph_above(number, quote)
            if above is not None:
                return above
        return Attribution("no-cue", None, None, quote, number)

    def _signed_below(self, number: int, paragraph: Paragraph, quote: Quote) -> Attribution | None:
        """A paragraph that is one quotation, the next being "- Jane Doe"."""
        if len(paragraph.tokens) > 2 or number + 1 >= len(self.article.lines):
            return None
        start, end = self.article.lines[number + 1]
        if end - start > 80 or not _SIGNED_LINE.match(self.article.text, start, end):
            return None
        below = self.article.paragraph(number + 1)
        if below.tags[:2] != "-K":
            return None
        last = 1
        while last + 1 < len(below.tags) and below.tags[last + 1] == "K":
            last += 1
        source = read_source(self.article, below, Phrase(1, last))
        return Attribution("signature", source, None, quote, number)

    def _paragraph_above(self, number: int, quote: Quote) -> Attribution | None:
        """A paragraph that is only a quotation: the paragraph before says whose."""
        start, end = self.article.lines[number - 1]
        above = self.article.paragraph(number - 1)
        if not above.bounds:
            return None
        low, high = above.bounds[-1]
        speech = speech_of_sentence(above, low, high)
        phrase = speech[0] if speech else clause_subject(above, low, min(high, low + REACH))
        source = read_source(self.article, above, phrase) if phrase else None
        if source is not None and speech is None and not _is_somebody(source):
            source = None
        if source is not None and self.article.text[start:end].rstrip().endswith((":", "—")):
            return Attribution("paragraph-colon", source, None, quote, number)
        if self.last is not None and self.last.paragraph == number - 1:
            return Attribution("paragraph-continued", self.last.source, self.last.cue, quote, number)
        if source is not None and speech is not None:
            return Attribution("paragraph-subject", source, None, quote, number)
        return None  # a subject that says nothing is right one time in three: better nobody

    def _with_pronoun(self, attribution: Attribution) -> Attribution:
        source = attribution.source
        if source is None or not source.pronoun or source.name is not None or attribution.follows:
            return attribution
        number, token = self._locate(attribution.paragraph, source.span.start)
        meaning = with_meaning(self.article, number, token, source, self.spoken)
        return attribution._replace(source=meaning)

    def _locate(self, number: int, start: int) -> tuple[int, int]:
        """Paragraph and token number of the mention at ``start``, in this paragraph or the one above."""
        if start < self.article.lines[number][0]:
            number -= 1
        return number, self.article.paragraph(number).token_at(start)


def _is_somebody(source: Source) -> bool:
    """Whether a subject without a verb of speech is worth taking for the speaker: a named person or body."""
    return source.name is not None or bool(source.pronoun) or source.way == "ambiguous"


def _read_quote(text: str, paragraph: Paragraph, token: int, marked: Marked) -> Quote:
    start, end = marked.span.start, marked.span.end
    at = end - 1
    while at > start and text[at] in "’'”\")] \xa0":
        at -= 1
    near = text[start : min(end, start + _SHORT)]
    blanks = near.count(" ")
    words = blanks if blanks > _MANY else len(_WORDS.findall(near))
    first = next((c for c in text[start : min(end, start + 8)] if c.isalnum()), "")
    low, high = paragraph.sentence(token)
    return Quote(token, low, high, text[at], words, first.isupper() or first.isdigit())


def _is_next_to_cue(text: str, marked: Marked, attribution: Attribution) -> bool:
    cue = attribution.cue
    if cue is None or not 0 <= marked.span.start - cue.end <= _ADJACENT:
        return False
    return not text[cue.end : marked.span.start].strip(" \xa0,:“\"‘'’`„«»")


def _is_act(text: str, attribution: Attribution) -> bool:
    return attribution.cue is not None and attribution.cue.of(text).lower() in ACTION_VERBS


def _is_nickname(paragraph: Paragraph, quote: Quote) -> bool:
    """One capitalised word between names: 'Robert "Bob" Hale'."""
    at = quote.token
    return (
        quote.words == 1
        and quote.is_capital
        and quote.sign not in ",.?!"
        and (paragraph.tags[max(0, at - 1) : at + 2] in ("KQK", ".QK"))
    )
