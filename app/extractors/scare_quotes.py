"""Marks that hold nobody's words: titles of works, nicknames, words held at arm's length."""

# ruff: noqa: PLR2004 - the numbers are lengths in words, each where it is used

from __future__ import annotations

import re

from app.extractors.candidates import Quote
from app.extractors.marks import Marked

# A word before the mark that a title of a work follows ("the book “…”", "host of “…”", "in 2014, “…”").
_BEFORE_TITLE = re.compile(
    r"(?:\b(?:on|of|with|to|in|and|at|from|for|by|like|including|host|anchor|author|books?|autobiography|memoir"
    r"|novel|bestseller|series|show|program|programme|newsletter|column|sheet|film|movie|documentary|song|album"
    r"|hits?|musical|play|single|track|podcast|episode|segment|magazine|operation|exercise|titled|entitled"
    r"|paper|report|essay|article|headlined|initiative|[A-Z]{2,}(?:[’']s)?|News(?:[’']s?)?)|\d{4})\s*,?\s*[“\"‘'`„«]+$"
)
_WORK = re.compile(
    r"\b(?:documentary|film|movie|novel|book|memoir|album|song|operation|exercise|titled|entitled),?\s*[“\"‘'`„«]+$",
    re.IGNORECASE,
)
_SO_CALLED = ("so-called", "codenamed", "nicknamed", "known as")
_OPENING = " \xa0“\"‘'`„«"
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "for",
        "to",
        "and",
        "or",
        "with",
        "at",
        "by",
        "from",
        "as",
        "is",
        "are",
        "vs",
    ]
)
_UNCUED = frozenset(
    ("subject", "no-cue", "continued", "same-sentence", "later-sentence", "paragraph-subject")
)
_CUED_IN_HEADLINES = frozenset(
    ("speech-verb", "reporting-verb", "headline-colon", "speaker-verb", "verb-speaker")
)
_TITLE_WORDS = 8
_LOOK_BACK = 60


def is_title_like(words: str) -> bool:
    """Whether the first word and all words of weight begin with a capital or figure.

    >>> is_title_like("Security Action for Europe")
    True
    """
    if words.lstrip()[:1].islower():
        return False
    weighty = [w for w in words.strip(" ,.;:?!").split() if w.lower().strip(",:") not in _SMALL]
    return 1 <= len(weighty) <= 9 and all(
        w[0].isupper() or w[0].isdigit() or w[0] in "&“‘#@" for w in weighty
    )


def reason_against(
    text: str,
    marked: Marked,
    quote: Quote,
    rule: str,
    *,
    is_next_to_cue: bool,
    is_act: bool,
    is_headline: bool,
) -> str | None:
    """Why the marks hold a title or a word held at arm's length rather than a speaker's words, or None.

    ``is_next_to_cue`` says that nothing but marks and commas stands between the reporting word and them,
    ``is_act`` that this word tells of an act or attitude rather than of saying.
    """
    if is_headline and rule in _CUED_IN_HEADLINES:
        return None  # headlines capitalise everything
    before = text[max(0, marked.span.start - _LOOK_BACK) : marked.span.start]
    if before.rstrip(_OPENING).endswith(_SO_CALLED):
        return "so-called"
    if (
        quote.words <= _TITLE_WORDS + 4
        and is_title_like(marked.span.of(text))
        and _is_title(quote, rule, before, is_next_to_cue=is_next_to_cue)
    ):
        return "title of a work"
    return _reason_against_few_words(quote, rule, is_act=is_act or rule == "paragraph-continued")


def _reason_against_few_words(quote: Quote, rule: str, *, is_act: bool) -> str | None:
    if quote.words == 1 and is_act and quote.sign != "!":
        return "one word held at arm's length"
    if rule in _UNCUED and quote.words <= 2 and quote.sign not in ".?!,":
        return "a word or two held at arm's length"
    if (rule == "subject" and quote.words <= 3) or (rule == "no-cue" and quote.words <= 4):
        return "a few words that nobody is said to have spoken"
    return None


def _is_title(quote: Quote, rule: str, before: str, *, is_next_to_cue: bool) -> bool:
    """Whether capitalised words are the title of a work: by the word before, or for want of a cue beside."""
    if _WORK.search(before):
        return True
    if quote.words >= 2 and quote.sign not in ".?!" and _BEFORE_TITLE.search(before):
        return True
    if quote.words > _TITLE_WORDS or quote.sign in "?!":
        return False
    if quote.words == 1:
        return rule in _UNCUED
    is_said_before = rule in ("speech-verb", "verb-colon", "name-colon") and is_next_to_cue
    is_sentence = rule in ("verb-colon", "name-colon") and quote.sign == "."
    is_said_after = rule in ("speaker-verb", "verb-speaker") and quote.sign == ","
    return not is_said_before and not is_said_after and not is_sentence
