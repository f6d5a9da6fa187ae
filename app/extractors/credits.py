"""Whom a text names as the source of its news: "According to Rokna, citing The Guardian", "(Reuters) –".

Only news organisations of a list are ever told, and only where one of the rules below fits what stands right
before or after the name: a name that merely occurs is no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise


class CreditRole(StrEnum):
    """Where in the chain from the event to the reader somebody stands."""

    VIA = "via"  # passed on what another had
    ORIGIN = "origin"  # had it, as far as the text says


@dataclass(frozen=True, slots=True)
class Credit:
    """A news organisation that a text credits, as the list writes it, by the rule of that name.

    ``start`` and ``end`` bound the words that say so; they count code points of the text.
    """

    role: CreditRole
    name: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A place where a text names a listed organisation; ``start`` is that of its article, if it has one."""

    name: str
    start: int
    end: int


_LOOK = 90  # characters before and after a name
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_WHEN = r"(?: (?:also|earlier|later|exclusively|separately|this week|today|last \w+|on \w+day))?"
_REPORTS = (
    r"(?:reports?|reported|wrote|writes|revealed|reveals|said|says|understands|disclosed"
    r"|ha[sd] (?:reported|learn(?:ed|t)|seen|obtained|revealed))"
)
# What an organisation says of itself is no report of it.
_NOT_OF_ITSELF = r"\b(?! (?:that )?(?:it|its|they|their|could|was unable)\b)"
_BEFORE = (
    ("first-reported", re.compile(r"\b(?:as )?first reported (?:by|in) \Z")),
    ("dateline", re.compile(r"\A[^\n(]{2,60}\(\Z")),
    ("reporting-by", re.compile(r"\b(?:[Aa]dditional r|[Ww]ith r|R)eporting (?:by|from) \Z")),
    ("source-line", re.compile(r"(?:\A|\n)(?:Sources?|Via): \Z")),
    ("according-to", re.compile(r"\b[Aa]ccording to (?:an? (?:\w+ )?(?:report|article) (?:by|in|from) )?\Z")),
    (
        "report-in",
        re.compile(r"\b(?:report|interview|article|story|investigation)s? (?:by|in|with|for|from|to) \Z"),
    ),
    ("told", re.compile(r"\b(?:told|telling|tells) \Z")),
    ("as-reported-by", re.compile(r"\b(?:reported|published|seen|obtained) (?:by|in) \Z")),
    ("cited-by", re.compile(r"\b(?:as )?(?:cited|quoted) by \Z")),
    ("citing", re.compile(r"\b(?:citing|quoting) \Z")),
)  # fmt: skip
_AFTER = (
    ("first-reported", re.compile(r" (?:was the first to report|first reported)\b")),
    ("reports", re.compile(rf"{_WHEN} {_REPORTS}{_NOT_OF_ITSELF}")),
    ("sign-off", re.compile(r"\)?[.\s]*\Z")),
)
_AFTER_A_DATELINE = re.compile(r"\)\s*[-–—]")
_BEFORE_A_SIGN_OFF = re.compile(r"[.!?”\"]\s+[(–—-]\s?\Z")
_ENDS_SENTENCE = re.compile(r"[.!?]\s|\n")
_ARTICLE = re.compile(r"\b[Tt]he \Z")
_NAME_GOES_ON = re.compile(r" (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z]|[\w-]")


def credits_of(text: str, publisher: str | None = None) -> tuple[Credit, ...]:
    """The credits of a text in order, each organisation once.

    The publisher's own name is no credit: it reports for itself. What it cites is credited all the same.
    """
    named = list(_named(text))
    found = [_credit(text, one) for one in named]
    for (one, first), (other, second) in pairwise(enumerate(found)):
        if second is None or _ENDS_SENTENCE.search(text, named[one].end, named[other].start):
            continue
        if second.rule == "citing" and first is not None:
            found[one] = replace(first, role=CreditRole.VIA)
        elif second.rule == "cited-by":
            found[one] = Credit(CreditRole.ORIGIN, named[one].name, named[one].start, second.end, second.rule)
            found[other] = replace(second, role=CreditRole.VIA)
    own = _names().get(_bare(publisher)) if publisher else None
    told: dict[str, Credit] = {}
    for credit in found:
        if credit is not None and credit.name not in (own, publisher):
            told.setdefault(credit.name, credit)
    return tuple(told.values())


def _credit(text: str, named: _Named) -> Credit | None:
    """The credit that the words around a name make of it, if they do."""
    before = text[max(0, named.start - _LOOK) : named.start]
    after = text[named.end : named.end + _LOOK]
    for rule, pattern in _BEFORE:
        match = pattern.search(before)
        if match is None or (rule == "dateline" and not _is_dateline(named, before, after)):
            continue
        start = named.start - len(before) + match.start()
        return Credit(CreditRole.ORIGIN, named.name, start, named.end, rule)
    for rule, pattern in _AFTER:
        match = pattern.match(after)
        if match is None or (rule == "sign-off" and not _BEFORE_A_SIGN_OFF.search(before)):
            continue
        return Credit(CreditRole.ORIGIN, named.name, named.start, named.end + len(match[0].rstrip()), rule)
    return None


def _is_dateline(named: _Named, before: str, after: str) -> bool:
    """The name stands in brackets before a dash, at the text's beginning."""
    return named.start == len(before) and _AFTER_A_DATELINE.match(after) is not None


def _named(text: str) -> Iterator[_Named]:
    for match in _pattern().finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "’'-"):
            continue
        end += 2 if text[end : end + 2] in ("’s", "'s") else 0
        if end == match.end() and _NAME_GOES_ON.match(text, end):
            continue
        article = _ARTICLE.search(text[max(0, start - 5) : start])
        bare = match[0].replace("'", "’")
        if article is None and text[start - 1 : start] != "(" and bare not in _bare_forms():
            continue  # "Times" and "Sun" are newspapers with their article only
        yield _Named(_names()[bare], start - (4 if article else 0), end)


@cache
def _pattern() -> re.Pattern[str]:
    """Every form, by its first letter: the engine then skips to such letters fast."""
    by_letter: dict[str, list[str]] = {}
    for name in sorted(_names(), key=lambda name: (-len(name), name)):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]).replace("’", "['’]"))
    return re.compile("|".join(f"{letter}(?:{'|'.join(ends)})" for letter, ends in by_letter.items()))


@cache
def _names() -> dict[str, str]:
    """The name of each organisation by each way of writing it, without an article."""
    return {_bare(form): forms[0] for forms in _listed() for form in forms}


@cache
def _bare_forms() -> frozenset[str]:
    """The forms that need no article before them."""
    return frozenset(form for forms in _listed() for form in forms if not form.startswith("The "))


@cache
def _listed() -> tuple[tuple[str, ...], ...]:
    path = files("app.extractors").joinpath("wordlists", "news_organisations.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(form.strip() for form in line.split("="))
        for line in lines
        if line.strip() and not line.startswith("#")
    )


def _bare(name: str) -> str:
    return name.removeprefix("The ").removeprefix("the ").replace("'", "’")
