"""Names of people: their forms without case, diacritics and titles, taken apart and compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.authority.word_lists import read_pairs, read_words
from app.folding import fold

_EDGES = "\"'“”‘’«»„‚.,;:!?()[]*_"
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?$")
_BETWEEN_TOKENS = re.compile(r"[\s.\-‐‑‒–—/]+")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_LONGEST_TITLE = 4  # words: "the right honourable lady"
_LONGEST_NAME = 300  # characters looked at; more is no name


def slugify(text: str, longest: int = 80) -> str:
    """``text`` as part of an address: ``a-z``, ``0-9`` and single hyphens, never empty.

    A text that has none of these (a name in Cyrillic) gets a stable made-up slug. ``longest`` is the
    most characters it may have.

    >>> slugify("Radosław Sikorski")
    'radoslaw-sikorski'
    """
    slug = _NOT_IN_SLUGS.sub("-", fold(text).replace("'", "").replace("’", "")).strip("-")
    if slug:
        return slug[:longest].rstrip("-")
    return "n-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart: titles (folded, outermost first) and the words of the name as printed.

    ``words`` may be empty. ``office`` are words before the name that carry an office or a country
    ("EU", "Commissioner"), folded.
    """

    titles: tuple[str, ...]
    office: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The name without titles: ``Keir Starmer``."""
        return " ".join(self.words)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The folded parts of the name; double names count as two, initials run together."""
        return name_tokens(self.words)

    @property
    def surname(self) -> tuple[str, ...]:
        """The words of the surname with its particles; a bare surname is all surname."""
        return self.words[self._surname_start() : self._end()]

    @property
    def given(self) -> tuple[str, ...]:
        """The words before the surname."""
        return self.words[: self._surname_start()]

    @property
    def is_full(self) -> bool:
        """The name has a forename (more than a single initial) and a surname."""
        given = name_tokens(self.given)
        return bool(given and self.surname) and len("".join(given)) > 1

    @property
    def is_peer(self) -> bool:
        """A peer's title stands before it: several peers may share what follows."""
        return any(title in read_words("peer-titles") for title in self.titles)

    def _end(self) -> int:
        # "Robertson of Port Ellen": the place is no part of the surname.
        return next((i for i, word in enumerate(self.words) if i and word == "of"), len(self.words))

    def _surname_start(self) -> int:
        start = max(self._end() - 1, 0)
        while start and self.words[start - 1] in read_words("particles"):
            start -= 1
        return start


def parse_name(text: str) -> PersonName:
    """Take a printed name apart; anything at all gives an answer, if need be one without words.

    What stands in parentheses or, where it is no forename, after a comma is left out.

    >>> parse_name("Rt Hon Sir Keir Starmer KCB MP")
    PersonName(titles=('rt hon', 'sir'), office=(), words=('Keir', 'Starmer'))
    >>> parse_name("WEBER, Manfred").text
    'Manfred WEBER'
    >>> parse_name("EU Commissioner von der Leyen’s").surname
    ('von', 'der', 'Leyen')
    """
    words = _without_post_nominals(_words_in_order(text[:_LONGEST_NAME].split("(", 1)[0]))
    titles: list[str] = []
    office: list[str] = []
    while len(words) > 1:
        title = _title_at_head(words)
        if title:
            titles.append(title)
            words = words[len(title.split()) :]
        elif _is_office_word(words[0]):
            office.append(fold(words[0]))
            words = words[1:]
        else:
            break
    return PersonName(tuple(titles), tuple(office), tuple(words))


def name_tokens(words: Iterable[str]) -> tuple[str, ...]:
    """The folded parts of words, split at hyphens and stops, without apostrophes; initials run together.

    >>> name_tokens(["J.", "D.", "Vance"]), name_tokens(["Nick", "Thomas-Symonds"])
    (('jd', 'vance'), ('nick', 'thomas', 'symonds'))
    """
    tokens: list[str] = []
    initials = ""
    for piece in _BETWEEN_TOKENS.split(fold(" ".join(words))):
        token = "".join(char for char in piece if char.isalnum())
        if len(token) == 1:
            initials += token
            continue
        tokens += [part for part in (initials, token) if part]
        initials = ""
    return tuple([*tokens, initials] if initials else tokens)


def is_name_like(name: PersonName) -> bool:
    """The words can be a person's name: capitalised or particles, and none that names a body or office."""
    most_words = 6
    if not 0 < len(name.words) <= most_words or name.words[0].lower() == "of":
        return False
    return all(_is_name_word(word, is_peer=name.is_peer) for word in name.words)


