"""Text without case and diacritics, so that a name is found however it is typed."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ɖ": "d", "ƶ": "z"}
)


def fold(text: str) -> str:
    """``text`` in lower case without diacritics; folding twice changes nothing.

    >>> fold("Maroš Šefčovič, Radosław Sikorski")
    'maros sefcovic, radoslaw sikorski'
    """
    if text.isascii():
        return text.lower()
    taken_apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(mark for mark in taken_apart if not unicodedata.combining(mark))
    return unicodedata.normalize("NFKC", bare.casefold().translate(_LETTERS))
