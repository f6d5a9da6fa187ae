"""When two ways of naming a speaker count as the same for measuring: by their head names, titles aside."""

from __future__ import annotations

import re
from functools import lru_cache

from app.folding import fold

_EDGES = " \t\n\r\xa0\"“”„«»'‘’`.,;:!?…-—–[]()"
_WORD = re.compile(r"[\w&][\w’'.\-&]*")
# Where the head of a noun phrase ends: "the leader | of the group", "Jane Doe | , minister".
_HEAD_ENDS = re.compile(
    r"\s*(?:,|\(|;|\s[-—–]\s|\b(?:who|whose|of|for|at|from|in|with|on|to|close|familiar|speaking|said|told)\b)"
)
_PRONOUNS = frozenset(
    """
    he she they it i we you which who him her them this that these those one me us himself
    herself themselves its their his my our
    """.split()
)
_TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady baroness baron sen senator rep
    representative congressman congresswoman gov governor president vice prime minister
    secretary general gen lt col colonel maj major capt captain sgt adm admiral judge justice
    chancellor king queen prince princess pope mayor the a an former then ex chief foreign
    defence defense commissioner ambassador republican democrat democratic
    """.split()
)
_POST_NOMINALS = frozenset({"jr", "sr", "ii", "iii", "iv", "mp", "mep", "phd", "kc", "qc", "obe", "cbe"})
_SHORT, _LONG = 3, 4  # words


def is_pronoun(words: str) -> bool:
    """Whether a mention is a bare pronoun."""
    return words.strip().lower() in _PRONOUNS


def same_speaker(one: str, other: str) -> bool:
    """Whether two names have the same head and no clash of first names.

    >>> same_speaker("Sir Keir Starmer", "Starmer"), same_speaker("Jane Doe", "Mary Doe")
    (True, False)
    """
    words, others = head_words(one), head_words(other)
    if not words or not others:
        return False
    if words == others:
        return True
    if words[-1] in _PRONOUNS or others[-1] in _PRONOUNS:
        return False
    bare, bare_other = _without_titles(words), _without_titles(others)
    both_names = _is_capital(one) and _is_capital(other)
    if words[-1] != others[-1]:
        short, long = sorted((bare, bare_other), key=len)
        return both_names and len(short) == 1 and len(long) <= _SHORT and short[0] in long
    if not both_names or min(len(bare), len(bare_other)) == 1 or max(len(bare), len(bare_other)) >= _LONG:
        return True
    first, first_other = bare[0], bare_other[0]
    return first in bare_other or first_other in bare or first[0] == first_other[0]


@lru_cache(maxsize=4096)
def head_words(words: str) -> tuple[str, ...]:
    """The folded words of the head of a speaker's mention."""
    text = re.sub(r"\s+", " ", words).strip(_EDGES)
    end = next((match for match in _HEAD_ENDS.finditer(text, 1) if match.start() > 0), None)
    head = text[: end.start()] if end else text
    if not _WORD.search(head):
        head = text
    found = [re.sub(r"[’']s?$", "", word).strip(".'’-") for word in _WORD.findall(fold(head))]
    found = [word for word in found if word]
    while len(found) > 1 and found[-1] in _POST_NOMINALS:
        found.pop()
    return tuple(found)


def head_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the last word of a mention's head stands; the whole mention where it has none."""
    words = head_words(text[start:end])
    for match in _WORD.finditer(text, start, end) if words else ():
        if re.sub(r"[’']s?$", "", fold(match.group())).strip(".'’-") == words[-1]:
            return match.span()
    return start, end


def _without_titles(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _TITLES) or words


def _is_capital(words: str) -> bool:
    return words.strip()[:1].isupper()