def surname(name: str) -> str:
    """The surname of a name, with its particles.

    >>> surname("Ursula von der Leyen"), surname("Lord Robertson of Port Ellen")
    ('von der Leyen', 'Robertson')
    """
    return " ".join(parse_name(name).surname)


def sort_name(name: str) -> str:
    """The name as a list sorts it; particles in small letters go behind, as in a book's index.

    >>> sort_name("Ursula von der Leyen"), sort_name("Bart De Wever"), sort_name("Catriona Mace")
    ('Leyen, Ursula von der', 'De Wever, Bart', 'Mace, Catriona')
    """
    parsed = parse_name(name)
    last = list(parsed.surname)
    behind = list(parsed.given)
    while len(last) > 1 and last[0].islower():
        behind.append(last.pop(0))
    return f"{' '.join(last)}, {' '.join(behind)}" if behind else " ".join(last) or name


def same_name(one: str, other: str) -> bool:
    """Whether two forms can be one name: titles, diacritics, order, and initials for forenames aside.

    >>> same_name("Starmer, Keir", "Sir Keir Starmer"), same_name("K. Starmer", "Keir Starmer")
    (True, True)
    >>> same_name("Radosław Sikorski", "Radosława Sikorska")
    False
    """
    a, b = parse_name(one), parse_name(other)
    if not a.tokens or not b.tokens:
        return False
    if a.tokens == b.tokens or a.tokens == surname_first(b) or surname_first(a) == b.tokens:
        return True
    return name_tokens(a.surname) == name_tokens(b.surname) and _given_agree(
        name_tokens(a.given), name_tokens(b.given)
    )


def surname_first(name: PersonName) -> tuple[str, ...]:
    """The tokens in the order of a Hungarian name or an index."""
    return name_tokens(name.surname) + name_tokens(name.given)


def _given_agree(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other:
        return False
    if 1 in (len(one[0]), len(other[0])):
        return one[0][0] == other[0][0]
    return one[0] == other[0] and all(len(middle) == 1 for middle in (*one[1:], *other[1:]))


def _words_in_order(text: str) -> list[str]:
    last, comma, rest = text.partition(",")
    words, behind = _trimmed_words(last), _trimmed_words(rest.split(",", 1)[0])
    if comma and _is_inverted(words, behind):
        return behind + words
    return words


def _is_inverted(last: Sequence[str], behind: Sequence[str]) -> bool:
    most_given_names = 3
    if not last or not 0 < len(behind) <= most_given_names:
        return False
    is_surname = all(word in read_words("particles") for word in last[:-1])
    return is_surname and all(
        _is_name_word(word, is_peer=False) and fold(word) not in read_words("post-nominals")
        for word in behind
    )


def _trimmed_words(text: str) -> list[str]:
    words = (_POSSESSIVE.sub("", word.strip(_EDGES)) for word in text.split())
    return [word for word in words if word]


def _without_post_nominals(words: list[str]) -> list[str]:
    while len(words) > 1 and fold(words[-1]).replace(".", "") in read_words("post-nominals"):
        words = words[:-1]
    return words


def _title_at_head(words: Sequence[str]) -> str | None:
    for length in range(min(_LONGEST_TITLE, len(words) - 1), 0, -1):
        phrase = fold(" ".join(words[:length])).replace(".", "").replace("-", " ")
        if phrase in read_words("titles"):
            return " ".join(phrase.split())
    return None


def _is_office_word(word: str) -> bool:
    plain = fold(word).replace(".", "")
    if plain in read_words("office-nouns") or plain in read_pairs("office-words"):
        return True
    # A small "for" or "of" begins the office's field, whose last word nobody can tell from a forename.
    return plain in read_words("not-names") and not word[0].islower()


def _is_name_word(word: str, *, is_peer: bool) -> bool:
    if word in read_words("particles") or (is_peer and word == "of"):
        return True
    plain = fold(word)
    if plain in read_words("not-names") or plain in read_words("office-nouns"):
        return False
    # "d'Estaing" and "al-Sharaa" begin with a small letter and have a capital after the mark.
    starts = [part[0] for part in re.split(r"['’\-]", word) if part]
    return not any(char.isdigit() for char in word) and any(
        not start.islower() and start.isalpha() for start in starts
    )
