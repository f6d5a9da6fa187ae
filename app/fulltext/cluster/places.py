"""Where words stand, as one field of a cluster keeps it: phrases, nearness, sentences, zones.

The cluster cuts this field at blanks and counts what it gets; all else is done here, by the analysis that
every index has. Each word takes four slots, so that one field, with one count of positions, has every form of
it:

    break    § or ¶ where a sentence or a paragraph begins, _ elsewhere
    exact    = and the word as it stands
    stem     b. t. or q. (text, title, quotation) and its term
    second   b+ t+ or q+ and its second term ("EU" of "EU-27"), _ elsewhere

So words that are d apart are 4 × d positions apart, give or take the slots that were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from app.fulltext.analysis import word_forms
from app.fulltext.document_terms import TITLE_GAP, DocumentTerms, Places
from app.fulltext.tree import Zone

SLOTS = 4
GAP = SLOTS * TITLE_GAP
"""How many positions lie between the title and the text."""

BREAK, SENTENCE, PARAGRAPH = "_", "§", "¶"
_EXACT, _STEM, _SECOND = 1, 2, 3
_TITLE, _BODY, _QUOTE = "t", "b", "q"
_LETTERS = {Zone.TEXT: (_BODY, _TITLE, _QUOTE), Zone.TITLE: (_TITLE,), Zone.QUOTE: (_QUOTE,)}
_LONGEST_HEAD = 8  # of a hyphenated number up to four letters are the head; folding may make two of one
_HEADED = re.compile(r"([^\W\d_]+)(\d.*)")
_LONGEST = 80


class Sought(NamedTuple):
    """A term of a zone, with what stands in the field where it does, and in which slots of its word."""

    zone: Zone
    term: str
    tokens: tuple[str, ...]
    slots: tuple[int, ...]


def token(term: str) -> str:
    """A term as the cluster takes it, which cuts very long words in two."""
    if len(term) <= _LONGEST:
        return term
    return f"{term[: _LONGEST - 20]}~{blake2b(term.encode(), digest_size=8).hexdigest()}"


def sought(zone: Zone, term: str) -> Sought:
    """What to look for to find a term of a zone."""
    if zone is Zone.EXACT:
        return Sought(zone, term, (f"={token(term)}",), (_EXACT,))
    letters = _LETTERS[zone]
    stems = tuple(f"{letter}.{token(term)}" for letter in letters)
    if not (term.isalpha() and 1 < len(term) <= _LONGEST_HEAD):
        return Sought(zone, term, stems, (_STEM,))
    seconds = (f"{letter}+{term}" for letter in letters)
    return Sought(zone, term, (*stems, *seconds), (_STEM, _SECOND))


def may_be_one_word(some: Sequence[Sought], others: Sequence[Sought]) -> bool:
    """Whether terms of both may be forms of one word: "Safe" and "safe", or "eu27" and "eu" of "EU-27"."""
    stems, other_stems = _stems(some), _stems(others)
    return (
        any(not other_stems.isdisjoint(forms) for forms in _forms(some))
        or any(not stems.isdisjoint(forms) for forms in _forms(others))
        or any(not other_stems.isdisjoint(forms) for forms in _hyphenated(stems))
        or any(not stems.isdisjoint(forms) for forms in _hyphenated(other_stems))
    )


def _stems(found: Sequence[Sought]) -> set[str]:
    return {one.term for one in found if one.zone is not Zone.EXACT}


def _forms(found: Sequence[Sought]) -> Iterator[Sequence[str]]:
    """The terms of each word that is sought as it stands."""
    return (word_forms(one.term)[0] for one in found if one.zone is Zone.EXACT)


def _hyphenated(stems: set[str]) -> Iterator[Sequence[str]]:
    """The second terms that words with these terms may have."""
    numbers = (_HEADED.fullmatch(stem) for stem in stems)
    return (word_forms(f"{number[1]}-{number[2]}")[0][1:] for number in numbers if number)


def place_values(found: DocumentTerms) -> list[str]:
    """The values of the field: the title, if there is one, and the text."""
    titled = set(found.zones[Zone.TITLE].positions)
    values = [" ".join(_tokens(found, titled, is_title=is_title)) for is_title in (True, False)]
    return values if titled else values[1:]


def _tokens(found: DocumentTerms, titled: set[int], *, is_title: bool) -> Iterator[str]:
    quoted = set(found.zones[Zone.QUOTE].positions)
    sentences, paragraphs = set(found.sentence_starts), set(found.paragraph_starts)
    terms = _by_position(found.zones[Zone.TEXT])
    exact = found.zones[Zone.EXACT]
    for word, position in zip(exact.terms, exact.positions, strict=True):
        if (position in titled) != is_title:
            continue
        letter = _TITLE if is_title else _QUOTE if position in quoted else _BODY
        first, *more = terms[position]
        yield PARAGRAPH if position in paragraphs else SENTENCE if position in sentences else BREAK
        yield f"={token(word)}"
        yield f"{letter}.{token(first)}"
        yield f"{letter}+{more[0]}" if more else BREAK


def _by_position(places: Places) -> dict[int, Sequence[str]]:
    terms: dict[int, list[str]] = {}
    for term, position in zip(places.terms, places.positions, strict=True):
        terms.setdefault(position, []).append(term)
    return dict(terms)
