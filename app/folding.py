"""Text without case and diacritics, so that a name is found however it is typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ɖ": "d", "ƶ": "z"}
)

_FOREIGN = re.compile(r"([^\x00-\x7f]+)")
_SHORT = 30  # code points: a word of a language that is written without ASCII
_MOST_REMEMBERED = 20_000  # code points; texts have some hundreds


class _Marks(dict[int, int | None]):
    """Code points as they are, marks as none: each is looked at once. For str.translate."""

    def __missing__(self, code: int) -> int | None:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[code] = None if unicodedata.combining(chr(code)) else code
        return found


_WITHOUT_MARKS = _Marks()


def fold(text: str) -> str:
    """``text`` in lower case without diacritics; folding twice changes nothing.

    >>> fold("Maroš Šefčovič, Radosław Sikorski")
    'maros sefcovic, radoslaw sikorski'
    """
    if text.isascii():
        return text.lower()
    parts = _FOREIGN.split(text)  # by turns ASCII and not
    parts[0::2] = [part.lower() for part in parts[0::2]]
    parts[1::2] = [_fold_short(part) if len(part) <= _SHORT else _fold_foreign(part) for part in parts[1::2]]
    return "".join(parts)


def _fold_foreign(part: str) -> str:
    """``fold`` of what has no ASCII in it; what stands around it makes no difference.

    Only marks would join with it, and they are dropped.
    """
    taken_apart = unicodedata.normalize("NFKD", part.casefold().translate(_LETTERS))
    bare = taken_apart.translate(_WITHOUT_MARKS)
    return unicodedata.normalize("NFKC", bare.casefold().translate(_LETTERS))


# Mostly dashes and quotation marks, over and over the same.
_fold_short = lru_cache(maxsize=10_000)(_fold_foreign)
