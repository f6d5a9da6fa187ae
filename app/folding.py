"""Text without case and diacritics, so that a name is found however it is typed."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ɖ": "d", "ƶ": "z"}
)


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
    taken_apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = taken_apart.translate(_WITHOUT_MARKS)
    return unicodedata.normalize("NFKC", bare.casefold().translate(_LETTERS))
